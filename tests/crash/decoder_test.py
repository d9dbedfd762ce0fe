"""Scenario 30: a record that crashes the decoder, with a program whose decoder does (crashing_decoder.cpp)."""

import json
import signal
import subprocess
import unittest

from crash_case import CrashCase, make_records, wait_until

CRASHES_MAX = 3  # on one record
CRASHED = {-signal.SIGABRT, -signal.SIGSEGV}
DONE_WITH_DEAD_LETTERS = 3


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def crashing(how, number):
    return json.dumps({"objectId": str(900 + number), "eventName": f"crash:{how}"}) + "\n"


class DecoderCrashTest(CrashCase):
    def setUp(self):
        super().setUp()
        self.set_up_story()
        self.hubspool.use_program("hubspool-crashing")

    def good(self, count=40):
        made = make_records(count, 20, len(self.records), first_sequence=len(self.records) + 1)
        self.records += made
        return lines(made)

    def drain_until_it_does_not_crash(self, crashes_max):
        """As systemd starts it again; gives how often it crashed."""
        for crashes in range(crashes_max + 1):
            code = self.hubspool.run("drain", timeout=60).returncode
            if code not in CRASHED:
                self.assertEqual(code, DONE_WITH_DEAD_LETTERS)
                return crashes
        return self.fail(f"more than {crashes_max} crashes")

    def assert_set_aside(self, objects):
        """These alone are dead letters, with a reason and what they hold."""
        self.assert_delivered()
        self.assert_books(dead=len(objects))
        letters = self.dead_letters()
        self.assertEqual([json.loads(letter["content"])["objectId"] for letter in letters],
                         [str(900 + number) for number in objects])
        for letter in letters:
            self.assertIn("crashed the program", letter["reason"])
            self.assertGreater(letter["records"][0]["line"], 0)

    def assert_one_is_set_aside(self, how):
        self.hubspool.put(self.good(), name="1-before.ndjson")
        self.hubspool.put(self.good() + crashing(how, 0) + self.good(), name="2-bad.ndjson")
        self.hubspool.put(self.good(), "bulk", name="3-after.ndjson")
        self.assertEqual(self.drain_until_it_does_not_crash(CRASHES_MAX), CRASHES_MAX)
        self.assert_set_aside([0])
        kept = self.hubspool.files("rejected")
        self.assertEqual(len(kept), 2, kept)
        self.assertTrue(all("2-bad.ndjson" in name for name in kept), kept)

    def test_scenario_30_record_that_aborts_the_decoder_dies_alone(self):
        self.assert_one_is_set_aside("abort")

    def test_scenario_30_record_that_exhausts_the_stack_dies_alone(self):
        self.assert_one_is_set_aside("stack")

    def test_scenario_30_two_such_records_in_one_file_and_one_in_another(self):
        self.hubspool.put(self.good() + crashing("segv", 0) + crashing("abort", 1) + self.good(2000)
                          + crashing("segv", 2) + self.good(), name="1.ndjson")
        records = [json.loads(self.good(1)), json.loads(crashing("abort", 3)), json.loads(self.good(1))]
        self.hubspool.put(json.dumps(records), name="2.json")
        self.drain_until_it_does_not_crash(4 * CRASHES_MAX)
        self.assert_set_aside([0, 1, 2, 3])

    def test_scenario_30_restart_before_the_file_is_settled_does_not_crash_again(self):
        self.simulator.set_faults(forbidden=True)
        self.hubspool.put(self.good() + crashing("segv", 0) + self.good())
        for _ in range(CRASHES_MAX):
            self.assertIn(self.hubspool.run("drain").returncode, CRASHED)
        for _ in range(2):
            self.assertEqual(self.hubspool.run("drain").returncode, 4, "parked")
        self.simulator.set_faults(forbidden=False)
        self.drain(code=3)  # the dead letter is the run before's, the file goes to rejected/ in this one
        self.assert_set_aside([0])

    def test_scenario_30_kill_9_while_decoding_is_no_crash_of_the_decoder(self):
        self.records.append({"objectId": "900", "eventName": "crash:hang"})
        self.hubspool.put(self.good() + crashing("hang", 0))
        for times in range(1, CRASHES_MAX + 3):
            self.hubspool.start("run")
            wait_until(lambda: self.log_text().count("the decoder hangs") == times, 20, "the decoder")
            self.hubspool.kill9()
        self.hubspool.use_program("hubspool")
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def test_scenario_30_run_ends_with_the_signal_for_systemd_to_start_it_again(self):
        self.hubspool.put(crashing("abort", 0))
        self.hubspool.start("run")
        try:
            self.assertEqual(self.hubspool.process.wait(20), -signal.SIGABRT)
        except subprocess.TimeoutExpired:
            self.fail("it did not crash")
        self.hubspool.process = None


if __name__ == "__main__":
    unittest.main(verbosity=2)
