#!/usr/bin/env python3
"""`hubspool fates` tells each record's fate exactly once, whoever is killed when.

In full it is a million records.
"""

import collections
import csv
import io
import json
import random
import subprocess
import unittest

from end_to_end import DONE, FAILED, NO_LIMIT, SOME_DEAD, EndToEnd, note, scaled, wait_until  # and the way to support/
from change_records import make_records

RECORDS = scaled(6_000, 1_000_000)
WORD_OF = {"delivered": "delivered", "superseded": "superseded", "overtaken": "superseded", "dead": "dead_lettered"}


class FateReader:
    """Reads the feed into a file, and is killed and goes on behind the last whole line."""

    def __init__(self, hubspool, path):
        self.hubspool, self.path = hubspool, path
        self.path.write_bytes(b"")
        self.process = None

    def lines(self):
        # The last one may be on its way.
        return [json.loads(line) for line in self.path.read_bytes().split(b"\n")[:-1]]

    def start(self):
        text = self.path.read_bytes()
        # What was cut short is told once more.
        text = text[:text.rfind(b"\n") + 1]
        self.path.write_bytes(text)
        last = text.rstrip(b"\n").rpartition(b"\n")[2]
        words = ["--after", json.loads(last)["cursor"]] if last else []
        with open(self.path, "ab") as out:
            self.process = subprocess.Popen(
                [self.hubspool._program, "fates", "--follow", *words, "-c", self.hubspool.config], stdout=out)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Fates(EndToEnd):
    def setUp(self):
        super().setUp()
        # So that there is a middle to be killed in.
        self.start_portal(limit=1_000_000, latency_ms=scaled(60, 1))

    def queue_records(self, hubspool, chance):
        """Some files; gives what each record is: {(name, ordinal): record, or None for a bad one}."""
        expected = {}
        records = make_records(RECORDS, RECORDS // 4, 7)
        while records:
            some = records[:chance.randrange(1, RECORDS // 5)]
            records = records[len(some):]
            lines, known = [], []
            for record in some:
                if chance.random() < 0.3:
                    record["$hubspool"] = {"id": f"row-{len(expected) + len(known)}"}
                if chance.random() < 0.002:
                    lines.append('{"eventName":"nobody"}')
                    known.append(None)
                lines.append(json.dumps(record))
                known.append(record)
            name = hubspool.put("\n".join(lines) + "\n", lane=chance.choice(["new", "bulk"]))
            expected.update({(name, i): record for i, record in enumerate(known)})
        return expected

    def check(self, hubspool, told, expected):
        seen = collections.Counter((line["name"], line["ordinal"]) for line in told)
        self.assertEqual(max(seen.values()), 1, "a record was told twice")
        self.assertEqual(set(seen), set(expected))
        for line in told:
            record = expected[line["name"], line["ordinal"]]
            self.assertEqual(line["line"], line["ordinal"] + 1, line)
            if record is None:
                self.assertEqual((line["fate"], line["object_id"], line["reason"]),
                                 ("dead", None, "objectId is missing"))
                continue
            self.assertNotEqual(line["fate"], "dead", line)
            self.assertEqual((line["object_id"], line["id"]),
                             (record["objectId"], record.get("$hubspool", {}).get("id")))
            if line["fate"] == "delivered":
                self.assertEqual((line["http_status"], line["batch"] > 0), (200, True), line)
                self.assertTrue(line["correlation_id"], line)
        counts = collections.Counter((line["name"], WORD_OF[line["fate"]]) for line in told)
        for file in hubspool.json("files", "-n", "1000000"):
            for word in ("delivered", "superseded", "dead_lettered"):
                self.assertEqual(counts[file["name"], word], file[word], (file, word))

    def test_each_record_is_told_once_over_kills_of_both(self):
        chance = random.Random(scaled(3, 11))
        hubspool = self.make_hubspool(NO_LIMIT, {"batch": {"max_inputs": scaled(10, 100)}})
        self.start_daemon(hubspool)
        reader = FateReader(hubspool, self.directory / "fates.ndjson")
        expected = self.queue_records(hubspool, chance)
        kills = 0
        reader.start()
        while not hubspool.is_empty():
            told = len(reader.lines())
            at = told + chance.randrange(1, RECORDS // scaled(8, 15))
            try:
                wait_until(lambda wanted=at: len(reader.lines()) >= wanted or hubspool.is_empty(), 300, "fates")
            finally:
                reader.kill()
            if chance.random() < 0.6:
                hubspool.kill9()
                self.start_daemon(hubspool)
            kills += 1
            reader.start()
        wait_until(lambda: len(reader.lines()) >= len(expected), 300, "the last fates")
        reader.kill()
        note(f"{len(expected)} records, {kills} kills")
        self.check(hubspool, reader.lines(), expected)
        whole = hubspool.run("fates")
        self.assertEqual([json.loads(line) for line in whole.stdout.splitlines()], reader.lines())

    def test_csv_has_the_same_and_cursors_that_do_not_fit_are_refused(self):
        hubspool = self.make_hubspool(NO_LIMIT)
        hubspool.put('{"objectId":"1","eventName":"a","$hubspool":{"id":"x,\\"y\\""}}\n'
                     '{"objectId":"1","eventName":"b"}\n{}\n')
        self.drain(hubspool, code=SOME_DEAD)
        told = [json.loads(line) for line in hubspool.run("fates").stdout.splitlines()]
        self.assertEqual(sorted((t["line"], t["fate"]) for t in told),
                         [(1, "superseded"), (2, "delivered"), (3, "dead")])
        done = hubspool.run_bytes("fates", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
        self.assertEqual([{k: str("" if v is None else v) for k, v in t.items()} for t in told], rows)
        self.assertEqual(hubspool.run("fates", "--after", told[-1]["cursor"]).stdout, "")
        behind = hubspool.run("fates", "--after", told[0]["cursor"]).stdout.splitlines()
        self.assertEqual([json.loads(line) for line in behind], told[1:])
        self.assertEqual(hubspool.run("fates", "--since", "2100-01-01").stdout, "")
        self.assertEqual(len(hubspool.run("fates", "--since", "2001-01-01").stdout.splitlines()), 3)
        for cursor, code in (("1-1.1", FAILED), (told[0]["cursor"].replace("-", "-9"), FAILED), ("x", 2)):
            self.assertEqual(hubspool.run("fates", "--after", cursor).returncode, code, cursor)

    def test_files_that_are_gone_leave_object_and_line_empty(self):
        hubspool = self.make_hubspool(NO_LIMIT, {"queue": {"retention": "0"}})
        hubspool.put([{"objectId": "1", "eventName": "a"}])
        self.drain(hubspool)
        line = json.loads(hubspool.run("fates").stdout)
        self.assertEqual((line["fate"], line["ordinal"]), ("delivered", 0))
        self.assertEqual(hubspool.run("fates").returncode, DONE)


if __name__ == "__main__":
    unittest.main()
