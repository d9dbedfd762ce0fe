#!/usr/bin/env python3
"""What status, progress and the log tell: of a daemon that does not move, of a park over a restart, at
the width of a terminal, and into a cron mail."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest

from end_to_end import DONE, FAILED, SOME_DEAD, STOPPED, NO_LIMIT, EndToEnd, simple_records, wait_until


class Telling(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(limit=100000, window_ms=1000)
        self.hubspool = self.make_hubspool(NO_LIMIT, {"batch": {"max_inputs": 10}})
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue

    def code(self):
        return self.hubspool.run("status", "--exit-code").returncode

    def start_daemon_told(self):
        self.hubspool.start()
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "the first status")

    def test_scenario_58_stopped_daemon_is_told_with_the_age_of_what_it_said(self):
        self.assertEqual(self.code(), STOPPED)
        self.start_daemon_told()
        self.assertEqual(self.code(), DONE)
        self.hubspool.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.hubspool.process.send_signal, signal.SIGCONT)
        wait_until(lambda: self.code() == FAILED, 10, "the stop")
        text = self.hubspool.run("status").stdout
        self.assertIn(f"STUCK      its process is stopped; `kill -CONT {self.hubspool.process.pid}`", text)
        self.assertIn("what it says of itself below is of ", text)
        self.hubspool.process.send_signal(signal.SIGCONT)
        wait_until(lambda: self.code() == DONE, 10, "its end")

    def test_scenario_58_daemon_that_has_said_nothing_for_long_is_told(self):
        self.start_daemon_told()
        wait_until(lambda: (self.hubspool.status_json()["live"] or {}).get("resting"), 20, "its rest")
        status = self.hubspool.state / "status.json"
        self.assertIsNone(self.hubspool.status_json()["stuck"])
        os.utime(status, (1, status.stat().st_mtime - 100))  # as much as it is silent at rest
        self.assertIsNone(self.hubspool.status_json()["stuck"])
        self.hubspool.process.send_signal(signal.SIGSTOP)  # or it would tell that it rests
        os.utime(status, (1, status.stat().st_mtime - 3600))
        told = self.hubspool.status_json()
        self.assertGreater(told["live_age_ms"], 3600000)
        self.assertIsNotNone(told["stuck"])
        self.hubspool.process.send_signal(signal.SIGCONT)
        wait_until(lambda: self.hubspool.status_json()["stuck"] is None, 90, "the next word")

    def test_check_before_a_start_has_nothing_against_a_park_and_a_kill(self):
        self.portal.set_faults(unauthorized=True)
        self.hubspool.put(simple_records(range(1, 11)))
        self.start_daemon_told()
        wait_until(lambda: self.code() == FAILED, 20, "the park")
        for kills in (False, True):
            if kills:
                self.hubspool.kill9()
            done = self.hubspool.run("check", "--quiet")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (DONE, "", ""))

    def test_park_is_told_by_code_and_again_by_each_start(self):
        self.hubspool.run("pause")
        for _ in range(2):
            self.hubspool.log.unlink(missing_ok=True)
            self.start_daemon_told()
            wait_until(lambda: "sending is parked" in self.hubspool.log.read_text(), 20, "the warning")
            wait_until(lambda: self.code() == FAILED, 10, "the park")
            self.hubspool.stop()

    def cron(self, *words, **options):
        self.hubspool.put(simple_records(range(1, 201)))
        return self.hubspool.run("drain", *words, **options)

    def test_drain_into_a_mail_says_nothing_of_batches_that_went_well(self):
        done = self.cron()
        self.assertEqual(done.returncode, DONE)
        self.assertNotIn("batch", done.stderr)
        self.assertIn("delivered 200 records", done.stdout)
        self.assertEqual(len(re.findall(" batch batch=", self.cron("--verbose").stderr)), 20)

    def test_drain_into_a_mail_names_batches_that_did_not_go_well(self):
        self.portal.set_faults(all_unknown=True)
        self.hubspool.configure({"brake": {"count": 100000}})
        done = self.cron()
        self.assertEqual(done.returncode, SOME_DEAD)
        self.assertIn(" batch batch=", done.stderr)

    def test_quiet_drain_says_nothing_but_errors(self):
        done = self.cron("--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (DONE, "", ""))
        self.hubspool.run("pause")
        done = self.cron("--quiet")
        self.assertEqual((done.returncode, done.stdout), (STOPPED, ""))
        self.assertIn("sending is parked", done.stderr)

    def on_a_terminal(self, columns, *words):
        """What `hubspool WORDS` writes to a terminal that is so wide."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
        process = subprocess.Popen([self.hubspool._program, *words, "-c", self.hubspool.config],
                                   stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # EIO: the other end is closed
                break
            if not piece:
                break
            said += piece
        os.close(ours)
        return process.wait(60), said.decode()

    def test_progress_and_tables_fit_the_terminal(self):
        self.portal.set_faults(latency_ms=300)
        self.hubspool.configure({"batch": {"max_inputs": 1}, "api": {"connections": 2}})
        self.hubspool.put(simple_records(range(1, 31)), name="a-" + "long-" * 30 + "name.ndjson")
        code, said = self.on_a_terminal(60, "drain")
        self.assertEqual(code, DONE, said)
        bars = re.findall(r"\[[#.]+\][^\r\n]*", said)
        self.assertTrue(bars, said)
        self.assertLess(max(map(len, bars)), 60)
        for columns in (60, 80, 120):
            for command in ("files", "batches"):
                code, said = self.on_a_terminal(columns, command)
                self.assertEqual(code, DONE)
                for line in said.splitlines():
                    self.assertLessEqual(len(line), columns, line)
        piped = self.hubspool.run("files").stdout
        self.assertIn("a-" + "long-" * 30 + "name.ndjson", piped)


if __name__ == "__main__":
    unittest.main()
