#!/usr/bin/env python3
"""What hubspool is for: many records of fewer objects, delivered in the fewest requests."""

import json
import os
import unittest

from end_to_end import (
    DONE, NO_LIMIT, SANITIZED, EndToEnd, expected_final, note, scaled, simple_records, wait_until)
from hubspool_harness import put_into

RECORDS = scaled(100_000, 1_000_000)
OBJECTS = scaled(10_000, 100_000)


def peak_resident_mib(pid):
    """The most memory the process has had, in MiB; None when it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except FileNotFoundError:
        pass
    return None


def put_quickly(queue, lane, name, text):
    """As a producer that does not care for power cuts: without fsync."""
    (queue / "tmp").mkdir(parents=True, exist_ok=True)
    (queue / lane).mkdir(exist_ok=True)
    (queue / "tmp" / name).write_text(text)
    os.rename(queue / "tmp" / name, queue / lane / name)


class MainJob(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()

    def measured_drain(self, hubspool, timeout):
        """Drains, and gives the exit code and the peak of resident memory in MiB."""
        process = hubspool.start("drain")
        peaks = [0]

        def ended():
            peaks.append(peak_resident_mib(process.pid) or 0)
            return process.poll() is not None
        wait_until(ended, timeout, "the end of drain")
        return process.returncode, max(peaks)

    def assert_fewest_requests(self, objects):
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["batches_of"], {"100": objects // 100})
        self.assertEqual(report["requests"], objects // 100)

    def assert_all_of_the_job_is_done(self, hubspool):
        self.assert_fewest_requests(OBJECTS)
        self.assert_portal_has_the_final_values()
        totals = self.assert_books(hubspool, records_in=RECORDS, dead_lettered=0, pending=0)
        self.assertEqual(totals["delivered"] + totals["superseded"], RECORDS)
        self.assert_nothing_died(hubspool)
        self.assertTrue(hubspool.is_empty())
        self.assertEqual(len(hubspool.files("done")), 1)

    def test_one_file_of_many_records_costs_objects_by_100_requests(self):
        hubspool = self.make_hubspool(NO_LIMIT)
        put_into(hubspool.queue, "bulk", self.generate(RECORDS, OBJECTS))
        code, peak = self.measured_drain(hubspool, timeout=scaled(120, 600))
        self.assertEqual(code, DONE, hubspool.log.read_text()[-3000:])
        note(f"{RECORDS} records over {OBJECTS} objects: peak of resident memory {peak:.0f} MiB")
        self.assert_all_of_the_job_is_done(hubspool)
        # 128 MiB of pending changes, as pending.max_bytes has it, and the program with its buffers.
        if not SANITIZED:
            self.assertLess(peak, 256)

    def test_the_daemon_needs_no_more_requests_than_drain(self):
        hubspool = self.make_hubspool(NO_LIMIT, {"batch": {"linger": "3s"}})
        put_into(hubspool.queue, "bulk", self.generate(RECORDS, OBJECTS))
        self.start_daemon(hubspool)
        self.wait_until_settled(hubspool, timeout=scaled(60, 300))
        self.assertEqual(hubspool.stop(), DONE)
        self.assert_all_of_the_job_is_done(hubspool)


class Formats(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()

    def test_an_array_a_request_body_single_objects_and_ndjson_mean_the_same(self):
        hubspool = self.make_hubspool(NO_LIMIT)
        array = simple_records(range(100, 400), number=1)
        body = simple_records(range(300, 600), number=2)
        single = simple_records([350], number=3, eventType="single #3")
        lines = simple_records(range(500, 550), number=4)
        hubspool.put(json.dumps(array))
        hubspool.put(json.dumps({"inputs": body}, indent=2))
        hubspool.put(json.dumps(single[0], indent=4))
        hubspool.put(lines)
        summary = self.drain(hubspool)
        records = array + body + single + lines
        self.assert_portal_has(records)
        self.assert_portal_kept_the_rules()
        self.assert_books(hubspool, records_in=len(records), dead_lettered=0, pending=0)
        # Every object once, and what was newer elsewhere is not sent.
        self.assertEqual(summary["delivered"], 500)
        self.assertEqual([f["records_in"] for f in hubspool.json("files")], [300, 300, 1, 50])

    def test_many_small_files_are_read_in_the_order_of_their_arrival(self):
        hubspool = self.make_hubspool(NO_LIMIT)
        n_files, n_objects = scaled(1_000, 5_000), 700
        records = []
        for i in range(n_files):
            of_file = simple_records([1000 + i * 7 % n_objects, 1000 + i * 11 % n_objects], number=i + 1)
            put_quickly(hubspool.queue, ("new", "bulk")[i % 2], f"{i:06}.json",
                        "\n".join(map(json.dumps, of_file)))
            records += of_file
        self.drain(hubspool, timeout=240)
        self.assert_portal_has(records)
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["requests"], len(expected_final(records)) / 100)
        self.assert_books(hubspool, records_in=2 * n_files, dead_lettered=0, pending=0)
        self.assertEqual(len(hubspool.files("done")), n_files)


class Lanes(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(latency_ms=20)
        self.hubspool = self.make_hubspool(NO_LIMIT, {"api": {"connections": 1}})

    def test_scenario_02_a_later_live_change_is_not_overwritten_by_an_earlier_dump(self):
        dump = simple_records(range(1000, 3000), number=1)
        change = simple_records(range(1500, 1700), number=2)
        newer_dump = simple_records(range(1600, 1650), number=3)
        for lane, records in (("bulk", dump), ("new", change), ("bulk", newer_dump)):
            self.hubspool.put(records, lane)
        self.drain(self.hubspool)
        self.assert_portal_has(dump + change + newer_dump)
        self.assert_portal_kept_the_rules()
        totals = self.assert_books(self.hubspool, records_in=2250, dead_lettered=0)
        self.assertEqual(totals["superseded"], 250)

    def test_live_changes_are_sent_before_a_dump_that_came_earlier(self):
        self.hubspool.put(simple_records(range(10_000, 14_000), number=1), "bulk")
        self.hubspool.put(simple_records(range(20_000, 22_000), number=2), "new")
        self.drain(self.hubspool)
        lanes = [batch["lane"] for batch in self.hubspool.json("batches")]
        self.assertEqual((lanes.count("live"), lanes.count("bulk")), (20, 40))
        # Bulk keeps its share, a fifth, and not more of it while live changes wait.
        while_live_waited = lanes[:1 + max(i for i, lane in enumerate(lanes) if lane == "live")]
        self.assertIn(while_live_waited.count("bulk"), (4, 5))

    def test_a_live_change_overtakes_a_dump_that_is_on_its_way(self):
        self.hubspool.configure({"rate_limit": {"requests": 20, "window": "1s"}})
        self.hubspool.put(simple_records(range(10_000, 20_000), number=1), "bulk")
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.portal.report()["requests"] >= 5, 30, "the dump's first requests")
        self.hubspool.put(simple_records(range(19_950, 20_010), number=2), "new")
        wait_until(lambda: "20009" in self.portal.objects(), 10, "the live change")
        self.assertLess(self.portal.report()["requests"], 80)
        self.wait_until_settled(self.hubspool)
        self.assert_portal_kept_the_rules()
        # The dump's changes of the same objects went with the live ones, in their newest form.
        self.assert_books(self.hubspool, records_in=10_060, superseded=50, dead_lettered=0)


class UnsafeSettings(EndToEnd):
    def test_they_are_warned_of_at_the_start_and_run_goes_on(self):
        self.start_portal()
        hubspool = self.make_hubspool(NO_LIMIT, {
            "brake": {"share": 1}, "lanes": {"bulk_min_share": 0}, "api": {"verify_echo": "off"}})
        hubspool.put(simple_records(range(1, 11)))
        hubspool.start("run")
        wait_until(lambda: len(self.portal.objects()) == 10, 30, "the delivery")
        self.assertEqual(hubspool.stop(), DONE)
        log = hubspool.log.read_text()
        for words in ("brake.share is 1", "lanes.bulk_min_share is 0", "api.verify_echo is off",
                      "queue.reserve is 0", "api.late"):
            self.assertRegex(log, f"warning.*{words}")
        self.assertLess(log.index("brake.share is 1"), log.index("hubspool has started"))


if __name__ == "__main__":
    unittest.main()
