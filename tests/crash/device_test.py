"""Devices that fail: a bad sector in a queue file, and a state that cannot be made durable."""

import unittest

from crash_case import make_records, wait_until
from interposed import InterposedCase


class DeviceTest(InterposedCase):
    def test_scenario_18_bad_sector_costs_what_lies_behind_it_and_no_more(self):
        self.set_up_story()
        self.put(50, 50)
        bad = make_records(4000, 500, seed=7, first_sequence=1001, first_id=5_000_000)
        name = self.hubspool.put(bad)
        size = (self.hubspool.queue / "new" / name).stat().st_size
        self.make_trouble("read", f"{name} {size // 2}")
        self.records += make_records(50, 50, seed=8, first_sequence=9001)
        self.hubspool.put(self.records[50:])
        self.start_daemon()
        self.wait_until_empty(60)
        self.assertEqual(self.hubspool.stop(), 0)
        (row,) = [file for file in self.files() if file["name"] == name]
        self.assertGreater(row["records_in"], len(bad) // 3)
        self.assertLess(row["records_in"], len(bad))
        # The record that the bad sector cuts is the damaged tail.
        self.records[50:50] = bad[:row["records_in"] - 1]
        self.assert_delivered()
        self.assert_books(dead=1)
        (reason,) = (self.hubspool.queue / "rejected").glob(f"*{name}.reason")
        self.assertRegex(reason.read_text(), r"\b\d{5,}\b.*Input/output error|Input/output error.*\b\d{5,}\b")

    def test_scenario_18_state_that_cannot_be_synced_ends_it_and_a_restart_recovers(self):
        self.set_up_story({"batch": {"max_inputs": 10}}, latency_ms=30)
        self.put(400, 300)
        self.start_daemon()
        self.wait_for_requests(5)
        self.make_trouble("fsync", self.hubspool.state / "state.db")
        for _ in range(2):
            code = wait_until(lambda: (self.hubspool.process.poll(),), 1)[0] or \
                self.hubspool.process.wait(30)
            self.assertEqual(code, 1)
            self.assertIn("state.db", self.log_text())
            self.assertEqual(self.log_text().count("the state cannot be written"), 1, "said once")
            self.assertEqual(self.dead_letters(), [])
            self.put(40, 300)
            self.hubspool.start("run")
        self.assertEqual(self.hubspool.process.wait(30), 1)
        self.end_trouble("fsync")
        self.drain()
        self.assert_delivered()
        self.assert_books()


if __name__ == "__main__":
    unittest.main(verbosity=2)
