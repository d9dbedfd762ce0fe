"""Was the machine started anew? What the program sees of that: marks of the boot, and the boot clock."""

import os
import re
import time
import unittest

from crash_case import wait_until
from interposed import InterposedCase

WAITS = "requests of before a restart of the machine"
# A hold of so long cannot be mistaken for a slow machine, and would end the test by its own limit.
LONG = {"api": {"late": "600s"}}
SHORT = {"api": {"late": "500ms", "request_timeout": "500ms"}}
MEMORY = os.access("/dev/shm", os.W_OK)


class BootTest(InterposedCase):
    def drain_as(self, boot_id, timeout=60):
        """A drain that sees this boot id; gives what it said."""
        self.make_trouble("boot_id", boot_id + "\n")
        self.put(10, 10)
        return self.drain(timeout=timeout).stderr

    @unittest.skipUnless(MEMORY, "/dev/shm is not to be written to")
    def test_scenario_62_service_and_shell_that_see_other_boot_ids_do_not_wait_for_each_other(self):
        self.set_up_story(LONG)
        for seen_by in ("the-service", "a-shell", "the-service", "a-shell"):
            self.assertNotIn(WAITS, self.drain_as(seen_by), seen_by)
        self.assert_delivered()
        self.assert_books()

    @unittest.skipUnless(MEMORY, "/dev/shm is not to be written to")
    def test_scenario_62_clock_that_is_set_between_them_changes_nothing(self):
        self.set_up_story(LONG)
        for seen_by, off in (("the-service", 0), ("a-shell", -86_400), ("the-service", 3_600)):
            self.make_trouble("clock", off)
            self.assertNotIn(WAITS, self.drain_as(seen_by), seen_by)
        self.assertEqual(self.differences(), [])

    def test_scenario_62_after_a_real_reboot_all_sending_waits(self):
        self.set_up_story(SHORT)
        self.make_trouble("no_shm", "")
        self.assertNotIn(WAITS, self.drain_as("before"))
        for boot in ("after", "once more"):
            # The boot clock begins anew; the wall clock says what it likes.
            self.make_trouble("boot_clock", 10 - int(time.clock_gettime(time.CLOCK_BOOTTIME)))
            self.make_trouble("clock", -30)
            self.assertIn(WAITS, self.drain_as(boot), boot)
            self.assertNotIn(WAITS, self.drain_as(boot), "once is enough")
        self.assert_delivered()

    def test_scenario_62_the_wait_says_its_reason_and_its_end(self):
        self.set_up_story(LONG)
        self.make_trouble("no_shm", "")
        self.drain_as("before")
        self.make_trouble("boot_id", "after\n")
        self.start_daemon()
        self.put(10, 10)
        words = WAITS + r" may still land, until (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\dZ"
        wait_until(lambda: re.search("held +" + words, self.hubspool.run("status").stdout), 20, words)
        holds = self.hubspool.status_json()["live"]["holds"]
        self.assertEqual(holds[0]["kind"], "restart", holds)
        self.assertIn("after sending goes on", self.hubspool.run("status").stdout)

    def test_scenario_62_a_machine_that_tells_no_boot_at_all_waits_each_time(self):
        self.set_up_story(SHORT)
        self.make_trouble("no_shm", "")
        self.assertNotIn(WAITS, self.drain_as(""), "a fresh install")
        self.assertIn(WAITS, self.drain_as(""))
        self.assert_delivered()


if __name__ == "__main__":
    unittest.main(verbosity=2)
