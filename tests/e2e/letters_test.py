#!/usr/bin/env python3
"""The day after: 500 dead letters of three kinds are listed, repaired, submitted and dropped, and the
sums agree at each step."""

import os
import pty
import re
import subprocess
import unittest

from end_to_end import (
    DONE, FAILED, NO_LIMIT, SOME_DEAD, EndToEnd, dead_letters, simple_records, wait_until)

OBJECTS = 1000


class Letters(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(unknown_every=5, refuse_property="colour")
        self.hubspool = self.make_hubspool(NO_LIMIT, {"brake": {"count": 100000}})
        self.records = simple_records(range(1, OBJECTS + 1))
        for record in self.records:
            number = int(record["objectId"])
            record["$hubspool"] = {"id": f"crm-{number}"}
            if number % 5 == 1:
                record["customProperties"] = [{"name": "colour", "value": "red"}]
            if number % 10 == 2:
                record["startDateTime"] = "last Tuesday"
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        self.hubspool.put(self.records)
        self.drain(self.hubspool, code=SOME_DEAD)

    def open_by_category(self):
        found = {}
        for letter in dead_letters(self.hubspool):
            found[letter["category"]] = found.get(letter["category"], 0) + 1
        self.assertEqual(self.hubspool.status_json()["open_dead_letters"], sum(found.values()))
        return found

    def shell(self, line):
        """`line` in a shell, in which `hubspool` is the one under test."""
        function = f'hubspool() {{ "{self.hubspool._program}" "$@" -c "{self.hubspool.config}"; }}\n'
        done = subprocess.run(["bash", "-c", "set -o pipefail\n" + function + line],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return done.stdout

    def typed(self, keys, *words):
        """The exit code of `hubspool WORDS` at a terminal where somebody types these keys."""
        ours, theirs = pty.openpty()
        os.write(ours, keys.encode())
        done = subprocess.run([self.hubspool._program, *words, "-c", self.hubspool.config],
                              stdin=theirs, capture_output=True, timeout=60)
        os.close(theirs)
        os.close(ours)
        return done.returncode

    def assert_typed_ids_are_dropped_when_the_answer_is_yes(self, letter):
        for answer, code in (("n", FAILED), ("y", DONE)):
            keys = f"{letter}\n\x04{answer}\n"  # Ctrl-D ends the ids
            self.assertEqual(self.typed(keys, "dead-letters", "drop", "-"), code)

    def assert_trace_tells_both_lives_of(self, object_id):
        *told, end = self.hubspool.json_lines("trace", "--object", object_id)
        batches = [each for each in told if each["type"] == "batch"]
        self.assertEqual([each["fate"] for each in batches], ["dead", "delivered"])
        self.assertEqual([each["fields"] for each in batches],
                         [["eventName", "colour"], ["eventName", "color"]])
        records = [each for each in told if each["type"] == "record"]
        self.assertEqual([(each["fate"], each["batch"], each["reference"]) for each in records],
                         [(each["fate"], each["batch"], f"crm-{object_id}") for each in batches])
        self.assertEqual((records[0]["file"], records[0]["line"]), (1, int(object_id)))
        for record in records:
            self.assertTrue((self.hubspool.queue / record["path"]).is_file(), record)
        [letter] = [each for each in told if each["type"] == "dead_letter"]
        self.assertEqual((letter["batch"], letter["dropped"]), (batches[0]["batch"], None))
        self.assertEqual((end["type"], end["interrupted"], end["files_not_searched"]), ("end", False, 0))
        [newer] = [each for each in self.hubspool.json_lines("trace", "--object", object_id,
                                                             "--field", "color")
                   if each["type"] == "record"]
        self.assertEqual(newer["fate"], "delivered")

    def assert_trace_tells_where_a_bad_record_stood(self, object_id):
        told = self.hubspool.json_lines("trace", "--object", object_id)
        [dead] = [each for each in told if each["type"] == "record" and each["fate"] == "dead"]
        self.assertEqual((dead["file"], dead["line"], dead["batch"]), (1, int(object_id), None))
        self.assertIn("startDateTime is not a date-time", dead["bad"])

    def test_dead_letters_are_listed_repaired_submitted_and_dropped(self):
        kinds = {"VALIDATION_ERROR": 200, "OBJECT_NOT_FOUND": 200, "decode": 100}
        self.assertEqual(self.open_by_category(), kinds)
        totals = self.assert_books(self.hubspool, records_in=1000, delivered=500, dead_lettered=500)
        listed = self.hubspool.run("dead-letters", "list").stdout
        self.assertIn("500 dead letters of 500 records: ", listed)
        for line in listed.splitlines():
            self.assertLessEqual(len(line), 200)

        refused = next(each for each in dead_letters(self.hubspool) if each["object_id"] == "11")
        shown = self.hubspool.run("dead-letters", "show", refused["id"]).stdout
        for words in ("object 11\n", "reason   VALIDATION_ERROR: ", "reference crm-11", "http ",
                      "correlation id ", "to do    "):
            self.assertIn(words, shown)

        # What is repaired is struck, and what had died stays counted.
        self.shell("hubspool dead-letters export --category VALIDATION_ERROR | "
                   "sed 's/\"colour\"/\"color\"/' | hubspool submit -")
        self.shell("hubspool dead-letters export --category decode --object 22 | "
                   "sed 's/last Tuesday/2026-11-23T22:00:00Z/' | hubspool submit -")
        self.drain(self.hubspool)
        totals = self.assert_books(self.hubspool, records_in=1201, delivered=701, dead_lettered=500)
        self.assertEqual(self.portal.objects()["11"]["custom"], {"color": "red"})
        self.assertEqual(self.portal.objects()["22"]["startDateTime"], "2026-11-23T22:00:00Z")
        del kinds["VALIDATION_ERROR"]
        kinds["decode"] -= 1
        self.assertEqual(self.open_by_category(), kinds)

        self.assert_trace_tells_both_lives_of("11")
        self.assert_trace_tells_where_a_bad_record_stood("12")

        bad = next(each for each in dead_letters(self.hubspool) if each["category"] == "decode")
        self.assert_typed_ids_are_dropped_when_the_answer_is_yes(bad["id"])
        kinds["decode"] -= 1

        # Dropped beside a daemon that is killed just then.
        self.start_daemon(self.hubspool)
        done = self.hubspool.run("dead-letters", "drop", "--category", "decode", "--yes")
        self.hubspool.kill9()
        self.assertEqual(done.returncode, DONE, done.stderr)
        kept = re.search("they are in (.*)", done.stdout)[1]
        with open(kept, encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), kinds["decode"])
        self.start_daemon(self.hubspool)
        del kinds["decode"]
        self.assertEqual(self.open_by_category(), kinds)
        self.shell("hubspool dead-letters list --json --object 10 | "
                   "hubspool dead-letters drop --yes -")
        kinds["OBJECT_NOT_FOUND"] -= 1
        self.assertEqual(self.open_by_category(), kinds)

        # The events that were missing are there now.
        self.portal.set_faults(unknown_every=0)
        self.shell("hubspool dead-letters export | hubspool submit -")
        wait_until(lambda: self.hubspool.status_json()["totals"]["delivered"] == 900, 60, "the rest")
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.open_by_category(), {})
        self.assert_books(self.hubspool, records_in=totals["records_in"] + 199, delivered=900,
                          dead_lettered=500)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_portal_kept_the_rules()


if __name__ == "__main__":
    unittest.main()
