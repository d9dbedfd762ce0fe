#!/usr/bin/env python3
"""What hubspool costs, each figure beside a ceiling measured in the same run on the same data.

    scripts/bench                   sizes of some minutes
    scripts/bench --full            10,000,000 records, 200,000 files, rate use over a minute
    scripts/bench latency wire      these rows alone

Each row: what, ours, the ceiling, our ratio to it, the goal, our peak memory. Nothing is asserted.
"""

import argparse
import os
import tempfile

from bench_case import UNLIMITED_PORTAL, row
from bulk_rows import BulkRows
from hubspool_harness import Simulator
from ledger_rows import LedgerRows
from live_rows import LiveRows
from wire_rows import WireRows

KINDS = {"intake": BulkRows, "drains": BulkRows, "wire": WireRows, "small_files": BulkRows,
         "latency": LiveRows, "rate_use": LiveRows, "recovery": LiveRows, "idle": LiveRows,
         "ledger": LedgerRows, "looked_up": LedgerRows}


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(KINDS))
    asked = arguments.parse_args()
    if unknown := set(asked.rows) - set(KINDS):
        arguments.error(f"no row {', '.join(unknown)}; there are {', '.join(KINDS)}")
    with tempfile.TemporaryDirectory(prefix="hubspool-bench-", dir=os.environ.get("TMPDIR")) as made:
        with Simulator(f"{made}/portal", **UNLIMITED_PORTAL) as portal:
            row("what", "ours", "ceiling", "ratio", "goal", "peak")
            for name in asked.rows or KINDS:
                getattr(KINDS[name](made, portal, asked.full), name)()


if __name__ == "__main__":
    main()
