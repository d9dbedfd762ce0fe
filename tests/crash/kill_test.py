"""kill -9 at any moment, again and again: nothing is lost and nothing goes backwards."""

import random
import time
import unittest

from crash_case import SEED, CrashCase, ended_within, of_size, say

KILLS = of_size(25, 200)

# Requests that take their time, some of which are applied only when nobody waits for them any more:
# after a cut, after a refusal, after a PENDING, and after the client was killed.
SLOW_AND_LATE = {
    "latency_ms": 150, "jitter_ms": 200, "seed": SEED,
    "fault": ["rate=0.06,stall-ms=1400", "rate=0.06,cut-before-apply,late-ms=1500",
              "rate=0.04,status=503,late-ms=1800", "rate=0.04,pending,late-ms=1200",
              "rate=0.04,cut-after-apply", "rate=0.02,status=502"],
}


# Low enough that it is reached, so that crashes could exceed it.
FEW = {"rate_limit": {"requests": 15, "window": "1s"}}


class KillTest(CrashCase):
    def test_scenario_09_kills_at_random_moments_with_requests_on_the_wire(self):
        self.chance = random.Random(SEED)
        self.set_up_story(FEW, limit=15, **SLOW_AND_LATE)
        killed = on_the_wire = 0
        self.put(200, 100)
        while killed < KILLS:
            self.hubspool.start(self.chance.choice(["run", "drain"]))
            self.perhaps_put(80)
            if self.ended_before_a_random_moment():
                continue
            on_the_wire += self.requests_under_way() > 0
            self.hubspool.kill9()
            killed += 1
            self.perhaps_put(40)
        self.drain()

        report = self.assert_delivered()
        totals = self.assert_books()
        self.assertTrue(self.hubspool.is_empty())
        self.assertEqual(self.dead_letters(), [])
        self.assertGreaterEqual(on_the_wire, KILLS // 2)
        say(f"seed {SEED}: {killed} kills, {on_the_wire} with a request on the wire, "
            f"{report['requests']} requests, {report['late_applied']} applied late, totals {totals}, "
            f"at most {report['max_in_window']} of {report['limit']} in a window")

    def perhaps_put(self, records_most):
        if self.chance.random() < 0.7:
            self.put(self.chance.randrange(1, records_most), 100,
                     self.chance.choice(["new", "bulk"]))

    def ended_before_a_random_moment(self):
        """The moment: at any time, or while a request is on the wire if there soon is one."""
        process = self.hubspool.process
        if self.chance.random() < 0.4:
            return ended_within(process, self.chance.uniform(0.02, 1.2))
        deadline = time.monotonic() + 2
        while not self.requests_under_way() and time.monotonic() < deadline:
            if ended_within(process, 0.01):
                return True
        return ended_within(process, self.chance.uniform(0, 0.1))

    def requests_under_way(self):
        report = self.simulator.report()
        return report["requests"] - report["cut"] - sum(report["by_status"].values())


if __name__ == "__main__":
    unittest.main(verbosity=2)
