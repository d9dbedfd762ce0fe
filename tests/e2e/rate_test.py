#!/usr/bin/env python3
"""The rate limit, as the server counts arrivals: never exceeded."""

import datetime
import json
import unittest

from end_to_end import EndToEnd, note, simple_records, wait_until
from hubspool_harness import Hubspool
from limited_portal import LIMIT, LIMITED, WINDOWS, LimitedPortal


class Limit(LimitedPortal):
    def test_scenario_34_two_states_one_after_the_other_share_the_window(self):
        self.start_limited_portal(enforce=True)
        one_by_one = {"batch": {"max_inputs": 1}}
        for i, name in enumerate(("one", "other", "one")):
            with Hubspool(self.directory / name, self.portal, first=False) as hubspool:
                hubspool.configure(LIMITED)
                hubspool.configure(one_by_one)
                hubspool.put(simple_records(range(1000 * (i + 1), 1000 * (i + 1) + LIMIT - 5)))
                self.drain(hubspool)
        report = self.assert_portal_kept_the_rules()
        self.assertLessEqual(report["max_in_window"], LIMIT)
        self.assertNotIn("429", report["by_status"])

    def kill_again_and_again(self, hubspool):
        """Runs the daemon until all is sent, with kill -9 after some requests each time."""
        kills, sent = 0, 0
        while sent < WINDOWS * LIMIT - LIMIT // 2:
            sent += 1 + LIMIT * (kills % 4 + 1) // 5
            self.start_daemon(hubspool)
            wait_until(lambda: self.portal.report()["requests"] >= sent, 60, f"{sent} requests")
            hubspool.kill9()
            kills += 1
            sent = self.portal.report()["requests"]
        self.drain(hubspool)
        return kills

    def test_scenario_10_kills_do_not_exceed_the_limit(self):
        self.start_limited_portal(enforce=True)
        hubspool = self.make_hubspool(LIMITED)
        self.queue_requests(hubspool, WINDOWS * LIMIT)
        kills = self.kill_again_and_again(hubspool)
        report = self.assert_portal_kept_the_rules()
        note(f"{kills} kills: {report['requests']} requests, at most {report['max_in_window']} of "
             f"{LIMIT} in a window, {report['by_status']}")
        self.assertGreaterEqual(kills, 5)
        self.assertNotIn("429", report["by_status"])
        self.assert_portal_has_the_final_values()
        self.assert_books(hubspool, dead_lettered=0, pending=0)


class LearnedLimit(EndToEnd):
    """limit 190 in a short window, and requests of ten inputs."""

    def setUp(self):
        super().setUp()
        self.small = {"batch": {"max_inputs": 10}, "rate_limit": {"window": "2s"}}

    def test_auto_takes_its_share_of_what_the_headers_say(self):
        self.start_portal(limit=190, window_ms=2000, enforce=True, send_limit_headers=True)
        hubspool = self.make_hubspool(self.small, {"rate_limit": {"requests": "auto"}})
        hubspool.put(simple_records(range(1000, 7000)))
        self.start_daemon(hubspool)
        wait_until(lambda: (hubspool.status_json()["live"] or {}).get("rate_limit") == 171, 20,
                   "the limit of the headers")
        self.wait_until_settled(hubspool)
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["by_status"], {"200": 600})
        self.assertGreater(report["max_in_window"], 90)
        self.assertLessEqual(report["max_in_window"], 171)

    def test_a_429_of_a_budget_that_others_spend_is_obeyed_and_nobody_is_charged(self):
        self.start_portal(limit=20, window_ms=2000, enforce=True)
        hubspool = self.make_hubspool(
            self.small, {"rate_limit": {"requests": 30}, "retry": {"max_attempts": 1}})
        hubspool.put(simple_records(range(1000, 2000)))
        self.drain(hubspool)
        report = self.portal.report()
        self.assertGreater(report["by_status"]["429"], 0)
        # Every 429 holds all sending for a window: at most those under way are refused with it.
        self.assertLessEqual(report["by_status"]["429"], 5 * 4)
        self.assertEqual((report["regressions"], report["overlaps"]), (0, 0))
        self.assert_books(hubspool, records_in=1000, delivered=1000)

    def test_nothing_is_sent_before_retry_after_is_over(self):
        self.start_portal(fault=["every=10,status=429,retry-after=3"])
        hubspool = self.make_hubspool(
            self.small, {"rate_limit": {"requests": 100000}, "api": {"connections": 1}})
        hubspool.put(simple_records(range(1000, 1250)))
        self.drain(hubspool)
        batches = hubspool.json("batches")
        refused = [i for i, batch in enumerate(batches) if batch["http_status"] == 429]
        self.assertEqual(len(refused), 2, json.dumps(batches)[:2000])
        for i in refused:
            waited = moment(batches[i + 1]) - moment(batches[i]) - batches[i + 1]["duration_ms"] / 1000
            self.assertGreaterEqual(waited, 2.9)
        self.assert_books(hubspool, records_in=250, delivered=250)


def moment(batch):
    """When the batch was finished, in seconds."""
    return datetime.datetime.fromisoformat(batch["finished"]).timestamp()


if __name__ == "__main__":
    unittest.main()
