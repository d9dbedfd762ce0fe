#!/usr/bin/env python3
"""Requests that go wrong in every way at once, among records that HubSpot refuses."""

import unittest

from end_to_end import NO_LIMIT, SOME_DEAD, EndToEnd, dead_letters, note, scaled
from hubspool_harness import put_into

OBJECTS = scaled(5_000, 100_000)
FIRST = 1_000_000
UNKNOWN_EVERY, BAD_EVERY = 50, 400
FAULTS = ["every=7,status=503", "every=11,cut-after-apply", "every=13,truncate",
          "every=17,empty-results", "every=19,html=524"]
# What would end or slow the run otherwise, and is shown elsewhere.
OUT_OF_THE_WAY = {
    "brake": {"count": 1_000_000, "share": 1},
    "retry": {"initial": "10ms", "max": "50ms", "max_attempts": 1000,
              "breaker": {"failures": 1000, "probe_max": "50ms"}},
    "api": {"late": "1s"},
}


class Faults(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(fault=FAULTS, unknown_every=UNKNOWN_EVERY, bad400_every=BAD_EVERY)
        self.hubspool = self.make_hubspool(NO_LIMIT, OUT_OF_THE_WAY)
        ids = range(FIRST, FIRST + OBJECTS)
        self.unknown = {str(i) for i in ids if i % UNKNOWN_EVERY == 0}
        self.bad = {str(i) for i in ids if i % BAD_EVERY == 1}

    def assert_exactly_these_died_with_hubspots_words(self):
        letters = dead_letters(self.hubspool)
        by_category = {}
        for letter in letters:
            by_category.setdefault(letter["category"], []).append(letter["object_id"])
            if letter["category"] == "OBJECT_NOT_FOUND":
                self.assertIn("Could not get some MARKETING_EVENT objects", letter["reason"])
            else:
                self.assertIn("Property values were not valid", letter["reason"])
        self.assertEqual(set(by_category), {"OBJECT_NOT_FOUND", "VALIDATION_ERROR"})
        # Each once.
        self.assertEqual(sorted(by_category["OBJECT_NOT_FOUND"]), sorted(self.unknown))
        self.assertEqual(sorted(by_category["VALIDATION_ERROR"]), sorted(self.bad))

    def note_the_price(self):
        report = self.portal.report()
        note(f"{OBJECTS} objects, {len(self.unknown)} unknown, {len(self.bad)} bad: "
             f"{report['requests']} requests, {report['by_status']}, {report['cut']} cut")

    def test_all_but_the_bad_are_delivered_and_nothing_goes_backwards(self):
        put_into(self.hubspool.queue, "bulk", self.generate(2 * OBJECTS, OBJECTS))
        self.drain(self.hubspool, code=SOME_DEAD, timeout=scaled(120, 900))
        self.note_the_price()
        self.assert_portal_kept_the_rules()
        self.assert_portal_has_the_final_values(refused=len(self.unknown) + len(self.bad))
        self.assert_exactly_these_died_with_hubspots_words()
        self.assert_books(self.hubspool, records_in=2 * OBJECTS, pending=0)

    def test_newer_records_that_come_meanwhile_are_not_overtaken(self):
        self.generate(4 * OBJECTS, OBJECTS, files=8)
        parts = sorted(self.directory.glob("records.ndjson-*.ndjson"))
        self.assertEqual(len(parts), 8)
        self.start_daemon(self.hubspool)
        for i, part in enumerate(parts):
            put_into(self.hubspool.queue, ("new", "bulk")[i % 2], part)
        self.wait_until_settled(self.hubspool, timeout=scaled(120, 900))
        self.note_the_price()
        self.assert_portal_kept_the_rules()
        self.assert_portal_has_the_final_values(refused=len(self.unknown) + len(self.bad))
        self.assert_books(self.hubspool, records_in=4 * OBJECTS, pending=0)
        died = {letter["object_id"] for letter in dead_letters(self.hubspool)}
        self.assertEqual(died, self.unknown | self.bad)


if __name__ == "__main__":
    unittest.main()
