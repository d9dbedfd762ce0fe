#!/usr/bin/env python3
"""`plan --online` holds records against the properties that HubSpot tells and objects against its events,
finds what is at fault and nothing else, and goes on without HubSpot's word; `check --online` tells what could
be read."""

import json
import unittest

from end_to_end import DONE, NO_LIMIT, SOME_DEAD, EndToEnd

PROPERTIES = ["name=seats,type=number", "name=opens,type=date", "name=doors,type=datetime",
              "name=free,type=bool", "name=tier,type=enumeration,options=gold|silver",
              "name=tags,type=enumeration,options=a|b|c,several", "name=note",
              "name=code,rule=MAX_LENGTH:3", "name=zip,rule=ALPHANUMERIC:NUMERIC_ONLY",
              "name=age,type=number,rule=MIN_NUMBER:1", "name=odd,rule=REGEX:x.*",
              "name=old,archived", "name=sum,type=number,calculated", "name=made,read-only"]
GOOD = {"seats": "12", "opens": "2026-11-30", "doors": "2026-11-30T09:00:00Z", "free": True, "tier": "gold",
        "tags": "a;c", "note": "anything", "code": "abc", "zip": "01234", "age": 18, "odd": "y"}
# What is planted: the property, its value, the fault, and words of the place.
PLANTED = [("seets", "12", "unknown", ""), ("old", "x", "archived", ""), ("sum", 5, "calculated", ""),
           ("made", "x", "read_only", ""), ("hs_attendees", 5, "calculated", ""),
           ("hs_object_id", 5, "read_only", ""), ("seats", "many", "wrong_type", '"many"'),
           ("opens", "30.11.2026", "wrong_type", ""), ("doors", "at nine", "wrong_type", ""),
           ("free", "perhaps", "wrong_type", ""), ("tier", "Gold", "wrong_option", "did you mean gold?"),
           ("tags", "a;d", "wrong_option", ""), ("code", "abcd", "broken_rule", '"abcd"'),
           ("zip", "12a", "broken_rule", ""), ("age", 0, "broken_rule", "")]


def record(number, custom):
    return {"objectId": str(1_000_000 + number), "eventName": f"event {number}",
            "customProperties": [{"name": name, "value": value} for name, value in custom.items()]}


class PlanOnline(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal(property=PROPERTIES)
        self.hubspool = self.make_hubspool(NO_LIMIT, {"api": {"request_timeout": "5s"}})
        # What is planned for has events there.
        self.hubspool.put([{"objectId": str(1_000_000 + number), "eventName": "a"} for number in range(80)])
        self.drain(self.hubspool)

    def plan(self, *arguments, code=DONE):
        done = self.hubspool.run("plan", "--online", "--json", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)["online"]

    def check_line(self, code=DONE):
        done = self.hubspool.run("check", "--online")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return next(line for line in done.stdout.splitlines() if " properties " in line)

    def test_each_planted_fault_is_found_and_nothing_else(self):
        records = [record(number, GOOD) for number in range(50)]
        lines = {}
        for name, value, fault, words in PLANTED:
            records.append(record(len(records), {**GOOD, name: value}))
            lines[fault, name] = len(records), words
        records.append({**record(len(records), GOOD), "eventNam": "x"})
        lines["undocumented", "eventNam"] = len(records), ""
        given = self.directory / "export.ndjson"
        given.write_text("".join(json.dumps(each) + "\n" for each in records))
        before = self.portal.report()
        online = self.plan(given, code=SOME_DEAD)
        after = self.portal.report()
        found = {(each["fault"], each["field"]): each for each in online["faults"]}
        self.assertEqual(set(found), set(lines))
        for key, (line, words) in lines.items():
            self.assertEqual(found[key]["records"], 1, key)
            place, = found[key]["places"]
            self.assertTrue(place.startswith(f"{given} line {line}"), place)
            self.assertIn(words, place)
        self.assertIn("did you mean seats?", found["unknown", "seets"]["words"])
        self.assertIn("did you mean eventName?", found["undocumented", "eventNam"]["words"])
        self.assertEqual(online["refused_records"], len(PLANTED))
        self.assertEqual(after["requests"], before["requests"], "something was sent")
        self.assertEqual(after["account_requests"] - before["account_requests"], 4)
        self.assertEqual(after["event_requests"] - before["event_requests"], 1, "80 events stand on one page")
        self.assertEqual(online["events"], {"questions": 1, "unknown": [], "not_looked_up": 0, "stopped": None})

    def test_objects_without_an_event_are_found_and_no_others(self):
        known = [record(number, {}) for number in range(0, 80, 7)]
        unknown = [{"objectId": "31", "eventName": "x"}, {"objectId": "32", "eventName": "y"},
                   {"objectId": "31", "eventName": "z"}]
        given = self.directory / "export.ndjson"
        given.write_text("".join(json.dumps(each) + "\n" for each in known + unknown))
        events = self.plan(given, code=SOME_DEAD)["events"]
        line = len(known) + 1
        self.assertEqual(events["unknown"],
                         [{"object_id": "31", "records": 2, "place": f"{given} line {line}"},
                          {"object_id": "32", "records": 1, "place": f"{given} line {line + 1}"}])
        done = self.hubspool.run("plan", "--online", given)
        self.assertIn("events      2 objects HubSpot has no event for\n", done.stdout)
        self.assertIn(f"    31, 2 records: {given} line {line}\n", done.stdout)

    def test_few_objects_are_asked_for_one_by_one_where_the_list_is_long(self):
        self.hubspool.put([{"objectId": str(2_000_000 + number), "eventName": "a"} for number in range(400)])
        self.drain(self.hubspool)
        self.hubspool.put([record(1, {}), {"objectId": "2000399", "eventName": "b"}, {"objectId": "7"}])
        before = self.portal.report()["event_requests"]
        events = self.plan(code=SOME_DEAD)["events"]
        self.assertEqual([each["object_id"] for each in events["unknown"]], ["7"])
        # A page, with the first object; another; and then the two that are left.
        self.assertEqual(events["questions"], 4)
        self.assertEqual(self.portal.report()["event_requests"] - before, 4)

    def test_missing_scope_for_events_is_told_by_name_and_the_plan_goes_on(self):
        self.hubspool.put([record(1, {"seets": "x"})])
        self.portal.set_faults(events_status=403)
        online = self.plan(code=SOME_DEAD)
        self.assertIn("crm.objects.marketing_events.read", online["events"]["stopped"])
        self.assertEqual(online["events"]["not_looked_up"], 1)
        self.assertIn("seets", online["faults"][0]["words"])

    def test_what_is_queued_is_held_against_them_in_words(self):
        self.hubspool.put([record(1, GOOD), record(2, {"tier": "Silver"})])
        done = self.hubspool.run("plan", "--online")
        self.assertEqual(done.returncode, SOME_DEAD, done.stdout + done.stderr)
        self.assertIn("  properties  19 are defined: 1 archived, 4 not to be set, 4 with rules\n", done.stdout)
        self.assertIn("  properties  1 have rules that only HubSpot looks at\n", done.stdout)
        self.assertRegex(done.stdout, r"refused +1 record for properties\n"
                                      r" +1: custom property tier takes one of: gold, silver\n"
                                      r' +\S+ line 2: "Silver": did you mean silver\?\n')
        self.assertNotIn("online", self.hubspool.run("plan").stdout)

    def test_answers_that_are_of_no_use_are_told_and_the_plan_goes_on(self):
        self.hubspool.put([record(1, {"seets": "x"})])
        for switches, words in (
                ({"properties_status": 403}, "crm.objects.marketing_events.read"),
                ({"properties_status": 503}, "HubSpot answered 503"),
                ({"unauthorized": True}, "HubSpot answered 401"),
                ({"faults": ["always,html=200"]}, "text/html instead of JSON"),
                ({"faults": ["always,other-json=200"]}, "not what HubSpot documents"),
                ({"properties_pad": 2 << 20}, "larger than"),
                ({"aside_ms": 3_600_000}, "5")):
            with self.subTest(words):
                self.portal.set_faults(**switches)
                online = self.plan()
                self.assertIsNone(online["properties"])
                told, = online["told"]
                self.assertEqual(told["level"], "warning")
                self.assertIn(words, told["words"])
                self.portal.set_faults(properties_status=0, unauthorized=False, faults=[], properties_pad=0,
                                       aside_ms=0)
        self.assertIn("seets", self.plan(code=SOME_DEAD)["faults"][0]["words"])

    def test_check_tells_what_could_be_read(self):
        self.assertRegex(self.check_line(), r"^ok .* 19 are defined")
        self.portal.set_faults(properties_status=403)
        self.assertRegex(self.check_line(), r"^warning .*lacks the scope crm.objects.marketing_events.read")

    def test_portal_that_cannot_be_reached_is_told(self):
        self.portal.stop()
        told, = self.plan()["told"]
        self.assertIn("refused", told["words"])


if __name__ == "__main__":
    unittest.main()
