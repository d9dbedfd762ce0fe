#!/usr/bin/env python3
"""A daemon that works on and on, through all that a month brings: memory, descriptors and threads stay what they
were, and nothing is lost or goes backwards.

HUBSPOOL_SOAK_SECONDS=N goes on for so long (else 15); HUBSPOOL_SOAK_FIGURES=FILE keeps the figures of each round.
"""

import os
import pathlib
import random
import signal
import time
import unittest

from end_to_end import DONE, NO_LIMIT, EndToEnd, note, simple_records

SECONDS = float(os.environ.get("HUBSPOOL_SOAK_SECONDS", "15"))
SEED = int(os.environ.get("HUBSPOOL_SEED", "1"))
OBJECTS = 400
# What a round may take beyond the rounds before: the C library gives memory back in steps.
MEMORY_STEP_KIB = 8 << 10
DESCRIPTORS_MORE = 6  # connections that are made and closed


class Soak(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        # Short of history, so that it is trimmed within the time.
        self.hubspool = self.make_hubspool(NO_LIMIT, {"queue": {"retention": "1m"}, "state": {"history": "1h"},
                                                      "metrics": {"listen": str(self.directory / "metrics")}})
        self.chance = random.Random(SEED)
        self.number = 0
        self.records = []
        self.figures = []  # (round, KiB resident, descriptors, threads, KiB of state)

    def figures_now(self, number):
        process = pathlib.Path(f"/proc/{self.hubspool.process.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        state = sum(path.stat().st_size for path in self.hubspool.state.iterdir() if path.is_file())
        return (number, int(status["VmRSS"].split()[0]), len(list((process / "fd").iterdir())),
                int(status["Threads"]), state >> 10)

    def put_some(self):
        for _ in range(self.chance.randint(1, 4)):
            self.number += 1
            made = simple_records(self.chance.sample(range(1, OBJECTS + 1), self.chance.randint(1, 100)), self.number)
            self.records += made
            self.hubspool.put(made, lane=self.chance.choice(("new", "bulk")))

    def disturb(self):
        """One of the things that a month brings."""
        what = self.chance.choice(("nothing", "reload", "pause", "outage", "errors", "looks", "token"))
        if what == "reload":
            self.hubspool.configure({"batch": {"linger": f"{self.chance.randint(10, 200)}ms"}})
            self.hubspool.process.send_signal(signal.SIGHUP)
        elif what == "pause":
            self.assertEqual(self.hubspool.run("pause").returncode, DONE)
            self.put_some()
            self.assertEqual(self.hubspool.run("resume").returncode, DONE)
        elif what == "outage":
            self.portal.freeze()
            self.put_some()
            self.portal.thaw()
        elif what == "errors":
            self.portal.set_faults(faults=["every=3,status=503"])
            self.put_some()
        elif what == "looks":
            for command in ("status", "batches", "files"):
                self.assertEqual(self.hubspool.run(command).returncode, DONE)
        elif what == "token":
            self.hubspool.write_token(self.portal.token)

    def test_nothing_grows_and_nothing_is_lost(self):
        self.start_daemon(self.hubspool)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until or len(self.figures) < 9:
            self.put_some()
            self.disturb()
            self.portal.set_faults(faults=[])
            self.wait_until_settled(self.hubspool)
            self.figures.append(self.figures_now(len(self.figures)))
        self.keep_figures()
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_portal_has(self.records)
        self.assert_portal_kept_the_rules()
        self.assert_nothing_grew()

    def keep_figures(self):
        file = os.environ.get("HUBSPOOL_SOAK_FIGURES")
        lines = ["round,resident_kib,descriptors,threads,state_kib", *(",".join(map(str, one)) for one in self.figures)]
        if file:
            pathlib.Path(file).write_text("\n".join(lines) + "\n")
        first, last = self.figures[len(self.figures) // 3], self.figures[-1]
        note(f"seed {SEED}: {len(self.figures)} rounds, {len(self.records)} records; "
             f"resident {first[1]} to {last[1]} KiB, descriptors {first[2]} to {last[2]}, "
             f"threads {first[3]} to {last[3]}, state {first[4]} to {last[4]} KiB")

    def assert_nothing_grew(self):
        # The first third is for what is made once.
        third = len(self.figures) // 3
        middle, end = self.figures[third:2 * third], self.figures[2 * third:]
        for column, more in ((1, MEMORY_STEP_KIB), (2, DESCRIPTORS_MORE), (3, 1)):
            self.assertLessEqual(max(one[column] for one in end), max(one[column] for one in middle) + more,
                                 self.figures)


if __name__ == "__main__":
    unittest.main()
