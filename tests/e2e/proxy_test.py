#!/usr/bin/env python3
"""Delivery through a real proxy, and what status says when the proxy stands in the way."""

import socket
import unittest
import urllib.parse

from end_to_end import NO_LIMIT, EndToEnd, parks, simple_records, wait_until
from impostor import Impostor
from squid import Squid

OBJECTS = 300
IMPATIENT = {"retry": {"initial": "50ms", "max": "200ms",
                       "breaker": {"failures": 3, "probe_max": "300ms"}}}
USER, PASSWORD = "hubspool", "correct horse: battery"


class Proxy(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(**self.portal_options())
        self.portal_port = urllib.parse.urlsplit(self.portal.url).port
        self.hubspool = self.make_hubspool(NO_LIMIT, IMPATIENT)
        self.credentials = self.hubspool.directory / "proxy"
        self.records = simple_records(range(1000, 1000 + OBJECTS))

    def portal_options(self):
        return {}

    def start_squid(self, allowed=None, **how):
        made = Squid(self.directory / "squid", allowed or [self.portal_port], **how)
        return self.enterContext(made)

    def write_credentials(self, password):
        self.credentials.write_text(f"{USER}:{password}\n")
        self.credentials.chmod(0o640)

    def use(self, squid, with_credentials=False):
        self.hubspool.configure({"api": {"proxy": squid.url}})
        if with_credentials:
            self.hubspool.configure({"api": {"proxy_credentials_file": self.credentials}})

    def assert_all_is_delivered(self):
        self.wait_until_settled(self.hubspool, 30)
        self.assert_portal_has(self.records)
        self.assert_portal_kept_the_rules()
        self.assert_nothing_died(self.hubspool)
        self.assert_books(self.hubspool, records_in=OBJECTS, delivered=OBJECTS)
        # What the proxy refused was no attempt of anything.
        self.assertEqual({batch["attempt"] for batch in self.hubspool.json("batches")}, {1})

    def wait_for_words(self, *words):
        def told():
            text = self.hubspool.run("status").stdout
            return text if all(each in text for each in words) else None
        text = wait_until(told, 30, f"a status that says {words}")
        self.assertEqual(self.portal.report()["requests"], 0)
        self.assertEqual(parks(self.hubspool), [])
        return text

    def assert_secret_is_kept(self):
        written = [self.hubspool.log.read_text(), self.hubspool.run("status").stdout,
                   self.hubspool.run("check").stdout]
        self.assertNotIn(PASSWORD, "".join(written))


class WithoutCredentials(Proxy):
    def test_delivery_goes_through_the_proxy(self):
        squid = self.start_squid()
        self.use(squid)
        self.hubspool.put(self.records)
        self.drain(self.hubspool)
        self.assert_all_is_delivered()
        self.assertIn(f"localhost:{self.portal_port}", squid.tunnels()[0])

    def test_host_in_no_proxy_is_reached_straight(self):
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            self.hubspool.configure({"api": {"proxy": f"http://127.0.0.1:{port}",
                                             "no_proxy": "example.com, localhost"}})
            self.hubspool.put(self.records)
            self.drain(self.hubspool)
        self.assert_all_is_delivered()

    def test_proxy_that_comes_back_is_used_again(self):
        squid = self.start_squid()
        self.use(squid)
        squid.stop()
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        self.wait_for_words("no way to the proxy", f"127.0.0.1:{squid.port}: refused")
        squid.start()
        self.assert_all_is_delivered()

    def test_proxy_that_forbids_the_port_is_told_by_its_words(self):
        self.use(self.start_squid(allowed=[1]))
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        self.wait_for_words(f"does not allow a tunnel to localhost:{self.portal_port}",
                            "403 Forbidden (ERR_ACCESS_DENIED", "have it allow CONNECT")

    def test_target_that_the_proxy_cannot_reach_is_told_by_its_words(self):
        self.use(self.start_squid())
        self.portal.stop()
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        wait_until(lambda: "cannot reach localhost" in self.hubspool.run("status").stdout, 30,
                   "a status that tells of the refusal")
        self.portal.start()
        self.assert_all_is_delivered()


    def test_words_that_are_no_utf8_are_shown_all_the_same(self):
        answer = b"HTTP/1.1 403 Verb\xf6ten\r\nX-Squid-Error: \xff\xfe\r\n\r\n"
        with Impostor(0, answer=answer) as proxy:
            self.hubspool.configure({"api": {"proxy": f"http://127.0.0.1:{proxy.port}"}})
            self.hubspool.put(self.records)
            self.start_daemon(self.hubspool)
            text = self.wait_for_words("unreachable since", "does not allow a tunnel", "403 Verb")
            self.assertTrue(text.replace("\n", "").isprintable(), text)
            failure = self.hubspool.status_json()["live"]["breaker"]["last_failure"]
            self.assertIn("403 Verb\ufffdten (\ufffd\ufffd)", failure)
            self.assertIn("403 Verb\ufffdten", self.hubspool.run("check", "--online").stdout)


class WithCredentials(Proxy):
    def test_wrong_password_costs_nothing_and_a_right_one_is_taken_without_a_restart(self):
        squid = self.start_squid(user=USER, password=PASSWORD)
        self.use(squid, with_credentials=True)
        self.write_credentials("wrong")
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        self.wait_for_words("refuses the user or the password in", str(self.credentials), "407")
        self.write_credentials(PASSWORD)
        self.assert_all_is_delivered()
        self.assertIn(USER, squid.tunnels()[-1])
        self.assert_secret_is_kept()

    def test_missing_credentials_are_asked_for(self):
        self.use(self.start_squid(user=USER, password=PASSWORD))
        self.hubspool.put(self.records)
        self.start_daemon(self.hubspool)
        self.wait_for_words("demands a user and a password", "api.proxy_credentials_file")


@unittest.skipUnless(socket.has_ipv6, "no IPv6 here")
class OnIpv6(Proxy):
    def portal_options(self):
        return {"address": "::1"}

    def setUp(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError as error:
            self.skipTest(f"no ::1 here: {error}")
        super().setUp()

    def test_server_on_an_ipv6_address_is_reached_straight(self):
        self.hubspool.put(self.records)
        self.drain(self.hubspool)
        self.assert_all_is_delivered()

    def test_server_on_an_ipv6_address_is_reached_through_a_proxy_with_credentials(self):
        squid = self.start_squid(user=USER, password=PASSWORD)
        self.use(squid, with_credentials=True)
        self.write_credentials(PASSWORD)
        self.hubspool.put(self.records)
        self.drain(self.hubspool)
        self.assert_all_is_delivered()
        self.assertIn(f"[::1]:{self.portal_port}", squid.tunnels()[0])


if __name__ == "__main__":
    unittest.main()
