"""Rows of the wire: batches a second, beside what posts ready bodies to the same simulator."""

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


class WireRows(BenchCase):
    def wire(self):
        """To a simulator that has not seen the objects; and beside one that sees the same again and
        again."""
        n_batches = 10_000 if self.full else 2_000
        source = self.records(n_batches * INPUTS, n_batches * INPUTS)
        with Simulator(self.directory / "wire", **UNLIMITED_PORTAL) as self.portal:
            used = self.drain(source)
            ours = self.batches_a_second()
        bodies = self.bodies(source)
        one = self.directory / "body"
        with open(bodies, encoding="utf-8") as lines:
            one.write_text(next(lines))
        with Simulator(self.directory / "wrk", **UNLIMITED_PORTAL) as self.portal:
            same = self.wrk(bodies, n_batches)
            self.wrk(one, n_batches)
            best = self.wrk(one, n_batches)
        row(f"wire: {n_batches:,} batches; wrk with one body", f"{ours:,.0f}", f"{best:,.0f}",
            f"{ours / best:.2f}", ">= 0.6", mib(used))
        row(f"wire: {n_batches:,} batches; wrk with the same", f"{ours:,.0f}", f"{same:,.0f}",
            f"{ours / same:.2f}")

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
        subprocess.run(["wrk", "-t1", "-c8", "-d8s", "-s", script,
                        self.portal.url + "/marketing/v3/marketing-events/batch/update"],
                       check=True, stdout=subprocess.DEVNULL)
        return self.batches_a_second()

    def batches_a_second(self):
        report = self.portal.report()
        return report["requests"] * 1000 / (report["last_arrival_ms"] - report["first_arrival_ms"])
