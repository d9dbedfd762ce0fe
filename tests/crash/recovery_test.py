"""A restart with much to take up again: what was settled, what memory holds, and what is still unread."""

import unittest

from crash_case import CrashCase, of_size, say, wait_until, wait_with_peak_memory
from hubspool_harness import generate

PEAK_MIB = 256
FAST = {"batch": {"max_inputs": 100, "linger": "20ms"},
        "rate_limit": {"requests": 100000, "window": "1s"}}
SMALL_MEMORY = {"pending": {"max_bytes": "8MiB"}}


class RecoveryTest(CrashCase):
    def big_records(self, count, first_id, **fields):
        """About 1 KiB each."""
        first = len(self.records) + 1
        return [{"objectId": str(first_id + i), "eventName": f"{'n' * 900} #{first + i}", **fields}
                for i in range(count)]

    def kill_in_the_middle(self, how="run"):
        """Runs until some is delivered and much is not."""
        self.hubspool.start(how)
        before = self.delivered_inputs()
        wait_until(lambda: self.delivered_inputs() > before + 300, 30, "some deliveries")
        self.hubspool.kill9()
        self.assertTrue(self.hubspool.files("cur"))

    def test_scenario_01_field_that_turns_up_late_in_a_half_read_file_is_not_skipped(self):
        """A bulk file too large for memory begins and ends with the object; a live change of it comes
        in between, and kill -9 after its first value was delivered."""
        self.set_up_story(FAST | SMALL_MEMORY, latency_ms=20)
        first = {"objectId": "77", "eventName": "first #1"}
        last = {"objectId": "77", "eventUrl": "https://example.com/#40000", "eventType": "last #40000"}
        self.put_good([first] + self.big_records(20_000, 1000) + [last], "bulk")
        self.hubspool.start("run")
        wait_until(lambda: "77" in self.simulator.objects(), 30, "the first value")
        self.put_good([{"objectId": "77", "eventName": "live #50000"}])
        self.hubspool.kill9()
        self.assertEqual(self.simulator.objects()["77"], {"eventName": "first #1", "custom": {}})
        self.drain()
        self.assertEqual(self.simulator.objects()["77"]["eventUrl"], last["eventUrl"])
        self.assert_delivered()
        self.assert_books()

    def test_scenario_12_memory_limit_that_was_lowered_before_the_restart(self):
        self.set_up_story(FAST, latency_ms=20)
        for _ in range(3):
            self.put_good(self.big_records(10_000, 1000), "bulk")
        self.kill_in_the_middle()
        self.hubspool.configure(SMALL_MEMORY)
        self.kill_in_the_middle("drain")
        self.drain(timeout=60)
        self.assert_delivered()
        self.assert_books()

    def test_scenario_16_memory_of_the_recovery_of_a_half_settled_file(self):
        self.set_up_story(FAST, limit=0, latency_ms=5)
        n_objects = of_size(200_000, 2_000_000)
        for folder in ("tmp", "bulk"):
            (self.hubspool.queue / folder).mkdir(parents=True)
        made = self.hubspool.queue / "tmp" / "export.ndjson"
        generate(made, n_objects, n_objects, expected=self.directory / "expected")
        made.rename(self.hubspool.queue / "bulk" / made.name)
        self.hubspool.start("run")
        wait_until(lambda: self.delivered_inputs() >= n_objects // 2, 600, "half of it")
        self.hubspool.kill9()
        self.hubspool.start("drain")
        peak = wait_with_peak_memory(self.hubspool.process, 600)
        self.assertEqual(self.hubspool.process.returncode, 0, self.log_text()[-2000:])
        compared = self.simulator.compare(self.directory / "expected")
        self.assertEqual(compared["differences"], 0, compared["first"])
        self.assert_books(records_in=n_objects)
        say(f"{n_objects} objects, half of them settled: peak of the recovery {peak:.0f} MiB")
        self.assertLess(peak, PEAK_MIB)


if __name__ == "__main__":
    unittest.main(verbosity=2)
