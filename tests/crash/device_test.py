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

    def test_file_system_that_cannot_rename_without_replacing_loses_nothing_in_kills(self):
        self.set_up_story({"batch": {"max_inputs": 5}}, latency_ms=20)
        self.make_trouble("no_noreplace", "")
        self.assertIn("cannot rename without replacing", self.check_of_the_queue())
        records = make_records(600, 100, seed=9)
        for kill in range(6):
            for part in range(20):
                first = (kill * 20 + part) * 5
                self.put_good(records[first:first + 5])
            self.start_daemon()
            self.wait_for_requests(self.requests() + 1 + kill)
            self.hubspool.kill9()
        self.drain()
        self.assert_delivered()
        self.assert_books(records_in=None)
        self.assertEqual(self.hubspool.files("rejected"), [])

    def check_of_the_queue(self):
        self.drain()  # makes it
        return self.hubspool.run("check").stdout


if __name__ == "__main__":
    unittest.main(verbosity=2)
