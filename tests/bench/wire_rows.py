"""Rows of the wire: batches a second, beside what posts ready bodies to the same simulator."""

import statistics
import subprocess

from bench_case import UNLIMITED_PORTAL, BenchCase, Simulator, mib, row

WRK_SCRIPT = """
local requests, sent, answered = {{}}, 0, 0
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
    return requests[(sent - 1) % #requests + 1]
end
function response()
    answered = answered + 1
    if answered == {n_batches} then wrk.thread:stop() end
end
"""
INPUTS = 100
ROUNDS = 3


class WireRows(BenchCase):
    def wire(self):
        """Medians of some rounds, in turn: what else the host does comes and goes."""
        n_batches = 10_000 if self.full else 2_000
        source = self.records(n_batches * INPUTS, n_batches * INPUTS)
        bodies = self.bodies(source)
        rounds = [self.round(f"{self.directory}/wire-{i}", source, bodies, n_batches)
                  for i in range(ROUNDS)]
        ours, same, one = (statistics.median(each) for each in zip(*rounds))
        row(f"wire: {n_batches:,} batches, batches/s", f"{ours:,.0f}", f"{one:,.0f}",
            f"{ours / one:.2f}", ">= 0.6", mib(self.used))
        row(f"wire: wrk posting the same {n_batches:,} bodies", f"{ours:,.0f}", f"{same:,.0f}",
            f"{ours / same:.2f}")

    def round(self, directory, source, bodies, n_batches):
        """Batches a second: ours, wrk's with the same bodies, each to a simulator that has seen none
        of the objects; and wrk's with one body again and again."""
        with Simulator(f"{directory}-ours", **UNLIMITED_PORTAL) as self.portal:
            self.used = self.drain(source)
            ours = self.batches_a_second()
        one = self.directory / "body"
        with open(bodies, encoding="utf-8") as lines:
            one.write_text(next(lines))
        with Simulator(f"{directory}-wrk", **UNLIMITED_PORTAL) as self.portal:
            return ours, self.wrk(bodies, n_batches), self.wrk(one, n_batches)

    def bodies(self, source):
        """The records of that file as bodies, one a line."""
        path = self.directory / "bodies"
        with open(source, encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
            for first in lines:
                inputs = [first] + [next(lines) for _ in range(INPUTS - 1)]
                out.write('{"inputs":[' + ",".join(each.strip() for each in inputs) + "]}\n")
        return path

    def wrk(self, bodies, n_batches):
        """Requests a second that wrk gets through with those bodies in turn."""
        script = self.directory / "post.lua"
        script.write_text(WRK_SCRIPT.format(token=self.portal.token, bodies=bodies,
                                            n_batches=n_batches))
        self.portal.reset_counters()
        subprocess.run(["wrk", "-t1", "-c8", "-d5s", "-s", script,
                        self.portal.url + "/marketing/v3/marketing-events/batch/update"],
                       check=True, stdout=subprocess.DEVNULL)
        return self.batches_a_second()

    def batches_a_second(self):
        report = self.portal.report()
        return report["requests"] * 1000 / (report["last_arrival_ms"] - report["first_arrival_ms"])
