"""Rows of the wire: batches a second, beside what posts ready bodies to the same simulator."""

import itertools
import statistics
import subprocess

from bench_case import UNLIMITED_PORTAL, BenchCase, mib, row
from hubspool_harness import Simulator

WRK_SCRIPT = """
local requests, sent = {{}}, 0
function init(args)
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    wrk.headers["Authorization"] = "Bearer {token}"
    for body in io.lines("{bodies}") do
        requests[#requests + 1] = wrk.format(nil, nil, nil, body)
    end
end
function request()
    sent = sent + 1
    if sent == {n_batches} then wrk.thread:stop() end
    return requests[(sent - 1) % #requests + 1]
end
"""
INPUTS = 100
FEW = 16  # bodies, more than connections: no two requests under way name the same objects
ROUNDS = 3


class WireRows(BenchCase):
    def wire(self):
        """Medians of some rounds, in turn: what else the host does comes and goes."""
        n_batches = 10_000 if self.full else 2_000
        source = self.records(n_batches * INPUTS, n_batches * INPUTS)
        all_bodies, few = self.bodies(source)
        rounds = [self.round(f"{self.directory}/wire-{i}", source, all_bodies, few, n_batches)
                  for i in range(ROUNDS)]
        ours, same, known = (statistics.median(each) for each in list(zip(*rounds))[1:])
        peak = max((used for used, *_ in rounds), key=lambda used: used.peak_mib)
        row(f"wire: {n_batches:,} batches, batches/s", f"{ours:,.0f}", f"{same:,.0f}",
            f"{ours / same:.2f}", ">= 0.6", mib(peak))
        row(f"wire: beside {FEW} bodies again and again", f"{ours:,.0f}", f"{known:,.0f}",
            f"{ours / known:.2f}", ">= 0.6")

    def round(self, directory, source, bodies, few, n_batches):
        """What ours used; batches a second: ours, wrk's with the same bodies, each to a simulator that
        has seen none of the objects; and wrk's with a few bodies again and again."""
        with Simulator(f"{directory}-ours", **UNLIMITED_PORTAL) as self.portal:
            used = self.drain(source)
            ours = self.batches_a_second(n_batches)
        with Simulator(f"{directory}-wrk", **UNLIMITED_PORTAL) as self.portal:
            return used, ours, self.wrk(bodies, n_batches), self.wrk(few, n_batches)

    def bodies(self, source):
        """The records of that file as bodies, one a line; and the first of these."""
        path, few = self.directory / "bodies", self.directory / "few-bodies"
        with open(source, encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
            for first in lines:
                inputs = [first] + [next(lines) for _ in range(INPUTS - 1)]
                out.write('{"inputs":[' + ",".join(each.strip() for each in inputs) + "]}\n")
        with open(path, encoding="utf-8") as lines:
            few.write_text("".join(itertools.islice(lines, FEW)))
        return path, few

    def wrk(self, bodies, n_batches):
        """Requests a second that wrk gets through with those bodies in turn."""
        script = self.directory / "post.lua"
        script.write_text(WRK_SCRIPT.format(token=self.portal.token, bodies=bodies,
                                            n_batches=n_batches))
        self.portal.reset_counters()
        subprocess.run(["wrk", "-t1", "-c8", "-d8s", "-s", script,
                        self.portal.url + "/marketing/v3/marketing-events/batch/update"],
                       check=True, stdout=subprocess.DEVNULL)
        # Those that were under way when it stopped came, too.
        return self.batches_a_second(n_batches, 8)

    def batches_a_second(self, n_batches, more_or_less=0):
        report = self.portal.report()
        requests = report["requests"]
        if abs(requests - n_batches) > more_or_less or set(report["by_status"]) != {"200"}:
            raise RuntimeError(f"{n_batches} batches were to be answered with 200, not {requests}: "
                               f"{report['by_status']}")
        return requests * 1000 / (report["last_arrival_ms"] - report["first_arrival_ms"])
