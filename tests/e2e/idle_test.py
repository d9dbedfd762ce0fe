#!/usr/bin/env python3
"""A daemon with nothing to do rests: it wakes for its scans alone, and what it missed meanwhile it
sees before it sends anything."""

import os
import pathlib
import socket
import time
import unittest

from credentials import Credentials
from end_to_end import DONE, parks, scaled, wait_until

RESTS_FOR = 3.0  # some ticks of a daemon that does not rest
# The thread sanitizer has one of its own.
STRANGERS = 1 if "thread" in os.environ.get("HUBSPOOL_SANITIZE", "") else 0
NEW_TOKENS = [f"pat-na1-while-at-rest-{number:03}" for number in range(100)]


def wakes(pid):
    """How often each thread has waited for something, by its id."""
    found = {}
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        lines = (thread / "status").read_text().splitlines()
        found[thread.name] = next(line for line in lines if line.startswith("voluntary_ctxt_switches"))
    return found


class Idle(Credentials):
    def start(self, scan_interval):
        self.hubspool.configure({"queue": {"scan_interval": scan_interval}})
        # As under systemd: what it tells must wake nobody either.
        manager = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        manager.bind(str(self.directory / "notify"))
        self.hubspool.environment["NOTIFY_SOCKET"] = manager.getsockname()
        self.start_daemon(self.hubspool)

    def wait_for_rest(self, awake=0):
        """Waits for a time in which all threads but `awake` did not wake once."""
        began, before = time.monotonic(), wakes(self.hubspool.process.pid)

        def rested():
            nonlocal began, before
            now = wakes(self.hubspool.process.pid)
            if sum(now[thread] != before.get(thread) for thread in now) > awake + STRANGERS:
                began, before = time.monotonic(), now
            return time.monotonic() - began > RESTS_FOR
        wait_until(rested, 60, "rest")

    def say(self, command):
        done = self.hubspool.run(command)
        self.assertEqual(done.returncode, DONE, done.stderr)

    def test_daemon_without_work_does_not_wake_between_two_scans(self):
        self.start("1h")
        self.wait_for_rest()
        self.assert_delivered(self.put(range(1, 201)))
        self.wait_for_rest()
        self.assertEqual(self.hubspool.status_json()["live"]["run"]["delivered"], 200)

    def test_scan_that_finds_nothing_wakes_no_other_thread(self):
        self.start("200ms")
        self.wait_for_rest(awake=1)

    def test_pause_at_rest_is_heeded_before_the_next_file_is_sent(self):
        self.start("1h")
        for turn in range(scaled(2, 20)):
            with self.subTest(turn=turn):
                self.wait_for_rest()
                sent = self.portal.report()["requests"]
                self.say("pause")
                records = self.put(range(1, 101), turn + 1)
                wait_until(lambda: self.hubspool.status_json()["live"]["pending"]["records"] == 100,
                           10, "the reading of the file")
                self.assertEqual(self.portal.report()["requests"], sent)
                self.say("resume")
                self.assert_delivered(records)

    def test_pause_of_a_daemon_that_has_just_become_idle_is_heeded_before_the_next_file_is_sent(self):
        self.start("1h")
        wait_until(lambda: self.hubspool.status_json()["live"], 10, "the first status")
        for turn in range(scaled(8, 40)):
            with self.subTest(turn=turn):
                self.assert_delivered(self.put(range(1, 101), 2 * turn + 1))
                sent = self.portal.report()["requests"]
                self.say("pause")
                records = self.put(range(1, 101), 2 * turn + 2)
                wait_until(lambda: self.hubspool.status_json()["live"]["pending"]["records"] == 100,
                           10, "the reading of the file")
                self.assertEqual(self.portal.report()["requests"], sent)
                self.say("resume")
                self.assert_delivered(records)

    def test_pause_at_rest_is_seen_by_the_next_scan(self):
        self.start("200ms")
        self.wait_for_rest(awake=1)
        self.say("pause")
        self.assertTrue(self.hubspool.status_json()["paused"])
        wait_until(lambda: self.hubspool.status_json()["live"]["parks"], 10, "the pause of the daemon")
        self.say("resume")
        wait_until(lambda: not self.hubspool.status_json()["live"]["parks"], 10, "its end")

    def test_token_replaced_at_rest_serves_for_the_next_file(self):
        self.start("1h")
        for turn in range(scaled(2, 20)):
            with self.subTest(turn=turn):
                self.wait_for_rest()
                self.portal.set_faults(token=NEW_TOKENS[turn])
                self.hubspool.write_token(NEW_TOKENS[turn])
                self.assert_delivered(self.put(range(1, 101), turn + 1))
                self.assertEqual(parks(self.hubspool), [])
                self.assertNotIn("unauthorized", self.log())

    def test_token_replaced_at_rest_is_proved_after_the_next_scan(self):
        self.start("200ms")
        self.wait_for_rest(awake=1)
        self.portal.set_faults(token=NEW_TOKENS[0])
        with self.asked_within_a_second():
            self.hubspool.write_token(NEW_TOKENS[0])


if __name__ == "__main__":
    unittest.main()
