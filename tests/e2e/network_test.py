#!/usr/bin/env python3
"""Networks that are broken, or not whom they say they are: nothing is told to a stranger, nothing is
lost, status says what is wrong, and delivery resumes when the cause has gone."""

import contextlib
import unittest
import urllib.parse

from end_to_end import DONE, NO_LIMIT, STOPPED, EndToEnd, parks, simple_records, wait_until
from hubspool_harness import TOKEN
from impostor import Authority, Impostor, tls, tls_1_0_only

OBJECTS = 300
IMPATIENT = {
    "api": {"connect_timeout": "500ms", "request_timeout": "1s", "late": "5s"},
    "retry": {"initial": "50ms", "max": "200ms", "max_attempts": 1,
              "breaker": {"failures": 3, "probe_max": "300ms"}},
}


class Network(EndToEnd):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.directory / "portal")
        self.authority.issue("server", "localhost")
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT, IMPATIENT)
        self.records = simple_records(range(1000, 1000 + OBJECTS))

    def status_that_says(self, *words):
        """Waits for a status that has them all, and tells since when and what comes next."""
        def told():
            text = self.hubspool.run("status").stdout
            return text if all(each in text for each in ("\nunreachable since ", *words)) else None
        text = wait_until(told, 20, f"a status that says {words}")
        self.assertRegex(text, r"\nunreachable since 20\d\d-\d\d-\d\dT.*: \S.*\n +next try with one record at 20")
        return text

    def assert_all_is_kept(self):
        self.assertEqual(len(self.hubspool.files("cur")), 1)
        live = self.hubspool.status_json()["live"]
        self.assertEqual((live["pending"]["objects"], live["breaker"]["state"] == "closed"),
                         (OBJECTS, False), live)
        self.assert_nothing_died(self.hubspool)
        # An outage is not a park: nobody has to say resume.
        self.assertEqual(parks(self.hubspool), [])

    def assert_goes_on_and_all_is_delivered(self):
        self.wait_until_settled(self.hubspool, 20)
        self.assert_portal_has(self.records)
        self.assert_nothing_died(self.hubspool)
        self.assert_portal_kept_the_rules()
        self.assert_books(self.hubspool, records_in=OBJECTS, delivered=OBJECTS)

    @contextlib.contextmanager
    def broken_portal(self):
        """The portal is not there; gives its port. Afterwards it is, and everything is delivered."""
        port = urllib.parse.urlsplit(self.portal.url).port
        self.portal.stop()
        yield port
        self.portal.start()
        self.assert_goes_on_and_all_is_delivered()

    def meet(self, *words, context=None, answer=None):
        """Delivers to an impostor; status says `words`, and the impostor learns nothing."""
        with self.broken_portal() as port, Impostor(port, context, answer) as impostor:
            self.hubspool.put(self.records)
            self.start_daemon(self.hubspool)
            text = self.status_that_says(*words)
            self.assert_all_is_kept()
            self.assertGreater(impostor.visits, 0)
            heard = impostor.heard
        for secret in (TOKEN, "Authorization", "objectId"):
            self.assertNotIn(secret.encode(), heard)
        if context is not None:
            self.assertEqual(heard, b"")
        self.assertNotIn(TOKEN, text + self.hubspool.log.read_text())
        return heard

    def test_an_authority_that_we_do_not_trust(self):
        other = Authority(self.directory / "other")
        self.meet("the certificate of localhost is signed by an authority we do not trust",
                  "set api.ca_file", context=tls(*other.issue("server", "localhost")))

    def test_a_certificate_for_another_name(self):
        self.meet("is for other names (DNS:other.example)", "check api.url",
                  context=tls(*self.authority.issue("other", "other.example")))

    def test_an_expired_certificate(self):
        expired = self.authority.issue("expired", "localhost", end="20210101000000Z")
        self.meet("has expired (2021-01-01)", "check this machine's clock", context=tls(*expired))

    def test_a_server_that_speaks_tls_1_0_only(self):
        certificate = self.authority.issue("old", "localhost")
        self.meet("localhost offers only TLS below 1.2", context=tls_1_0_only(*certificate))

    def test_plain_http_on_the_port(self):
        heard = self.meet("does not speak TLS; check host and port in api.url",
                          answer=b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        self.assertEqual(heard[:2], b"\x16\x03")  # the beginning of a handshake, and no more

    def test_a_server_that_says_nothing(self):
        heard = self.meet("TLS", "500 ms")
        self.assertEqual(heard[:2], b"\x16\x03")

    def test_nobody_listens(self):
        with self.broken_portal():
            self.hubspool.put(self.records)
            self.start_daemon(self.hubspool)
            self.status_that_says("127.0.0.1: refused")
            self.assert_all_is_kept()

    def test_a_name_that_does_not_exist(self):
        good = self.portal.url
        self.hubspool.configure({"api": {"url": "https://name.invalid", "connect_timeout": "2s"}})
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        self.status_that_says("resolve name.invalid", "name service (/etc/resolv.conf)")
        self.assert_all_is_kept()
        self.assertEqual(self.hubspool.stop(), DONE)
        self.hubspool.configure({"api": {"url": good}})
        self.start_daemon(self.hubspool)
        self.assert_goes_on_and_all_is_delivered()

    def test_drain_waits_for_an_outage_until_its_deadline(self):
        with self.broken_portal():
            self.hubspool.put(self.records)
            summary = self.drain(self.hubspool, "--deadline", "2s", code=STOPPED, timeout=30)
            self.assertIn("deadline", summary["why"])
            self.assertEqual(len(self.hubspool.files("cur")), 1)
            self.start_daemon(self.hubspool)


class Silence(EndToEnd):
    """A network that stops to carry anything, in the middle of it."""

    def setUp(self):
        super().setUp()
        self.start_portal(latency_ms=30)
        self.hubspool = self.make_hubspool(NO_LIMIT, IMPATIENT, {"batch": {"max_inputs": 10}})

    def test_scenario_08_what_lands_late_does_not_overwrite_what_is_newer(self):
        old = simple_records(range(1000, 3000), number=1)
        new = simple_records(range(1000, 3000), number=2)
        self.hubspool.put(old)
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.portal.report()["requests"] >= 10, 20, "the first requests")
        self.addCleanup(self.portal.thaw)
        self.portal.freeze()
        self.hubspool.put(new)
        # The connections that were open gave no answer; new ones come to nothing.
        wait_until(lambda: "\nunreachable since " in self.hubspool.run("status").stdout, 20,
                   "a status that tells of the silence")
        self.assertTrue([batch for batch in self.hubspool.json("batches")
                         if "not done within 1000 ms" in batch["words"]])
        self.assert_nothing_died(self.hubspool)
        # Now it reads what was sent into the silence, and does it.
        self.portal.thaw()
        self.wait_until_settled(self.hubspool)
        self.assert_portal_has(new)
        self.assert_portal_kept_the_rules()
        self.assert_nothing_died(self.hubspool)
        self.assert_books(self.hubspool, records_in=4000, dead_lettered=0, pending=0)


if __name__ == "__main__":
    unittest.main()
