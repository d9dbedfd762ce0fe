"""What the crash tests share: one story is a simulator, a hubspool, and the records put into its queue.

HUBSPOOL_SCALE=full takes the campaign sizes instead of the small ones; HUBSPOOL_SEED another seed.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from change_records import compare, expected_final, make_records  # noqa: E402
from hubspool_harness import Hubspool, Simulator, wait_until  # noqa: E402

FULL = os.environ.get("HUBSPOOL_SCALE") == "full"
SEED = int(os.environ.get("HUBSPOOL_SEED", "1"))

# Small windows and waits, so that many crashes fit into a minute.
QUICK = {
    "queue": {"quiet_period": "100ms", "scan_interval": "100ms"},
    "batch": {"max_inputs": 10, "linger": "20ms"},
    "api": {"late": "3s", "request_timeout": "2s"},
    "rate_limit": {"requests": 200, "window": "1s"},
    "retry": {"initial": "20ms", "max": "200ms"},
}
LIMIT = {"limit": 200, "window_ms": 1000}


def of_size(small, full):
    return full if FULL else small


def say(text):
    """Figures of a campaign, into the test's output."""
    print(f"-- {text}", file=sys.stderr, flush=True)


class CrashCase(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="hubspool-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.records = []
        self.simulator = None
        self.hubspool = None

    def tearDown(self):
        """What hubspool had to say goes with a failure, since its directory does not stay."""
        result = self._outcome.result
        if self.hubspool and any(test is self for test, _ in result.errors + result.failures):
            say(self.hubspool.run("status").stdout + self.log_text()[-6000:])

    def set_up_story(self, overrides=None, **simulator_options):
        """A simulator and a hubspool that is not yet running."""
        self.simulator = Simulator(self.directory / "simulator",
                                   **(LIMIT | simulator_options)).start()
        self.addCleanup(self.simulator.__exit__)
        self.hubspool = self.another_hubspool("main", overrides)

    def another_hubspool(self, name, overrides=None):
        made = Hubspool(self.directory / name, self.simulator, QUICK)
        self.addCleanup(made.__exit__)
        made.configure(overrides or {})
        return made

    def start_daemon(self):
        """`hubspool run`, up to where it holds its locks."""
        said = self.log_text().count("hubspool has started")
        self.hubspool.start("run")
        wait_until(lambda: self.log_text().count("hubspool has started") > said, 20, "the start")

    def put(self, n_records, n_objects, lane="new"):
        """A file of records that are newer than all put before. Gives its name."""
        made = make_records(n_records, n_objects, SEED + len(self.records),
                            first_sequence=len(self.records) + 1)
        self.records += made
        return self.hubspool.put(made, lane)

    def put_good(self, records, lane="new", name=None):
        """These records, all to be delivered; gives the file's name."""
        self.records += records
        return self.hubspool.put(records, lane, name)

    def requests(self):
        return self.simulator.report()["requests"]

    def delivered_inputs(self):
        return self.simulator.report()["applied_inputs"]

    def wait_for_requests(self, number, timeout=30):
        wait_until(lambda: self.requests() >= number, timeout, f"{number} requests")

    def log_text(self, of=None):
        path = (of or self.hubspool).log
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_for_log(self, words, timeout=30):
        wait_until(lambda: words in self.log_text(), timeout, f"'{words}' in the log")

    def wait_until_empty(self, timeout=60):
        wait_until(self.hubspool.is_empty, timeout, "an empty queue")

    def wait_until_delivered(self, timeout=60):
        wait_until(lambda: not self.differences(), timeout, "the portal's final state")

    def drain(self, *arguments, code=0, timeout=120):
        done = self.hubspool.run("drain", *arguments, timeout=timeout)
        self.assertEqual(done.returncode, code, done.stderr[-3000:])
        return done

    def differences(self):
        return compare(expected_final(self.records), self.simulator.objects())

    def assert_delivered(self):
        """The portal holds the newest of everything, and never held anything older after it."""
        wait_until(lambda: self.simulator.report()["late_waiting"] == 0, 30, "late requests")
        report = self.simulator.report()
        self.assertEqual(self.differences(), [])
        self.assertEqual(report["regressions"], 0, report["first_regressions"])
        self.assertEqual(report["duplicate_id_batches"], 0)
        self.assertEqual(report["bad_requests"], 0, report["first_bad_request"])
        self.assertEqual(report["window_violations"], 0, report["max_in_window"])
        self.assertEqual(report["overlaps"], 0)
        return report

    def files(self):
        return self.hubspool.json("files", "-n", "1000000")

    def assert_books(self, dead=0, records_in=None):
        """Every record put has a fate, in total and file by file."""
        status = self.hubspool.status_json()
        totals = status["totals"]
        self.assertTrue(status["balanced"], totals)
        self.assertEqual(status["mismatched"], [])
        self.assertEqual(totals["pending"], 0, totals)
        self.assertEqual(totals["dead_lettered"], dead, totals)
        self.assertEqual(totals["records_in"],
                         len(self.records) + dead if records_in is None else records_in, totals)
        self.assertEqual(totals["delivered"] + totals["superseded"] + dead, totals["records_in"])
        files = self.files()
        self.assertEqual([f for f in files if not f["balanced"] or f["pending"]], [])
        for what in ("records_in", "delivered", "superseded", "dead_lettered"):
            self.assertEqual(sum(f[what] or 0 for f in files), totals[what], what)
        return totals

    def dead_letters(self):
        return self.hubspool.json_lines("dead-letters", "list")


def peak_memory_mib(pid):
    """The most the process ever held; nothing when it has ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return None


def wait_with_peak_memory(process, timeout):
    """Waits for its end; the most memory it was seen to hold, in MiB."""
    peak = 0

    def ended():
        nonlocal peak
        peak = max(peak, peak_memory_mib(process.pid) or 0)
        return process.poll() is not None

    wait_until(ended, timeout, "the end of the process")
    return peak


def ended_within(process, seconds):
    """True when it ends in that time: waits no longer than it must."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
