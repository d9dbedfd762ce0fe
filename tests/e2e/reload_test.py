#!/usr/bin/env python3
"""SIGHUP: `run` reads its configuration again and goes on with it. What cannot be read, or cannot be run with,
changes nothing; no change is lost or sent twice on the way."""

import signal
import socket
import unittest

from end_to_end import DONE, FAILED, EndToEnd, Hubspool, simple_records, wait_until

USAGE = 2
STARTED = "hubspool has started"


class Reload(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool()

    def log_text(self):
        return self.hubspool.log.read_text()

    def reload(self, **overrides):
        if overrides:
            self.hubspool.configure(overrides)
        self.hubspool.process.send_signal(signal.SIGHUP)

    def wait_for_log(self, words, times=1):
        wait_until(lambda: self.log_text().count(words) >= times, 30, f"{words} in the log")

    def stop_and_expect(self, records):
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_portal_has(records)
        self.assert_portal_kept_the_rules()

    def make_another(self):
        """Another daemon, whose queue nobody else may have."""
        another = self.enterContext(Hubspool(self.directory / "another"))
        another.configure({"api": {"url": "https://localhost:1"}})
        self.start_daemon(another)
        return another

    def test_limit_is_another_within_a_backlog_and_nothing_is_lost_or_sent_again(self):
        self.hubspool.configure({"batch": {"max_inputs": 1}, "rate_limit": {"requests": 20, "window": "1s"}})
        self.portal.set_faults(latency_ms=50)
        records = simple_records(range(1, 101))
        self.start_daemon(self.hubspool)
        self.hubspool.put(records)
        wait_until(lambda: self.portal.report()["requests"] > 10, 20, "requests")
        self.reload(rate_limit={"requests": 40})
        self.wait_for_log("the configuration has changed keys=rate_limit.requests")
        self.wait_for_log(STARTED, 2)
        wait_until(lambda: (self.hubspool.status_json()["live"] or {}).get("rate_limit") == 40, 20, "the new limit")
        self.stop_and_expect(records)
        self.assertEqual(self.portal.report()["requests"], 100, "each object once")
        self.assertIn("100 delivered", self.hubspool.run("status").stdout.replace(",", ""))

    def test_log_level_is_taken_in_without_a_new_beginning(self):
        self.start_daemon(self.hubspool)
        self.reload(log={"level": "debug"})
        self.wait_for_log("the configuration has changed keys=log.level")
        records = simple_records(range(1, 11))
        self.hubspool.put(records)
        self.stop_and_expect(records)
        self.assertEqual(self.log_text().count(STARTED), 1)

    def test_command_tells_a_run_and_nobody_else(self):
        refused = self.hubspool.run("reload")
        self.assertEqual(refused.returncode, FAILED)
        self.assertIn("no daemon works on the queue", refused.stderr)
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "its first words")
        self.hubspool.configure({"batch": {"linger": "50ms"}})
        done = self.hubspool.run("reload")
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        self.wait_for_log("the configuration has changed keys=batch.linger")
        self.wait_for_log(STARTED, 2)
        self.hubspool.config.write_text("batch: {max_inputs: many}\n")
        refused = self.hubspool.run("reload")
        self.assertEqual(refused.returncode, USAGE)
        self.assertIn("batch.max_inputs", refused.stderr)
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_drain_is_not_ended_by_the_command(self):
        self.drain(self.hubspool)  # makes the queue
        self.hubspool.configure({"batch": {"max_inputs": 1}, "api": {"connections": 1}})
        self.portal.set_faults(latency_ms=300)
        self.hubspool.put(simple_records(range(1, 11)))
        drain = self.hubspool.start("drain")
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "the drain")
        refused = self.hubspool.run("reload")
        self.assertRegex(refused.stderr, "or is a drain|is no `run`")
        self.assertEqual(drain.wait(60), DONE)

    def test_what_is_no_configuration_changes_nothing_and_is_told(self):
        address = str(self.directory / "notify")
        manager = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        manager.bind(address)
        manager.setblocking(False)
        heard = []

        def wait_to_hear(*words):
            def is_heard():
                try:
                    while True:
                        heard.append(manager.recv(65536).decode())
                except BlockingIOError:
                    return any(all(word in message for word in words) for message in heard)
            wait_until(is_heard, 20, words)
        self.hubspool.environment["NOTIFY_SOCKET"] = address
        self.start_daemon(self.hubspool)
        wait_to_hear("READY=1")
        heard.clear()
        good = self.hubspool.config.read_text()
        self.hubspool.config.write_text(good + "batch: {max_inputs: many}\n")
        self.reload()
        self.wait_for_log("the configuration cannot be used, and that of before stays in force")
        wait_to_hear("RELOADING=1")
        wait_to_hear("READY=1", "STATUS=", "the configuration of before stays in force", "hubspool.yaml:")
        self.hubspool.config.write_text(good)
        heard.clear()
        self.reload()
        self.wait_for_log("nothing has changed")
        wait_to_hear("READY=1")
        heard.clear()
        self.reload(batch={"linger": "50ms"})
        wait_to_hear("RELOADING=1")
        wait_to_hear("READY=1")
        self.assertFalse([message for message in heard if "STOPPING=1" in message])
        records = simple_records(range(1, 11))
        self.hubspool.put(records)
        self.stop_and_expect(records)
        wait_to_hear("STOPPING=1")

    def test_credential_or_directory_that_is_not_there_changes_nothing(self):
        self.start_daemon(self.hubspool)
        for times, overrides in enumerate(({"api": {"token_file": self.directory / "none"}},
                                           {"queue": {"directory": "/proc/no/queue"},
                                            "api": {"token_file": self.hubspool.token_file}}), 1):
            self.reload(**overrides)
            self.wait_for_log("that of before stays in force", times)
        self.hubspool.configure({"queue": {"directory": self.hubspool.queue}})
        self.assertEqual(self.log_text().count(STARTED), 1)
        records = simple_records(range(1, 11))
        self.hubspool.put(records)
        self.stop_and_expect(records)
        self.assertIn("hubspool has stopped requests=1 delivered=10", self.log_text())

    def test_configuration_with_which_it_cannot_run_is_given_up_for_that_of_before(self):
        self.start_daemon(self.hubspool)
        other = self.make_another()
        self.reload(queue={"directory": other.queue})
        self.wait_for_log("hubspool cannot run with the new configuration")
        self.hubspool.configure({"queue": {"directory": self.hubspool.queue}})
        records = simple_records(range(1, 11))
        self.hubspool.put(records)
        self.stop_and_expect(records)

    def test_hangups_in_a_row_end_with_the_last_configuration(self):
        self.start_daemon(self.hubspool)
        for linger in range(10, 31):
            self.reload(batch={"linger": f"{linger}ms"})
        wait_until(lambda: self.hubspool.run("status").returncode == DONE, 20, "a status")
        self.reload()
        self.wait_for_log("nothing has changed")
        self.reload()
        self.wait_for_log("nothing has changed", 2)
        records = simple_records(range(1, 11))
        self.hubspool.put(records)
        self.stop_and_expect(records)

    def test_stop_within_a_reload_is_a_stop(self):
        self.hubspool.configure({"batch": {"max_inputs": 1}, "api": {"connections": 1}})
        self.portal.set_faults(latency_ms=1500)
        self.start_daemon(self.hubspool)
        self.hubspool.put(simple_records(range(1, 11)))
        wait_until(lambda: (self.hubspool.status_json()["live"] or {}).get("in_flight") == 1, 20, "a request")
        self.reload(batch={"linger": "50ms"})
        self.wait_for_log("the configuration has changed")
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assertEqual(self.log_text().count(STARTED), 1)


if __name__ == "__main__":
    unittest.main()
