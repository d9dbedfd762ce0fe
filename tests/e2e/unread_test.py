#!/usr/bin/env python3
"""Nobody reads what hubspool says: a full pipe, a socket, a stopped terminal, closed streams, a full
disk. It delivers, stops and tells its status as ever, and ends with the right code."""

import os
import pty
import re
import socket
import subprocess
import termios
import unittest

from end_to_end import DONE, FAILED, NO_LIMIT, EndToEnd, simple_records, wait_until

RECORDS = 3000  # a batch each: more lines than a pipe takes
MANY = 8000  # and than the buffer before it


class Unread(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(limit=100000, window_ms=1000)
        self.hubspool = self.make_hubspool(NO_LIMIT, {"batch": {"max_inputs": 1}})

    def put(self, count=RECORDS):
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        self.hubspool.put(simple_records(range(1, count + 1)))

    def start(self, *command, **streams):
        process = subprocess.Popen(
            [self.hubspool._program, *command, "-c", self.hubspool.config],
            stdin=subprocess.DEVNULL, **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def delivers_stops_and_tells(self, stderr, read=None):
        """`run` with `stderr`; read() gives all that it said, in the end."""
        self.put()
        process = self.start("run", stderr=stderr, stdout=stderr)
        os.close(stderr)
        wait_until(lambda: self.portal.report()["requests"] >= RECORDS, 90, "all deliveries")
        wait_until(lambda: self.hubspool.status_json()["totals"]["delivered"] == RECORDS, 20, "the books")
        self.assertIsNone(self.hubspool.status_json()["stuck"])
        process.terminate()
        self.assertEqual(process.wait(15), DONE)

    def test_pipe_that_nobody_reads_stops_neither_sending_nor_sigterm_nor_status(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.delivers_stops_and_tells(writer)

    def test_socket_that_nobody_reads_stops_neither_sending_nor_sigterm_nor_status(self):
        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        self.delivers_stops_and_tells(theirs.detach())

    def test_stopped_terminal_stops_neither_sending_nor_sigterm_nor_status(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        termios.tcflow(theirs, termios.TCOOFF)
        self.delivers_stops_and_tells(theirs)

    def test_lines_that_nobody_read_are_counted_once_somebody_does(self):
        self.put(MANY)
        reader, writer = os.pipe()
        process = self.start("run", stderr=writer)
        os.close(writer)
        wait_until(lambda: self.hubspool.status_json()["totals"]["delivered"] == MANY, 90, "the books")
        process.terminate()
        with open(reader, encoding="utf-8") as said:
            lines = said.read().splitlines()
        self.assertEqual(process.wait(15), DONE)
        dropped = [re.search(r"(\d+) log lines were dropped: nobody read them", line) for line in lines]
        batches = sum(" batch batch=" in line for line in lines)
        self.assertTrue(any(dropped))
        known = batches + sum(int(each[1]) for each in dropped if each)
        self.assertIn(known, range(MANY, MANY + 5))  # a few lines of the start and the end, too
        self.assertIn("hubspool has stopped", lines[-1])

    def test_drain_ends_with_its_code_though_nobody_reads(self):
        self.put()
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        process = self.start("drain", "--verbose", stderr=writer, stdout=writer)
        os.close(writer)
        self.assertEqual(process.wait(90), DONE)
        self.assertTrue(self.hubspool.is_empty())

    def test_reader_of_the_log_that_goes_ends_nothing(self):
        self.put(300)
        reader, writer = os.pipe()
        process = self.start("run", stderr=writer)
        os.close(writer)
        os.close(reader)
        wait_until(lambda: self.hubspool.status_json()["totals"]["delivered"] == 300, 60, "the books")
        process.terminate()
        self.assertEqual(process.wait(15), DONE)


class Streams(EndToEnd):
    """Standard streams that are closed or full, of commands."""

    def setUp(self):
        super().setUp()
        self.hubspool = self.make_hubspool({"api": {"url": "https://127.0.0.1:1"}})
        self.hubspool.run("drain", "--deadline", "0s")
        self.records = self.directory / "records.ndjson"
        self.records.write_text('{"objectId":"1","eventName":"a"}\n')
        self.bad = self.directory / "bad.ndjson"
        self.bad.write_text('{"objectId":\n')

    def shell(self, words, redirection):
        command = f'exec "{self.hubspool._program}" {words} -c "{self.hubspool.config}" {redirection}'
        return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)

    def test_submit_queues_whatever_becomes_of_its_words(self):
        for number, redirection in enumerate([">/dev/full", ">&-", "2>&-", ">&- 2>&-", ">&- 2>&- <&-",
                                              "2>/dev/full"], 1):
            with self.subTest(redirection=redirection):
                done = self.shell(f'submit "{self.records}"', redirection)
                self.assertEqual(done.returncode, DONE, done.stderr)
                self.assertEqual(len(self.hubspool.files("new")), number)
                if redirection.startswith(">") and "2>" not in redirection:
                    self.assertIn("standard output cannot be written", done.stderr)
        self.assertEqual({(self.hubspool.queue / "new" / name).read_text()
                          for name in self.hubspool.files("new")}, {self.records.read_text()})

    def test_submit_of_bad_records_with_standard_error_closed_says_no_by_its_code(self):
        self.assertEqual(self.shell(f'submit "{self.bad}"', "2>&-").returncode, FAILED)

    def test_result_that_cannot_be_written_is_a_failure(self):
        for command in ("status", "status --json", "batches", "files", "dead-letters list", "--help"):
            for redirection in (">/dev/full", ">&-"):
                with self.subTest(command=command, redirection=redirection):
                    done = self.shell(command, redirection)
                    self.assertEqual(done.returncode, FAILED)
                    self.assertIn("standard output cannot be written", done.stderr)

    def test_closed_streams_are_never_those_of_the_database_or_the_queue(self):
        self.hubspool.put([{"objectId":"1","eventName":"a"}])
        self.shell("drain --deadline 1s --verbose", "<&- >&- 2>&-")
        for path in [*self.hubspool.state.iterdir(), *self.hubspool.queue.rglob("*")]:
            if path.is_file():
                self.assertNotIn(b"delivered 0 records", path.read_bytes(), path)
        self.assertEqual(self.hubspool.run("status").returncode, DONE)


if __name__ == "__main__":
    unittest.main()
