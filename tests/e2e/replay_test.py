#!/usr/bin/env python3
"""Settled files that are sent once more: what is newer stays, what is missing comes back."""

import datetime
import time
import unittest

from end_to_end import (DONE, FAILED, NO_LIMIT, EndToEnd, note, scaled, simple_records, wait_until)

FILES, OBJECTS, CHANGED = scaled(12, 200), scaled(1200, 60_000), scaled(150, 8000)
KILLS = scaled(3, 10)
FIRST, SECOND = 1, 2  # numbers of records, by which the simulator sees values go backwards


def now_text():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")


def named(object_id, name, **fields):
    return {"objectId": str(object_id), "eventName": name, **fields}


class Replay(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)

    def replay(self, *arguments, code=DONE):
        done = self.hubspool.run("replay", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def job(self, number=1):
        return self.hubspool.json("replay", "show", str(number))

    def wait_until_done(self, number=1):
        wait_until(lambda: self.job(number)["state"] == "done", 120, "the end of the replay")
        self.wait_until_settled(self.hubspool)

    def deliver_a_day(self):
        """Files of both lanes over all objects, then newer values of some: gives what must stand."""
        archived = simple_records(range(OBJECTS), FIRST)
        for file in range(FILES):
            self.hubspool.put(archived[file::FILES], "bulk" if file % 2 else "new",
                              name=f"day-{file}.ndjson")
        self.drain(self.hubspool)
        self.noon = now_text()
        changed = simple_records(range(CHANGED), SECOND)
        self.hubspool.put(changed, name="changed.ndjson")
        self.drain(self.hubspool)
        return archived, changed

    def lose_the_portal(self):
        """Another one in its place, of the same account, in which nothing is."""
        self.portal.stop()
        self.start_portal_anew()
        self.hubspool.configure({"api": {"url": self.portal.url, "ca_file": self.portal.ca_file}})

    def start_portal_anew(self):
        self.directory /= "anew"
        self.directory.mkdir()
        self.start_portal()

    def test_scenario_49_archived_day_into_a_portal_that_has_newer_values(self):
        archived, changed = self.deliver_a_day()
        self.portal.reset_counters()
        before_noon = ("--since", "1h ago", "--until", self.noon)
        self.assertIn("nothing was done", self.replay(*before_noon).stdout)
        self.replay(*before_noon, "--execute", "--reason", "an outage")
        ended = self.drain(self.hubspool)
        self.assertEqual(ended["overtaken"], CHANGED, ended)
        self.assert_portal_kept_the_rules()
        self.assert_portal_has(archived + changed)
        job = self.job()
        self.assertEqual((job["state"], job["files_settled"], job["overtaken"], job["reason"]),
                         ("done", FILES, CHANGED, "an outage"))
        self.assert_books(self.hubspool, delivered=2 * OBJECTS, superseded=CHANGED,
                          overtaken=CHANGED, dead_lettered=0)

    def test_scenario_50_archived_day_into_an_emptied_portal_brings_all_of_it_back(self):
        archived, changed = self.deliver_a_day()
        self.lose_the_portal()
        # Of a replay that was replayed, too.
        self.replay("--since", "1h ago", "--execute")
        self.start_daemon(self.hubspool)
        self.wait_until_done()
        self.assert_portal_has(archived + changed)
        self.assert_portal_kept_the_rules()
        replayed = next(name for name in self.hubspool.files("done") if "replay_of=" in name)
        self.replay(replayed, "--execute")
        self.wait_until_done(2)
        again = next(name for name in self.hubspool.files("done") if ".2-1." in name)
        base = replayed.split("replay_of=")[1].rsplit(".1-", 1)[0]
        self.assertIn(f"replay_of={base}.2-1.day-", again)
        self.assert_portal_kept_the_rules()

    def test_replay_that_is_killed_in_the_middle_sends_nothing_twice_without_need(self):
        archived, changed = self.deliver_a_day()
        self.portal.set_faults(latency_ms=20)
        self.portal.reset_counters()
        self.replay("--since", "1h ago", "--execute")
        self.start_daemon(self.hubspool)
        least = (OBJECTS - CHANGED) // 100
        for kill in range(KILLS):
            sent = least * (kill + 1) // (KILLS + 2)
            wait_until(lambda sent=sent: self.portal.report()["requests"] >= sent, 60,
                       f"{sent} requests")
            self.hubspool.kill9()
            self.start_daemon(self.hubspool)
        self.wait_until_done()
        self.assertEqual(self.hubspool.stop(), DONE)
        report = self.assert_portal_kept_the_rules()
        self.assert_portal_has(archived + changed)
        self.assertEqual(self.hubspool.files("bulk") + self.hubspool.files("tmp"), [])
        self.assertEqual(sum("replay_of=" in name for name in self.hubspool.files("done")),
                         FILES + 1)
        self.assert_books(self.hubspool, dead_lettered=0)
        note(f"{FILES + 1} files of {OBJECTS} objects replayed over {CHANGED} that had changed, "
             f"{KILLS} kills: {report['requests']} requests, {least} at the least")

    def test_paused_replay_stands_over_a_restart_and_resumes_and_a_cancelled_one_ends(self):
        self.deliver_a_day()
        self.replay("--since", "1h ago", "--execute")
        self.assertIn("is paused", self.replay("pause", "1").stdout)
        self.assertIn("not over yet", self.replay("day-0.ndjson", "--execute", code=FAILED).stderr)
        self.drain(self.hubspool)
        self.assertEqual((self.job()["state"], self.job()["files_begun"]), ("paused", 0))
        self.assertIn("replay     1, paused: 0 of", self.hubspool.run("status").stdout)
        self.replay("resume", "1")
        self.assertIn("no hubspool works on this queue", self.replay("show", "1").stdout)
        self.drain(self.hubspool)
        self.assertEqual(self.job()["state"], "done")
        self.assertIsNone(self.hubspool.status_json()["replay"])
        for wish in ("pause", "resume", "cancel"):
            self.assertIn("is done already", self.replay(wish, "1", code=FAILED).stderr)
        self.assertEqual(self.job()["state"], "done")
        self.replay("day-0.ndjson", "--execute")
        self.replay("cancel", "2")
        self.drain(self.hubspool)
        self.assertEqual((self.job(2)["state"], self.job(2)["files_begun"]), ("cancelled", 0))

    def test_records_of_some_objects_or_those_that_died_keep_their_place(self):
        self.portal.set_faults(unknown_every=3)
        self.hubspool.put([named(i, "first", eventType="first") for i in range(1, 10)],
                          name="first.ndjson")
        self.drain(self.hubspool, code=3)
        self.portal.set_faults(unknown_every=0)
        # Newer in one field.
        self.hubspool.put([named(i, "second") for i in (1, 3)], name="second.ndjson")
        self.drain(self.hubspool)
        died = self.hubspool.json("replay", "first.ndjson", "--failed-only")
        self.assertEqual((died["records"], died["newer_values"]), (3, 1))
        self.replay("first.ndjson", "--failed-only", "--execute")
        self.drain(self.hubspool)
        objects = self.portal.objects()
        self.assertEqual([objects[str(i)]["eventName"] for i in (1, 3, 6)],
                         ["second", "second", "first"])
        self.assertEqual([objects[str(i)]["eventType"] for i in (3, 6, 9)], ["first"] * 3)
        self.assertEqual(list(self.hubspool.state.glob("replay-*")), [])
        self.portal.reset_counters()
        self.replay("first.ndjson", "--object", "1", "--object", "2", "--execute")
        ended = self.drain(self.hubspool)
        self.assertEqual((ended["delivered"], ended["overtaken"]), (2, 0), ended)
        self.assertEqual(self.portal.report()["regressions"], 0)
        self.assert_books(self.hubspool)

    def test_as_newest_asks_and_goes_over_what_is_newer(self):
        late = named(1, "old")
        late["$hubspool"] = {"as_of": "2020-01-01T00:00:00Z", "id": "crm-1"}
        self.hubspool.put([late], name="old.ndjson")
        self.hubspool.put([named(1, "new")], name="new.ndjson")
        self.drain(self.hubspool)
        self.assertIn("--yes", self.replay("old.ndjson", "--as-newest", "--execute", code=2).stderr)
        self.replay("old.ndjson", "--as-newest", "--execute", "--yes")
        self.assertEqual(self.drain(self.hubspool)["delivered"], 1)
        self.assertEqual(self.portal.objects()["1"]["eventName"], "old")
        self.assertEqual(self.hubspool.json("replay", "show", "1")["state"], "done")

    def test_share_of_the_limit_leaves_the_rest_to_live_changes(self):
        self.hubspool.configure({"rate_limit": {"requests": 20, "window": "2s"}})
        self.hubspool.put(simple_records(range(1000)), name="first.ndjson")
        self.drain(self.hubspool)
        self.portal.reset_counters()
        self.replay("--since", "1h ago", "--execute", "--max-requests-per-window", "10%")
        self.assertEqual(self.job()["requests_max"], 2)
        began = time.monotonic()
        self.start_daemon(self.hubspool)
        self.wait_until_done()
        took, requests = time.monotonic() - began, self.portal.report()["requests"]
        # Two in two seconds, but for what went before the daemon knew of it.
        self.assertGreaterEqual(took, (requests - 6) * 1.0, requests)
        note(f"{requests} requests in {took:.1f} s, of at most 2 in 2 s")

    def test_file_that_changed_or_went_since_is_left_out_and_told(self):
        self.deliver_a_day()
        self.replay("day-0.ndjson", "day-1.ndjson", "day-2.ndjson", "--execute")
        for name in self.hubspool.files("done"):
            path = self.hubspool.queue / "done" / name
            if name.endswith("day-0.ndjson"):
                path.unlink()
            if name.endswith("day-1.ndjson"):
                path.write_text(path.read_text())
        self.drain(self.hubspool)
        job = self.job()
        self.assertEqual((job["state"], job["files_settled"]), ("done", 1))
        self.assertEqual([left["why"] for left in job["left_out"]],
                         ["it is gone", "it was changed since it was chosen"])


if __name__ == "__main__":
    unittest.main()
