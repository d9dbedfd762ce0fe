"""What every end-to-end test needs: a portal, hubspool beside it, and the usual questions to both.

HUBSPOOL_SCALE=full runs the sizes of a release campaign; anything else those of CI.
"""

import json
import os
import pathlib
import sys
import unittest

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "support"
sys.path.insert(0, str(SUPPORT))

from change_records import compare, expected_final  # noqa: E402
from hubspool_harness import (  # noqa: E402
    Hubspool, Simulator, generate, temporary_directory, wait_until)

FULL = os.environ.get("HUBSPOOL_SCALE") == "full"
# A sanitizer keeps memory of its own: what a program takes tells nothing then.
SANITIZED = bool(os.environ.get("HUBSPOOL_SANITIZE"))
DONE, FAILED, SOME_DEAD, STOPPED = 0, 1, 3, 4
# For tests in which the limit is not what is tested.
NO_LIMIT = {"rate_limit": {"requests": 100000, "window": "1s"}}


def scaled(ci, full):
    return full if FULL else ci


def note(text):
    """A measured figure, for who reads the test's output."""
    print(f"    {text}", file=sys.stderr, flush=True)


def simple_records(ids, number=1, **fields):
    """One record an id; `number` is the record's, by which the simulator sees values go backwards."""
    return [{"objectId": str(each), "eventName": f"event {each} #{number}", **fields} for each in ids]


class EndToEnd(unittest.TestCase):
    """A directory for each test; what it starts is ended with it."""

    def setUp(self):
        self.directory = pathlib.Path(self.enterContext(temporary_directory()))
        self.portal = None

    def start_portal(self, **options):
        self.portal = self.enterContext(Simulator(self.directory / "portal", **options))
        return self.portal

    def make_hubspool(self, *overrides):
        """hubspool for the portal, not started; each override is laid over the ones before."""
        made = self.enterContext(Hubspool(self.directory / "hubspool", self.portal))
        for each in overrides:
            made.configure(each)
        return made

    def generate(self, records, objects, **how):
        """NDJSON of `records` records; gives its path, and remembers what must come of them."""
        self.expected_file = self.directory / "expected"
        generate(self.directory / "records.ndjson", records, objects, expected=self.expected_file, **how)
        return self.directory / "records.ndjson"

    def start_daemon(self, hubspool):
        """`hubspool run`, until it can be asked: before that its queue and state are being made."""
        process = hubspool.start()

        def answers():
            self.assertIsNone(process.poll(), hubspool.log.read_text()[-3000:])
            return all(hubspool.run(*words).returncode == DONE
                       for words in (("status",), ("dead-letters", "list")))
        wait_until(answers, 20, "the start of the daemon")

    def drain(self, hubspool, *arguments, code=DONE, timeout=120):
        """`hubspool drain` to its end, which must be `code`; gives its summary."""
        done = hubspool.run("drain", "--json", *arguments, timeout=timeout)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr[-3000:])
        return json.loads(done.stdout)

    def put_bytes(self, hubspool, data, name, lane="bulk"):
        """A file as it is, under its name, before anything runs."""
        hubspool.run("drain", "--deadline", "0s")  # makes the queue
        path = self.directory / "put"
        path.write_bytes(data)
        path.rename(hubspool.queue / lane / name)

    def drain_over_kills(self, hubspool, requests, kills):
        """Kills a daemon `kills` times on its way to so many requests, and drains what is left."""
        for kill in range(kills):
            self.start_daemon(hubspool)
            sent = requests * (kill + 1) // (kills + 1)
            wait_until(lambda sent=sent: self.portal.report()["requests"] >= sent, 60,
                       f"{sent} requests")
            hubspool.kill9()
        return self.drain(hubspool)

    def assert_portal_kept_the_rules(self):
        """Nothing went backwards, no object was in two requests, no limit was exceeded."""
        report = self.portal.report()
        for rule in ("regressions", "overlaps", "duplicate_id_batches", "bad_requests",
                     "window_violations"):
            self.assertEqual(report[rule], 0, f"{rule}: {report}")
        return report

    def assert_portal_has_the_final_values(self, refused=0):
        compared = self.portal.compare(self.expected_file)
        self.assertEqual((compared["differences"], compared["refused"]), (0, refused), compared)

    def assert_portal_has(self, records):
        self.assertEqual(compare(expected_final(records), self.portal.objects()), [])

    def assert_books(self, hubspool, **expected):
        """status and each file of `files` balance; `expected` are totals that must be so."""
        status = hubspool.status_json()
        self.assertTrue(status["balanced"], status)
        self.assertEqual(status["mismatched"], [])
        self.assertLessEqual(expected.items(), status["totals"].items(), status["totals"])
        files = hubspool.json("files", "-n", "1000000")
        for file in files:
            self.assertTrue(file["balanced"], file)
        for fate in ("records_in", "delivered", "superseded", "unchanged", "dead_lettered"):
            self.assertEqual(sum(file[fate] or 0 for file in files), status["totals"][fate], fate)
        return status["totals"]

    def assert_nothing_died(self, hubspool):
        self.assertEqual(dead_letters(hubspool), [])

    def wait_for_park(self, hubspool, reason, timeout=30):
        """Waits until sending is parked for `reason`; gives the park as status has it."""
        def parked():
            return next((p for p in hubspool.status_json()["parks"] if p["reason"] == reason), None)
        return wait_until(parked, timeout, f"the park {reason}")

    def wait_until_settled(self, hubspool, timeout=60):
        """Waits until the queue is empty, on disk too."""
        wait_until(hubspool.is_empty, timeout, "an empty queue")


def dead_letters(hubspool):
    return hubspool.json_lines("dead-letters", "list")


def parks(hubspool):
    return [park["reason"] for park in hubspool.status_json()["parks"]]
