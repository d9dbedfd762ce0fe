"""The state database is lost, old, foreign or corrupt: nothing is lost, nothing goes backwards, and
what cannot be told is never replaced silently. And two hubspools never share what must not be shared."""

import contextlib
import shutil
import sqlite3
import unittest

from crash_case import LIMIT, CrashCase, Simulator, wait_until

# Enough requests, and slow enough, that a kill meets them in the middle.
SLOW = {"latency_ms": 60, "jitter_ms": 60, "seed": 1}
TWO_AT_A_TIME = {"api": {"connections": 2}}


class DatabaseTest(CrashCase):
    def kill_in_the_middle(self, requests=8):
        """Starts a drain and kills it when the portal has seen so many more requests."""
        before = self.requests()
        self.hubspool.start("drain")
        self.wait_for_requests(before + requests)
        self.hubspool.kill9()

    def database_files(self, state=None):
        return [f for f in (state or self.hubspool.state).iterdir()
                if f.name.startswith("state.db")]

    def database_bytes(self):
        """Without the index of the log, which is made anew whenever it is looked at."""
        return {f.name: f.read_bytes() for f in self.database_files() if f.suffix != ".db-shm"}

    def remove_database(self):
        for file in self.database_files():
            file.unlink()

    def copy_database(self, to):
        to.mkdir(exist_ok=True)
        for file in self.database_files():
            shutil.copy2(file, to / file.name)

    def take_database_from(self, directory):
        self.remove_database()
        for file in self.database_files(directory):
            shutil.copy2(file, self.hubspool.state / file.name)

    def damage(self, file):
        """Every page but the first, so that it is still a database to look at."""
        size = file.stat().st_size
        with open(file, "r+b") as database:
            database.seek(4096)
            database.write(b"\xa5" * (size - 4096))
        # What the log holds would stand in for the damaged pages.
        log = file.with_name(file.name + "-wal")
        log.write_bytes(b"\x5a" * log.stat().st_size)

    def test_lock_of_another_program_on_the_database_is_waited_for(self):
        self.set_up_story()
        self.start_daemon()
        self.put(10, 10)
        self.wait_until_empty()
        with contextlib.closing(sqlite3.connect(self.hubspool.state / "state.db",
                                                isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            self.put(10, 10)
            self.wait_for_log("the state database is locked", 40)
            other.execute("ROLLBACK")
        self.wait_for_log("the state can be written again")
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_delivered()
        self.assert_books()

    def assert_everything_arrived(self):
        self.drain()
        self.assert_delivered()
        self.assertTrue(self.hubspool.is_empty())
        self.assertEqual([f for f in self.files() if not f["balanced"] or f["pending"]], [])
        self.assertTrue(self.hubspool.status_json()["balanced"])
        self.assertEqual(self.dead_letters(), [])

    def test_scenario_11_database_deleted_in_the_middle_of_a_drain(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        for _ in range(4):
            self.put(150, 120)
        for _ in range(3):
            self.kill_in_the_middle()
            self.remove_database()
            self.put(40, 120)
        self.assert_everything_arrived()

    def test_scenario_11_whole_state_directory_deleted_in_the_middle_of_a_drain(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        for _ in range(4):
            self.put(150, 120)
        self.kill_in_the_middle()
        shutil.rmtree(self.hubspool.state)
        self.put(40, 120)
        self.assert_everything_arrived()

    def test_scenario_11_database_replaced_by_an_earlier_copy_in_the_middle_of_a_drain(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        for _ in range(6):
            self.put(150, 600)
        self.kill_in_the_middle(4)
        self.copy_database(self.directory / "earlier")
        for _ in range(2):
            self.put(60, 600)
            self.kill_in_the_middle(12)
            self.take_database_from(self.directory / "earlier")
        self.hubspool.start("drain")
        self.wait_for_log("older than the queue")
        self.hubspool.kill9()
        self.assert_everything_arrived()

    def test_scenario_46_tuesdays_copy_after_mondays_has_run_counts_as_lost(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        self.put(150, 600)
        self.kill_in_the_middle(3)
        self.copy_database(self.directory / "monday")
        self.put(300, 600)
        self.kill_in_the_middle(20)
        self.copy_database(self.directory / "tuesday")
        self.put(60, 600)
        self.kill_in_the_middle(8)
        for times, copy in enumerate(("monday", "tuesday"), 1):
            self.take_database_from(self.directory / copy)
            self.hubspool.start("drain")
            wait_until(lambda: self.log_text().count("older than the queue") == times, 20,
                       f"the word that the copy of {copy} is old")
            self.hubspool.kill9()
        self.assert_everything_arrived()

    def test_scenario_11_copy_of_a_time_when_everything_was_settled(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        self.put(100, 50)
        self.drain()
        self.copy_database(self.directory / "earlier")
        self.put(300, 50)
        self.kill_in_the_middle(3)
        self.take_database_from(self.directory / "earlier")
        self.put(100, 50)
        self.assert_everything_arrived()

    def test_scenario_34_database_of_another_queue(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        other = self.another_hubspool("other")
        other.put([{"objectId": "77", "eventName": "Of the other queue"}] * 3)
        self.assertEqual(other.run("drain").returncode, 0)
        self.records.append({"objectId": "77", "eventName": "Of the other queue"})
        for _ in range(4):
            self.put(150, 120)
        self.kill_in_the_middle()
        self.take_database_from(other.state)
        self.put(40, 120)
        self.hubspool.start("drain")
        self.wait_for_log("belongs to another queue")
        self.hubspool.kill9()
        self.assert_everything_arrived()

    def test_database_without_its_log_is_named(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        self.put(300, 200)
        self.kill_in_the_middle(4)
        (self.hubspool.state / "state.db").rename(self.directory / "state.db")
        refused = self.drain(code=1)
        self.assertIn("state.db is missing or empty, but its log", refused.stderr)
        (self.directory / "state.db").rename(self.hubspool.state / "state.db")
        self.assert_everything_arrived()

    def test_corrupt_database_is_named_with_the_way_out_and_left_as_it_is(self):
        self.set_up_story(TWO_AT_A_TIME, **SLOW)
        self.put(300, 200)
        self.kill_in_the_middle(4)
        self.damage(self.hubspool.state / "state.db")
        before = self.database_bytes()
        seen = self.requests()
        for command in ("drain", "run"):
            refused = self.hubspool.run(command)
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertIn(str(self.hubspool.state / "state.db"), refused.stderr)
            self.assertRegex(refused.stderr, r"\bmove\b")
        self.assertEqual(self.requests(), seen)
        self.assertTrue(self.database_bytes() == before, "the database or its log was changed")
        # The way out that the message names.
        for file in self.database_files():
            file.rename(self.directory / file.name)
        self.assert_everything_arrived()


class SecondInstanceTest(CrashCase):
    def start_first(self):
        self.set_up_story()
        self.put(20, 10)
        self.hubspool.start("run")
        self.wait_until_delivered()

    def assert_refused(self, second, by=None):
        for command in ("run", "drain"):
            refused = second.run(command)
            self.assertEqual(refused.returncode, 1, refused.stderr)
            self.assertRegex(refused.stderr,
                             rf"(pid|process) {(by or self.hubspool).process.pid}\b")

    def test_scenario_34_second_instance_with_the_same_token_is_refused(self):
        self.start_first()
        self.assert_refused(self.another_hubspool("second"))

    def test_scenario_34_one_queue_with_two_state_directories_is_refused(self):
        self.start_first()
        # Another portal and so another credential: only the queue is shared.
        second = self.with_another_portal({"queue": {"directory": self.hubspool.queue}})
        refused = second.run("run")
        self.assertEqual(refused.returncode, 1, refused.stderr)
        self.assertRegex(refused.stderr, rf"process {self.hubspool.process.pid}\b")

    def test_scenario_34_one_state_directory_with_two_queues_is_refused(self):
        self.start_first()
        self.assert_refused(self.with_another_portal(
            {"state": {"directory": self.hubspool.state}}))

    def test_scenario_34_token_is_free_again_after_kill_9(self):
        self.start_first()
        second = self.another_hubspool("second")
        self.hubspool.kill9()
        self.assertEqual(second.run("drain").returncode, 0)

    def with_another_portal(self, overrides):
        portal = Simulator(self.directory / "portal2", token="pat-another", **LIMIT).start()
        self.addCleanup(portal.__exit__)
        first, self.simulator = self.simulator, portal
        second = self.another_hubspool("second", overrides)
        self.simulator = first
        return second


if __name__ == "__main__":
    unittest.main(verbosity=2)
