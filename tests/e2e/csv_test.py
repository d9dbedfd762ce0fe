#!/usr/bin/env python3
"""Tables (CSV, TSV) in the queue and in `submit`: their rows are records as any other, over kills too,
and what is wrong with one of them harms no other."""

import csv
import gzip
import io
import json
import subprocess
import unittest

from end_to_end import (DONE, FAILED, NO_LIMIT, SOME_DEAD, EndToEnd, dead_letters, scaled,
                        simple_records, wait_until)

OBJECTS = scaled(6000, 100000)
KILLS = 3
CSV = {"csv": {"columns": {"id": "objectId", "title": "eventName", "room": "custom:room", "note": "ignore",
                           "at": "$hubspool.as_of"}}}


def custom(records, room):
    return [record | {"customProperties": [{"name": "room", "value": room}]} for record in records]


def table(records, delimiter=",", room="", **form):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, **form)
    writer.writerow(["note", "id", "title", "room"])
    for record in records:
        writer.writerow(["two\nlines, of nothing", record["objectId"], record["eventName"], room])
    return out.getvalue().encode()


class Csv(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)
        self.hubspool.configure(CSV)

    def test_tables_of_any_dialect_are_delivered_beside_json(self):
        exported = simple_records(range(1, 501))
        others = simple_records(range(1001, 1301))
        tabs = simple_records(range(2001, 2101))
        late = simple_records(range(1, 4), 2)
        self.put_bytes(self.hubspool, gzip.compress(table(exported, room="R 1")), "a-export.csv.gz")
        self.put_bytes(self.hubspool, table(others, ";", quoting=csv.QUOTE_ALL), "b-export.CSV")
        self.put_bytes(self.hubspool, b"\xef\xbb\xbf" + table(tabs, "\t", lineterminator="\n"), "c.tsv",
                       "new")
        path = self.directory / "late.csv"
        path.write_bytes(table(late, "|"))
        done = self.hubspool.run("submit", "--bulk", str(path))
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertRegex(done.stdout, r"^bulk/\S+\.csv  3 records\n$")
        self.drain(self.hubspool)
        self.assert_portal_has(custom(exported, "R 1") + others + tabs + late)
        self.assert_books(self.hubspool, records_in=903, dead_lettered=0)
        self.assert_portal_kept_the_rules()
        traced = self.hubspool.json_lines("trace", "--object", "1001")
        self.assertIn("b-export.CSV", [each.get("name") for each in traced])
        self.assertEqual(self.hubspool.json("replay", "a-export.csv.gz")["records"], 500)
        fates = [json.loads(line) for line in self.hubspool.run("fates").stdout.splitlines()]
        self.assertEqual(sum(each["fate"] == "delivered" for each in fates), 903, fates[:3])
        places = {each["object_id"]: each["line"] for each in fates if each["name"] == "b-export.CSV"}
        self.assertEqual(places["1003"], 2 + 2 * 2, "rows of two lines below the header")

    def test_what_is_wrong_with_one_harms_no_other(self):
        good = simple_records(range(1, 51))
        self.put_bytes(self.hubspool, b"id,titel\n1,x\n", "a-unknown.csv")
        self.put_bytes(self.hubspool, table(good), "b-good.csv")
        self.put_bytes(self.hubspool, b"id,title\n51,x\n52,\"never closed\n53,x\n", "c-open.csv")
        self.put_bytes(self.hubspool, b"id,title\n61,x\n62\n,y\n63,\"a\"b\n64,z\n", "d-some.csv")
        self.put_bytes(self.hubspool, b"id,title\n71,x\n", "e-name.txt")
        self.put_bytes(self.hubspool, json.dumps({"objectId": "81", "eventName": "x"}).encode(), "f-json.csv")
        self.drain(self.hubspool, code=SOME_DEAD)
        told = {file["name"]: file["keep_because"]
                for file in self.hubspool.json("files", "-n", "100")}
        self.assertIn('what goes where is not told of "titel"', told["a-unknown.csv"])
        self.assertIsNone(told["b-good.csv"])
        self.assertIn("its tail from byte 14 (line 3) on cannot be read: a quote", told["c-open.csv"])
        self.assertIsNone(told["d-some.csv"])
        self.assertIn("when its name ends with .csv", told["e-name.txt"])
        self.assertIsNone(told["f-json.csv"])
        self.assert_books(self.hubspool)
        reasons = sorted(letter["reason"] for letter in dead_letters(self.hubspool))
        self.assertEqual(len(reasons), 4, reasons)
        self.assertIn("column id: is empty", reasons[0])
        self.assert_portal_has(good + [{"objectId": each, "eventName": name} for each, name in
                                       (("51", "x"), ("61", "x"), ("64", "z"), ("81", "x"))])

    def test_submit_refuses_bad_rows_by_line_and_column(self):
        path = self.directory / "x.csv"
        path.write_bytes(b"id,title,eventCancelled\n1,\"a\nb\",maybe\n")
        self.hubspool.run("drain", "--deadline", "0s")
        done = self.hubspool.run("submit", str(path))
        self.assertEqual(done.returncode, FAILED)
        self.assertIn(":2: column eventCancelled: 'maybe' is neither true nor false", done.stderr)
        path.write_bytes(b"id,titel\n1,x\n")
        done = self.hubspool.run("submit", str(path))
        self.assertIn('is a table of 2 columns, and what goes where is not told of "titel"', done.stderr)
        self.assertTrue(self.hubspool.is_empty())

    def test_a_replayed_table_and_an_as_of_keep_their_order(self):
        self.put_bytes(self.hubspool, b"id;title;at\n1;new;2026-11-02T00:00:00Z\n1;old;2026-11-01T00:00:00Z\n",
                       "a.csv")
        self.drain(self.hubspool)
        self.assert_portal_has([{"objectId": "1", "eventName": "new"}])
        done = self.hubspool.run("replay", "a.csv", "--execute", "--yes")
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.drain(self.hubspool)
        self.assert_portal_has([{"objectId": "1", "eventName": "new"}])
        self.assert_books(self.hubspool, records_in=4, dead_lettered=0)

    def test_killed_in_the_middle_it_goes_on_where_it_was(self):
        self.hubspool.configure({"batch": {"max_inputs": 20}})
        self.portal.set_faults(latency_ms=5)
        exported = simple_records(range(1, OBJECTS + 1))
        changed = simple_records(range(1, OBJECTS, 7), 2)
        lines = "".join(json.dumps(record) + "\n" for record in changed).encode()
        self.put_bytes(self.hubspool, gzip.compress(table(exported)), "a.csv.gz")
        self.put_bytes(self.hubspool, subprocess.run(["zstd", "-q", "-c"], input=lines, check=True,
                                      stdout=subprocess.PIPE).stdout, "b.ndjson.zst")
        self.drain_over_kills(self.hubspool, OBJECTS // 20, KILLS)
        self.assert_portal_has(exported + changed)
        self.assert_books(self.hubspool, records_in=len(exported) + len(changed), dead_lettered=0)
        self.assert_portal_kept_the_rules()

    def test_a_spreadsheets_unicode_text_goes_on_where_it_was_after_a_kill(self):
        self.hubspool.configure({"batch": {"max_inputs": 20}, "csv": CSV["csv"] | {"encoding": "windows-1252"}})
        self.portal.set_faults(latency_ms=5)
        room = "Stra\u00dfe \u20ac \U0001f680"
        exported = simple_records(range(1, OBJECTS // 2 + 1))
        packed = simple_records(range(OBJECTS + 1, OBJECTS + 101))
        # As Excel writes it: UTF-16 with a mark, tabs, CRLF.
        self.put_bytes(self.hubspool, table(exported, "\t", room).decode().encode("utf-16"), "a.tsv")
        self.put_bytes(self.hubspool, gzip.compress(table(packed, room=room).decode().encode("utf-16-be")), "b.csv.gz")
        self.drain_over_kills(self.hubspool, OBJECTS // 40, 1)
        path = self.directory / "by-hand.json"
        path.write_bytes('{"objectId":"7","eventName":"\u00fc"}\n'.encode("utf-16"))
        done = self.hubspool.run("submit", str(path))
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.drain(self.hubspool)
        self.assert_portal_has(custom(exported + packed, room) + [{"objectId": "7", "eventName": "\u00fc"}])
        self.assert_books(self.hubspool, records_in=len(exported) + len(packed) + 1, dead_lettered=0)
        self.assertEqual(self.hubspool.json("replay", "a.tsv")["records"], len(exported))
        found = self.hubspool.json_lines("trace", "--object", "8")
        self.assertIn("a.tsv", [each.get("name") for each in found])

    def test_a_table_half_sent_is_divided_as_before_whatever_is_told_by_then(self):
        self.hubspool.configure({"batch": {"max_inputs": 20}})
        self.portal.set_faults(latency_ms=5)
        records = simple_records(range(1, OBJECTS // 4 + 1))
        self.put_bytes(self.hubspool, table(records), "a.csv")
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.portal.report()["requests"] >= 10, 60, "ten requests")
        self.hubspool.kill9()
        self.hubspool.configure({"csv": CSV["csv"] | {"quote": "none", "delimiter": "semicolon"}})
        self.drain(self.hubspool)
        self.assert_portal_has(records)
        self.assert_books(self.hubspool, records_in=len(records), dead_lettered=0)


if __name__ == "__main__":
    unittest.main()
