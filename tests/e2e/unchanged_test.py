#!/usr/bin/env python3
"""The same export night after night: what HubSpot has already is not sent."""

import time
import unittest

from end_to_end import DONE, NO_LIMIT, EndToEnd, note, scaled, wait_until

OBJECTS = scaled(3000, 300_000)
CHANGED = OBJECTS // 20
KILLS = scaled(3, 20)
SKIP = {"records": {"unchanged": "skip"}, "pending": {"max_bytes": "512MiB"}}


def export(changed=0, night=1):
    """One record an object; of each twentieth one field is another one that night."""
    return [{"objectId": str(i), "eventName": f"event {i}", "eventType": "fair",
             "eventDescription": f"as of night {night if i % 20 == 0 and changed else 1}"}
            for i in range(OBJECTS)]


class Unchanged(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT, SKIP)
        self.hubspool.put(export(), "bulk", "first.ndjson")
        self.assertEqual(self.drain(self.hubspool)["delivered"], OBJECTS)
        self.portal.reset_counters()

    def put_second_night(self):
        self.hubspool.put(export(CHANGED, 2), "bulk", "second.ndjson")

    def assert_little_was_sent(self, more=3):
        requests = self.portal.report()["requests"]
        least = -(-CHANGED // 100)
        note(f"{OBJECTS} objects of which {CHANGED} changed: {requests} requests, {least} at the least")
        self.assertLessEqual(requests, least + more)

    def assert_second_night(self):
        self.assert_portal_has(export(CHANGED, 2))
        self.assert_portal_kept_the_rules()
        self.assert_books(self.hubspool, records_in=2 * OBJECTS, delivered=OBJECTS + CHANGED,
                          unchanged=OBJECTS - CHANGED, superseded=0, dead_lettered=0)

    def edit_at_the_portal(self):
        """As somebody does in HubSpot."""
        status, _ = self.portal.request(
            "/marketing/v3/marketing-events/batch/update",
            {"inputs": [{"objectId": "7", "eventType": "edited", "customProperties": []}]})
        self.assertIn(status, (200, 207))

    def type_of_seven(self):
        return self.portal.objects()["7"]["eventType"]

    def test_second_night_costs_what_has_changed(self):
        self.put_second_night()
        ended = self.drain(self.hubspool)
        self.assertEqual((ended["delivered"], ended["unchanged"]), (CHANGED, OBJECTS - CHANGED))
        self.assert_little_was_sent()
        self.assert_second_night()
        file = self.hubspool.json("files", "-n", "1")[0]
        self.assertEqual((file["delivered"], file["unchanged"]), (CHANGED, OBJECTS - CHANGED))
        self.assertIn(f"+ {OBJECTS - CHANGED} unchanged", self.hubspool.run("status").stdout)
        self.assertIn(f"{OBJECTS - CHANGED} unchanged",
                      self.hubspool.run("report", "--since", "-1h").stdout)
        traced = self.hubspool.run("trace", "--object", "7").stdout
        self.assertIn("unchanged  without a request: HubSpot had these values already", traced)
        self.assertIn("left out, unchanged eventName, eventType", self.hubspool.run("trace", "--object", "20").stdout)

    def test_plan_knows_what_is_unchanged(self):
        self.put_second_night()
        plan = self.hubspool.json("plan")
        self.assertEqual((plan["delivered"], plan["unchanged"]), (CHANGED, OBJECTS - CHANGED))
        ended = self.drain(self.hubspool)
        self.assertLessEqual(abs(plan["requests"] - ended["requests"]), 1)

    def test_daemon_needs_no_more(self):
        self.start_daemon(self.hubspool)
        self.put_second_night()
        self.wait_until_settled(self.hubspool, scaled(60, 300))
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_little_was_sent(more=10)
        self.assert_second_night()

    def test_ledger_that_is_lost_is_made_anew_with_all_that_it_knew(self):
        next(self.hubspool.queue.parent.rglob("ledger.db")).unlink()
        self.put_second_night()
        self.drain(self.hubspool)
        self.assert_little_was_sent()
        self.assert_second_night()
        self.assertEqual(self.hubspool.run("ledger", "check").returncode, DONE)

    def test_kills_undo_nothing_and_lose_nothing(self):
        self.portal.set_faults(latency_ms=5)
        self.put_second_night()
        for kill in range(KILLS):
            self.start_daemon(self.hubspool)
            # However far it has come by then.
            wait_until(lambda kill=kill: self.portal.report()["requests"] > kill
                       or self.hubspool.is_empty(), 60, "a request")
            self.hubspool.kill9()
        self.drain(self.hubspool)
        self.assert_portal_has(export(CHANGED, 2))
        self.assert_portal_kept_the_rules()
        totals = self.assert_books(self.hubspool, records_in=2 * OBJECTS, superseded=0,
                                   dead_lettered=0, pending=0)
        self.assertEqual(totals["delivered"] + totals["unchanged"], 2 * OBJECTS)
        # What the runs before may have sent is not skipped.
        note(f"{totals['unchanged']} unchanged after {KILLS} kills")

    def test_edit_in_hubspot_is_put_right_by_full_and_by_age(self):
        self.edit_at_the_portal()
        self.hubspool.put(export(), "bulk", "again.ndjson")
        self.assertEqual(self.drain(self.hubspool)["unchanged"], OBJECTS)
        self.assertEqual(self.type_of_seven(), "edited")
        self.hubspool.put(export(), "bulk", "full.ndjson")
        self.assertEqual(self.drain(self.hubspool, "--full")["delivered"], OBJECTS)
        self.assertEqual(self.type_of_seven(), "fair")
        # And what that delivered is known again.
        self.hubspool.put(export(), "bulk", "after.ndjson")
        self.assertEqual(self.drain(self.hubspool)["unchanged"], OBJECTS)
        self.edit_at_the_portal()
        self.hubspool.configure({"records": {"unchanged_max_age": "1s"}})
        acknowledged = time.time()
        wait_until(lambda: time.time() > acknowledged + 2, 10, "a second of age")
        self.hubspool.put(export(), "bulk", "aged.ndjson")
        self.assertEqual(self.drain(self.hubspool)["delivered"], OBJECTS)
        self.assertEqual(self.type_of_seven(), "fair")

    def test_portal_that_is_not_told_gets_all(self):
        self.portal.set_faults(account_status=403)
        self.put_second_night()
        ended = self.drain(self.hubspool)
        self.assertEqual((ended["delivered"], ended["unchanged"]), (OBJECTS, 0))

    def test_edit_in_hubspot_is_put_right_by_a_replay_as_newest(self):
        self.edit_at_the_portal()
        done = self.hubspool.run("replay", "first.ndjson", "--as-newest", "--execute", "--yes")
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertEqual(self.drain(self.hubspool)["delivered"], OBJECTS)
        self.assertEqual(self.type_of_seven(), "fair")

    def test_full_beside_a_daemon_is_refused(self):
        self.start_daemon(self.hubspool)
        refused = self.hubspool.run("drain", "--full")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("stop it first", refused.stderr)


if __name__ == "__main__":
    unittest.main()
