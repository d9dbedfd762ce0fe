#!/usr/bin/env python3
"""What hubspool costs, each figure beside a ceiling measured in the same run on the same data.

    scripts/bench             sizes of some minutes
    scripts/bench --full      10,000,000 records, 200,000 files, rate use over a minute

Each row: what, ours, the ceiling, our ratio to it, our peak memory. Nothing is asserted.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from hubspool_harness import (  # noqa: E402
    Hubspool, Simulator, find_program, generate, put_into, wait_until)

UNLIMITED = {"rate_limit": {"requests": 1_000_000, "window": "1s"}, "batch": {"linger": "0"},
             "api": {"connections": 8}, "queue": {"retention": "0"}}
WRK_SCRIPT = """
wrk.method = "POST"
wrk.body = io.open("{body}"):read("*a")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {token}"
"""


class Usage:
    """Of one process: seconds, CPU seconds, peak MiB."""

    def __init__(self, command, **how):
        began = time.monotonic()
        process = subprocess.Popen(list(map(str, command)), **how)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]} {command[1]}: exit {process.returncode}")
        self.seconds = time.monotonic() - began
        self.cpu = used.ru_utime + used.ru_stime
        self.peak_mib = used.ru_maxrss / 1024


def row(what, ours, ceiling, ratio, memory=""):
    print(f"{what:<46} {ours:>16} {ceiling:>16} {ratio:>7} {memory:>9}", flush=True)


def mib(usage):
    return f"{usage.peak_mib:.0f} MiB"


def ceiling(*words):
    """(CPU seconds, seconds) of bench_ceilings, the better of three."""
    runs = [subprocess.run([find_program("bench_ceilings"), *map(str, words)], check=True,
                           capture_output=True, text=True).stdout.split() for _ in range(3)]
    return min((float(cpu), float(seconds)) for cpu, seconds in runs)


class Bench:
    def __init__(self, directory, full):
        self.directory = pathlib.Path(directory)
        self.full = full
        self.portal = Simulator(self.directory / "portal", limit=1_000_000_000, threads=2).start()
        self.number = 0

    def hubspool(self, overrides=None):
        self.number += 1
        made = Hubspool(self.directory / f"hubspool-{self.number}", self.portal, UNLIMITED)
        made.configure(overrides or {})
        return made

    def records(self, n_records, n_objects, files=1):
        """A file of records; of several files, the directory that holds them."""
        path = self.directory / f"records-{n_records}-{n_objects}-{files}"
        if files == 1 and not path.exists():
            generate(path, n_records, n_objects)
        elif not path.exists():
            path.mkdir()
            generate(path / "part", n_records, n_objects, files=files)
        return path

    def drain(self, source, lane="bulk"):
        """A drain of that file, or of all files of that directory."""
        hubspool = self.hubspool()
        sources = sorted(source.iterdir()) if source.is_dir() else [source]
        for each in sources:
            put_into(hubspool.queue, lane, each)
        self.portal.reset_counters()
        return Usage([find_program("hubspool"), "drain", "-c", hubspool.config],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def decoding(self):
        lines = subprocess.run(
            [find_program("core_bench"), "--benchmark_format=csv", "--benchmark_repetitions=3"],
            check=True, capture_output=True, text=True).stdout.splitlines()
        best = {}
        for line in lines:
            words = line.split(",")
            if len(words) > 6 and words[6][:1].isdigit():
                name = words[0].strip("\"").split("/")[0]
                best[name] = max(best.get(name, 0), float(words[6]))
        top = best["parse_ceiling"]
        for name in ("scan_and_decode", "coalesce", "intake"):
            row(name.replace("_", " ") + ", records/s", f"{best[name]:,.0f}", f"{top:,.0f}",
                f"{best[name] / top:.2f}")

    def main_job(self):
        source = self.records(1_000_000, 100_000)
        cpu, _ = ceiling("parse", source)
        ours = self.drain(source)
        row("drain of 1 M records / 100 k objects, CPU s", f"{ours.cpu:.2f}", f"{cpu:.2f}",
            f"{ours.cpu / cpu:.1f}", mib(ours))
        return ours

    def growth(self, ours):
        small = self.drain(self.records(100_000, 10_000))
        row("CPU a record: 100 k records, and 1 M, us", f"{small.cpu * 10:.2f}", f"{ours.cpu:.2f}",
            f"{ours.cpu / small.cpu / 10:.2f}", mib(small))
        if self.full:
            large = self.drain(self.records(10_000_000, 100_000))
            row("CPU a record: 1 M records, and 10 M, us", f"{ours.cpu:.2f}", f"{large.cpu / 10:.2f}",
                f"{large.cpu / 10 / ours.cpu:.2f}", mib(large))

    def wire(self):
        n_batches = 10_000 if self.full else 2_000
        source = self.records(n_batches * 100, n_batches * 100)
        ours = self.drain(source)
        batches = self.portal.report()
        seconds = (batches["last_arrival_ms"] - batches["first_arrival_ms"]) / 1000
        best = self.wrk(source)
        row(f"wire: {n_batches:,} batches, batches/s", f"{n_batches / seconds:,.0f}", f"{best:,.0f}",
            f"{n_batches / seconds / best:.2f}", mib(ours))

    def wrk(self, source):
        """Requests a second that wrk gets through with a body of as many bytes, all objects known."""
        with open(source, encoding="utf-8") as lines:
            inputs = ",".join(next(lines).strip() for _ in range(100))
        body = self.directory / "body.json"
        body.write_text('{"inputs":[' + inputs + "]}")
        script = self.directory / "post.lua"
        script.write_text(WRK_SCRIPT.format(body=body, token=self.portal.token))
        said = subprocess.run(
            ["wrk", "-t1", "-c8", "-d5s", "-s", script,
             self.portal.url + "/marketing/v3/marketing-events/batch/update"],
            check=True, capture_output=True, text=True).stdout
        return float(next(line for line in said.splitlines() if "Requests/sec" in line).split()[1])

    def small_files(self):
        counts = (2_000, 200_000) if self.full else (2_000, 20_000)
        cost = []
        for count in counts:
            source = self.records(count, count, files=count)
            ours = self.drain(source, lane="new")
            cost.append(ours.seconds / count)
        _, seconds = ceiling("files", self.directory / "bare", counts[-1])
        row(f"{counts[-1]:,} files of a record, files/s", f"{counts[-1] / ours.seconds:,.0f}",
            f"{counts[-1] / seconds:,.0f}", f"{seconds / ours.seconds:.2f}", mib(ours))
        row(f"time a file: {counts[0]:,} files, and {counts[1]:,}, us", f"{cost[0] * 1e6:.0f}",
            f"{cost[1] * 1e6:.0f}", f"{cost[1] / cost[0]:.2f}")

    def idle(self):
        hubspool = self.hubspool({"queue": {"scan_interval": "10s"}})
        process = hubspool.start()
        wait_until(lambda: hubspool.run("status").returncode == 0, 20, "the start")
        try:
            before = context_switches(process.pid)
            time.sleep(30)  # what is measured is this time
            wakes = context_switches(process.pid) - before
        finally:
            hubspool.stop()
        row("idle: wake-ups in 30 s, scans each 10 s", wakes, "3", "")


def context_switches(pid):
    total = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--full", action="store_true")
    full = arguments.parse_args().full
    with tempfile.TemporaryDirectory(prefix="hubspool-bench-", dir=os.environ.get("TMPDIR")) as made:
        bench = Bench(made, full)
        try:
            row("what", "ours", "ceiling", "ratio", "peak")
            bench.decoding()
            bench.growth(bench.main_job())
            bench.wire()
            bench.small_files()
            bench.idle()
        finally:
            bench.portal.stop()


if __name__ == "__main__":
    main()
