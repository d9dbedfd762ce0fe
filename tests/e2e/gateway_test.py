#!/usr/bin/env python3
"""What lies between hubspool and HubSpot answers: because of one record's contents, or whatever is asked.

A table of answers, each in four stories: the one among a thousand is isolated and dies with the words of
who refused it, and nobody else is delayed, in `drain` and in `run`; the same answer to everything costs
nothing but time, in both.
"""

import concurrent.futures
import dataclasses
import shutil
import time
import traceback
import unittest

from end_to_end import (
    DONE, SOME_DEAD, STOPPED, EndToEnd, Hubspool, Simulator, dead_letters, note, simple_records,
    wait_until)

RECORDS = 1_000
FIRST, SECOND, LIVE = 100_000, 200_000, 300_000
CULPRIT = SECOND + RECORDS // 2
MARK = "<script>"  # what the gateway looks for
BRAKE = 50  # brake.count, as shipped
ATTEMPTS = 3
BACKOFF_MAX = 0.5  # s
# What it may cost beside the same night without it: isolating, a few controls, its own attempts.
REQUESTS_BESIDE = 100
SECONDS_BESIDE = 10
AT_ONCE = 8  # stories beside each other; they mostly wait

QUICK = {
    "api": {"request_timeout": "1s", "connect_timeout": "2s", "late": "1s"},
    "rate_limit": {"requests": 1000, "window": "1s"},
    "retry": {"initial": "20ms", "max": "500ms", "max_attempts": ATTEMPTS,
              "breaker": {"probe_max": "300ms"}},
}


@dataclasses.dataclass(frozen=True)
class Answer:
    name: str
    fault: str  # of the simulator
    words: str  # a pattern of what its dead letter says
    hubspots: bool = False  # its own JSON about the inputs: given to everything, the brake is what holds
    times_out: bool = False  # each costs api.request_timeout


ANSWERS = [  # what takes longest is first
    Answer("silence", "cut-before-apply,stall-ms=3600000", "answer|timed out|timeout", times_out=True),
    Answer("200 with a page", "html=200", "200"),
    Answer("400 with a page", "html=400", "400"),
    Answer("403 with a page", "html=403", "403"),
    Answer("404 with a page", "html=404", "404"),
    Answer("406 with a page", "html=406", "406"),
    Answer("431 with a page", "html=431", "431"),
    Answer("451 with a page", "html=451", "451"),
    Answer("503 with a page", "html=503", "503"),
    Answer("a redirect", "redirect=302", "302"),
    Answer("somebody else's JSON", "other-json=403", "403"),
    Answer("503 with HubSpot's JSON", "status=503", "503|Service unavailable"),
    Answer("cut before it was read", "cut-unread", "connection|closed|reset|answer"),
    Answer("cut after it was read", "cut-before-apply", "connection|closed|reset|answer"),
    Answer("400 without a category", "no-category=400", "Cannot deserialize value", hubspots=True),
    Answer("400 that names a stranger", "strangers=400", "Could not get some", hubspots=True),
    Answer("207 that names a stranger", "strangers=207", "Could not get some", hubspots=True),
]


class Story:
    """A portal and a hubspool for one answer."""

    def __init__(self, directory, certificates, answer):
        self.answer = answer
        for each in certificates.iterdir():
            if each.suffix in (".pem", ".key"):
                (directory / "portal").mkdir(parents=True, exist_ok=True)
                shutil.copy(each, directory / "portal")
        self.portal = Simulator(directory / "portal")
        self.directory = directory

    def __enter__(self):
        self.portal.start()
        self.hubspool = Hubspool(self.directory / "hubspool", self.portal, QUICK)
        return self

    def __exit__(self, *_):
        self.hubspool.__exit__()
        self.portal.__exit__()

    def answers_so(self, when):
        self.portal.set_faults(faults=[f"{when},{self.answer.fault}"] if when else [])

    def died(self):
        return [(letter["object_id"], letter["reason"]) for letter in dead_letters(self.hubspool)]

    def status(self):
        return self.hubspool.run("status").stdout


class GatewayTest(EndToEnd):
    """Scenario 56, and 57: nothing may stand for another's fault."""

    def each_answer(self, story):
        """Runs story(Story) for every answer; tells all that went wrong, each with its answer."""
        with Simulator(self.directory / "certificates"):
            pass

        def run(answer):
            place = self.directory / answer.name.replace(" ", "-").replace("'", "")
            with Story(place, self.directory / "certificates", answer) as made:
                try:
                    story(made)
                except Exception:
                    return f"{answer.name}: {traceback.format_exc(limit=-3)}{made.status()}"
            return None
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wrong = [each for each in pool.map(run, ANSWERS) if each]
        self.assertEqual(wrong, [], f"{len(wrong)} of {len(ANSWERS)}:\n" + "\n\n".join(wrong))

    def night(self, first, culprit=None):
        records = simple_records(range(first, first + RECORDS))
        for each in records:
            if each["objectId"] == str(culprit):
                each["eventDescription"] = f"Bring a {MARK} of your own"
        return records

    def timed_drain(self, story, code):
        """Its seconds, and its requests."""
        before = story.portal.report()["requests"]
        started = time.monotonic()
        self.drain(story.hubspool, code=code)
        return time.monotonic() - started, story.portal.report()["requests"] - before

    def assert_only_the_culprit_died(self, story, delivered):
        letters = story.died()
        self.assertEqual([each for each, _ in letters], [str(CULPRIT)], letters[:5])
        self.assertRegex(letters[0][1], story.answer.words)
        self.assertEqual(story.hubspool.files("cur"), [])
        objects = story.portal.objects()
        self.assertNotIn(str(CULPRIT), objects)
        self.assertEqual(len(objects), delivered)
        self.assert_rules(story)
        self.assert_books(story.hubspool, delivered=delivered, dead_lettered=1, pending=0)

    def assert_rules(self, story):
        report = story.portal.report()
        for rule in ("regressions", "overlaps", "duplicate_id_batches", "window_violations"):
            self.assertEqual(report[rule], 0, rule)

    def test_scenario_56_and_57_drain_isolates_the_one_and_ends_with_3_in_the_first_night(self):
        def story(of):
            of.answers_so(f"contains={MARK}")
            of.hubspool.put(self.night(FIRST))
            clean, clean_requests = self.timed_drain(of, DONE)
            of.hubspool.put(self.night(SECOND, CULPRIT))
            took, requests = self.timed_drain(of, SOME_DEAD)
            note(f"{of.answer.name}: {took:.1f} s and {requests} requests, without it {clean:.1f} s "
                 f"and {clean_requests}")
            self.assert_only_the_culprit_died(of, 2 * RECORDS - 1)
            self.assertLessEqual(requests, clean_requests + REQUESTS_BESIDE)
            waits = 2 * REQUESTS_BESIDE * BACKOFF_MAX if of.answer.times_out else ATTEMPTS * BACKOFF_MAX
            self.assertLess(took, 3 * clean + SECONDS_BESIDE + waits)
        self.each_answer(story)

    def test_scenario_56_in_run_the_one_is_isolated_and_live_changes_go_on(self):
        def story(of):
            of.answers_so(f"contains={MARK}")
            self.start_daemon(of.hubspool)
            of.hubspool.put(self.night(SECOND, CULPRIT), lane="bulk")
            live = iter(range(LIVE, LIVE + 10_000))
            put = []

            def died_while_others_are_delivered():
                each = next(live)
                of.hubspool.put(simple_records([each]))
                put.append(str(each))
                wait_until(lambda: str(each) in of.portal.objects(), 20, "a live change's delivery")
                self.assertNotIn("unreachable", of.status())
                return of.died()
            wait_until(died_while_others_are_delivered, 60, "the culprit's death")
            self.wait_until_settled(of.hubspool)
            self.assert_only_the_culprit_died(of, RECORDS - 1 + len(put))
        self.each_answer(story)

    def assert_nothing_is_lost_to(self, story):
        """To an answer that everything got."""
        if story.answer.hubspots:  # about inputs, as HubSpot says it: a wrong portal
            self.assertLessEqual(len(story.died()), BRAKE)
        else:
            self.assertEqual(story.died(), [])

    def assert_all_is_delivered(self, story):
        dead = len(story.died())
        self.assert_nothing_is_lost_to(story)
        self.assertEqual(len(story.portal.objects()), RECORDS - dead)
        self.assert_rules(story)
        self.assert_books(story.hubspool, delivered=RECORDS - dead, dead_lettered=dead, pending=0)

    def test_scenario_56_drain_under_an_answer_to_everything_ends_with_4_and_kills_nobody(self):
        def story(of):
            of.answers_so("always" if of.answer.fault == "cut-unread" else "every=1")
            of.hubspool.put(self.night(FIRST))
            self.drain(of.hubspool, "--deadline", "5s", code=STOPPED)
            self.assert_nothing_is_lost_to(of)
            self.assertEqual(of.portal.objects(), {})
            of.answers_so(None)
            self.assertEqual(of.hubspool.run("resume").returncode, DONE)
            of.hubspool.run("drain")
            self.assert_all_is_delivered(of)
        self.each_answer(story)

    def test_scenario_56_run_under_an_answer_to_everything_stands_until_it_ends(self):
        def story(of):
            self.start_daemon(of.hubspool)
            wait_until(lambda: of.portal.report()["account_requests"], 20, "the credential's proof")
            of.answers_so("always")
            of.hubspool.put(self.night(FIRST))
            needed = of.portal.report()["requests"] + 2 * ATTEMPTS

            def asked_often_or_parked():
                status = of.hubspool.status_json()
                return status["parks"] or of.portal.report()["requests"] >= needed
            wait_until(asked_often_or_parked, 60, "answers, or a park")
            self.assert_nothing_is_lost_to(of)
            self.assertEqual(of.portal.objects(), {})
            of.answers_so(None)
            # A park asks by itself too, but not within a minute.
            self.assertEqual(of.hubspool.run("resume").returncode, DONE)
            self.wait_until_settled(of.hubspool)
            self.assert_all_is_delivered(of)
        self.each_answer(story)


if __name__ == "__main__":
    unittest.main(verbosity=2)
