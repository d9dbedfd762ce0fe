#!/usr/bin/env python3
"""500 dead letters are repaired in each way that there is, and the counts add up at each step.

What was delivered since stands: a repaired letter is as old as it was (scenarios 49 and 51)."""

import subprocess
import unittest

from end_to_end import DONE, NO_LIMIT, SOME_DEAD, EndToEnd, dead_letters, simple_records, wait_until

OBJECTS, DEAD = 1000, 500


class Repair(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(refuse_property="colour")
        self.hubspool = self.make_hubspool(NO_LIMIT, {"brake": {"count": 100000}})
        self.records = simple_records(range(1, OBJECTS + 1))
        for record in self.records[:DEAD]:
            record["customProperties"] = [{"name": "colour", "value": "red"}]
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        self.hubspool.put(self.records)
        self.drain(self.hubspool, code=SOME_DEAD)
        self.assert_letters(open=DEAD)
        self.assert_books(self.hubspool, records_in=OBJECTS, delivered=OBJECTS - DEAD,
                          dead_lettered=DEAD)

    def assert_letters(self, **expected):
        sums = self.hubspool.status_json()["dead_letters"]
        wanted = dict.fromkeys(sums, 0) | expected
        self.assertEqual(sums, wanted)
        self.assertEqual(len(dead_letters(self.hubspool)), wanted["open"])
        struck = self.hubspool.json_lines("dead-letters", "list", "--struck")
        self.assertEqual(len(struck), wanted["struck"] + wanted["died_again"])
        return struck

    def retry(self, *words, code=DONE):
        done = self.hubspool.run("dead-letters", "retry", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def assert_all_is_red_and_named(self, number):
        objects = self.portal.objects()
        for each in range(1, DEAD + 1):
            self.assertEqual(objects[str(each)]["custom"], {"color": "red"}, each)
            self.assertEqual(objects[str(each)]["eventName"], f"event {each} #{number}")
        self.assert_portal_kept_the_rules()

    def test_by_export_sed_and_submit(self):
        shell = (f'hubspool() {{ "{self.hubspool._program}" "$@" -c "{self.hubspool.config}"; }}\n'
                 "set -eo pipefail\n"
                 "hubspool dead-letters export | sed 's/\"colour\"/\"color\"/' | hubspool submit -")
        subprocess.run(["bash", "-c", shell], check=True, timeout=120)
        self.assert_letters(open=DEAD)
        self.drain(self.hubspool)
        struck = self.assert_letters(struck=DEAD)
        self.assertTrue(all(each["struck_batch"] > 0 for each in struck))
        self.assert_books(self.hubspool, records_in=OBJECTS + DEAD, delivered=OBJECTS,
                          dead_lettered=DEAD)
        self.assert_all_is_red_and_named(1)
        again = self.hubspool.run("dead-letters", "drop", "--all", "--yes").stdout
        self.assertIn("no dead letter is like that", again)

    def test_by_retry_with_the_property_renamed(self):
        held = dead_letters(self.hubspool)[0]["id"]
        self.hubspool.run("dead-letters", "hold", held)
        told = self.retry("--all", "--rename-property", "colour=color")
        self.assertIn(f"{DEAD - 1} dead letters as {DEAD - 1} records", told)
        self.assert_letters(open=DEAD, retried=DEAD - 1, held=1)
        self.drain(self.hubspool)
        self.assert_letters(open=1, held=1, struck=DEAD - 1)
        self.hubspool.run("dead-letters", "release", held)
        self.retry(held, "--rename-property", "colour=color")
        self.drain(self.hubspool)
        self.assert_letters(struck=DEAD)
        self.assert_all_is_red_and_named(1)

    def test_scenario_49_while_newer_changes_of_the_same_objects_are_in_flight(self):
        self.portal.set_faults(latency_ms=50)
        self.start_daemon(self.hubspool)
        self.hubspool.put(simple_records(range(1, DEAD + 1), number=2))
        self.retry("--all", "--rename-property", "colour=color")
        # A second time does no harm, and neither does a kill.
        self.retry("--all", "--rename-property", "colour=color")
        wait_until(lambda: self.portal.report()["requests"] > 12, 60, "some more requests")
        self.hubspool.kill9()
        self.start_daemon(self.hubspool)
        self.wait_until_settled(self.hubspool)
        self.assert_letters(struck=DEAD)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_books(self.hubspool, records_in=OBJECTS + 3 * DEAD, dead_lettered=DEAD)
        self.assert_all_is_red_and_named(2)
        [letter] = [each for each in self.hubspool.json_lines("trace", "--object", "7")
                    if each["type"] == "dead_letter"]
        self.assertIsNotNone(letter["struck"])

    def test_what_dies_again_is_one_letter_and_not_two(self):
        self.retry("--all")
        self.drain(self.hubspool, code=SOME_DEAD)
        self.assert_letters(open=DEAD, died_again=DEAD)
        self.assert_books(self.hubspool, records_in=OBJECTS + DEAD, delivered=OBJECTS - DEAD,
                          dead_lettered=2 * DEAD)
        shown = self.hubspool.run("dead-letters", "show", "7").stdout
        self.assertIn("died again at", shown)
        # In part, and then the rest.
        self.retry("--object", "7", "--rename-property", "colour=color")
        self.drain(self.hubspool)
        self.assert_letters(open=DEAD - 1, died_again=DEAD, struck=1)
        self.retry("--all", "--rename-property", "colour=color")
        self.drain(self.hubspool)
        self.assert_letters(died_again=DEAD, struck=DEAD)
        self.assert_all_is_red_and_named(1)


if __name__ == "__main__":
    unittest.main()
