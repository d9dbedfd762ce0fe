"""Hostile entries and records in the queue (scenarios 26 to 29): set aside with a reason, while their
neighbours are delivered."""

import os
import socket
import unittest

from crash_case import CrashCase

DONE_WITH_DEAD_LETTERS = 3


class HostileTest(CrashCase):
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

    def test_scenario_26_strange_names_are_delivered(self):
        record = b'{"objectId":"77","eventName":"x"}\n'
        for name in (b"line\nbreak.ndjson", b"\x1b[31m.ndjson", b"n" * 248, b"\xff\xfe.ndjson"):
            self.place(name, record)
        self.assertEqual(self.exit_code_of_drain(), 0)
        self.assertEqual(self.rejected(), [])
        self.assertEqual(list((self.hubspool.queue / "new").iterdir()), [])

    def test_scenario_27_empty_and_nul_files_are_rejected_with_a_reason(self):
        self.place(b"empty.ndjson", b"")
        self.place(b"nul.ndjson", b"\0" * 5000)
        self.exit_code_of_drain()
        names = self.rejected()
        self.assertEqual(len([n for n in names if n.endswith(".reason")]), 2, names)
        self.assertEqual(len(names), 4)

    def test_scenario_29_what_is_no_file_is_rejected_and_not_followed(self):
        new = self.hubspool.queue / "new"
        secret = self.directory / "secret.ndjson"
        secret.write_text('{"objectId":"66","eventName":"secret"}\n')
        (new / "link.ndjson").symlink_to(secret)
        os.mkfifo(new / "fifo.ndjson")
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(os.fspath(new / "s.ndjson"))
            self.exit_code_of_drain()
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


if __name__ == "__main__":
    unittest.main()
