#!/usr/bin/env python3
"""Whatever bytes come in, by content, by name or by the configuration: each list that --json prints,
each line of dead-letters.ndjson and each line of a JSON log is read by a strict parser."""

import json
import os
import random
import unittest

from end_to_end import Hubspool, temporary_directory

BYTES = [bytes([b]) for b in range(256)]
# What breaks a writer: quotes, escapes, controls, and characters that are cut, overlong or halves
# of a pair.
EDGES = [b'"', b"\\", b"\x00", b"\x1f", b"\x7f", b"\xc3", b"\xed\xa0\x80", b"\xe2\x82", b"\xf4\x90",
         b"\xc2\x85", b"\xe2\x80\xa8"]
FREE_PORT = "https://127.0.0.1:1"


def records(seed):
    """Lines that are no records, with bytes of every kind in them."""
    chosen = random.Random(seed)
    lines = 20 * [b'{"objectId":"1","a":}']
    lines += [b'{"objectId":"x' + b + b'","a":' for b in BYTES if b != b"\n"]
    for size in (4090, 4096, 8190, 65530, 65536):
        lines += [b'{"objectId":"' + b"y" * (size + at) + edge + b'",'
                  for edge in EDGES for at in range(6)]
    lines += [bytes(chosen.randrange(256) for _ in range(300)).replace(b"\n", b"") for _ in range(200)]
    return b"\n".join(lines) + b"\n"


class Json(unittest.TestCase):
    def setUp(self):
        directory = self.enterContext(temporary_directory())
        self.hubspool = self.enterContext(Hubspool(directory, overrides={
            "api": {"url": FREE_PORT}, "log": {"format": "json", "level": "debug"}}))

    def strict(self, data):
        """Parsed as UTF-8 with no byte forgiven. One value; its text must hold no lone surrogate."""
        value = json.loads(data.decode("utf-8", "strict"), strict=True)
        json.dumps(value, ensure_ascii=False).encode("utf-8", "strict")
        return value

    def printed(self, *command):
        done = self.hubspool.run_bytes(*command)
        return done, self.strict(done.stdout)

    def queue_strange_names(self):
        self.hubspool.run("files")  # whatever comes of it: nothing is made yet
        names = [b"n" + b + b"m.ndjson" for b in BYTES if b not in (b"/", b"\0")]
        for name in names:
            path = os.path.join(os.fsencode(self.hubspool.queue), b"new", name)
            with open(path, "wb") as file:
                file.write(b"[" if name[1] % 2 else b'{"objectId":\n')
        return len(names)

    def test_any_bytes_in_contents_and_names_give_what_a_strict_parser_reads(self):
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        files = self.queue_strange_names()
        for seed in range(3):
            path = self.hubspool.directory / f"records{seed}"
            path.write_bytes(records(seed))
            path.rename(self.hubspool.queue / "new" / f"r{seed}.ndjson")
        done, summary = self.printed("drain", "--json")
        self.assertGreater(summary["dead_lettered"], 20)
        for line in done.stderr.splitlines():
            self.strict(line)
        listed = self.hubspool.run_bytes("dead-letters", "list", "--json").stdout
        letters = [self.strict(line) for line in listed.splitlines()]
        self.assertEqual(len(letters), summary["dead_lettered"])
        self.assertEqual(len(self.printed("files", "--json")[1]), files + 3)
        self.printed("status", "--json")
        self.printed("batches", "--json")
        self.printed("check", "--json")
        self.printed("dead-letters", "show", letters[0]["id"], "--json")
        ndjson = (self.hubspool.state / "dead-letters.ndjson").read_bytes()
        self.assertEqual(len([self.strict(line) for line in ndjson.splitlines()]), len(letters))

    def test_submit_of_any_bytes_gives_what_a_strict_parser_reads(self):
        self.hubspool.run("drain", "--deadline", "0s")
        for seed, edge in enumerate(EDGES[3:]):
            path = os.path.join(os.fsencode(self.hubspool.directory), b"s" + edge)
            with open(path, "wb") as file:
                file.write(records(seed))
            done, [told] = self.printed("submit", "--json", path)
            self.assertEqual(done.returncode, 1)
            self.assertGreater(told["bad"], 20)

    # What stands behind the last whole block of a long list is written last: nothing that goes to
    # standard error may come between when both are one.
    def test_list_that_shares_its_pipe_with_standard_error_stays_whole(self):
        self.hubspool.run("drain", "--deadline", "0s")
        path = self.hubspool.directory / "records"
        path.write_bytes(records(1))
        path.rename(self.hubspool.queue / "new" / "r.ndjson")
        self.hubspool.run("drain")
        done = self.hubspool.run_bytes("dead-letters", "list", "--json", "-n", "20", merged=True)
        *listed, said = done.stdout.splitlines()
        self.assertEqual(len([self.strict(line) for line in listed]), 20)
        self.assertIn(b"only the newest 20", said)


if __name__ == "__main__":
    unittest.main()
