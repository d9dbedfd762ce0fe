#!/usr/bin/env python3
"""One bad record harms only itself; a mass of bad ones stops the line."""

import time
import unittest

from end_to_end import (
    DONE, NO_LIMIT, SOME_DEAD, STOPPED, EndToEnd, dead_letters, parks, simple_records, wait_until)

COUNT = 50  # brake.count, as shipped
OBJECTS = 5_000
FIRST = 100_000


class MassOfBadOnes(EndToEnd):
    """Scenario 7: wrong portal's token; a renamed property."""

    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)
        self.records = simple_records(
            range(FIRST, FIRST + OBJECTS), customProperties=[{"name": "seats", "value": "9"}])

    def assert_parked_in_time(self, words):
        """Sending stopped by itself, early, and nearly everything is still in the queue."""
        park = self.wait_for_park(self.hubspool, "suspect_data")
        self.assertIn(words, park["words"])
        self.assertIn("hubspool resume", park["words"])
        requests = self.portal.report()["requests"]
        self.assertLessEqual(requests, 400)
        self.assertLessEqual(len(dead_letters(self.hubspool)), COUNT)
        self.assertEqual(len(self.hubspool.files("cur")), 1)
        self.assertEqual(self.portal.objects(), {})
        return requests

    def assert_all_but_a_few_are_delivered_after_resume(self):
        self.assertEqual(self.hubspool.run("resume").returncode, DONE)
        self.wait_until_settled(self.hubspool)
        self.assertEqual(parks(self.hubspool), [])
        delivered = self.portal.objects()
        died = {letter["object_id"] for letter in dead_letters(self.hubspool)}
        self.assertLessEqual(len(died), COUNT)
        self.assertEqual(delivered.keys() | died, {r["objectId"] for r in self.records})
        self.assert_portal_kept_the_rules()
        self.assert_books(self.hubspool, records_in=OBJECTS, pending=0)

    def park_and_mend(self, words, broken, mended):
        self.portal.set_faults(**broken)
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        requests = self.assert_parked_in_time(words)
        # It stays so: not one request before its time.
        self.assertEqual(self.portal.report()["requests"], requests)
        self.portal.set_faults(**mended)
        self.assert_all_but_a_few_are_delivered_after_resume()

    def test_scenario_07_a_wrong_portal_parks_before_the_queue_is_emptied(self):
        self.park_and_mend("Could not get some MARKETING_EVENT objects",
                           {"all_unknown": True}, {"all_unknown": False})

    def test_scenario_07_a_renamed_property_parks_before_the_quota_is_spent(self):
        self.park_and_mend('Property "seats" does not exist',
                           {"refuse_property": "seats"}, {"refuse_property": ""})

    def test_scenario_32_drain_ends_at_once_on_that_park_and_the_next_one_after_resume_delivers(self):
        self.portal.set_faults(all_unknown=True)
        self.hubspool.put(self.records)
        started = time.monotonic()
        summary = self.drain(self.hubspool, code=STOPPED, timeout=60)
        self.assertLess(time.monotonic() - started, 20)
        self.assertIn("suspect_data", summary["why"])
        self.assert_parked_in_time("Could not get some MARKETING_EVENT objects")
        # The park survives; a drain while it lasts sends nothing and ends at once.
        before = self.portal.report()["requests"]
        self.drain(self.hubspool, code=STOPPED, timeout=60)
        self.assertLessEqual(self.portal.report()["requests"], before + 1)
        self.portal.set_faults(all_unknown=False)
        self.assertEqual(self.hubspool.run("resume").returncode, DONE)
        died = len(dead_letters(self.hubspool))
        # What died is the last drain's affair, not this one's.
        self.drain(self.hubspool, code=DONE, timeout=60)
        self.assertEqual(len(dead_letters(self.hubspool)), died)
        self.assert_books(self.hubspool, records_in=OBJECTS, dead_lettered=died, pending=0)


class OneThatTheServerCannotBear(EndToEnd):
    """Scenario 5: an input makes the server answer 500, each time."""

    POISON = str(FIRST + 77)

    def setUp(self):
        super().setUp()
        self.start_portal(status500_object=self.POISON)
        self.hubspool = self.make_hubspool(
            NO_LIMIT, {"api": {"late": "500ms"},
                       "retry": {"initial": "20ms", "max": "100ms", "max_attempts": 3,
                                 "breaker": {"failures": 5, "probe_max": "200ms"}}})

    def assert_only_the_poison_died(self):
        letters = dead_letters(self.hubspool)
        self.assertEqual([letter["object_id"] for letter in letters], [self.POISON])
        self.assertIn("3 times alone, while other objects were delivered", letters[0]["reason"])
        self.assertEqual(len(self.portal.objects()), 500)
        self.assertNotIn(self.POISON, self.portal.objects())
        self.assert_portal_kept_the_rules()
        self.assert_books(self.hubspool, records_in=501, dead_lettered=1, delivered=500)

    def test_scenario_05_among_good_ones_it_dies_alone(self):
        # 51 requests, one by one in 5 s: good ones, the control, still wait when it has been found.
        self.portal.set_faults(latency_ms=100)
        self.hubspool.configure({"batch": {"max_inputs": 10}, "api": {"connections": 1}})
        self.hubspool.put(simple_records(range(FIRST, FIRST + 501)))
        self.drain(self.hubspool, code=SOME_DEAD)
        self.assert_only_the_poison_died()

    def test_scenario_57_when_all_others_are_delivered_it_dies_in_the_first_drain(self):
        self.hubspool.put(simple_records(range(FIRST, FIRST + 501)))
        self.drain(self.hubspool, code=SOME_DEAD)
        self.assert_only_the_poison_died()

    def test_scenario_05_without_a_control_it_is_kept_until_a_good_one_comes(self):
        self.hubspool.put(simple_records([int(self.POISON)]))
        self.drain(self.hubspool, code=STOPPED, timeout=60)
        self.assert_books(self.hubspool, dead_lettered=0, pending=1)
        self.start_daemon(self.hubspool)
        self.hubspool.put(simple_records(each for each in range(FIRST, FIRST + 501)
                                         if each != int(self.POISON)))
        self.wait_until_settled(self.hubspool)
        self.assert_only_the_poison_died()

    def test_scenario_05_alone_in_the_world_it_is_kept_and_drain_ends(self):
        self.hubspool.put(simple_records([int(self.POISON)]))
        summary = self.drain(self.hubspool, code=STOPPED, timeout=60)
        self.assertIn("nothing else is there to compare it with", summary["why"])
        self.assertEqual(dead_letters(self.hubspool), [])
        self.assertEqual(len(self.hubspool.files("cur")), 1)
        self.portal.set_faults(status500_object="")
        self.drain(self.hubspool, timeout=60)
        self.assertIn(self.POISON, self.portal.objects())
        self.assert_books(self.hubspool, records_in=1, delivered=1)


class CaptivePortal(EndToEnd):
    def test_scenario_06_a_captive_portals_page_costs_nothing_but_time(self):
        self.start_portal()
        hubspool = self.make_hubspool(
            NO_LIMIT, {"retry": {"max_attempts": 1, "breaker": {"probe_max": "300ms"}}})
        records = simple_records(range(FIRST, FIRST + 2_000))
        self.start_daemon(hubspool)
        wait_until(lambda: self.portal.report()["account_requests"], 10, "the credential's proof")
        self.portal.set_faults(html_portal=True)
        hubspool.put(records)
        # Many more answers than an object has attempts.
        wait_until(lambda: self.portal.report()["requests"] >= 20, 30, "twenty pages")
        self.assertEqual(dead_letters(hubspool), [])
        status = hubspool.run("status").stdout
        self.assertRegex(status, r"unreachable since .*200 with text/html instead of JSON")
        self.portal.set_faults(html_portal=False)
        self.wait_until_settled(hubspool)
        self.assert_nothing_died(hubspool)
        self.assert_portal_has(records)
        self.assert_portal_kept_the_rules()
        self.assert_books(hubspool, records_in=2_000, delivered=2_000)


if __name__ == "__main__":
    unittest.main()
