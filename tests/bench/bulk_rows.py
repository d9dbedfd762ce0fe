"""Rows of much at once: what a record, a batch and a file cost."""

import subprocess

from bench_case import MIB, BenchCase, ceiling, find_program, mib, row

INTAKE = ("scan_and_decode", "coalesce", "intake")


def best_rates(names):
    """Items a second of those micro benchmarks, the best of three."""
    lines = subprocess.run(
        [find_program("micro_bench"), "--benchmark_format=csv", "--benchmark_repetitions=3",
         "--benchmark_filter=" + "|".join(names)],
        check=True, capture_output=True, text=True).stdout.splitlines()
    best = {}
    for line in lines:
        words = line.split(",")
        if len(words) > 6 and words[6][:1].isdigit():
            name = words[0].strip("\"").split("/")[0]
            best[name] = max(best.get(name, 0), float(words[6]))
    return best


class BulkRows(BenchCase):
    def intake(self):
        best = best_rates(("parse_ceiling",) + INTAKE)
        top = best["parse_ceiling"]
        for name in INTAKE:
            row(name.replace("_", " ") + ", records/s", f"{best[name]:,.0f}", f"{top:,.0f}",
                f"{best[name] / top:.2f}", ">= 0.45" if name == "intake" else "")

    def drains(self):
        source = self.records(1_000_000, 100_000)
        cpu, _ = ceiling("parse", source)
        ours = self.drain(source)
        row("drain of 1 M records / 100 k objects, CPU s", f"{ours.cpu:.2f}", f"{cpu:.2f}",
            f"{ours.cpu / cpu:.1f}", "<= 4", mib(ours))
        self.memory("memory: 1 M records / 100 k objects, MiB", source, ours)
        small = self.drain(self.records(100_000, 10_000))
        row("CPU a record: 100 k records, and 1 M, us", f"{small.cpu * 10:.2f}", f"{ours.cpu:.2f}",
            f"{ours.cpu / small.cpu / 10:.2f}", "<= 1.15", mib(small))
        if not self.full:
            return
        source = self.records(10_000_000, 100_000)
        large = self.drain(source)
        row("CPU a record: 100 k records, and 10 M, us", f"{small.cpu * 10:.2f}",
            f"{large.cpu / 10:.2f}", f"{large.cpu / small.cpu / 100:.2f}", "<= 1.15", mib(large))
        row("memory: 10 M records / 100 k objects, MiB", f"{large.peak_mib:.0f}", "128",
            f"{large.peak_mib / 128:.2f}", "< 1")

    def memory(self, what, source, used):
        """Against what the merged changes take as JSON."""
        merged = source.with_name(source.name + ".expected").stat().st_size / MIB
        most = 48 + 1.4 * merged
        row(what, f"{used.peak_mib:.0f}", f"{most:.0f}", f"{used.peak_mib / most:.2f}", "<= 1")

    def small_files(self):
        counts = (2_000, 200_000) if self.full else (2_000, 20_000)
        cost = []
        for count in counts:
            source = self.records(count, count, files=count)
            ours = self.drain(source, lane="new")
            cost.append(ours.seconds / count)
        _, seconds = ceiling("files", self.directory / "bare", counts[-1])
        row(f"{counts[-1]:,} files of a record, files/s", f"{counts[-1] / ours.seconds:,.0f}",
            f"{counts[-1] / seconds:,.0f}", f"{seconds / ours.seconds:.2f}", ">= 0.5", mib(ours))
        row(f"time a file: {counts[0]:,} files, and {counts[1]:,}, us", f"{cost[0] * 1e6:.0f}",
            f"{cost[1] * 1e6:.0f}", f"{cost[1] / cost[0]:.2f}", "<= 1.25")
