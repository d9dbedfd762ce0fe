#!/usr/bin/env python3
"""`check --writer` beside producers: the reference ones do nothing wrong, and one that writes in place does."""

import os
import pathlib
import signal
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from hubspool_harness import Hubspool, find_program, temporary_directory  # noqa: E402

PRODUCERS = HERE.parent.parent / "scripts" / "producers"
RECORD = b'{"objectId":"1","eventName":"A"}\n'


class WriterTest(unittest.TestCase):
    def setUp(self):
        directory = self.enterContext(temporary_directory())
        self.hubspool = self.enterContext(Hubspool(directory))
        self.queue = pathlib.Path(directory) / "tried"
        for name in ("tmp", "new", "bulk"):
            (self.queue / name).mkdir(parents=True)

    def watch(self, *more):
        """The command, by now watching; its text ends at end_of()."""
        watching = subprocess.Popen(
            [find_program("hubspool"), "check", "--writer", self.queue, "-c", self.hubspool.config, *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(watching.kill)
        self.assertIn("watching tmp/, new/ and bulk/", watching.stdout.readline())
        return watching

    def end_of(self, watching):
        watching.send_signal(signal.SIGINT)
        printed, complained = watching.communicate(timeout=30)
        return watching.returncode, printed, complained

    def produce(self, script, *interpreter):
        done = subprocess.run([*interpreter, PRODUCERS / script, self.queue], input=RECORD, timeout=60,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_reference_producers_and_submit_do_nothing_wrong(self):
        watching = self.watch()
        self.produce("hubspool-put.sh", "sh")
        self.produce("hubspool_put.py", sys.executable)
        self.hubspool.configure({"queue": {"directory": self.queue}})
        submitted = self.hubspool.run("submit", "-", text=RECORD.decode())
        self.assertEqual(submitted.returncode, 0, submitted.stderr)
        code, printed, complained = self.end_of(watching)
        self.assertEqual((code, complained), (0, ""), printed)
        self.assertIn("3 files came, 3 of them as they should", printed)

    def test_one_that_writes_in_place_is_told_what_to_do(self):
        watching = self.watch()
        (self.queue / "new" / "a.ndjson").write_bytes(RECORD)
        told = watching.stdout.readline()
        self.assertRegex(told, r"^error +new/a\.ndjson  it is written in new/ itself")
        code, printed, _ = self.end_of(watching)
        self.assertEqual(code, 1)
        self.assertIn("1 file came, 0 of them as they should", printed)

    def test_name_cannot_steer_the_terminal(self):
        watching = self.watch()
        (self.queue / "new" / "a\033[31m\n").write_bytes(RECORD)
        told = watching.stdout.readline()
        self.assertIn("it is written in new/ itself", told)
        self.assertNotIn("\033", told)
        self.assertEqual(self.end_of(watching)[0], 1)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_file_that_the_service_may_not_read_is_told(self):
        watching = self.watch()
        (self.queue / "tmp" / "a").write_bytes(RECORD)
        (self.queue / "tmp" / "a").chmod(0)
        (self.queue / "tmp" / "a").rename(self.queue / "new" / "a")
        self.assertIn("may not read it", watching.stdout.readline())
        self.assertEqual(self.end_of(watching)[0], 1)

    def test_nothing_that_came_is_no_success(self):
        code, _, complained = self.end_of(self.watch())
        self.assertEqual(code, 1)
        self.assertIn("no file came into new/ or bulk/ meanwhile", complained)

    def test_json_has_the_same(self):
        done = self.hubspool.run("check", "--writer", self.queue, "--for", "1ms", "--json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, '{"faults":[],"files":0,"faulty":0,"unfinished":0,"whole":true}\n')

    def test_what_is_no_queue_is_refused(self):
        done = self.hubspool.run("check", "--writer", self.queue / "new")
        self.assertEqual(done.returncode, 1)
        self.assertIn("DIR is a queue, with tmp/, new/ and bulk/ in it", done.stderr)


if __name__ == "__main__":
    unittest.main()
