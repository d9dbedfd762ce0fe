#!/usr/bin/env python3
"""A whole night: two packed exports in bulk/, live changes that trickle into new/, an outage in the middle,
a drain that comes to its deadline, a stop; and the second night, which finishes. What HubSpot has then is
the fold of all records in their order, and the report tells what it saw.

In CI the window is a second; in full it is HubSpot's, and the night takes half an hour.
"""

import csv
import datetime
import gzip
import io
import json
import subprocess
import time
import unittest

from end_to_end import DONE, STOPPED, EndToEnd, note, scaled, simple_records, wait_until

EXPORTED = scaled(8_000, 300_000)
LIMIT = scaled(20, 190)
WINDOW_MS = scaled(1_000, 10_000)
INTERVAL_MS = WINDOW_MS / LIMIT
OUTAGE_SECONDS = scaled(2, 60)
# Timers, and processors that others use, too.
SPREAD_MS = 500
CONFIGURED = {
    "rate_limit": {"requests": LIMIT, "window": f"{WINDOW_MS}ms"},
    "batch": {"max_inputs": scaled(50, 100), "linger": "100ms"},
    "retry": {"max": "500ms", "breaker": {"probe_max": "500ms"}},
    "csv": {"columns": {"id": "objectId", "title": "eventName", "room": "custom:room"}}}


def settled_ms(file):
    return datetime.datetime.fromisoformat(file["settled"].replace("Z", "+00:00")).timestamp() * 1000


class WholeNight(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(limit=LIMIT, window_ms=WINDOW_MS, latency_ms=20, jitter_ms=10)
        self.hubspool = self.make_hubspool(CONFIGURED)
        self.live, self.put_at = [], {}

    def put_exports(self):
        """Half of the objects as a table, half as NDJSON; each table's row has a room beside it."""
        first = simple_records(range(1, EXPORTED // 2 + 1))
        second = simple_records(range(EXPORTED // 2 + 1, EXPORTED + 1))
        rows = io.StringIO(newline="")
        writer = csv.writer(rows)
        writer.writerow(["id", "title", "room"])
        writer.writerows([each["objectId"], each["eventName"], "Grand, \"Hall\""] for each in first)
        lines = "".join(json.dumps(each) + "\n" for each in second).encode()
        packed = subprocess.run(["zstd", "-q", "-c"], input=lines, check=True, stdout=subprocess.PIPE).stdout
        self.put_bytes(self.hubspool, gzip.compress(rows.getvalue().encode()), "a-events.csv.gz")
        self.put_bytes(self.hubspool, packed, "b-events.ndjson.zst")
        room = [{"name": "room", "value": "Grand, \"Hall\""}]
        return [each | {"customProperties": room} for each in first] + second

    def change_one(self):
        """A live change of an object that both exports may still be about to send."""
        number = len(self.live) + 2
        changed = simple_records([1 + len(self.live) * 977 % EXPORTED], number)
        self.live += changed
        name = self.hubspool.put(changed)
        self.put_at[name] = time.time() * 1000
        wait_until(lambda: not (self.hubspool.queue / "new" / name).exists(), 10, "the claim")
        return name

    def trickle_until(self, is_over, timeout):
        """Live changes, one after the other; gives their names."""
        names = []
        def one_more():
            names.append(self.change_one())
            return is_over()
        wait_until(one_more, timeout, "the end of this part of the night")
        return names

    def files(self):
        return {file["name"]: file for file in self.hubspool.json("files", "-n", "1000000")}

    def requests(self):
        return self.portal.report()["requests"]

    def assert_none_waited(self, names):
        def settled():
            files = self.files()
            return files if all(files.get(name, {}).get("settled") for name in names) else None
        files = wait_until(settled, 60, "the live changes")
        waited = [settled_ms(files[name]) - self.put_at[name] for name in names]
        note(f"{len(names)} live changes waited {max(waited):.0f} ms at most; a batch each {INTERVAL_MS:.0f} ms")
        self.assertLessEqual(max(waited), 2 * INTERVAL_MS + SPREAD_MS)

    def outage(self):
        before = self.requests()
        self.portal.set_faults(faults=["always,status=503"])
        ends = time.monotonic() + OUTAGE_SECONDS
        self.trickle_until(lambda: time.monotonic() > ends and self.requests() > before, OUTAGE_SECONDS + 30)
        self.portal.set_faults(faults=[])

    def assert_live_alone_is_sent(self, exported):
        wait_until(lambda: "bulk files wait, as a drain came" in self.hubspool.run("status").stdout, 20,
                   "the word that bulk is held")
        # What was under way at the deadline has ended with the first of these.
        self.assert_none_waited([self.change_one()])
        inputs = self.portal.report()["inputs"]
        few = [self.change_one() for _ in range(5)]
        self.assert_none_waited(few)
        self.assertLessEqual(self.portal.report()["inputs"] - inputs, len(few))
        self.assertLess(self.portal.report()["applied_inputs"], len(exported))

    def report(self):
        told = self.hubspool.run("report", "--format", "json")
        self.assertEqual(told.returncode, DONE, told.stderr)
        return json.loads(told.stdout)

    def assert_report_is_what_the_portal_saw(self):
        report, seen = self.report(), self.portal.report()
        self.assertEqual(report["requests"]["requests"], seen["requests"])
        self.assertEqual(report["requests"]["delivered"], seen["applied_inputs"])
        records = report["records"]
        self.assertEqual(records["records_in"], EXPORTED + len(self.live))
        self.assertEqual(records["delivered"] + records["superseded"], EXPORTED + len(self.live))
        self.assertEqual(report["files"]["open"], 0)

    def test_exports_live_changes_an_outage_a_deadline_and_a_second_night(self):
        exported = self.put_exports()
        batches = EXPORTED // CONFIGURED["batch"]["max_inputs"]
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.requests() > batches // 10, 60, "the night to begin")
        names = self.trickle_until(lambda: self.requests() > batches // 4, 600)
        self.assert_none_waited(names)
        self.outage()
        drained = self.hubspool.run("drain", "--deadline", f"{scaled(1, 60)}s")
        self.assertEqual(drained.returncode, STOPPED, drained.stdout + drained.stderr)
        self.assertIn("bulk files wait for the next `hubspool drain`", drained.stderr)
        self.assert_live_alone_is_sent(exported)
        self.hubspool.stop()
        self.assertFalse(self.hubspool.is_empty(), "something is left for the second night")
        self.drain(self.hubspool, "--deadline", "0s", code=STOPPED)
        self.drain(self.hubspool, timeout=3600)
        self.assert_portal_has(exported + self.live)
        self.assert_portal_kept_the_rules()
        self.assert_books(self.hubspool, records_in=EXPORTED + len(self.live), dead_lettered=0)
        self.assert_report_is_what_the_portal_saw()
        self.assertTrue(self.hubspool.is_empty())


if __name__ == "__main__":
    unittest.main()
