"""Rows of the ledger: what it costs to know what HubSpot has, and to ask it."""

import json
import subprocess
import time

from bench_case import BenchCase, Usage, find_program, mib, put_into, row

MUCH = 10_000_000  # acknowledgements


def measured(name):
    """The one micro benchmark of that name: its JSON."""
    done = subprocess.run([find_program("micro_bench"), "--benchmark_format=json",
                           f"--benchmark_filter=^{name}/"], check=True, capture_output=True)
    return json.loads(done.stdout)["benchmarks"][0]


def hours_ago(hours):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - hours * 3600))


class LedgerRows(BenchCase):
    def ledger(self):
        taken = measured("ledger_taking_in")
        row("ledger: CPU an acknowledged object, us", f"{taken['processor_us_an_item']:.2f}", "", "",
            "<= 1.5")
        row("ledger: bytes an object of 8 fields", f"{taken['bytes_an_object']:.0f}", "", "", "<= 120")
        if not self.full:
            return
        much = measured("ledger_taking_in_much")
        row(f"ledger: made anew from {MUCH:,}, s", f"{much['real_time']:.1f}", "", "", "<= 15")

    def looked_up(self):
        source = self.records(1_000_000, 1_000_000)
        with open(f"{source}.expected", "rb") as expected:
            objects = sum(1 for _ in expected)
        plain = self.second_drain(source, "new")
        late = self.second_drain(source, f"as_of={hours_ago(1)}")
        # Older than what runs before may have sent, and newer than what they did: held against the
        # ledger, and sent all the same.
        assert late.requests == plain.requests, (late.requests, plain.requests)
        row("drain of 1 M records / 1 M objects, CPU us", f"{late.cpu / objects * 1e6:.2f}",
            f"{plain.cpu / objects * 1e6:.2f}", f"{late.cpu / plain.cpu:.2f}", "", mib(late))
        row("an object that is looked up, CPU us over it",
            f"{(late.cpu - plain.cpu) / objects * 1e6:.2f}", "", "", "<= 6")

    def second_drain(self, source, name):
        """Of the same objects again, once the ledger knows the first one."""
        hubspool = self.hubspool()
        drain = [find_program("hubspool"), "drain", "-c", hubspool.config]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        put_into(hubspool.queue, "bulk", source, f"1-first.as_of={hours_ago(2)}.ndjson")
        Usage(drain, **quiet)
        made = hubspool.run("ledger", "rebuild")
        assert made.returncode == 0, made.stderr
        put_into(hubspool.queue, "bulk", source, f"2-{name}.ndjson")
        self.portal.reset_counters()
        used = Usage(drain, **quiet)
        used.requests = self.portal.report()["requests"]
        return used
