#!/usr/bin/env python3
"""The night and the morning after: drains that stop at a limit, and the report of what they did."""

import json
import unittest

from end_to_end import (
    DONE, FAILED, NO_LIMIT, SOME_DEAD, STOPPED, EndToEnd, scaled, simple_records)

EXPORTED = scaled(1_000, 300_000)
INPUTS = 10  # of a batch, so that a night has many
UNKNOWN_EVERY = 900_001
UNKNOWN = [str(UNKNOWN_EVERY * each) for each in (1, 2, 3)]


class Night(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(unknown_every=UNKNOWN_EVERY)
        self.hubspool = self.make_hubspool(NO_LIMIT, {"batch": {"max_inputs": INPUTS}})
        self.bulk = simple_records(range(1, EXPORTED + 1))
        self.live = simple_records(range(500_000, 500_040))

    def put_both(self):
        self.hubspool.put(self.bulk, "bulk", "export.ndjson")
        self.hubspool.put(self.live, "new", "change.ndjson")

    def asked(self):
        """Requests that the portal has seen."""
        report = self.portal.report()
        return report["requests"] + report["account_requests"]

    def report(self):
        told = self.hubspool.run("report", "--format", "json")
        self.assertEqual(told.returncode, DONE, told.stderr)
        return json.loads(told.stdout)

    def assert_each_went_once(self):
        """So nothing that was under way had been cut and sent again."""
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["applied_inputs"], len(self.bulk) + len(self.live))
        self.assert_portal_has(self.bulk + self.live)
        self.assert_books(self.hubspool, delivered=len(self.bulk) + len(self.live), dead_lettered=0)

    def test_drains_of_so_many_requests_finish_together_and_none_sends_more(self):
        self.put_both()
        most = scaled(20, 2_000)
        codes = []
        while DONE not in codes:
            before = self.asked()
            ended = self.hubspool.run("drain", "--max-requests", str(most), timeout=300)
            codes.append(ended.returncode)
            self.assertLessEqual(self.asked() - before, most)
            self.assertIn(ended.returncode, (DONE, STOPPED), ended.stderr)
            self.assertEqual("left: " in ended.stdout, ended.returncode == STOPPED, ended.stdout)
            self.assertLess(len(codes), 100)
        self.assertGreater(len(codes), 4)
        self.assert_each_went_once()

    def test_deadline_lets_what_is_under_way_end_and_the_next_night_finishes(self):
        self.put_both()
        self.portal.set_faults(latency_ms=500)
        self.drain(self.hubspool, "--deadline", "2s", code=STOPPED)
        self.assertGreater(self.portal.report()["applied_inputs"], 0)
        left = self.report()
        self.assertEqual(left["records"]["delivered"], self.portal.report()["applied_inputs"])
        self.assertGreaterEqual(left["files"]["open"], 1)
        self.portal.set_faults(latency_ms=1)
        self.drain(self.hubspool)
        self.assert_each_went_once()

    def test_one_lane_is_sent_alone_and_the_other_one_after_it(self):
        self.put_both()
        self.drain(self.hubspool, "--lane", "bulk")
        self.assertEqual(set(self.portal.objects()), {each["objectId"] for each in self.bulk})
        self.drain(self.hubspool, "--lane", "live")
        self.assert_each_went_once()
        self.assertTrue(self.hubspool.is_empty())

    def test_newest_value_stands_in_whatever_order_the_lanes_are_sent(self):
        for number, (first, second) in ((10, ("bulk", "live")), (20, ("live", "bulk"))):
            self.hubspool.put(simple_records(["7"], number + 1), "bulk")
            self.hubspool.put(simple_records(["7"], number + 2), "new")
            self.hubspool.put(simple_records(["7"], number + 3), "bulk")
            self.drain(self.hubspool, "--lane", first)
            self.drain(self.hubspool, "--lane", second)
            self.assertEqual(self.portal.objects()["7"]["eventName"], f"event 7 #{number + 3}")
            self.assertTrue(self.hubspool.is_empty())
        self.assert_portal_kept_the_rules()

    def report_equals_the_portal_and_the_books(self, report):
        seen, totals = self.portal.report(), self.hubspool.status_json()["totals"]
        self.assertEqual(report["requests"]["requests"], seen["requests"])
        self.assertEqual(report["requests"]["inputs"], seen["inputs"])
        self.assertEqual(report["requests"]["delivered"], seen["applied_inputs"])
        for fate in ("records_in", "delivered", "superseded", "overtaken", "dead_lettered", "pending"):
            self.assertEqual(report["records"][fate], totals[fate], fate)
        files = {file["number"]: file for file in self.hubspool.json("files")}
        for file in report["files"]["most_trouble"]:
            for fate in ("records_in", "delivered", "superseded", "overtaken", "dead_lettered"):
                self.assertEqual(file[fate], files[file["number"]][fate], (fate, file))
        self.assertEqual(report["dead_letters"]["records"], totals["dead_lettered"])

    def test_report_of_a_drain_and_of_the_morning_after_equal_portal_and_books(self):
        self.put_both()
        self.hubspool.put(simple_records(UNKNOWN) + simple_records(["1"], 2), "new", "faults.ndjson")
        page = self.directory / "night.html"
        ended = self.drain(self.hubspool, "--report", page, code=SOME_DEAD)
        self.report_equals_the_portal_and_the_books(ended["report"])
        self.report_equals_the_portal_and_the_books(self.report())
        reasons = ended["report"]["dead_letters"]["reasons"]
        self.assertEqual([reason["records"] for reason in reasons], [len(UNKNOWN)])
        self.assertEqual({example["object_id"] for example in reasons[0]["examples"]}, set(UNKNOWN))
        text = page.read_text()
        self.assertTrue(text.startswith("<!DOCTYPE html>"))
        self.assertIn("<svg", text)
        # Beside a daemon it says the same, and what the account has left.
        self.start_daemon(self.hubspool)
        self.report_equals_the_portal_and_the_books(self.report())
        self.hubspool.stop()
        for line in self.hubspool.run("report").stdout.splitlines():
            self.assertLessEqual(len(line), 80)

    def test_report_that_cannot_be_written_is_told_and_what_was_sent_stays_sent(self):
        self.put_both()
        ended = self.hubspool.run("drain", "--report", "/dev/full")
        self.assertEqual(ended.returncode, FAILED)
        self.assertIn("--report /dev/full: No space left on device", ended.stderr)
        self.assert_each_went_once()
        self.assertFalse(list(self.directory.glob("*.tmp")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
