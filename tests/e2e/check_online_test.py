#!/usr/bin/env python3
"""`hubspool check --online` tells what HubSpot, and the network to it, say of the configuration; each
step that fails is named with what to do, and nothing is changed at the portal."""

import datetime
import socket
import unittest

from credentials import (
    CLIENT_SECRET, FOREIGN_PORTAL, FOREIGN_TOKEN, PORTAL, REFRESH_TOKEN, Credentials, write_secret)
from end_to_end import DONE, FAILED, EndToEnd
from hubspool_harness import TOKEN
from impostor import Authority


class CheckOnline(Credentials):
    def setUp(self):
        super().setUp()
        self.expect_portal()
        self.portal.set_faults(limit=190, send_limit_headers=True, daily=625000)
        self.drain(self.hubspool)  # makes queue and state

    def check(self, code, *arguments):
        """What it finds, by subject: (level, words)."""
        before = self.portal.report()
        done = self.hubspool.run("check", "--online", "--json", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        text = done.stdout + done.stderr
        for secret in (TOKEN, CLIENT_SECRET, REFRESH_TOKEN):
            self.assertNotIn(secret, text)
        after = self.portal.report()
        self.assertEqual(self.portal.objects(), {})
        self.assertEqual(after["token_grants"], before["token_grants"])
        self.assertLessEqual(after["requests"] - before["requests"], 1)
        return text

    def finds(self, code, subject, level, *words):
        text = self.check(code)
        plain = self.hubspool.run("check", "--online").stdout
        line = next((each for each in plain.splitlines() if f" {subject} " in each
                     and each.startswith(level)), None)
        self.assertIsNotNone(line, f"{level} {subject} in:\n{plain}")
        for each in words:
            self.assertIn(each, line)
        self.assertIn(f'"subject":"{subject}"', text)

    def test_all_is_well(self):
        for subject, words in (
                ("network", (" for https://localhost:", "TLSv1.3")),
                ("credential", ("accepts the token",)),
                ("scope", ("crm.objects.marketing_events.write",)),
                ("limits", ("190 requests a window", "625000 a day")),
                ("portal", (str(PORTAL), "US/Eastern")),
                ("usage", ("of the day's 625000 requests", "2026-11-25"))):
            with self.subTest(subject):
                self.finds(DONE, subject, "ok", *words)

    def test_time_zone_of_the_account_that_the_machine_does_not_know(self):
        self.portal.set_faults(time_zone="US/Atlantis")
        self.finds(DONE, "time zone", "warning", "US/Atlantis", "tzdata-legacy")

    def test_offline_check_asks_nobody(self):
        before = self.portal.report()["connections"]
        self.assertEqual(self.hubspool.run("check").returncode, DONE)
        self.assertEqual(self.portal.report()["connections"], before)

    def test_token_that_is_refused(self):
        self.portal.set_faults(unauthorized=True)
        self.finds(FAILED, "credential", "error", "401", "api.token_file")

    def test_scope_that_is_missing(self):
        self.portal.set_faults(forbidden=True)
        self.finds(FAILED, "scope", "error", "crm.objects.marketing_events.write")
        self.finds(FAILED, "portal", "ok", str(PORTAL))

    def test_wrong_portal(self):
        self.portal.set_faults(other_portals=[f"{FOREIGN_TOKEN}={FOREIGN_PORTAL}"])
        self.hubspool.write_token(FOREIGN_TOKEN)
        self.finds(FAILED, "portal", "error", str(FOREIGN_PORTAL), f"api.portal_id is {PORTAL}")

    def test_portal_that_is_not_configured_is_named(self):
        self.expect_portal('""')
        self.finds(DONE, "portal", "warning", str(PORTAL), "write it into api.portal_id")

    def test_portal_that_cannot_be_had(self):
        self.portal.set_faults(account_status=403)
        self.finds(FAILED, "portal", "error", "MISSING_SCOPES")
        self.finds(FAILED, "usage", "warning", "does not tell")
        self.expect_portal('""')
        self.finds(DONE, "portal", "warning", "MISSING_SCOPES")

    def test_limits_that_are_not_told(self):
        self.portal.set_faults(send_limit_headers=False)
        self.finds(DONE, "limits", "warning", "100 requests are assumed")

    def test_quota_that_is_spent(self):
        self.portal.set_faults(daily=1)
        self.portal.request("/marketing/v3/marketing-events/batch/update", {"inputs": []})
        self.portal.request("/marketing/v3/marketing-events/batch/update", {"inputs": []})
        self.finds(FAILED, "credential", "error", "daily quota")

    def test_outage(self):
        self.portal.set_faults(faults=["every=1,status=503"], html_portal=True)
        self.finds(FAILED, "credential", "error", "text/html")

    def test_wrong_version(self):
        self.hubspool.configure({"api": {"version": "2031-01"}})
        self.finds(FAILED, "credential", "error", "404", "api.version")

    def test_oauth_app_is_introspected_and_no_token_asked_for(self):
        self.use_oauth()
        self.finds(DONE, "credential", "ok", "accepts the app's client and its refresh token")
        self.finds(DONE, "portal", "ok", str(PORTAL))
        self.finds(DONE, "scope", "ok", "crm.objects.marketing_events.write")
        self.assertEqual(self.portal.report()["token_requests"], 0)

    def test_oauth_app_that_is_wrong_in_one_way(self):
        self.use_oauth()
        self.portal.set_faults(forbidden=True)
        self.finds(FAILED, "scope", "error", "the app lacks", "crm.objects.marketing_events.write")
        self.portal.set_faults(forbidden=False, token_error="BAD_REFRESH_TOKEN")
        self.finds(FAILED, "credential", "error", "re-install the app")
        write_secret(self.secret("client_secret"), "mistyped")
        self.finds(FAILED, "credential", "error", "api.oauth.client_secret_file")


class CheckTheWay(EndToEnd):
    """What fails before a word is said to HubSpot."""

    def check(self, url, *words):
        hubspool = self.make_hubspool({"api": {"url": url, "connect_timeout": "2s",
                                               **({"ca_file": self.portal.ca_file} if self.portal else {})}})
        hubspool.run("drain", "--deadline", "1s")
        done = hubspool.run("check", "--online")
        self.assertEqual(done.returncode, FAILED, done.stdout)
        line = next(each for each in done.stdout.splitlines() if each.startswith("error"))
        for each in ("network", *words):
            self.assertIn(each, line)

    def test_name_that_does_not_resolve(self):
        self.check("https://no-such-host.invalid", "resolve no-such-host.invalid")

    def test_port_where_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.check(f"https://127.0.0.1:{taken.getsockname()[1]}", "connect to 127.0.0.1", "refused")

    def test_certificate_that_is_not_trusted(self):
        self.start_portal()
        stranger = Authority(self.directory / "stranger")
        self.portal.ca_file = stranger.directory / "ca.pem"
        self.check(self.portal.url, "TLS: the certificate of localhost")

    def test_certificate_that_soon_ends_is_warned_of(self):
        authority = Authority(self.directory / "portal")
        authority.issue("server", "localhost")
        self.start_portal()
        hubspool = self.make_hubspool()
        hubspool.run("drain")
        done = hubspool.run("check", "--online")
        self.assertEqual(done.returncode, DONE, done.stdout)
        self.assertRegex(done.stdout, r"ok +server +the certificate of .* from CN=hubspool end-to-end CA and "
                                      r"good until 2099-12-31")
        self.portal.stop()
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=5)
        authority.issue("server", "localhost", end=soon.strftime("%Y%m%d%H%M%SZ"))
        self.portal.start()
        self.assertRegex(hubspool.run("check", "--online").stdout, r"warning +server +.*\((4|5) days\)")


if __name__ == "__main__":
    unittest.main()
