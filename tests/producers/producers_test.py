#!/usr/bin/env python3
"""The reference producers of scripts/producers/ keep the contract. One that has no interpreter here is
skipped. strace, where installed, shows that they fsync before and after the rename."""
import concurrent.futures
import os
import re
import shutil
import subprocess
import tempfile
import unittest

PRODUCERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "producers")
RECORDS = b'{"objectId":"1","eventName":"A"}\n{"objectId":"2","eventName":"\xc3\xa4"}\n'


class producer_contract:
    interpreter: list[str] = []
    script = ""

    def setUp(self):
        if shutil.which(self.interpreter[0]) is None:
            self.skipTest(f"{self.interpreter[0]} is not installed")
        self.queue = tempfile.mkdtemp(prefix="hubspool-test-")
        self.addCleanup(shutil.rmtree, self.queue)
        for name in ("tmp", "new", "bulk"):
            os.mkdir(os.path.join(self.queue, name))

    def run_it(self, *arguments, records=RECORDS, before=(), umask=-1):
        command = [*before, *self.interpreter, os.path.join(PRODUCERS, self.script), *arguments]
        return subprocess.run(command, input=records, capture_output=True, timeout=60, umask=umask)

    def names(self, directory):
        return sorted(os.listdir(os.path.join(self.queue, directory)))

    def content(self, directory, name):
        with open(os.path.join(self.queue, directory, name), "rb") as file:
            return file.read()

    def test_records_arrive_in_new_and_nothing_is_left_in_tmp(self):
        done = self.run_it(self.queue)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.names("new"), [done.stdout.decode().strip()])
        self.assertEqual(self.content("new", self.names("new")[0]), RECORDS)
        self.assertEqual(self.names("tmp") + self.names("bulk"), [])

    def test_bulk_option_puts_into_the_bulk_lane(self):
        done = self.run_it("--bulk", self.queue)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.names("bulk")), 1)
        self.assertEqual(self.names("new"), [])

    def test_scenario_59_file_is_readable_by_the_group_whatever_the_umask_is(self):
        for umask in (0o077, 0o777, 0o000):
            with self.subTest(umask=oct(umask)):
                done = self.run_it(self.queue, umask=umask)
                self.assertEqual(done.returncode, 0, done.stderr)
                name = os.path.join(self.queue, "new", done.stdout.decode().strip())
                self.assertEqual(os.stat(name).st_mode & 0o777, 0o640)

    def test_large_input_arrives_whole(self):
        records = b"".join(b'{"objectId":"%d"}\n' % i for i in range(100_000))
        done = self.run_it(self.queue, records=records)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.content("new", self.names("new")[0]), records)

    def test_names_sort_as_the_calls_came(self):
        printed = [self.run_it(self.queue).stdout.decode().strip() for _ in range(5)]
        self.assertEqual(printed, sorted(printed))
        self.assertEqual(printed, self.names("new"))
        for name in printed:
            self.assertRegex(name, re.compile(r"^\d{20}-\d{7,}-\d+\.ndjson$"))

    def test_calls_at_the_same_time_lose_nothing(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda _: self.run_it(self.queue), range(8)))
        self.assertEqual([d.returncode for d in done], [0] * 8)
        self.assertEqual(len(self.names("new")), 8)
        self.assertEqual(self.names("tmp"), [])

    def test_missing_queue_fails_and_says_so(self):
        done = self.run_it(os.path.join(self.queue, "nowhere"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"nowhere", done.stderr)

    def test_missing_lane_fails_and_leaves_nothing_in_tmp(self):
        os.rmdir(os.path.join(self.queue, "new"))
        done = self.run_it(self.queue)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.names("tmp"), [])

    def test_unknown_option_is_a_usage_error(self):
        done = self.run_it("--no-such-option", self.queue)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"usage:", done.stderr)

    directory_is_fsynced = True

    def test_directory_that_cannot_be_fsynced_is_told_as_put(self):
        if not self.directory_is_fsynced:
            self.skipTest("it does not fsync the directory")
        # What may be written to and not read cannot be opened for fsync, but by root.
        nobody = 65534
        script = shutil.copy(os.path.join(PRODUCERS, self.script), self.queue)
        os.chmod(os.path.join(self.queue, "new"), 0o300)
        if os.geteuid() == 0:
            for name in ("", "tmp", "new"):
                os.chown(os.path.join(self.queue, name), nobody, nobody)
        done = subprocess.run([*self.interpreter, script, self.queue], input=RECORDS,
                              capture_output=True, timeout=60,
                              user=nobody if os.geteuid() == 0 else None)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"was put, but a power loss may undo it", done.stderr)
        self.assertNotIn(b"nothing was put", done.stderr)
        os.chmod(os.path.join(self.queue, "new"), 0o700)
        self.assertEqual(len(self.names("new")), 1)

    def test_file_is_fsynced_before_the_rename_and_the_directory_after_it(self):
        if shutil.which("strace") is None:
            self.skipTest("strace is not installed")
        trace = os.path.join(self.queue, "trace")
        calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
        done = self.run_it(self.queue, before=["strace", "-f", "-qq", "-o", trace, "-e", calls])
        if b"ptrace" in done.stderr or not os.path.getsize(trace):
            self.skipTest("strace may not trace here")
        with open(trace, encoding="utf-8", errors="replace") as file:
            seen = re.findall(r"\b(fsync|fdatasync|rename\w*)\(.*= 0$", file.read(), re.MULTILINE)
        seen = ["rename" if call.startswith("rename") else "sync" for call in seen]
        expected = ["sync", "rename"] + (["sync"] if self.directory_is_fsynced else [])
        self.assertEqual(seen, expected)


class python_test(producer_contract, unittest.TestCase):
    interpreter, script = ["python3"], "hubspool_put.py"


class shell_test(producer_contract, unittest.TestCase):
    interpreter, script = ["sh"], "hubspool-put.sh"


class node_test(producer_contract, unittest.TestCase):
    interpreter, script = ["node"], "hubspool-put.mjs"


class php_test(producer_contract, unittest.TestCase):
    interpreter, script = ["php"], "hubspool_put.php"
    directory_is_fsynced = False


if __name__ == "__main__":
    unittest.main()
