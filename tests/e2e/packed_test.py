#!/usr/bin/env python3
"""Compressed files in the queue and in `submit`: their records are those of their text, over kills too,
and what is wrong with one of them harms no other."""

import gzip
import json
import subprocess
import unittest

from end_to_end import (DONE, FAILED, NO_LIMIT, SOME_DEAD, EndToEnd, dead_letters, scaled,
                        simple_records)

OBJECTS = scaled(6000, 100000)
KILLS = 3


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def zstd(data):
    """Two frames, as of an export that was written in parts."""
    half = len(data) // 2
    return b"".join(subprocess.run(["zstd", "-q", "-c"], input=part, check=True,
                                   stdout=subprocess.PIPE).stdout
                    for part in (data[:half], data[half:]))


class Packed(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)

    def files_by_name(self):
        return {file["name"]: file for file in self.hubspool.json("files", "-n", "100")}

    def test_zstd_and_gzip_in_bulk_and_a_submitted_file_are_delivered(self):
        exported = simple_records(range(1, 501))
        others = simple_records(range(1001, 1301))
        late = simple_records(range(1, 4), 2)
        self.put_bytes(self.hubspool, zstd(lines(exported)), "a-export.ndjson.zst")
        self.put_bytes(self.hubspool, gzip.compress(json.dumps(others).encode()), "b-export.json.gz")
        path = self.directory / "late.ndjson.gz"
        path.write_bytes(gzip.compress(lines(late)))
        done = self.hubspool.run("submit", "--bulk", str(path))
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertRegex(done.stdout, r"^bulk/\S+\.ndjson\.gz  3 records\n$")
        self.drain(self.hubspool)
        self.assert_portal_has(exported + others + late)
        self.assert_books(self.hubspool, records_in=803, dead_lettered=0)
        self.assert_portal_kept_the_rules()
        traced = self.hubspool.json_lines("trace", "--object", "1001")
        self.assertIn("b-export.json.gz", [each.get("name") for each in traced])
        self.assertEqual(self.hubspool.json("replay", "a-export.ndjson.zst")["records"], 500)

    def test_what_is_wrong_with_one_harms_no_other(self):
        self.hubspool.configure({"queue": {"max_unpacked_bytes": "1MiB"}})
        good = simple_records(range(1, 51))
        whole = gzip.compress(lines(simple_records(range(2001, 2101))))
        self.put_bytes(self.hubspool, gzip.compress(b" " * (64 << 20)), "a-bomb.gz")
        self.put_bytes(self.hubspool, gzip.compress(lines(good)), "b-good.gz")
        self.put_bytes(self.hubspool, whole[:-300], "c-cut.gz")
        self.put_bytes(self.hubspool, zstd(lines(simple_records(range(51, 101)))), "d-good.zst")
        self.put_bytes(self.hubspool, gzip.compress(gzip.compress(b"{}")), "e-twice.gz")
        self.put_bytes(self.hubspool, whole + b"\0\0\0\0", "f-padded.gz")
        self.drain(self.hubspool, code=SOME_DEAD)
        told = {name: file["keep_because"] for name, file in self.files_by_name().items()}
        self.assertIsNone(told["b-good.gz"])
        self.assertIsNone(told["d-good.zst"])
        self.assertIn("queue.max_unpacked_bytes (1048576 bytes)", told["a-bomb.gz"])
        self.assertIn("it ends in the middle; write or copy it again", told["c-cut.gz"])
        self.assertIn("its text is compressed with gzip", told["e-twice.gz"])
        self.assertIn("what stands behind its last member is no gzip", told["f-padded.gz"])
        self.assertEqual(len(self.hubspool.files("rejected")), 2 * 4)
        self.assert_books(self.hubspool)
        # The last record of the cut file is cut, too; all before it were sent.
        self.assertEqual(len(dead_letters(self.hubspool)), 1)
        self.assert_portal_has(good + simple_records(range(51, 101)) +
                               simple_records(range(2001, 2101)))

    def test_submit_refuses_a_damaged_file_and_queues_nothing(self):
        path = self.directory / "x.ndjson.gz"
        path.write_bytes(gzip.compress(lines(simple_records(range(1, 1000))))[:-9])
        self.hubspool.run("drain", "--deadline", "0s")
        done = self.hubspool.run("submit", str(path))
        self.assertEqual(done.returncode, FAILED)
        self.assertIn("it ends in the middle; write or copy it again; nothing was queued", done.stderr)
        self.assertTrue(self.hubspool.is_empty())

    def test_killed_in_the_middle_it_goes_on_where_it_was(self):
        self.hubspool.configure({"batch": {"max_inputs": 20}})
        self.portal.set_faults(latency_ms=5)
        exported = simple_records(range(1, OBJECTS + 1))
        changed = simple_records(range(1, OBJECTS, 7), 2)
        self.put_bytes(self.hubspool, zstd(lines(exported)), "a.ndjson.zst")
        self.put_bytes(self.hubspool, gzip.compress(lines(changed)), "b.ndjson.gz")
        self.drain_over_kills(self.hubspool, OBJECTS // 20, KILLS)
        self.assert_portal_has(exported + changed)
        self.assert_books(self.hubspool, records_in=len(exported) + len(changed), dead_lettered=0)
        self.assert_portal_kept_the_rules()


if __name__ == "__main__":
    unittest.main()
