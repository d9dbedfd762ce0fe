"""Memory stays bounded, whatever waits in the queue."""

import json
import subprocess
import unittest

from crash_case import (
    CrashCase, of_size, peak_memory_mib, say, wait_until, wait_with_peak_memory)
from hubspool_harness import find_program, generate

RECORDS = of_size(1_000_000, 10_000_000)
OBJECTS = 100_000
SMALL_FILES = of_size(4_000, 20_000)
PEAK_MIB = 256
MIB = 1 << 20
FAST = {"batch": {"max_inputs": 100, "linger": "1s"},
        "rate_limit": {"requests": 100000, "window": "1s"}}


class MemoryTest(CrashCase):
    def test_scenario_16_draining_one_large_file(self):
        self.set_up_story(FAST, limit=0)
        self.generate_into("bulk", RECORDS, OBJECTS)
        self.hubspool.start("drain")
        peak = wait_with_peak_memory(self.hubspool.process, of_size(200, 900))
        self.assertEqual(self.hubspool.process.returncode, 0, self.log_text()[-2000:])
        compared = self.simulator.compare(self.directory / "expected")
        self.assertEqual(compared["differences"], 0, compared["first"])
        self.assert_books(records_in=RECORDS)
        report = self.simulator.report()
        self.assertEqual(report["regressions"], 0)
        say(f"{RECORDS} records of {OBJECTS} objects: peak {peak:.0f} MiB, "
            f"{report['requests']} requests")
        self.assertLess(peak, PEAK_MIB)

    def generate_into(self, lane, records, objects, begin="", end=""):
        """Straight into the queue's file system: what is large is not copied. With `begin` and `end`: as
        one JSON document."""
        tmp = self.hubspool.queue / "tmp"
        (self.hubspool.queue / lane).mkdir(parents=True)
        tmp.mkdir()
        generate(tmp / "export.ndjson", records, objects, expected=self.directory / "expected")
        if begin:
            self.make_one_document(tmp / "export.ndjson", begin, end)
        (tmp / "export.ndjson").rename(self.hubspool.queue / lane / "export.ndjson")

    def test_scenario_16_one_large_array_or_request_body(self):
        records, limit = of_size(300_000, 5_000_000), 8
        for begin, end in (("[", "]"), ('{"inputs":[', "]}")):
            with self.subTest(begin):
                self.set_up_story(FAST | {"pending": {"max_bytes": f"{limit}MiB"}}, limit=0)
                self.generate_into("bulk", records, OBJECTS, begin, end)
                self.hubspool.start("drain")
                peak = wait_with_peak_memory(self.hubspool.process, of_size(200, 900))
                self.assertEqual(self.hubspool.process.returncode, 0, self.log_text()[-2000:])
                compared = self.simulator.compare(self.directory / "expected")
                self.assertEqual(compared["differences"], 0, compared["first"])
                self.assert_books(records_in=records)
                say(f"{records} records after {begin} with {limit} MiB: peak {peak:.0f} MiB")
                self.assertLess(peak, limit + 64)
                self.doCleanups()
                self.setUp()

    def test_scenario_31_many_small_files(self):
        self.set_up_story(FAST, limit=0)
        self.put_small_files()
        self.start_daemon()
        early = self.peak_after_records(SMALL_FILES // 10)
        late = self.peak_after_records(SMALL_FILES)
        self.wait_until_empty(120)
        self.assertEqual(self.hubspool.stop(), 0)
        compared = self.simulator.compare(self.directory / "expected")
        self.assertEqual(compared["differences"], 0, compared["first"])
        self.assert_books(records_in=SMALL_FILES)
        say(f"{SMALL_FILES} small files: peak {early:.0f} MiB after a tenth, {late:.0f} MiB at the end")
        self.assertLess(late, early + 32)

    def test_small_files_that_wait_for_the_end_of_a_park(self):
        files = of_size(40_000, 200_000)
        limit = 8
        self.set_up_story(FAST | {"pending": {"max_bytes": f"{limit}MiB"}}, limit=0)
        self.hubspool.run("drain")  # so that there is a state
        self.assertEqual(self.hubspool.run("pause").returncode, 0)
        self.put_small_files(files)
        self.start_daemon()
        wait_until(lambda: self.hubspool.status_json()["unread"]["files"] < files, 60, "reading")
        wait_until(lambda: not self.hubspool.files("new"), 120, "the claims")
        parked = peak_memory_mib(self.hubspool.process.pid)
        self.assertEqual(self.hubspool.run("resume").returncode, 0)
        self.wait_until_empty(200)
        peak = peak_memory_mib(self.hubspool.process.pid)
        self.assertEqual(self.hubspool.stop(), 0)
        self.assertEqual(self.simulator.compare(self.directory / "expected")["differences"], 0)
        self.assert_books(records_in=files)
        say(f"{files} small files, {limit} MiB: peak {parked:.0f} MiB while parked, {peak:.0f} MiB at the end")
        self.assertLess(peak, limit + 64)

    def test_large_changes_after_many_small_ones(self):
        """What the small ones took is there for the large ones."""
        small, large, limit = 400_000, 9_000, 128
        self.set_up_story(FAST, limit=0)
        self.start_daemon()
        self.hubspool.put("".join(f'{{"objectId":"{i}","eventName":"a"}}\n' for i in range(small)),
                          lane="bulk")
        wait_until(lambda: self.settled() == small, of_size(120, 400), "the small changes")
        self.assertEqual(self.hubspool.run("pause").returncode, 0)
        value = "v" * 20_000
        self.hubspool.put("".join(f'{{"objectId":"{small + i}","eventDescription":"{value}"}}\n'
                                  for i in range(large)), lane="bulk")
        of_one_lane = 0.75 * limit * MIB
        wait_until(lambda: self.hubspool.status_json()["live"]["pending"]["bytes"] > 0.95 * of_one_lane,
                   60, "as many large changes as fit")
        peak = peak_memory_mib(self.hubspool.process.pid)
        self.assertEqual(self.hubspool.run("resume").returncode, 0)
        self.wait_until_empty(120)
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_books(records_in=small + large)
        say(f"{small} small changes, then large ones, {limit} MiB: peak {peak:.0f} MiB")
        self.assertLess(peak, limit + 64)

    def settled(self):
        totals = self.hubspool.status_json()["totals"]
        return totals["delivered"] + totals["superseded"]

    @staticmethod
    def make_one_document(file, begin, end):
        document = file.with_name("document")
        with open(file, encoding="utf-8") as lines, open(document, "w", encoding="utf-8") as out:
            out.write(begin)
            for number, line in enumerate(lines):
                out.write(("," if number else "") + line)
            out.write(end)
        document.rename(file)

    def put_small_files(self, files=SMALL_FILES):
        new = self.hubspool.queue / "new"
        new.mkdir(parents=True, exist_ok=True)
        subprocess.run([find_program("hubspool-generate"), "--records", str(files),
                        "--objects", "500", "--files", str(files), "--out", new / "part",
                        "--expected", self.directory / "expected"],
                       check=True, stdout=subprocess.DEVNULL)

    def peak_after_records(self, number):
        wait_until(lambda: self.settled() >= number, of_size(120, 400),
                   f"{number} settled records")
        return peak_memory_mib(self.hubspool.process.pid)

    def test_bad_records_by_the_ten_thousand(self):
        self.set_up_story(FAST, limit=0)
        bad = of_size(20_000, 200_000)
        text = "".join(f'{{"objectId":"{i}","startDateTime":"soon"}}\n' for i in range(bad))
        good = {"objectId": "77", "eventName": "after all of them"}
        self.records.append(good)
        self.hubspool.put(text + json.dumps(good) + "\n")
        self.hubspool.start("drain")
        peak = wait_with_peak_memory(self.hubspool.process, 200)
        self.assertEqual(self.hubspool.process.returncode, 3, self.log_text()[-2000:])
        self.assert_delivered()
        self.assert_books(dead=bad)
        say(f"{bad} bad records: peak {peak:.0f} MiB")
        self.assertLess(peak, PEAK_MIB)


if __name__ == "__main__":
    unittest.main(verbosity=2)
