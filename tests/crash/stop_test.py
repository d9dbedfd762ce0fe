"""SIGTERM and SIGINT end hubspool soon and in order, whatever it is doing; a second one at once."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import threading
import unittest

from crash_case import CrashCase, ended_within, make_records, wait_until
from hubspool_harness import find_program

FAILED, STOPPED_EARLY = 1, 4
SOON = 8  # seconds; a busy machine is no error
# Longer than SOON would be forgiving of waiting for the answer, shorter than request_timeout.
SLOW = {"latency_ms": 1500}
ONE_AT_A_TIME = {"api": {"connections": 1, "request_timeout": "5s", "late": "6s"}}


class StopTest(CrashCase):
    def start_with_a_request_on_the_wire(self, command, **simulated):
        self.set_up_story(ONE_AT_A_TIME, **(simulated or SLOW))
        self.put(100, 100)
        self.hubspool.start(command)
        self.wait_for_requests(1)

    def stop_with(self, *signals):
        for each in signals:
            self.hubspool.process.send_signal(each)
        return self.hubspool.process.wait(SOON)

    def wait_until_signals_are_heeded(self):
        """Before that, a signal simply ends a process that has done nothing yet."""
        status = pathlib.Path(f"/proc/{self.hubspool.process.pid}/status")

        def heeded():
            words = status.read_text().split()
            return int(words[words.index("SigCgt:") + 1], 16) >> (signal.SIGTERM - 1) & 1

        wait_until(heeded, 20, "a handler of SIGTERM")

    def deliver_the_rest(self):
        self.hubspool.process = None
        self.simulator.set_faults(latency_ms=0)
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def assert_stop_waits_for_the_request_under_way(self, command, with_signal, code):
        self.start_with_a_request_on_the_wire(command)
        self.assertEqual(self.stop_with(with_signal), code)
        on_the_wire = self.requests()
        inputs = self.simulator.report()["inputs"]
        totals = self.hubspool.status_json()["totals"]
        self.assertEqual(totals["delivered"], inputs, "those of the requests under way")
        self.assertLess(inputs, 100, "no new request")
        self.assertEqual(sum(self.simulator.report()["by_status"].values()), on_the_wire)
        self.deliver_the_rest()
        self.assertEqual(self.simulator.report()["inputs"], 100, "nothing was sent twice")

    def test_sigterm_in_run_waits_for_the_request_under_way(self):
        self.assert_stop_waits_for_the_request_under_way("run", signal.SIGTERM, 0)

    def test_sigint_in_run_waits_for_the_request_under_way(self):
        self.assert_stop_waits_for_the_request_under_way("run", signal.SIGINT, 0)

    def test_sigterm_in_drain_waits_for_the_request_under_way(self):
        self.assert_stop_waits_for_the_request_under_way("drain", signal.SIGTERM, STOPPED_EARLY)

    def test_sigint_in_drain_waits_for_the_request_under_way(self):
        self.assert_stop_waits_for_the_request_under_way("drain", signal.SIGINT, STOPPED_EARLY)

    def test_sighup_in_drain_waits_for_the_request_under_way(self):
        self.assert_stop_waits_for_the_request_under_way("drain", signal.SIGHUP, STOPPED_EARLY)

    def test_sighup_in_run_stops_nothing(self):
        self.set_up_story()
        self.start_daemon()
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "its first words")
        self.hubspool.process.send_signal(signal.SIGHUP)
        self.wait_for_log("the configuration was read again, and nothing has changed")
        self.put(10, 10)
        self.wait_until_delivered()
        self.hubspool.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.stop_with(signal.SIGTERM), 0)

    def test_stop_that_comes_while_the_state_is_opened_is_heeded(self):
        self.set_up_story()
        self.assertEqual(self.hubspool.run("drain").returncode, 0)  # makes the state
        state = self.hubspool.state / "state.db"
        with contextlib.closing(sqlite3.connect(state, isolation_level=None)) as other:
            other.execute("PRAGMA locking_mode=EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            process = self.hubspool.start()
            opened = pathlib.Path(f"/proc/{process.pid}/fd")

            def waits_for_it():
                self.assertIsNone(process.poll(), self.hubspool.log.read_text())
                with contextlib.suppress(OSError):
                    return any(os.readlink(each) == str(state) for each in opened.iterdir())
            wait_until(waits_for_it, 20, "the opening of the state")
            process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 0)
        self.assertNotIn("hubspool has started", self.hubspool.log.read_text())

    def test_second_signal_exits_at_once_and_nothing_is_lost(self):
        for command, code in (("run", 0), ("drain", STOPPED_EARLY)):
            with self.subTest(command):
                self.start_with_a_request_on_the_wire(command, latency_ms=4500)
                self.hubspool.process.send_signal(signal.SIGTERM)
                self.wait_for_log("a second signal, after a second or later, exits at once")
                self.assertFalse(ended_within(self.hubspool.process, 1.1), "the request is on its way")
                self.hubspool.process.send_signal(signal.SIGINT)
                self.assertEqual(self.hubspool.process.wait(1), code)
                self.assertEqual(self.simulator.report()["by_status"], {}, "no answer came yet")
                self.deliver_the_rest()
                self.tearDownStory()

    def start_under_timeout(self, *command):
        """Under timeout(1), whose time is over when end_of_time() says so."""
        with open(self.hubspool.log, "ab") as log:
            return subprocess.Popen(
                ["timeout", "--preserve-status", "600", find_program("hubspool"), *command,
                 "-c", self.hubspool.config], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def end_of_time(self, under_timeout, seconds=SOON):
        """As its timer does: timeout(1) signals its child, and then the group that it is in."""
        under_timeout.send_signal(signal.SIGALRM)
        return under_timeout.wait(seconds)

    def test_scenario_62_end_of_timeout_in_drain_and_run_waits_for_the_request_under_way(self):
        for command, code in (("drain", STOPPED_EARLY), ("run", 0)):
            with self.subTest(command):
                self.set_up_story(ONE_AT_A_TIME, **SLOW)
                self.put(100, 100)
                process = self.start_under_timeout(command)
                self.wait_for_requests(1)
                self.assertEqual(self.end_of_time(process), code)
                inputs = self.simulator.report()["inputs"]
                self.assertEqual(self.hubspool.status_json()["totals"]["delivered"], inputs)
                self.assertLess(inputs, 100)
                self.deliver_the_rest()
                self.assertEqual(self.simulator.report()["inputs"], 100, "nothing was sent twice")
                self.tearDownStory()

    def test_scenario_62_end_of_timeout_ends_a_drain_that_waits_for_a_daemon_with_4(self):
        self.set_up_story(ONE_AT_A_TIME, latency_ms=200)
        self.start_daemon()
        self.put(300, 300)
        process = self.start_under_timeout("drain")
        self.wait_for_log("waiting until it has dealt with")
        self.assertEqual(self.end_of_time(process), STOPPED_EARLY)
        self.wait_for_log("stopped by a signal before the queue was empty")
        self.simulator.set_faults(latency_ms=0)
        self.wait_until_delivered()
        self.assertEqual(self.hubspool.stop(), 0)

    def test_scenario_62_end_of_timeout_ends_submit_wait_with_4_and_the_file_stays_queued(self):
        self.set_up_story(ONE_AT_A_TIME, latency_ms=600_000)
        self.start_daemon()
        self.records = make_records(10, 10, 5)
        source = self.directory / "orders.ndjson"
        source.write_text("".join(json.dumps(each) + "\n" for each in self.records))
        process = self.start_under_timeout("submit", "--wait", str(source))
        self.wait_for_requests(1)
        self.assertEqual(self.end_of_time(process), STOPPED_EARLY)
        self.wait_for_log("stays in the queue: the wait for it was stopped by a signal")
        self.simulator.set_faults(latency_ms=0)
        self.wait_until_delivered()
        self.assertEqual(self.hubspool.stop(), 0)

    def tearDownStory(self):
        self.doCleanups()
        self.setUp()

    def test_request_that_is_not_answered_is_given_up_after_its_timeout(self):
        self.set_up_story({"api": {"request_timeout": "1s"}}, latency_ms=30000)
        self.put(10, 10)
        self.hubspool.start("run")
        self.wait_for_requests(1)
        self.assertEqual(self.stop_with(signal.SIGTERM), 0)

    def test_sigterm_while_parked(self):
        self.set_up_story(unauthorized=True)
        self.put(20, 20)
        self.hubspool.start("run")
        self.wait_for_log("unauthorized")
        self.assertEqual(self.stop_with(signal.SIGTERM), 0)
        self.simulator.set_faults(unauthorized=False)
        self.hubspool.process = None
        self.hubspool.start("run")
        self.wait_for_log("unauthorized")
        self.assertEqual(self.hubspool.run("resume").returncode, 0)
        self.wait_until_delivered()
        self.assertEqual(self.hubspool.stop(), 0)

    def test_sigterm_while_there_is_no_connection(self):
        self.set_up_story()
        self.simulator.stop()
        self.put(20, 20)
        self.hubspool.start("run")
        self.wait_for_log("no connection")
        self.assertEqual(self.stop_with(signal.SIGTERM), 0)
        self.simulator.start()
        self.deliver_the_rest()

    def test_sigterm_while_reading_a_big_file(self):
        self.set_up_story()
        many = make_records(4000, 2000, 5)
        self.records = many * 25
        self.hubspool.put("\n".join(map(json.dumps, self.records)) + "\n")
        for command, code in (("run", 0), ("drain", STOPPED_EARLY)):
            self.hubspool.start(command)
            wait_until(lambda: self.hubspool.files("cur"), 20, "the claim")
            self.wait_until_signals_are_heeded()
            self.assertEqual(self.stop_with(signal.SIGTERM), code)
            self.hubspool.process = None
        self.drain()
        self.assertEqual(self.differences(), [])
        self.assert_books()


class DrainBesideDaemonTest(CrashCase):
    def test_scenario_32_drain_beside_a_daemon_ends_while_producers_keep_adding(self):
        self.set_up_story(latency_ms=20)
        self.start_daemon()
        self.assert_drain_ends_while_producers_keep_adding()
        self.assertEqual(self.hubspool.stop(), 0)
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def test_scenario_32_drain_alone_ends_while_producers_keep_adding(self):
        self.set_up_story(latency_ms=20)
        self.assert_drain_ends_while_producers_keep_adding()
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def assert_drain_ends_while_producers_keep_adding(self):
        self.put(200, 50)
        before = len(self.records)
        enough = threading.Event()
        producer = threading.Thread(target=self.keep_adding, args=(enough,))
        producer.start()
        try:
            self.drain(timeout=60)
        finally:
            enough.set()
            producer.join()
        self.assertGreater(len(self.records), before)

    def keep_adding(self, enough):
        while not enough.wait(0.02):
            self.put(5, 50)

    def test_scenario_32_drain_while_parked_ends_with_4(self):
        self.set_up_story(forbidden=True)
        self.put(20, 20)
        done = self.drain(code=STOPPED_EARLY, timeout=30)
        self.assertIn("forbidden", done.stderr)
        self.start_daemon()
        done = self.drain(code=STOPPED_EARLY, timeout=30)
        self.assertIn("forbidden", done.stderr)
        self.assertEqual(self.hubspool.stop(), 0)

    def test_run_beside_a_drain_starts_when_that_has_ended_and_beside_a_run_not_at_all(self):
        self.set_up_story(ONE_AT_A_TIME, **SLOW)
        self.put(30, 30)
        drain = self.hubspool.start("drain")
        self.wait_for_requests(1)
        self.start_daemon()  # waits for its start
        self.assertEqual(drain.wait(SOON), 0)
        self.assertIn("a drain works on this queue: hubspool starts when it has ended", self.log_text())
        self.put(5, 5)
        self.wait_until_delivered()
        beside = self.hubspool.run("run")
        self.assertEqual(beside.returncode, FAILED, beside.stderr)
        self.assertEqual(self.hubspool.stop(), 0)

    def test_run_that_waits_for_a_drain_is_stopped_by_a_signal(self):
        self.set_up_story(ONE_AT_A_TIME, **SLOW)
        self.put(30, 30)
        drain = self.hubspool.start("drain")
        self.wait_for_requests(1)
        self.hubspool.start("run")
        self.wait_for_log("hubspool starts when it has ended")
        self.assertEqual(self.hubspool.stop(timeout=SOON), 0)
        self.assertEqual(drain.wait(60), 0)
        self.assert_delivered()


if __name__ == "__main__":
    unittest.main(verbosity=2)
