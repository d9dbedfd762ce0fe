"""Arrival order while producers rename as fast as they can and `run` scans: the numbers are those of the renames."""

import json
import multiprocessing
import os
import unittest

from crash_case import CrashCase, of_size, say, wait_until

FILES = of_size(2_000, 20_000)
PRODUCERS = 3
OBJECTS = 50
FAST = {"batch": {"max_inputs": 50, "linger": "10ms"},
        "rate_limit": {"requests": 100000, "window": "1s"},
        "queue": {"quiet_period": "2s", "scan_interval": "1s"}}


def name_of(number):
    return f"{number:08}.json"


def record_of(number):
    return {"objectId": str(1000 + number * 7 % OBJECTS), "eventName": f"event #{number}"}


def produce(queue, lane, turn, written, wanted):
    """One of several producers. Who has the turn writes a file and renames it in, so that the order of
    the names is the order of the renames, as the clock's ticks are too coarse to tell all of them apart."""
    while True:
        with turn:
            number = written.value + 1
            if number > wanted:
                return
            unfinished = os.path.join(queue, "tmp", name_of(number))
            with open(unfinished, "w", encoding="ascii") as file:
                json.dump(record_of(number), file)
            os.rename(unfinished, os.path.join(queue, lane, name_of(number)))
            written.value = number


class OrderTest(CrashCase):
    def run_producers(self):
        turn, written = multiprocessing.Lock(), multiprocessing.Value("q", 0, lock=False)
        producers = [multiprocessing.Process(
            target=produce,
            args=(os.fspath(self.hubspool.queue), ("new", "bulk")[i % 2], turn, written, FILES))
            for i in range(PRODUCERS)]
        for producer in producers:
            producer.start()
        scans_that_saw_some = set()

        def ended():
            scans_that_saw_some.add(len(self.hubspool.files("cur")) + len(self.hubspool.files("done")))
            return not any(producer.is_alive() for producer in producers)
        wait_until(ended, of_size(60, 300), "the producers")
        self.assertEqual([producer.exitcode for producer in producers], [0] * PRODUCERS)
        return scans_that_saw_some

    def assert_numbers_are_in_the_order_of_the_renames(self):
        files = self.files()
        names = [file["name"] for file in files]
        self.assertEqual(len(names), FILES)
        wrong = [(names[i - 1], names[i]) for i in range(1, len(names)) if names[i] < names[i - 1]]
        self.assertEqual(wrong[:5], [], f"{len(wrong)} of {FILES} were claimed before earlier ones")
        numbers = [file["number"] for file in files]
        self.assertEqual(numbers, sorted(set(numbers)))
        return {file["lane"] for file in files}

    def test_scenario_03_producers_renaming_as_fast_as_they_can_are_claimed_in_their_order(self):
        self.set_up_story(FAST, limit=0)
        self.start_daemon()
        seen = self.run_producers()
        self.wait_until_empty(of_size(60, 300))
        self.assertEqual(self.hubspool.stop(), 0)
        self.records = [record_of(number) for number in range(1, FILES + 1)]
        self.assertEqual(self.assert_numbers_are_in_the_order_of_the_renames(), {"live", "bulk"})
        self.assert_delivered()
        self.assert_books()
        say(f"{FILES} renames, claims seen at {len(seen)} moments meanwhile: none out of order")


if __name__ == "__main__":
    unittest.main(verbosity=2)
