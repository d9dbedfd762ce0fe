#!/usr/bin/env python3
"""The token file changes, also to what is no good: nothing is lost, and nothing goes to another account."""

import datetime
import unittest

from credentials import (
    FOREIGN_PORTAL, FOREIGN_TOKEN, PORTAL, Credentials, write_in_place)
from end_to_end import FAILED, parks, scaled, wait_until

TOKENS = [f"pat-na1-rotated-{number:03}" for number in range(100)]


class Rotation(Credentials):
    def accept(self, *tokens, **more):
        """These, the newest last, are good at the portal."""
        self.portal.set_faults(token=tokens[-1], other_portals=[f"{t}={PORTAL}" for t in tokens[:-1]],
                               **more)

    def test_rotation_while_sending_loses_nothing(self):
        rotations = scaled(5, 60)
        self.expect_portal()
        self.portal.set_faults(latency_ms=50, jitter_ms=100)
        self.hubspool.configure({"batch": {"max_inputs": 10, "linger": "0"}})
        self.start_proved()
        records, good = [], [self.portal.token]
        for turn in range(rotations):
            records += self.put(range(1000 * turn + 1, 1000 * turn + 301))
            # For a while the old ones are good too, as after HubSpot's "rotate later": what is under
            # way when a token changes arrives with the one before.
            good = [*good[-2:], TOKENS[turn]]
            self.accept(*good)
            with self.asked_within_a_second():
                if turn % 2:
                    write_in_place(self.hubspool.token_file, TOKENS[turn])
                else:
                    self.hubspool.write_token(TOKENS[turn])
        report = self.assert_delivered(records, 120)
        self.assertEqual(report["unauthorized"], 0)
        self.assert_books(self.hubspool, records_in=300 * rotations, delivered=300 * rotations)

    def test_token_revoked_while_sending_parks_until_the_new_one_is_there(self):
        self.portal.set_faults(latency_ms=50)
        self.hubspool.configure({"batch": {"max_inputs": 10, "linger": "0"}})
        self.start_daemon(self.hubspool)
        records = self.put(range(1, 2001))
        wait_until(lambda: len(self.portal.objects()) > 100, 20, "deliveries")
        self.accept(TOKENS[0])
        self.wait_for_park(self.hubspool, "unauthorized")
        self.assertLess(len(self.portal.objects()), len(records))
        self.hubspool.write_token(TOKENS[0])
        self.assert_delivered(records)
        wait_until(lambda: not parks(self.hubspool), 10, "the end of the park")

    def test_new_token_that_is_refused_leaves_the_one_before_in_use(self):
        self.start_proved()
        with self.asked_within_a_second():
            self.hubspool.write_token("pat-na1-mistyped")
        self.wait_for_log("does not accept the new credential")
        self.assert_delivered(self.put(range(1, 101)))
        self.assertEqual(parks(self.hubspool), [])
        self.assert_waits("does not accept the new credential")
        self.accept(self.portal.token, TOKENS[0])
        self.hubspool.write_token(TOKENS[0])
        self.assert_nothing_waits()
        self.assertNotIn("mistyped", self.log())

    def test_new_text_that_is_no_token_leaves_the_one_before_in_use_and_says_that_it_waits(self):
        self.start_proved()
        self.hubspool.write_token(f'"{TOKENS[0]}"')
        self.assert_waits("holds quotes")
        self.assert_delivered(self.put(range(1, 101)))
        self.hubspool.write_token(self.portal.token)
        self.assert_nothing_waits()
        self.assertNotIn(TOKENS[0], self.log())

    def test_new_token_that_was_refused_is_tried_again_when_the_one_before_is_revoked(self):
        self.start_proved()
        with self.asked_within_a_second():
            self.hubspool.write_token(TOKENS[0])
        self.wait_for_log("does not accept the new credential")
        self.accept(TOKENS[0])
        self.assert_delivered(self.put(range(1, 101)))
        wait_until(lambda: not parks(self.hubspool), 10, "the end of the park")

    def test_blip_while_a_mistyped_token_lies_in_the_file_costs_nothing_but_time(self):
        self.hubspool.configure({"api": {"portal_id": '""'}})
        self.start_proved()
        with self.asked_within_a_second():
            self.hubspool.write_token("pat-na1-mistyped")
        self.wait_for_log("does not accept the new credential")
        self.portal.set_faults(unauthorized=True)
        records = self.put(range(1, 101))
        self.wait_for_park(self.hubspool, "unauthorized")
        self.portal.set_faults(unauthorized=False)
        self.hubspool.run("resume")
        self.assert_delivered(records)
        self.assertEqual(self.log().count("does not accept the new credential"), 1)

    def test_file_that_others_may_read_is_refused_with_its_mode_and_the_fix(self):
        self.start_proved()
        self.hubspool.token_file.chmod(0o644)
        self.wait_for_log(f"has mode 0644, which gives away what is in it; run: chmod 0640 "
                          f"{self.hubspool.token_file}")
        self.assert_delivered(self.put(range(1, 101)))
        self.hubspool.stop()
        started = self.hubspool.run("run")
        self.assertEqual(started.returncode, FAILED)
        self.assertIn("chmod 0640", started.stderr)

    def test_file_that_vanishes_for_a_moment_is_no_trouble(self):
        self.start_proved()
        self.hubspool.token_file.unlink()
        self.wait_for_log("cannot be opened")
        self.accept(self.portal.token, TOKENS[0])
        with self.asked_within_a_second():
            self.hubspool.write_token(TOKENS[0])
        self.assert_delivered(self.put(range(1, 101)))


class Portal(Credentials):
    def setUp(self):
        super().setUp()
        self.expect_portal()
        self.portal.set_faults(other_portals=[f"{FOREIGN_TOKEN}={FOREIGN_PORTAL}"])

    def assert_wrong_portal(self):
        park = self.wait_for_park(self.hubspool, "wrong_portal")
        self.assertIn(str(PORTAL), park["words"])
        self.assertIn(str(FOREIGN_PORTAL), park["words"])
        self.assertEqual(self.portal.report()["foreign_requests"], 0)

    def test_scenario_07_token_of_another_portal_while_a_backlog_waits_parks_before_the_first_batch(self):
        self.portal.set_faults(unauthorized=True)
        self.start_daemon(self.hubspool)
        records = self.put(range(1, 501))
        self.wait_for_park(self.hubspool, "unauthorized")
        self.portal.set_faults(unauthorized=False, token="pat-na1-new")
        self.hubspool.write_token(FOREIGN_TOKEN)
        self.assert_wrong_portal()
        self.assert_nothing_was_sent()
        self.assertEqual(parks(self.hubspool), ["wrong_portal"])
        self.hubspool.write_token("pat-na1-new")
        self.assert_delivered(records)
        wait_until(lambda: not parks(self.hubspool), 10, "the end of the park")

    def test_start_with_a_token_of_another_portal_sends_nothing(self):
        self.hubspool.write_token(FOREIGN_TOKEN)
        records = self.put(range(1, 501))
        done = self.hubspool.run("drain", "--json")
        self.assertEqual(done.returncode, 4, done.stdout)
        self.assertIn("wrong_portal", done.stdout)
        self.assert_nothing_was_sent()
        self.hubspool.write_token(self.portal.token)
        self.drain(self.hubspool)
        self.assert_delivered(records)

    def test_scenario_07_token_of_another_portal_while_sending_leaves_the_one_before_in_use(self):
        self.portal.set_faults(latency_ms=50)
        self.hubspool.configure({"batch": {"max_inputs": 10, "linger": "0"}})
        self.start_daemon(self.hubspool)
        records = self.put(range(1, 501))
        wait_until(self.portal.objects, 20, "deliveries")
        self.hubspool.write_token(FOREIGN_TOKEN)
        words = self.assert_waits("another account's")
        self.assertIn(str(PORTAL), words)
        self.assertIn(str(FOREIGN_PORTAL), words)
        records += self.put(range(501, 601))
        self.assertEqual(self.assert_delivered(records)["foreign_requests"], 0)
        self.assertEqual(parks(self.hubspool), [])
        self.hubspool.write_token(self.portal.token)
        self.assert_nothing_waits()

    def test_details_that_the_token_may_not_see_park_where_a_portal_is_configured(self):
        self.portal.set_faults(account_status=403)
        self.start_daemon(self.hubspool)
        records = self.put(range(1, 101))
        park = self.wait_for_park(self.hubspool, "forbidden")
        self.assertIn(f"api.portal_id is {PORTAL}", park["words"])
        self.assert_nothing_was_sent()
        self.portal.set_faults(account_status=0)
        self.hubspool.run("resume")
        self.assert_delivered(records)

    def test_details_that_cannot_be_had_are_warned_of_once_where_none_is_configured(self):
        for status in (403, 404):
            with self.subTest(status=status):
                self.expect_portal('""')
                self.portal.set_faults(account_status=status)
                self.start_daemon(self.hubspool)
                self.assert_delivered(self.put(range(1, 101)))
                self.hubspool.stop()
                self.assertEqual(self.log().count("does not tell whose account"), 1)
                self.hubspool.log.unlink()

    def test_captive_portal_at_the_start_is_waited_out(self):
        self.portal.set_faults(html_portal=True)
        self.start_daemon(self.hubspool)
        records = self.put(range(1, 101))
        self.wait_for_log("could not be asked whose account")
        self.assert_nothing_was_sent()
        self.portal.set_faults(html_portal=False)
        self.assert_delivered(records)

    def test_accounts_time_zone_is_that_of_the_daily_reset(self):
        self.portal.set_faults(daily=1, time_zone="Asia/Kolkata")
        self.hubspool.configure({"api": {"connections": 1}})
        self.start_daemon(self.hubspool)
        self.put(range(1, 501))
        park = self.wait_for_park(self.hubspool, "quota")
        midnight = datetime.datetime.fromisoformat(park["probe_at"])
        self.assertEqual((midnight.hour, midnight.minute), (18, 30), park)


if __name__ == "__main__":
    unittest.main()
