#!/usr/bin/env python3
"""Sending parks for reasons that are not a record's: it says why, since when and what ends it, keeps
everything, and goes on."""

import datetime
import unittest

from end_to_end import (
    DONE, NO_LIMIT, STOPPED, EndToEnd, parks, simple_records, wait_until)

OBJECTS = 500


class Parks(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)
        self.records = simple_records(range(1000, 1000 + OBJECTS))

    def park(self, reason, says, **faults):
        """Starts with the portal so broken; checks that status tells all, and that nothing is lost."""
        self.portal.set_faults(**faults)
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        park = self.wait_for_park(self.hubspool, reason)
        since = datetime.datetime.fromisoformat(park["since"])
        age = datetime.datetime.now(datetime.timezone.utc) - since
        self.assertLess(abs(age.total_seconds()), 60)
        for words in says:
            self.assertIn(words, park["words"])
        self.assertIsNotNone(park["probe_at"])
        self.assertRegex(self.hubspool.run("status").stdout,
                         rf"parked +{reason} since .*{says[0]}.*\n +next try at ")
        self.assert_all_is_kept()
        return park

    def assert_all_is_kept(self):
        # The credential may have parked it before the file was claimed.
        wait_until(lambda: len(self.hubspool.files("cur")) == 1, 10, "the file in cur/")
        self.assertEqual(self.portal.objects(), {})
        self.assert_nothing_died(self.hubspool)
        # Parked is parked: not more than what was on the wire, and a probe.
        self.assertLessEqual(self.portal.report()["requests"], 8)

    def assert_goes_on_and_all_is_delivered(self, timeout=20):
        self.wait_until_settled(self.hubspool, timeout)
        wait_until(lambda: not parks(self.hubspool), 10, "the end of the park in the state")
        self.assert_portal_has(self.records)
        self.assert_nothing_died(self.hubspool)
        self.assert_portal_kept_the_rules()
        self.assert_books(self.hubspool, records_in=OBJECTS, delivered=OBJECTS)

    def resume(self):
        done = self.hubspool.run("resume")
        self.assertEqual(done.returncode, DONE, done.stderr)

    def probe_in_minutes(self, park):
        at = datetime.datetime.fromisoformat(park["probe_at"])
        return (at - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 60

    def test_scenario_23_401_parks_until_a_new_token_is_written(self):
        self.portal.set_faults(token="pat-na1-the-next-one")
        park = self.park("unauthorized", ["HubSpot answered 401", "api.token_file"])
        self.assertLess(self.probe_in_minutes(park), 15)
        self.hubspool.write_token("pat-na1-the-next-one")
        # By itself, within seconds: long before the probe of the park would be due.
        self.assert_goes_on_and_all_is_delivered(timeout=10)
        self.assertNotIn("pat-na1-the-next-one", self.hubspool.log.read_text())

    def test_a_new_token_that_is_no_better_leaves_it_parked(self):
        self.park("unauthorized", ["HubSpot answered 401"], unauthorized=True)
        before = self.portal.report()["account_requests"]
        self.hubspool.write_token("pat-na1-another-wrong-one")
        wait_until(lambda: self.portal.report()["account_requests"] > before, 10, "the probe")
        self.assert_all_is_kept()
        self.assertEqual(parks(self.hubspool), ["unauthorized"])
        self.portal.set_faults(unauthorized=False, token="")
        self.hubspool.write_token("pat-na1-the-right-one")
        self.assert_goes_on_and_all_is_delivered(timeout=10)

    def test_403_missing_scopes_names_them(self):
        self.park("forbidden", ["HubSpot answered 403 MISSING_SCOPES",
                                "crm.objects.marketing_events.write"], forbidden=True)
        self.portal.set_faults(forbidden=False)
        self.resume()
        self.assert_goes_on_and_all_is_delivered()

    def test_404_of_the_whole_path_is_a_wrong_configuration(self):
        self.park("misconfigured", ["HubSpot answered 404", "api.url", "api.version"],
                  faults=["every=1,status=404"])
        self.portal.set_faults(faults=[])
        self.resume()
        self.assert_goes_on_and_all_is_delivered()

    def test_477_waits_for_retry_after_and_goes_on_by_itself(self):
        park = self.park("migration", ["HubSpot answered 477", "data centres"],
                         faults=["every=1,status=477,retry-after=8"])
        self.assertLess(self.probe_in_minutes(park), 8 / 60)
        before = self.portal.report()["requests"]
        self.portal.set_faults(faults=[])
        # Nobody says resume.
        self.assert_goes_on_and_all_is_delivered(timeout=20)
        self.assertGreater(self.portal.report()["requests"], before)

    def test_429_daily_waits_for_midnight_in_the_configured_time_zone(self):
        self.hubspool.configure({"rate_limit": {"time_zone": "America/New_York"},
                                 "api": {"connections": 1}, "batch": {"max_inputs": 100}})
        self.portal.set_faults(daily=1)
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        park = self.wait_for_park(self.hubspool, "quota")
        self.assertIn("daily quota is spent", park["words"])
        midnight = datetime.datetime.fromisoformat(park["probe_at"])
        self.assertIn((midnight.hour, midnight.minute), ((4, 0), (5, 0)), park)
        # The one request of the quota was used, and the rest waits.
        self.assertEqual(len(self.portal.objects()), 100)
        self.portal.set_faults(daily=0)
        self.resume()
        self.assert_goes_on_and_all_is_delivered()

    def test_a_park_survives_a_restart_with_its_beginning_and_its_time(self):
        park = self.park("forbidden", ["HubSpot answered 403"], forbidden=True)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assertEqual(parks(self.hubspool), ["forbidden"])
        before = self.portal.report()["requests"]
        self.start_daemon(self.hubspool)
        again = self.wait_for_park(self.hubspool, "forbidden")
        self.assertEqual(again["since"], park["since"])
        self.assertEqual(self.portal.report()["requests"], before)
        self.portal.set_faults(forbidden=False)
        self.resume()
        self.assert_goes_on_and_all_is_delivered()

    def test_drain_ends_at_once_when_a_person_must_act(self):
        self.portal.set_faults(unauthorized=True)
        self.hubspool.put(self.records)
        summary = self.drain(self.hubspool, code=STOPPED, timeout=30)
        self.assertIn("unauthorized", summary["why"])
        self.assert_all_is_kept()

    def test_drain_goes_on_when_the_cause_of_an_earlier_park_has_gone(self):
        for faults, mended in ({"unauthorized": True}, {"unauthorized": False}), \
                ({"forbidden": True}, {"forbidden": False}):
            with self.subTest(**faults):
                self.portal.set_faults(**faults)
                self.hubspool.put(self.records)
                self.drain(self.hubspool, code=STOPPED, timeout=30)
                self.portal.set_faults(**mended)
                self.drain(self.hubspool, timeout=30)
                self.assertEqual(parks(self.hubspool), [])
                self.assertTrue(self.hubspool.is_empty())

    def test_drain_waits_for_the_quota_until_its_deadline(self):
        self.portal.set_faults(faults=["every=1,status=477,retry-after=600"])
        self.hubspool.put(self.records)
        summary = self.drain(self.hubspool, "--deadline", "3s", code=STOPPED, timeout=30)
        self.assertIn("deadline", summary["why"])
        self.assertGreaterEqual(summary["took_ms"], 3000)
        self.assert_all_is_kept()


class Pause(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)

    def say(self, command):
        done = self.hubspool.run(command)
        self.assertEqual(done.returncode, DONE, done.stderr)

    def put_and_wait_until_read(self, records):
        name = self.hubspool.put(records)
        wait_until(lambda: any(f["name"] == name and f["records_in"] == len(records)
                               for f in self.hubspool.json("files")), 20, "the reading of " + name)

    def test_pause_and_resume_of_a_running_daemon(self):
        self.start_daemon(self.hubspool)
        self.say("pause")
        # The command has written the park; the daemon follows within a second or two.
        wait_until(lambda: (self.hubspool.status_json()["live"] or {}).get("parks"), 10,
                   "the pause of the daemon")
        first = simple_records(range(1000, 1200))
        self.put_and_wait_until_read(first)
        self.assertEqual(self.portal.report()["requests"], 0)
        status = self.hubspool.status_json()
        self.assertTrue(status["paused"])
        self.assertEqual(status["totals"]["pending"], 200)
        self.assertIn("hubspool resume", status["parks"][0]["words"])
        self.say("resume")
        self.wait_until_settled(self.hubspool)
        self.assert_portal_has(first)
        self.assert_books(self.hubspool, records_in=200, delivered=200)

    def test_a_pause_without_a_daemon_holds_the_next_one_and_survives_restarts(self):
        records = simple_records(range(1000, 1200))
        self.drain(self.hubspool)  # so that there is a state
        self.say("pause")
        self.assertTrue(self.hubspool.status_json()["paused"])
        for restart in range(2):
            with self.subTest(restart=restart):
                self.start_daemon(self.hubspool)
                if restart == 0:
                    self.put_and_wait_until_read(records)
                self.wait_for_park(self.hubspool, "paused")
                self.assertEqual(self.hubspool.stop(), DONE)
        self.assertEqual(self.portal.report()["requests"], 0)
        self.assertIn("paused", self.drain(self.hubspool, code=STOPPED)["why"])
        self.say("resume")
        self.drain(self.hubspool)
        self.assert_portal_has(records)
        self.assert_books(self.hubspool, records_in=200, delivered=200)


if __name__ == "__main__":
    unittest.main()
