"""Many queues of a few small files, each killed and stopped again and again, against an oracle.

With one input a batch a file settles while an earlier one does not, so that what a start knows of the
files in cur/ decides. Each queue has objects of its own in a portal that many share.
"""

import random
import shutil
import unittest
from concurrent.futures import ThreadPoolExecutor

from crash_case import CrashCase, SEED, ended_within, expected_final, of_size, say, wait_until

QUEUES = of_size(24, 2000)
PORTALS_AT_ONCE = 4
QUEUES_A_PORTAL = of_size(QUEUES // PORTALS_AT_ONCE, 50)

# Requests that hang beyond the client's patience, fail, or are applied when nobody waits any more.
UNSURE = ["rate=0.10,cut-before-apply,stall-ms=3000", "rate=0.05,cut-before-apply,late-ms=250",
          "rate=0.04,status=503,late-ms=200", "rate=0.04,cut-after-apply", "rate=0.03,pending"]

HASTY = {
    "queue": {"quiet_period": "20ms", "scan_interval": "50ms"},
    "batch": {"linger": "0"},
    "api": {"late": "800ms", "request_timeout": "300ms"},
    "retry": {"initial": "10ms", "max": "60ms"},
    "log": {"level": "warning"},
}


class KilledQueues(CrashCase):
    """The queues of one portal, one after the other. A failed check tells which."""

    def live(self, first, until):
        self.kills = self.stops = 0
        failures = []
        self.setUp()
        try:
            self.set_up_story(seed=SEED + first, latency_ms=5, jitter_ms=60)
            for which in range(first, until):
                try:
                    self.live_and_die(which)
                except Exception as error:  # whatever it is, the other queues go on
                    failures.append(
                        f"queue {which} of seed {SEED}: {error}\n{self.log_text()[-3000:]}")
                    self.hubspool.__exit__()
        finally:
            self.doCleanups()
        return self.kills, self.stops, failures

    def live_and_die(self, which):
        self.chance = random.Random(f"{SEED} {which}")
        self.records = []
        self.hubspool = self.another_hubspool(f"queue-{which}", HASTY)
        self.hubspool.configure({
            "batch": {"max_inputs": self.chance.choice([1, 1, 1, 3, 100])},
            "api": {"connections": self.chance.choice([1, 2, 4])}})
        self.objects = [f"q{which}o{i}" for i in range(self.chance.randrange(2, 12))]
        self.simulator.reset_counters()
        self.simulator.set_faults(faults=UNSURE)
        files = self.chance.randrange(5, 31)
        while files > 0:
            files -= self.put_some(self.chance.randrange(1, files + 1))
            self.hubspool.start(self.chance.choice(["run", "run", "drain"]))
            if ended_within(self.hubspool.process, self.chance.uniform(0.02, 0.5)):
                continue
            files -= self.put_some(min(files, 1))
            if not ended_within(self.hubspool.process, self.chance.uniform(0, 0.4)):
                self.end_it()
        self.simulator.set_faults(faults=[])
        self.drain()
        self.check()
        shutil.rmtree(self.hubspool.directory, ignore_errors=True)

    def end_it(self):
        if self.chance.random() < 0.6:
            self.hubspool.kill9()
            self.kills += 1
        else:
            self.hubspool.stop()
            self.stops += 1

    def put_some(self, files):
        for _ in range(files):
            records = []
            for _ in range(self.chance.randrange(1, 4)):
                number = len(self.records) + len(records) + 1
                record = {"objectId": self.chance.choice(self.objects)}
                for field in self.chance.sample(["eventName", "eventType", "eventUrl"], 2):
                    record[field] = f"{field} #{number}"
                records.append(record)
            self.put_good(records, self.chance.choice(["new", "new", "bulk"]))
        return files

    def check(self):
        wait_until(lambda: self.simulator.report()["late_waiting"] == 0, 30, "late requests")
        report = self.simulator.report()
        self.assertEqual(report["regressions"], 0, report["first_regressions"])
        self.assertEqual(report["overlaps"], 0)
        self.assertEqual(report["window_violations"], 0)
        seen = self.simulator.objects()
        for name, fields in expected_final(self.records).items():
            self.assertEqual(seen.get(name), fields, name)
        self.assert_books()
        self.assertTrue(self.hubspool.is_empty())


class SmallFilesTest(unittest.TestCase):
    def test_scenario_64_killed_queues_of_small_files_end_as_the_oracle_says(self):
        kills = stops = 0
        failures = []
        with ThreadPoolExecutor(PORTALS_AT_ONCE) as portals:
            lives = [portals.submit(KilledQueues().live, first, min(QUEUES, first + QUEUES_A_PORTAL))
                     for first in range(0, QUEUES, QUEUES_A_PORTAL)]
            for life in lives:
                killed, stopped, failed = life.result()
                kills += killed
                stops += stopped
                failures += failed
        say(f"seed {SEED}: {QUEUES} queues, {kills} kills, {stops} stops")
        self.assertEqual(failures, [])
        self.assertGreater(min(kills, stops), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
