"""Hostile entries and records in the queue (scenarios 26 to 29): set aside with a reason, while their
neighbours are delivered."""

import json
import os
import socket
import subprocess
import unittest

from crash_case import CrashCase, wait_until

DONE_WITH_DEAD_LETTERS = 3


class HostileCase(CrashCase):
    def setUp(self):
        super().setUp()
        self.set_up_story()
        self.put(100, 20)  # the neighbours; this also makes the queue's directories

    def place(self, name, content):
        """A finished file under any name."""
        waiting = os.path.join(os.fsencode(self.hubspool.queue), b"tmp", b"being-written")
        with open(waiting, "wb") as file:
            file.write(content)
        os.rename(waiting, os.path.join(os.fsencode(self.hubspool.queue), b"new", name))

    def exit_code_of_drain(self):
        return self.hubspool.run("drain").returncode

    def rejected(self):
        return sorted(os.listdir(self.hubspool.queue / "rejected"))

    def assert_rejected(self, name, words):
        reasons = [n for n in self.rejected() if name in n and n.endswith(".reason")]
        self.assertEqual(len(reasons), 1, self.rejected())
        self.assertIn(words, (self.hubspool.queue / "rejected" / reasons[0]).read_text())
        self.assertIn(reasons[0].removesuffix(".reason"), self.rejected(), "the file is kept")


class HostileFileTest(HostileCase):
    def test_scenario_26_strange_names_are_delivered(self):
        record = b'{"objectId":"77","eventName":"x"}\n'
        for name in (b"line\nbreak.ndjson", b"\x1b[31m.ndjson", b"n" * 248, b"\xff\xfe.ndjson"):
            self.place(name, record)
        self.assertEqual(self.exit_code_of_drain(), 0)
        self.assertEqual(self.rejected(), [])
        self.assertEqual(list((self.hubspool.queue / "new").iterdir()), [])

    def test_scenario_27_files_without_a_record_are_settled_as_nothing(self):
        for number, nothing in enumerate((b"", b" \n", b"\xef\xbb\xbf", b"[]", b'{"inputs":[]}\n')):
            self.place(b"nothing-%d.ndjson" % number, nothing)
        for marker in (b"_SUCCESS", b"data.ndjson.crc", b"data.ndjson.sha256", b"_committed_12"):
            self.place(marker, b"no record")
        self.assertEqual(self.exit_code_of_drain(), 0)
        self.assertEqual(self.rejected(), [])
        self.assertEqual(len(self.hubspool.files("done")), 6)  # and the neighbours
        self.assertEqual(len(list((self.hubspool.queue / "new").iterdir())), 4)
        self.assertEqual(self.hubspool.status_json()["left_alone_files"], 4)

    def test_scenario_27_nul_files_are_rejected_with_a_reason(self):
        self.place(b"nul.ndjson", b"\0" * 5000)
        self.assertEqual(self.exit_code_of_drain(), DONE_WITH_DEAD_LETTERS)
        names = self.rejected()
        self.assertEqual(len([n for n in names if n.endswith(".reason")]), 1, names)
        self.assertEqual(len(names), 2)

    def test_scenario_27_sparse_files_hold_up_neither_their_neighbours_nor_the_end(self):
        self.start_daemon()
        good = b'{"objectId":"%d","eventName":"x"}\n'
        for name, content in (("hole.ndjson", b""), ("tail.ndjson", good % 81)):
            waiting = self.hubspool.queue / "tmp" / name
            waiting.write_bytes(content)
            os.truncate(waiting, 1 << 43)  # NUL bytes for days of reading
            waiting.rename(self.hubspool.queue / "new" / name)
        self.place(b"later.ndjson", good % 82)
        wait_until(lambda: {"81", "82"} <= set(self.simulator.objects()), 30, "the neighbours")
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_rejected("hole.ndjson", "nothing but NUL bytes")
        self.assert_rejected("tail.ndjson", "its tail from byte")

    def test_scenario_29_what_is_no_file_is_rejected_and_not_followed(self):
        new = self.hubspool.queue / "new"
        secret = self.directory / "secret.ndjson"
        secret.write_text('{"objectId":"66","eventName":"secret"}\n')
        (new / "link.ndjson").symlink_to(secret)
        os.mkfifo(new / "fifo.ndjson")
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(os.fspath(new / "s.ndjson"))
            self.assertEqual(self.exit_code_of_drain(), DONE_WITH_DEAD_LETTERS)
        self.assertNotIn("66", self.simulator.objects())
        self.assertEqual(len([n for n in self.rejected() if n.endswith(".reason")]), 3)

    def test_bad_records_are_dead_letters_and_their_neighbours_go_on(self):
        self.place(b"mixed.ndjson", b'{"objectId":"81","eventName":"a"}\n{"objectId":\n'
                   b'{"eventName":"no id"}\n{"objectId":"82","eventName":"b"}\n')
        self.assertEqual(self.exit_code_of_drain(), DONE_WITH_DEAD_LETTERS)
        self.assertLessEqual({"81", "82"}, set(self.simulator.objects()))
        letters = self.dead_letters()
        self.assertEqual(len(letters), 2)
        self.assertTrue(all(letter["reason"] for letter in letters))

    def test_scenario_26_immutable_file_is_stepped_over_until_it_may_be_moved(self):
        self.place(b"fixed.ndjson", b'{"objectId":"77","eventName":"x"}\n')
        fixed = self.hubspool.queue / "new" / "fixed.ndjson"
        if subprocess.run(["chattr", "+i", fixed], capture_output=True, check=False).returncode != 0:
            self.skipTest("chattr +i is not permitted here, or not on this file system")
        self.addCleanup(subprocess.run, ["chattr", "-i", fixed], capture_output=True, check=False)
        done = self.hubspool.run("drain")
        self.assertRegex(done.stderr, r"stepped over.*immutable.*fixed\.ndjson")
        self.assertEqual(self.differences(), [], "its neighbours")
        subprocess.run(["chattr", "-i", fixed], check=True)
        self.assertEqual(self.exit_code_of_drain(), 0)
        self.assertIn("77", self.simulator.objects())

    def test_file_of_two_links_is_rejected_and_the_other_link_is_not_touched(self):
        outside = self.directory / "outside.ndjson"
        outside.write_text('{"objectId":"66","eventName":"linked"}\n')
        os.link(outside, self.hubspool.queue / "new" / "linked.ndjson")
        done = self.hubspool.run("drain", "--report", self.directory / "report")
        self.assertEqual(done.returncode, DONE_WITH_DEAD_LETTERS)
        self.assertIn("1 file went to rejected/", done.stdout)
        self.assertEqual(json.loads((self.directory / "report").read_text())["rejected_files"], 1)
        self.assertNotIn("66", self.simulator.objects())
        self.assertTrue(outside.exists())
        self.assert_rejected("linked.ndjson", "link")

    def test_directory_in_new_is_set_aside_with_what_it_holds(self):
        inner = self.hubspool.queue / "new" / "folder.ndjson"
        inner.mkdir()
        (inner / "a.ndjson").write_text('{"objectId":"66","eventName":"inside"}\n')
        self.assertEqual(self.exit_code_of_drain(), DONE_WITH_DEAD_LETTERS)
        self.assertNotIn("66", self.simulator.objects())
        self.assertEqual(self.differences(), [], "its neighbours")
        found = list(self.hubspool.queue.rglob("a.ndjson"))
        self.assertEqual(len(found), 1, "nothing is deleted")


class HostileRecordTest(HostileCase):
    GOOD = b'{"objectId":"81","eventName":"a #900001"}\n'
    GOOD_TOO = b'{"objectId":"82","eventName":"b #900002"}\n'

    def drain_beside_neighbours(self, name, content, dead):
        """Gives the dead letters."""
        self.records += [json.loads(self.GOOD), json.loads(self.GOOD_TOO)]
        self.place(name, content)
        self.assertEqual(self.exit_code_of_drain(), DONE_WITH_DEAD_LETTERS)
        self.assert_delivered()
        self.assert_books(dead=dead)
        return self.dead_letters()

    def test_oversized_record_dies_alone(self):
        huge = b'{"objectId":"83","eventName":"' + b"x" * (3 << 20) + b'"}\n'
        letters = self.drain_beside_neighbours(b"huge.ndjson", self.GOOD + huge + self.GOOD_TOO, 1)
        self.assertIn("queue.max_record_bytes", letters[0]["reason"])
        self.assertLess(len(letters[0]["content"]), 100_000)
        self.assert_rejected("huge.ndjson", "longer than")

    def test_deeply_nested_records_die_alone(self):
        deep = b'{"objectId":"83","x":' + b"[" * 2000 + b"]" * 2000 + b"}\n"
        deeper = b'{"objectId":"84","x":' + b'{"x":' * 100_000 + b"1" + b"}" * 100_001 + b"\n"
        letters = self.drain_beside_neighbours(
            b"deep.ndjson", self.GOOD + deep + deeper + self.GOOD_TOO, 2)
        self.assertTrue(all("nested" in letter["reason"] for letter in letters), letters)

    def test_brackets_that_never_close_are_one_dead_letter(self):
        letters = self.drain_beside_neighbours(
            b"open.json", b"[" + self.GOOD + b"," + self.GOOD_TOO + b"," + b"[" * 500_000, 1)
        self.assertIn("the file ends in what is no record", letters[0]["reason"])
        self.assert_rejected("open.json", "its tail")

    def test_scenario_27_broken_tail_is_one_dead_letter_and_keeps_the_file(self):
        self.drain_beside_neighbours(
            b"tail.ndjson", self.GOOD + self.GOOD_TOO + b'{"objectId":"83","eventName":"cut o', 1)
        self.assert_rejected("tail.ndjson", "its tail from byte")

    def test_scenario_27_array_and_request_body_that_were_cut_keep_what_is_whole(self):
        for name, content in ((b"cut.json", b"[" + self.GOOD + b"," + self.GOOD_TOO),
                              (b"body.json", b'{"inputs":[' + self.GOOD + b"," + self.GOOD_TOO + b"]")):
            with self.subTest(name):
                self.drain_beside_neighbours(name, content, 1)
                self.assert_rejected(name.decode(), "its tail")
                self.doCleanups()
                self.setUp()

    def test_more_bad_records_than_a_file_may_have_are_counted_and_the_file_is_kept(self):
        bad = b"".join(b'{"objectId":"%d","startDateTime":"soon"}\n' % i for i in range(25_000))
        letters = self.drain_beside_neighbours(b"bad.ndjson", self.GOOD + bad + self.GOOD_TOO, 25_000)
        self.assertLess(len(letters), 10_100, "the further ones in rows that name a range")
        self.assertEqual(sum(r["count"] for letter in letters for r in letter["records"]), 25_000)
        self.assert_rejected("bad.ndjson", "more than 10000 of its records are bad")


if __name__ == "__main__":
    unittest.main()
