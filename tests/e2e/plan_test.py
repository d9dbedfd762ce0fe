#!/usr/bin/env python3
"""`hubspool plan` tells what `drain` then does: requests, fates, time; and changes nothing.

In full the queues are larger.
"""

import datetime
import json
import pathlib
import random
import unittest

from end_to_end import DONE, NO_LIMIT, SOME_DEAD, EndToEnd, note, scaled  # and the way to support/
from change_records import make_records

FATES = ("delivered", "superseded", "dead")
SEEDS = range(1, scaled(5, 60))


def listing(directory):
    """What lies beneath, with sizes and times: a plan must leave all of it as it was."""
    return {str(p): (p.stat().st_size, p.stat().st_mtime_ns, p.stat().st_ctime_ns)
            for p in sorted(pathlib.Path(directory).rglob("*"))}


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Plan(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(limit=1_000_000, latency_ms=1)

    def make_drained(self, *overrides):
        """Its queue and state are made by then."""
        hubspool = self.make_hubspool(*overrides)
        self.drain(hubspool)
        return hubspool

    def plan(self, hubspool, *arguments, code=DONE):
        done = hubspool.run("plan", "--json", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def queue_some(self, hubspool, chance, seed, pad, late=0.0):
        """Records of few objects in both lanes, again and again the same, and bad ones among them."""
        bad = 0
        number = 1
        for _ in range(chance.randrange(1, 6)):
            records = make_records(chance.randrange(1, scaled(400, 20_000)),
                                   1, seed * 100 + number, number)
            for record in records:
                record["objectId"] = str(1_000_000 + chance.randrange(scaled(700, 30_000)))
                if chance.random() < pad:
                    record["eventDescription"] = "x" * chance.randrange(20_000) + f" #{number}"
                if chance.random() < late:
                    record["$hubspool"] = {"as_of": f"20{chance.randrange(10, 26)}-01-01T00:00:00Z"}
            number += len(records)
            lines = [json.dumps(record) for record in records]
            for _ in range(chance.randrange(3)):
                lines.insert(chance.randrange(len(lines) + 1), '{"eventName":"nobody\'s"}')
                bad += 1
            hubspool.put("\n".join(lines) + "\n", lane=chance.choice(["new", "bulk"]))
        return bad

    def drained(self, hubspool, bad):
        """What drain did: its batches, and the fates."""
        before = {b["batch"] for b in hubspool.json("batches", "-n", "1000000")}
        totals_before = hubspool.status_json()["totals"]
        self.drain(hubspool, code=SOME_DEAD if bad else DONE)
        rows = [b for b in hubspool.json("batches", "-n", "1000000") if b["batch"] not in before]
        totals = hubspool.status_json()["totals"]
        fates = {fate: totals[name] - totals_before[name]
                 for fate, name in zip(FATES, ("delivered", "superseded", "dead_lettered"))}
        return rows, fates

    def test_requests_and_fates_are_those_of_the_drain(self):
        exact = 0
        for seed in SEEDS:
            chance = random.Random(seed)
            hubspool = self.make_drained(NO_LIMIT)
            # Of bodies that are filled by their bytes the order counts, too.
            pad = chance.choice([0, 0, 0.05, 0.5])
            # What may be late is held against what was delivered before.
            late = chance.choice([0, 0, 0.3])
            if late:
                self.drained(hubspool, self.queue_some(hubspool, chance, seed + 1000, 0))
            bad = self.queue_some(hubspool, chance, seed, pad, late)
            before = listing(hubspool.queue), listing(hubspool.state)
            plan = self.plan(hubspool, code=SOME_DEAD if bad else DONE)
            after = listing(hubspool.queue), listing(hubspool.state)
            self.assertEqual(before[0], after[0], "the queue was touched")
            # As with every look at a database that is logged ahead.
            made = {name for name in set(after[1]) - set(before[1]) if not name.endswith(("-wal", "-shm"))}
            self.assertEqual(made, set())
            rows, fates = self.drained(hubspool, bad)
            with self.subTest(seed=seed, pad=pad, late=late):
                self.assertEqual({fate: plan[fate] for fate in FATES}, fates)
                self.assertEqual(plan["changes"], sum(row["inputs"] for row in rows))
                self.assertEqual(sum(r["records"] for r in plan["dead_reasons"]), bad)
                exact += plan["exact"]
                if plan["exact"]:
                    self.assertEqual(plan["requests"], len(rows), plan)
                else:
                    note(f"seed {seed}: planned about {plan['requests']}, sent {len(rows)}")
                    self.assertAlmostEqual(plan["requests"], len(rows), delta=2 + len(rows) / 10)
        self.assertGreater(exact, 0)

    def test_samples_are_the_bodies_that_go(self):
        hubspool = self.make_drained(NO_LIMIT)
        hubspool.put([{"objectId": "7", "eventName": "a"}, {"objectId": "8", "eventName": "b"},
                      {"objectId": "7", "eventName": "c"}])
        plan = self.plan(hubspool, "--sample", "3")
        self.assertEqual([{i["objectId"]: i["eventName"] for i in body["inputs"]} for body in plan["sample"]],
                         [{"7": "c", "8": "b"}])
        self.drain(hubspool)
        self.assertEqual({k: v["eventName"] for k, v in self.portal.objects().items()}, {"7": "c", "8": "b"})

    def test_what_was_settled_by_a_run_before_is_not_planned_again(self):
        hubspool = self.make_drained(NO_LIMIT)
        hubspool.put([{"objectId": "1", "eventName": "new"}])
        self.drain(hubspool)
        old = '{"objectId":"1","eventName":"old","$hubspool":{"as_of":"2001-01-01T00:00:00Z"}}\n'
        hubspool.put(old + '{"objectId":"2","eventName":"x"}\n')
        plan = self.plan(hubspool)
        self.assertEqual((plan["records"], plan["delivered"], plan["overtaken"], plan["requests"]), (2, 1, 1, 1))
        rows, fates = self.drained(hubspool, 0)
        self.assertEqual((len(rows), fates), (1, {"delivered": 1, "superseded": 1, "dead": 0}))
        self.assertEqual(self.plan(hubspool)["records"], 0)

    def test_files_that_are_given_are_planned_alone(self):
        hubspool = self.make_drained(NO_LIMIT)
        hubspool.put([{"objectId": "1", "eventName": "queued"}])
        self.drain(hubspool)
        hubspool.put([{"objectId": "2", "eventName": "queued"}])
        given = self.directory / "given.ndjson"
        given.write_text('{"objectId":"3","eventName":"x"}\n{"eventName":"y"}\n{"objectId":"4"}\n')
        plan = self.plan(hubspool, given, code=SOME_DEAD)
        self.assertEqual((plan["records"], plan["dead"], plan["requests"]), (3, 1, 1))
        self.assertEqual(plan["dead_reasons"][0]["places"], [f"{given} line 2"])
        missing = hubspool.run("plan", self.directory / "none")
        self.assertEqual((missing.returncode, missing.stdout), (1, ""))
        self.assertIn("No such file", missing.stderr)

    def test_works_beside_a_daemon(self):
        hubspool = self.make_drained(NO_LIMIT)
        self.start_daemon(hubspool)
        self.assertEqual(hubspool.run("pause").returncode, DONE)
        hubspool.put([{"objectId": "5", "eventName": "held"}])
        plan = self.plan(hubspool)
        self.assertEqual((plan["records"], plan["requests"], plan["paused"]), (1, 1, True))
        hubspool.run("resume")
        self.wait_until_settled(hubspool)
        self.assertEqual(self.plan(hubspool)["requests"], 0)

    def test_time_is_that_of_the_drain(self):
        limit, window = 40, 1000
        hubspool = self.make_drained({"rate_limit": {"requests": limit, "window": f"{window}ms"},
                                       "batch": {"max_inputs": 1}})
        # From this one it knows how long answers take; more would fill the window.
        hubspool.put([{"objectId": "1", "eventName": "w"}])
        self.drained(hubspool, 0)
        hubspool.put([{"objectId": str(i), "eventName": "x"} for i in range(scaled(220, 4000))])
        plan = self.plan(hubspool)
        rows, _ = self.drained(hubspool, 0)
        self.assertEqual(plan["requests"], len(rows))
        took = (max(at(r["finished"]) for r in rows) - min(at(r["finished"]) for r in rows)) * 1000
        note(f"planned {plan['milliseconds']} ms, took {took:.0f} ms")
        # Never faster; slower by what else the machine does.
        self.assertGreater(took, plan["milliseconds"] * 0.95 - window / limit * 4)
        self.assertLess(took, plan["milliseconds"] * 1.05 + scaled(3000, 1000))


if __name__ == "__main__":
    unittest.main()
