#!/usr/bin/env python3
"""An OAuth app: access tokens end, refresh tokens are replaced, grants die, and nothing is lost."""

import stat
import unittest

from credentials import (
    CLIENT_SECRET, FOREIGN_PORTAL, PORTAL, REFRESH_TOKEN, Credentials, write_secret)
from end_to_end import DONE, STOPPED, parks, scaled, wait_until


class OAuth(Credentials):
    def start(self, **portal):
        self.use_oauth(**portal)
        self.start_daemon(self.hubspool)

    def grants(self):
        return self.portal.report()["token_grants"]

    def wait_for_grants(self, count, timeout=20):
        wait_until(lambda: self.grants() >= count, timeout, f"{count} tokens given")

    def test_tokens_are_renewed_ahead_of_their_end_and_the_replaced_refresh_token_is_kept(self):
        self.expect_portal()
        self.start(token_life_ms=2000, rotate_refresh_token=True)
        records = []
        for turn in range(scaled(2, 20)):
            records += self.put(range(100 * turn + 1, 100 * turn + 101))
            self.wait_for_grants(2 * (turn + 1))
        report = self.assert_delivered(records)
        self.assertEqual(report["unauthorized"], 0)
        self.assertEqual(stat.S_IMODE(self.kept.stat().st_mode), 0o600)
        self.assertIn(REFRESH_TOKEN + "-replaced-", self.kept.read_text())

    def test_kill_9_between_renewals_goes_on_with_the_kept_refresh_token(self):
        self.start(token_life_ms=2000, rotate_refresh_token=True)
        for turn in range(scaled(2, 20)):
            self.wait_for_grants(2 * (turn + 1))
            # Killed before that, the token that the portal gave would be known to nobody.
            wait_until(lambda: f"replaced-{self.grants():06}" in self.kept.read_text(), 10,
                       "the newest refresh token in its file")
            self.hubspool.kill9()
            self.start_daemon(self.hubspool)
        self.assert_delivered(self.put(range(1, 101)))
        self.assertEqual(parks(self.hubspool), [])

    def test_access_token_is_not_used_before_its_refresh_token_is_kept(self):
        in_the_way = self.hubspool.state / "refresh-token.tmp" / "in-the-way"
        in_the_way.mkdir(parents=True)
        self.hubspool.state.chmod(0o700)
        self.start(rotate_refresh_token=True)
        records = self.put(range(1, 101))
        self.wait_for_log("cannot be kept")
        self.assert_nothing_was_sent()
        self.assertEqual(self.portal.report()["account_requests"], 0)
        in_the_way.rmdir()
        in_the_way.parent.rmdir()
        self.assert_delivered(records)
        self.assertEqual(self.grants(), 1)

    def wait_until_the_portal_has_given(self, **portal):
        """A token and with it a new refresh token; the answer is still on its way."""
        self.start(rotate_refresh_token=True, aside_ms=1500, **portal)
        self.wait_for_grants(1)
        self.assertFalse(self.kept.exists())

    def test_refresh_token_that_comes_while_the_client_secret_is_changed_is_kept(self):
        records = self.put(range(1, 101))
        self.wait_until_the_portal_has_given()
        self.portal.set_faults(client_secret="another-secret", aside_ms=0)
        write_secret(self.secret("client_secret"), "another-secret")
        self.assert_delivered(records)
        self.assertEqual(self.portal.report()["token_requests"], 2)
        self.assertEqual(parks(self.hubspool), [])

    def test_stop_waits_for_the_refresh_token_that_is_on_its_way(self):
        self.wait_until_the_portal_has_given()
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assertIn("-replaced-000001", self.kept.read_text())
        self.start_daemon(self.hubspool)
        self.assert_delivered(self.put(range(1, 101)))
        self.assertEqual(parks(self.hubspool), [])

    def test_dead_grant_says_to_install_the_app_again_and_ends_with_a_new_refresh_token(self):
        self.start(token_error="BAD_REFRESH_TOKEN")
        records = self.put(range(1, 101))
        park = self.wait_for_park(self.hubspool, "unauthorized")
        self.assertIn("Re-install the app", park["words"])
        self.assertIn("api.oauth.refresh_token_file", park["words"])
        self.assertIsNotNone(park["probe_at"])
        self.assert_nothing_was_sent()
        self.portal.set_faults(token_error="", refresh_token="na1-installed-again")
        write_secret(self.secret("refresh_token"), "na1-installed-again")
        self.assert_delivered(records)
        wait_until(lambda: not parks(self.hubspool), 10, "the end of the park")

    def test_wrong_client_parks_as_misconfigured_until_its_file_is_mended(self):
        self.use_oauth()
        write_secret(self.secret("client_secret"), "mistyped")
        self.start_daemon(self.hubspool)
        records = self.put(range(1, 101))
        park = self.wait_for_park(self.hubspool, "misconfigured")
        self.assertIn("BAD_CLIENT_SECRET", park["words"])
        self.assertIn("api.oauth.client_secret_file", park["words"])
        write_secret(self.secret("client_secret"), CLIENT_SECRET)
        self.assert_delivered(records)

    def test_token_that_is_there_serves_while_no_new_one_can_be_had_and_sending_waits_after(self):
        self.start(token_life_ms=4000)
        self.wait_for_grants(1)
        self.portal.set_faults(token_error="503", refresh_token="na1-another")
        write_secret(self.secret("refresh_token"), "na1-another")
        self.wait_for_log("Sending goes on for")
        records = self.put(range(1, 101))
        self.assert_delivered(records)
        wait_until(lambda: "last_failure" in self.hubspool.status_json()["live"]["breaker"], 15,
                   "the end of the token's life")
        records += self.put(range(101, 201))
        self.portal.set_faults(token_error="")
        report = self.assert_delivered(records)
        self.assertEqual(report["unauthorized"], 0)
        self.assertEqual(parks(self.hubspool), [])

    def test_401_asks_for_another_token_once_then_parks(self):
        self.start()
        records = self.put(range(1, 101))
        self.assert_delivered(records)
        before = self.portal.report()["token_requests"]
        self.portal.set_faults(unauthorized=True)
        records += self.put(range(101, 201))
        park = self.wait_for_park(self.hubspool, "unauthorized")
        self.assertIn("api.oauth.refresh_token_file", park["words"])
        self.assertEqual(self.portal.report()["token_requests"] - before, 1)
        self.portal.set_faults(unauthorized=False)
        self.hubspool.run("resume")
        self.assert_delivered(records)

    def test_one_request_asks_for_a_token_however_many_wait(self):
        self.start(aside_ms=700)
        records = self.put(range(1, 501))
        self.assert_delivered(records)
        self.assertEqual(self.portal.report()["token_requests"], 1)

    def test_refresh_token_put_in_place_wins_over_the_kept_one(self):
        self.start(rotate_refresh_token=True)
        wait_until(self.kept.exists, 20, "the kept token")
        self.portal.set_faults(refresh_token="na1-installed-again")
        write_secret(self.secret("refresh_token"), "na1-installed-again")
        self.wait_for_grants(2)
        self.assert_delivered(self.put(range(1, 101)))
        wait_until(lambda: "installed-again-replaced" in self.kept.read_text(), 10, "the kept token")

    def test_app_of_another_portal_is_parked_before_the_first_batch(self):
        self.expect_portal(FOREIGN_PORTAL)
        for status in (0, 403):
            with self.subTest(account_status=status):
                self.use_oauth(account_status=status)
                records = self.put(range(1, 101))
                done = self.drain(self.hubspool, code=STOPPED)
                self.assertIn(f"opens portal {PORTAL}", done["why"])
                self.assert_nothing_was_sent()
        self.expect_portal()
        self.drain(self.hubspool)
        self.assert_delivered(records)


if __name__ == "__main__":
    unittest.main()
