"""A full disk: sending goes on while it can, says what is wrong, and goes on by itself when there is room.

Needs to mount a small tmpfs; skips itself where that is not permitted.
"""

import os
import signal
import subprocess
import unittest

from crash_case import CrashCase, wait_until

MIB = 1 << 20
EMPTY_FILES = 40_000
SOON = 15


def memory_mib(pid):
    """Resident now."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // MIB


class SmallDisk:
    """A tmpfs of so many MiB."""

    def __init__(self, path, mib):
        self.path = path
        path.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", path],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"mount is not permitted here: {mounted.stderr.strip()}")
        self._ballast = path / "ballast"

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.path], check=False)

    def free(self):
        space = os.statvfs(self.path)
        return space.f_bavail * space.f_frsize

    def fill(self):
        """Takes all that is left."""
        with open(self._ballast, "ab", buffering=0) as file:
            while self.free() > 0:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, self.free())
                except OSError:
                    break

    def make_room(self):
        self._ballast.unlink()


class DiskTest(CrashCase):
    def set_up_disk(self, where, mib=64, **settings):
        """A story whose `where` (state, queue or both) is on a disk of its own."""
        self.disk = SmallDisk(self.directory / "disk", mib)
        self.addCleanup(self.disk.unmount)
        places = {name: {"directory": self.disk.path / name}
                  for name in ("state", "queue") if where in (name, "both")}
        self.set_up_story(places | settings, latency_ms=10)
        if "queue" in places:
            self.hubspool.queue = self.disk.path / "queue"
        if "state" in places:
            self.hubspool.state = self.disk.path / "state"
        self.put(50, 50)
        self.start_daemon()
        self.wait_until_delivered()
        self.wait_until_empty()

    def exhaust_the_reserve(self):
        """Fills the disk; the reserve is given up to go on; fills what that gave."""
        self.disk.fill()
        while (self.hubspool.state / "reserve").exists():
            self.put(20, 50)
            self.wait_until_delivered()
            self.disk.fill()

    def send_until_nothing_can_be_recorded(self):
        """Puts more and more; the log says when outcomes wait."""
        def said():
            self.put(20, 50)
            self.disk.fill()
            return "the state directory is full" in self.log_text()
        wait_until(said, 60, "the message that the disk is full")

    def assert_everything_is_delivered_once_there_is_room(self):
        self.disk.make_room()
        self.wait_until_delivered()
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_delivered()
        self.assert_books()

    def test_scenario_17_state_directory_full(self):
        self.set_up_disk("state")
        self.disk.fill()
        self.put(100, 50)
        self.wait_until_delivered()
        self.exhaust_the_reserve()
        self.send_until_nothing_can_be_recorded()
        self.assertIn("it goes on by itself", self.log_text())
        self.assertEqual(self.log_text().count("the state directory is full"), 1, "said once")
        self.assert_everything_is_delivered_once_there_is_room()

    def test_scenario_17_sending_stops_when_too_much_waits_to_be_recorded(self):
        self.set_up_disk("state")
        self.exhaust_the_reserve()
        self.send_until_nothing_can_be_recorded()
        before = self.requests()
        for _ in range(20):
            self.put(50, 50)
        # Each object's outcome waits, so none of the 50 is sent again: no endless sending.
        wait_until(lambda: not self.hubspool.files("new"), 20, "the claims")
        self.assertLessEqual(self.requests(), before + 50)
        self.assert_everything_is_delivered_once_there_is_room()

    def test_empty_files_do_not_fill_the_memory_while_the_state_directory_is_full(self):
        self.set_up_disk("state", pending={"max_bytes": "8MiB"})
        self.exhaust_the_reserve()
        self.send_until_nothing_can_be_recorded()
        before = memory_mib(self.hubspool.process.pid)
        for i in range(EMPTY_FILES):
            (self.hubspool.queue / "tmp" / "empty").touch()
            (self.hubspool.queue / "tmp" / "empty").rename(self.hubspool.queue / "new" / f"{i}.json")
        wait_until(lambda: not os.listdir(self.hubspool.queue / "new"), 120, "the claims")
        pid = self.hubspool.process.pid
        # Nothing tells that reading waits; without a limit it took 50 MiB within a second.
        with self.assertRaises(TimeoutError):
            wait_until(lambda: memory_mib(pid) - before > 30, 5, "memory that grows")
        self.assert_everything_is_delivered_once_there_is_room()

    def test_scenario_17_sigterm_while_the_state_directory_is_full(self):
        self.set_up_disk("state")
        self.exhaust_the_reserve()
        self.send_until_nothing_can_be_recorded()
        self.assertEqual(self.hubspool.stop(SOON), 1, "what was not recorded is no success")
        self.start_again_while_full()
        self.disk.make_room()
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def test_reload_while_the_state_directory_is_full_waits_for_room(self):
        self.set_up_disk("state")
        self.exhaust_the_reserve()
        self.send_until_nothing_can_be_recorded()
        self.hubspool.configure({"batch": {"linger": "50ms"}})
        self.hubspool.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "that of before stays in force" in self.log_text(), 20, "the refusal")
        self.assertIn("has less than", self.log_text())
        self.assert_everything_is_delivered_once_there_is_room()

    def test_scenario_17_kill_9_while_the_state_directory_is_full(self):
        self.set_up_disk("state")
        self.exhaust_the_reserve()
        self.send_until_nothing_can_be_recorded()
        self.hubspool.kill9()
        self.put(20, 50)
        self.disk.make_room()
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def start_again_while_full(self):
        self.disk.fill()  # the end of the process before has freed its log
        refused = self.hubspool.run("drain", timeout=30)
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, "(?i)no space|full")
        self.assertIn(str(self.hubspool.state), refused.stderr)

    def test_scenario_17_queue_directory_full(self):
        self.set_up_disk("queue", mib=16)
        made = [self.put(60, 50) for _ in range(5)]
        self.assertEqual(len(made), 5)
        self.disk.fill()
        self.wait_until_delivered()
        self.wait_until_empty()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_delivered()
        self.assert_books()

    def test_scenario_17_full_queue_directory_with_a_file_to_reject(self):
        self.set_up_disk("queue", mib=16)
        self.hubspool.put("no record at all", name="bad.ndjson")
        self.disk.fill()
        self.put_nothing_but_wait_for_the_reason_to_fail()
        self.disk.make_room()
        wait_until(lambda: any("bad.ndjson" in n for n in self.hubspool.files("rejected")), 30,
                   "the rejected file")
        self.put(50, 50)
        self.wait_until_delivered()
        self.assertEqual(self.hubspool.stop(), 0)
        self.assert_books(dead=0)  # refused as a whole

    def put_nothing_but_wait_for_the_reason_to_fail(self):
        """It may have been faster than the disk was filled."""
        wait_until(lambda: "cannot leave cur/" in self.log_text()
                   or self.hubspool.files("rejected"), 20, "the move")

    def test_scenario_17_state_and_queue_on_one_full_disk(self):
        self.set_up_disk("both", mib=80)
        self.simulator.set_faults(latency_ms=200)
        for _ in range(20):
            self.put(100, 2000)
        self.keep_full_until_nothing_can_be_recorded()
        with self.assertRaises(OSError):
            self.hubspool.put([{"objectId": "1", "eventName": "finds no room " * 1000}])
        self.assertEqual(self.hubspool.stop(SOON), 1)
        self.simulator.set_faults(latency_ms=0)
        self.disk.make_room()
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def keep_full_until_nothing_can_be_recorded(self):
        def said():
            self.disk.fill()
            return "the state directory is full" in self.log_text()
        wait_until(said, 60, "the message that the disk is full")


if __name__ == "__main__":
    unittest.main(verbosity=2)
