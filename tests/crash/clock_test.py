"""The wall clock is set, back and forth: neither what waits nor the limit depends on it."""

import unittest

from crash_case import of_size, say, wait_until
from interposed import InterposedCase

HOUR = 3600


class ClockTest(InterposedCase):
    def set_clock(self, seconds):
        self.make_trouble("clock", seconds)

    def test_scenario_33_clock_steps_back_an_hour_with_a_retry_scheduled(self):
        self.set_up_story({"retry": {"initial": "1s", "max": "2s"}}, fault=["every=1,status=423"])
        self.start_daemon()
        self.put(30, 30)
        wait_until(lambda: self.simulator.report()["by_status"].get("423", 0) >= 2, 20, "a retry")
        for step in (-HOUR, 2 * HOUR, -24 * HOUR, 30 * HOUR):
            with self.subTest(step=step):
                self.set_clock(step)
                refused = self.requests()
                wait_until(lambda: self.requests() > refused, 20, "the next try")
        self.set_clock(-HOUR)
        self.put(30, 30, "bulk")  # its times are an hour ahead of hubspool's clock
        self.simulator.set_faults(faults=[])
        self.wait_until_empty(20)
        self.assert_delivered()
        self.assert_books()

    def test_scenario_10_a_clock_that_jumps_exceeds_no_limit_over_kills_either(self):
        self.set_up_story({"rate_limit": {"requests": 15, "window": "1s"}}, limit=15,
                          latency_ms=30, jitter_ms=30)
        self.put(1000, 1000)
        for round_ in range(of_size(6, 40)):
            self.start_daemon()
            for step in (-HOUR, HOUR):
                self.set_clock(step * (round_ + 1))
                sent = self.requests()
                wait_until(lambda: self.requests() >= sent + 6 or self.hubspool.is_empty(), 30, "requests")
            self.hubspool.kill9()
        self.drain()
        report = self.assert_delivered()
        self.assert_books()
        say(f"at most {report['max_in_window']} of {report['limit']} in a window")


if __name__ == "__main__":
    unittest.main(verbosity=2)
