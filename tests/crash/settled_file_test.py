"""A settled file that waits in cur/ behind another is not read again, however the start before ended.

Read again, its old value goes over a newer one that HubSpot has acknowledged.
"""

import shutil
import unittest

from crash_case import CrashCase, wait_until

ONE_BY_ONE = {
    "batch": {"max_inputs": 1},
    "api": {"connections": 4, "request_timeout": "1s", "late": "1500ms"},
}


def silence(text):
    """The server takes requests that contain it, and never answers."""
    return f"contains={text},cut-before-apply,stall-ms=3600000"


class SettledFileTest(CrashCase):
    def first_run_is_killed_before_it_records_anything(self):
        self.set_up_story(ONE_BY_ONE, fault=[silence("#")])
        self.put_good([{"objectId": "X", "eventName": "hangs #1"}])
        self.put_good([{"objectId": "Y", "eventName": "old #2"}])
        self.hubspool.start("run")
        self.wait_for_requests(2)
        self.hubspool.kill9()
        self.assertEqual(self.files_settled(), [])

    def second_run_settles_behind_the_first_file(self):
        self.simulator.set_faults(faults=[silence("hangs")])
        self.start_daemon()
        wait_until(lambda: len(self.files_settled()) == 1, 30, "the second file's settling")
        self.put_good([{"objectId": "Y", "eventName": "new #3"}])
        wait_until(lambda: len(self.files_settled()) == 2, 30, "the third file's settling")
        self.assertEqual(len(self.hubspool.files("cur")), 3)

    def third_run_sends_only_what_has_no_fate(self):
        self.simulator.set_faults(faults=[])
        self.drain()
        self.assert_delivered()
        self.assert_books()
        self.assertTrue(self.hubspool.is_empty())

    def files_settled(self):
        return [f["number"] for f in self.files() if f["settled"]]

    def test_scenario_64_after_a_kill_settled_file_in_cur_is_not_sent_again(self):
        self.first_run_is_killed_before_it_records_anything()
        self.second_run_settles_behind_the_first_file()
        self.hubspool.kill9()
        self.third_run_sends_only_what_has_no_fate()

    def test_scenario_64_after_sigterm_settled_file_in_cur_is_not_sent_again(self):
        self.first_run_is_killed_before_it_records_anything()
        self.second_run_settles_behind_the_first_file()
        self.assertEqual(self.hubspool.stop(), 0)
        self.third_run_sends_only_what_has_no_fate()

    def test_scenario_64_after_power_loss_settled_file_in_cur_is_not_sent_again(self):
        """Of what was not fsynced nothing is left: the last cur/.run, `sending`, and moves."""
        self.first_run_is_killed_before_it_records_anything()
        before = self.directory / "run-before"
        shutil.copy2(self.hubspool.queue / "cur" / ".run", before)
        self.second_run_settles_behind_the_first_file()
        self.hubspool.kill9()
        shutil.copy2(before, self.hubspool.queue / "cur" / ".run")
        (self.hubspool.state / "sending").unlink()
        self.third_run_sends_only_what_has_no_fate()
        self.put_settled_files_back_into_cur()
        self.drain()
        self.assert_delivered()
        self.assert_books()

    def put_settled_files_back_into_cur(self):
        moved = [f for f in (self.hubspool.queue / "done").rglob("*") if f.is_file()]
        self.assertEqual(len(moved), 3)
        subdirectory = self.hubspool.queue / "cur" / "000000"
        subdirectory.mkdir(exist_ok=True)
        for file in moved:
            file.rename(subdirectory / file.name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
