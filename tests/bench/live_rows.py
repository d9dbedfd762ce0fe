"""Rows of time: how soon, how steadily, and how much when there is nothing to do."""

import datetime
import pathlib
import subprocess
import time

from bench_case import BenchCase, find_program, put_into, row
from bulk_rows import best_rates
from hubspool_harness import Simulator, wait_until


class LiveRows(BenchCase):
    def latency(self):
        bare = self.latencies(["bare", self.directory / "bare-latency"])
        directory = self.directory / "latency"
        directory.mkdir()
        ours = self.latencies(["served", directory], lambda: self.serve(directory))
        for i, (name, goal) in enumerate((("median", "<= 2"), ("99th percentile", "<= 3"))):
            row(f"latency of 1,000 files, {name}, us", f"{ours[i]:,.0f}", f"{bare[i]:,.0f}",
                f"{ours[i] / bare[i]:.2f}", goal)

    def latencies(self, words, beside=None):
        """(median, 99th percentile) as bench_latency prints them, with `beside` run beside it."""
        process = subprocess.Popen([find_program("bench_latency"), *map(str, words), "1000"],
                                   stdout=subprocess.PIPE, text=True)
        hubspool = beside() if beside else None
        said = process.communicate()[0]
        if hubspool:
            hubspool.stop()
        if process.returncode != 0:
            raise RuntimeError("bench_latency failed")
        return tuple(map(float, said.split()))

    def serve(self, directory):
        wait_until((directory / "port").exists, 20, "the server's port")
        port = (directory / "port").read_text()
        hubspool = self.hubspool(
            {"api": {"url": f"https://localhost:{port}", "ca_file": directory / "ca.pem"},
             "queue": {"directory": directory / "queue", "scan_interval": "5s"}})
        hubspool.start()
        return hubspool

    def rate_use(self):
        """A last request can come no sooner than so many windows after the first."""
        windows, limit = (6, 190) if self.full else (2, 190)
        n_inputs = (windows * limit + 1) * 100
        with Simulator(self.directory / "limited", limit=limit, window_ms=10_000, latency_ms=100,
                       jitter_ms=20) as portal:
            hubspool = self.hubspool({"rate_limit": {"requests": limit, "window": "10s"}}, portal)
            put_into(hubspool.queue, "bulk", self.records(n_inputs, n_inputs))
            hubspool.run("drain", timeout=200)
            report = portal.report()
        took = (report["last_arrival_ms"] - report["first_arrival_ms"]) / 1000
        row(f"rate use: {limit} in 10 s, {10 * windows} s", f"{limit * windows * 10 / took:.2f}",
            f"{limit}", f"{10 * windows / took:.4f}", ">= 0.99")
        refused = report["by_status"].get("429", 0)
        row("rate use: most in a window; violations, 429s", report["max_in_window"],
            f"{report['window_violations']}, {refused}", "", "0, 0")

    def recovery(self):
        """Killed half way through sending, all being read; then the time to the first request."""
        n_records = 10_000_000 if self.full else 1_000_000
        hubspool = self.hubspool()
        put_into(hubspool.queue, "bulk", self.records(n_records, 100_000))
        self.portal.reset_counters()
        hubspool.start("drain")
        wait_until(lambda: self.portal.report()["requests"] >= 500, 300, "half of the requests")
        hubspool.kill9()
        hubspool.log.unlink()
        began = time.time()
        hubspool.start("drain")
        hubspool.process.wait(300)
        seconds = first_request(hubspool.log) - began
        reading = n_records / best_rates(("intake",))["intake"]
        row(f"recovery: {n_records:,} records, first request, s", f"{seconds:.2f}",
            f"{reading:.2f}", f"{seconds / reading:.2f}", "<= 1.2")

    def idle(self):
        hubspool = self.hubspool({"queue": {"scan_interval": "10s"}})
        process = hubspool.start()
        wait_until(lambda: hubspool.run("status").returncode == 0, 20, "the start")
        try:
            time.sleep(15)  # past what a start does, and the first scan
            before = context_switches(process.pid)
            time.sleep(30)  # what is measured is this time
            wakes = context_switches(process.pid) - before
        finally:
            hubspool.stop()
        row("idle: wake-ups in 30 s, scans each 10 s", wakes, "3", "")


def first_request(log):
    """When the request of the first outcome in the log was sent, in seconds of the wall clock."""
    line = next(each for each in log.read_text().splitlines() if " batch batch=" in each)
    at = datetime.datetime.fromisoformat(line.split()[0].replace("Z", "+00:00")).timestamp()
    took = next(word for word in line.split() if word.startswith("duration_ms="))
    return at - int(took.split("=")[1]) / 1000


def context_switches(pid):
    total = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total
