#!/usr/bin/env python3
"""`verify` finds what HubSpot has otherwise than it was delivered, and nothing else; what it says repairs that."""

import concurrent.futures
import json
import shlex
import unittest

from end_to_end import DONE, FAILED, NO_LIMIT, SOME_DEAD, STOPPED, EndToEnd, simple_records, wait_until

USAGE = 2
PROPERTIES = ["name=seats,type=number", "name=doors,type=datetime", "name=tier"]
IDS = range(1, 14)
ALL = [word for each in IDS for word in ("--object", str(each))]


def record(number):
    return {"objectId": str(number), "eventName": f"event {number} ", "eventType": "fair", "eventUrl": None,
            "startDateTime": "2026-11-30T01:00:00+01:00", "eventCancelled": number % 2 == 0,
            "customProperties": [{"name": "seats", "value": f"{number}.50"}, {"name": "tier", "value": "gold"},
                                 {"name": "doors", "value": "2026-11-30T10:00:00+01:00"}]}


class Verify(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(property=PROPERTIES)
        self.hubspool = self.make_hubspool(NO_LIMIT)
        self.hubspool.put([record(number) for number in IDS], "bulk", "export.ndjson")
        self.assertEqual(self.drain(self.hubspool)["delivered"], len(IDS))

    def edit(self, object_id, **fields):
        """As somebody does in HubSpot."""
        status, _ = self.portal.request("/marketing/v3/marketing-events/batch/update", {
            "inputs": [{"objectId": str(object_id), "customProperties": [], **fields}]})
        self.assertIn(status, (200, 207))

    def verify(self, *arguments, code=DONE):
        done = self.hubspool.run("verify", *(arguments or ALL))
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def verified(self, *arguments, code=DONE):
        """By object, as --json tells it."""
        lines = self.verify("--json", *(arguments or ALL), code=code).stdout.splitlines()
        return {each["object_id"]: each for each in map(json.loads, lines)}

    def found(self, code=SOME_DEAD):
        """What differs, and what is gone."""
        all_of_them = self.verified(code=code)
        self.assertEqual(len(all_of_them), len(IDS))
        differing = {(each, field["field"]): (field["delivered"], field["told"])
                     for each, about in all_of_them.items() for field in about["fields"]
                     if field.get("match") not in ("same", None)}
        return differing, {each for each, about in all_of_them.items() if about["state"] == "gone"}

    def spoil(self):
        self.edit(3, eventType="edited")
        self.edit(5, customProperties=[{"name": "tier", "value": ""}])
        self.edit(7, startDateTime="2026-11-30T00:00:00.001Z")
        self.portal.set_faults(unknown_every=13)

    def test_nothing_differs_after_a_drain(self):
        before = self.portal.report()
        told = self.verify()
        self.assertIn("13 objects are asked for, with 17 requests\n", told.stdout)
        self.assertIn("13 objects asked for: 13 as delivered, 0 differ, 0 not there\n", told.stdout)
        self.assertEqual(told.stderr, "")
        self.assertEqual(self.found(DONE), ({}, set()))
        after = self.portal.report()
        self.assertEqual(after["requests"], before["requests"], "something was sent")
        self.assertEqual(after["event_requests"] - before["event_requests"], 2 * len(IDS))

    def test_each_planted_difference_is_found_and_the_printed_command_repairs_it(self):
        self.spoil()
        self.assertEqual(self.found(), ({("3", "eventType"): ("fair", "edited"), ("5", "tier"): ("gold", None),
                                         ("7", "startDateTime"): ("2026-11-30T01:00:00+01:00",
                                                                  "2026-11-30T00:00:00.001Z")}, {"13"}))
        told = self.verify(code=SOME_DEAD).stdout
        self.assertRegex(told, r"object 3: differs in 1 of 8 fields, changed last at 2\S+Z\n"
                               r'  eventType: delivered "fair" at 2\S+ \S+Z \(batch 1\), HubSpot has "edited"\n')
        self.assertIn('HubSpot has nothing\n', told)
        self.assertIn("object 13: HubSpot has it not", told)
        self.assertIn("13 objects asked for: 9 as delivered, 3 differ, 1 not there\n", told)
        self.portal.set_faults(unknown_every=0)
        self.run_printed(told.splitlines()[-1])
        self.assertEqual(self.drain(self.hubspool)["delivered"], 3)
        self.assertEqual(self.found(DONE), ({}, set()))

    def run_printed(self, line):
        words = shlex.split(line)
        self.assertEqual(words[0], "hubspool")
        self.assertEqual(words[-2:], ["-c", str(self.hubspool.config)])
        done = self.hubspool.run(*words[1:-2])
        self.assertEqual(done.returncode, DONE, done.stderr)

    def test_beside_a_daemon_it_is_the_same(self):
        self.start_daemon(self.hubspool)
        self.edit(3, eventType="edited")
        told = self.verify(code=SOME_DEAD).stdout
        self.run_printed(told.splitlines()[-1])
        self.wait_until_settled(self.hubspool)
        self.verify()
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_newer_delivery_is_what_counts(self):
        self.hubspool.put([{"objectId": "3", "eventType": "newer"}])
        self.drain(self.hubspool)
        self.assertEqual(self.found(DONE), ({}, set()))
        self.edit(3, eventType="fair")
        self.assertEqual(self.found()[0], {("3", "eventType"): ("newer", "fair")})

    def test_value_whose_file_is_gone_is_told_by_its_hash_or_not_at_all(self):
        for path in (self.hubspool.queue / "done").rglob("*.ndjson"):
            path.unlink()
        told = self.verify("--object", "3", code=STOPPED)
        self.assertIn("8 fields not compared: its file is not kept any more (queue.retention)\n", told.stdout)
        self.hubspool.configure({"records": {"unchanged": "skip"}})
        self.hubspool.put(simple_records([3]))
        self.drain(self.hubspool)
        for path in (self.hubspool.queue / "done").rglob("*.ndjson"):
            path.unlink()
        fields = self.verified("--object", "3")["3"]["fields"]
        self.assertEqual([each["match"] for each in fields if each["field"] == "eventName"], ["same"])

    def test_answers_that_are_of_no_use_are_told(self):
        self.hubspool.configure({"api": {"request_timeout": "1s"}})
        for switches, words in (
                ({"events_status": 403}, "lacks the scope crm.objects.marketing_events.read"),
                ({"events_status": 429}, "HubSpot answered 429"),
                ({"events_status": 503}, "HubSpot answered 503"),
                ({"unauthorized": True}, "HubSpot answered 401"),
                ({"faults": ["always,html=200"]}, "text/html instead of JSON"),
                ({"faults": ["always,html=404"]}, "text/html instead of JSON"),
                ({"faults": ["always,other-json=200"]}, "HubSpot does not tell whose account it is"),
                ({"portal_id": 7}, "what was delivered is portal 62515's"),
                ({"aside_ms": 3_600_000}, "1")):
            with self.subTest(words):
                self.portal.set_faults(**switches)
                self.assertIn(words, self.verify(code=FAILED).stderr)
                self.portal.set_faults(events_status=0, unauthorized=False, faults=[], portal_id=62515, aside_ms=0)
        self.verify()
        self.portal.stop()
        self.assertIn("refused", self.verify(code=FAILED).stderr)

    def test_more_than_may_be_asked_for_is_told(self):
        told = self.verify(*ALL, "--max-requests", "4", code=STOPPED)
        self.assertIn("9 more are chosen than are asked for: say --max-requests 13", told.stderr)
        self.assertIn("4 objects asked for: 4 as delivered", told.stdout)

    def test_selections_choose_the_objects_that_they_name(self):
        self.hubspool.put([{"objectId": "3", "eventType": "newer"}, {"objectId": "20", "eventName": "new"}], "bulk",
                          "second.ndjson")
        before = self.hubspool.json("files", "-n", "1")[0]["settled"]
        self.drain(self.hubspool)
        self.assertEqual(set(self.verified("--file", "second.ndjson")), {"3", "20"})
        self.assertEqual(set(self.verified("--file", "1", "--file", "second.ndjson")),
                         {"20", *map(str, IDS)})
        self.assertEqual(set(self.verified("--since", before)) - {*map(str, IDS)}, {"20"})
        self.verify("--since", "now", code=FAILED)
        self.assertIn("is no file in done/", self.verify("--file", "third.ndjson", code=FAILED).stderr)
        self.assertEqual(len(self.verified("--sample", "5")), 5)
        self.assertEqual(len(self.verified("--sample", "99")), 14)
        told = self.verify("--file", "1", "--sample", "4").stdout
        self.assertRegex(told, r"^4 objects are asked for, with 8 requests, a sample by --seed \d+\n")
        chosen = [set(self.verified("--sample", "4", "--seed", "7")) for _ in range(2)]
        self.assertEqual(chosen[0], chosen[1])

    def test_what_a_daemon_is_just_sending_is_looked_at_again(self):
        self.hubspool.configure({"retry": {"breaker": {"probe_max": "300ms"}}, "api": {"request_timeout": "5s"}})
        self.start_daemon(self.hubspool)
        self.portal.set_faults(faults=["every=1,cut-after-apply"])
        self.hubspool.put([{"objectId": "3", "eventType": "newer"}])
        wait_until(lambda: self.portal.objects()["3"]["eventType"] == "newer", 10, "a value without an answer")
        self.portal.set_faults(faults=["every=1,status=503"])
        with concurrent.futures.ThreadPoolExecutor() as pool:
            before = self.portal.report()["event_requests"]
            verified = pool.submit(self.verify, "--object", "3")
            wait_until(lambda: self.portal.report()["event_requests"] > before, 10, "the first look")
            self.portal.set_faults(faults=[])
            told = verified.result()
        self.assertIn("1 object that hubspool may be sending just now: looked at again in 6 s", told.stderr)
        self.assertIn("1 object asked for: 1 as delivered, 0 differ", told.stdout)
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_wrong_words_are_refused(self):
        for words in ((), ("3",), ("--object", ""), ("--objekt", "3"), ("--object", "3", "--max-requests", "0"),
                      ("--since", "never"), ("--sample", "0"), ("--seed", "3"), ("--file", "")):
            self.assertEqual(self.hubspool.run("verify", *words).returncode, USAGE, words)
        self.assertIn("nothing of what is chosen was acknowledged", self.verify("--object", "99", code=FAILED).stderr)
        known_and_not = self.verify("--object", "99", "--object", "3", code=STOPPED)
        self.assertIn("of 1 object nothing was acknowledged", known_and_not.stderr)


if __name__ == "__main__":
    unittest.main()
