#!/usr/bin/env python3
"""What comes late: values that are older than what HubSpot acknowledged in a run before."""

import unittest

from end_to_end import DONE, NO_LIMIT, SOME_DEAD, EndToEnd, dead_letters, note, scaled, wait_until

LATE = "2020-01-01T00:00:00Z"
EXPORTED, CHANGED = scaled(3000, 300_000), scaled(200, 20_000)
KILLS = scaled(2, 10)
WRONG_YEAR = scaled(3000, 1_000_000)


def named(object_id, name, as_of=None):
    record = {"objectId": object_id, "eventName": name}
    if as_of:
        record["$hubspool"] = {"as_of": as_of}
    return record


class Ledger(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)
        self.hubspool.put([named("1", "new"), named("2", "new")], name="first.ndjson")
        self.drain(self.hubspool)

    def ledger_file(self):
        return next(self.hubspool.queue.parent.rglob("state.db")).parent / "ledger.db"

    def put_late(self, name):
        """Of the first object something older, of a third one something that nobody has newer."""
        self.hubspool.put([named("1", name, LATE), named("3", name, LATE)], name=f"{name}.ndjson")
        return self.drain(self.hubspool)

    def assert_the_newest_values_stand(self):
        names = {key: value["eventName"] for key, value in self.portal.objects().items()}
        self.assertEqual(names, {"1": "new", "2": "new", "3": "late"})
        checked = self.hubspool.run("ledger", "check")
        self.assertEqual(checked.returncode, DONE, checked.stdout + checked.stderr)

    def test_older_value_of_a_later_run_is_superseded_by_what_was_delivered_before(self):
        ended = self.put_late("late")
        self.assertEqual((ended["delivered"], ended["superseded"], ended["overtaken"]), (1, 1, 1))
        self.assert_the_newest_values_stand()
        self.assert_books(self.hubspool, delivered=3, superseded=1, overtaken=1, dead_lettered=0)
        shown = self.hubspool.json("ledger", "show", "3")
        self.assertEqual(shown["fields"][0]["acknowledged"]["as_of"], "2020-01-01T00:00:00.000Z")

    def test_scenario_45_ledger_that_is_lost_or_damaged_is_made_anew_before_it_is_asked(self):
        self.put_late("late")
        self.ledger_file().unlink()
        self.assertEqual(self.put_late("late")["overtaken"], 1)
        self.ledger_file().write_bytes(b"this is no database" * 100)
        self.assertEqual(self.put_late("late")["overtaken"], 1)
        # What it says of that, and that it is right again.
        self.ledger_file().write_bytes(b"nor is this")
        self.hubspool.put([named("1", "late", LATE)], name="last.ndjson")
        self.assertIn("is made anew", self.hubspool.run("drain").stderr)
        self.assert_the_newest_values_stand()

    def test_scenario_52_file_of_which_most_was_overtaken_is_a_warning(self):
        for others, told in ((["3"], False), (["2", "3"], True)):
            late = [named(i, "late", LATE) for i in ["1", *others]]
            self.hubspool.put(late, name=f"of-{len(late)}.ndjson")
            warned = "are their as_of right?" in self.hubspool.run("drain").stderr
            self.assertEqual(warned, told, others)

    def test_scenario_52_wrong_year_in_the_middle_of_a_file_makes_few_dead_letters(self):
        for file in self.ledger_file().parent.glob("state.db*"):
            file.unlink()  # what came before is too late from now on
        good = [named(str(i), "good") for i in range(10, 10 + WRONG_YEAR)]
        late = [named(str(i), "of the wrong year", LATE)
                for i in range(10 + WRONG_YEAR, 10 + 2 * WRONG_YEAR)]
        # Behind them good ones between bad ones.
        mixed = [named(str(i), "mixed", LATE if i % 2 else None)
                 for i in range(10 + 2 * WRONG_YEAR, 110 + 2 * WRONG_YEAR)]
        self.hubspool.put(good + late + mixed, name="wrong-year.ndjson")
        self.drain(self.hubspool, code=SOME_DEAD)
        self.assert_portal_has([named("1", "new"), named("2", "new"), *good, *mixed[::2]])
        self.assert_books(self.hubspool, delivered=WRONG_YEAR + 50, dead_lettered=WRONG_YEAR + 50)
        letters = dead_letters(self.hubspool)
        self.assertEqual({letter["category"] for letter in letters}, {"too_late"})
        self.assertLess(len(letters), 51 + WRONG_YEAR // 500)
        kept = [file.name for file in (self.hubspool.queue / "rejected").iterdir()]
        self.assertEqual(len([name for name in kept if name.endswith("wrong-year.ndjson")]), 1, kept)
        # What stands for many can only come again as a file.
        retried = self.hubspool.run("dead-letters", "retry", "ALL", "--as-newest", "--yes")
        self.assertIn("it stands for many records", retried.stdout + retried.stderr)
        note(f"{WRONG_YEAR} records of the wrong year: {len(letters)} dead letters")

    def test_export_that_comes_late_undoes_no_change_that_came_before_it(self):
        self.portal.set_faults(latency_ms=5)
        changed = [named(str(i), "changed at two") for i in range(CHANGED)]
        self.hubspool.put(changed)
        self.start_daemon(self.hubspool)
        self.wait_until_settled(self.hubspool)
        self.portal.reset_counters()
        exported = [named(str(i), "exported at one") for i in range(EXPORTED)]
        self.hubspool.put(exported, "bulk", "export.as_of=20200101T010000Z.ndjson")
        requests = (EXPORTED - CHANGED) // 100
        for kill in range(KILLS):
            sent = requests * kill // (KILLS + 1)
            wait_until(lambda sent=sent: self.portal.report()["requests"] >= sent, 60,
                       f"{sent} requests")
            self.hubspool.kill9()
            self.start_daemon(self.hubspool)
        self.wait_until_settled(self.hubspool, 240)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_portal_has(changed + exported[CHANGED:])
        # With the two of before.
        self.assert_books(self.hubspool, delivered=EXPORTED + 2, superseded=CHANGED,
                          overtaken=CHANGED, dead_lettered=0)
        note(f"{EXPORTED} objects exported over {CHANGED} that had changed, {KILLS} kills: "
             f"{self.portal.report()['requests']} requests for the export, {requests} at the least")


if __name__ == "__main__":
    unittest.main()
