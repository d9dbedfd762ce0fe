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

from bench_case import Simulator, row
from bulk_rows import BulkRows
from live_rows import LiveRows

ROWS = {"intake": BulkRows.intake, "drains": BulkRows.drains, "wire": BulkRows.wire,
        "small_files": BulkRows.small_files, "latency": LiveRows.latency,
        "rate_use": LiveRows.rate_use, "recovery": LiveRows.recovery, "idle": LiveRows.idle}


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    asked = arguments.parse_args()
    if unknown := set(asked.rows) - set(ROWS):
        arguments.error(f"no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    with tempfile.TemporaryDirectory(prefix="hubspool-bench-", dir=os.environ.get("TMPDIR")) as made:
        with Simulator(f"{made}/portal", limit=1_000_000_000, threads=2) as portal:
            row("what", "ours", "ceiling", "ratio", "goal", "peak")
            for name in asked.rows or ROWS:
                kind = BulkRows if ROWS[name] is getattr(BulkRows, name, None) else LiveRows
                ROWS[name](kind(made, portal, asked.full))


if __name__ == "__main__":
    main()
