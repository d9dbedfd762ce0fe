"""Who owns what: commands of root beside a service of another user. Skips itself where we are not root."""

import os
import subprocess
import unittest

from service_users import PRODUCER, SERVICE, ServiceUsers

from hubspool_harness import find_program, wait_until


class UsersTest(ServiceUsers):
    def owners(self):
        made = [self.hubspool.state, *self.hubspool.state.rglob("*"), *self.hubspool.queue.rglob("*")]
        return {path.lstat().st_uid for path in made}

    def assert_is_the_services_after(self, *command):
        self.make_queue()
        done = self.hubspool.run(*command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.owners(), {SERVICE})
        self.assertEqual(self.hubspool.state.stat().st_mode & 0o7777, 0o700)

    def test_drain_of_root_before_the_first_start_leaves_all_to_the_service(self):
        self.assert_is_the_services_after("drain")

    def test_pause_of_root_before_the_first_start_leaves_all_to_the_service(self):
        self.assert_is_the_services_after("pause")

    def test_check_of_root_before_the_first_start_sees_nothing_wrong_and_makes_nothing(self):
        self.make_queue()
        done = self.hubspool.run("check")
        self.assertNotIn("chown", done.stdout)
        self.assertFalse(self.hubspool.state.exists())

    def assert_check_of_root_finds(self, *words):
        done = self.hubspool.run("check", "--quiet")
        self.assertEqual(done.returncode, 1, done.stderr)
        for each in words:
            self.assertIn(each, done.stderr)

    def test_check_of_root_finds_what_the_services_user_cannot_read(self):
        self.make_queue()
        self.assertEqual(self.hubspool.run("drain").returncode, 0)
        done = self.hubspool.run("check", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.hubspool.config.chmod(0o600)
        self.assert_check_of_root_finds(f"uid {SERVICE} cannot read {self.hubspool.config}", "chmod 0644")
        self.hubspool.config.chmod(0o644)
        hidden = self.directory / "hidden"
        hidden.mkdir(mode=0o700)
        self.hubspool.config = self.hubspool.config.rename(hidden / "hubspool.yaml")
        self.assert_check_of_root_finds(f"chmod o+x {hidden}")

    def test_check_of_root_finds_wrong_owners_of_queue_and_state(self):
        self.make_queue()
        self.assertEqual(self.hubspool.run("drain").returncode, 0)
        os.chown(self.hubspool.queue / "cur", 0, 0)
        self.assert_check_of_root_finds(f"{self.hubspool.queue}/cur cannot be used by uid {SERVICE}")
        os.chown(self.hubspool.queue / "cur", SERVICE, SERVICE)
        os.chown(self.hubspool.state / "state.db", 0, 0)
        self.assert_check_of_root_finds(f"sudo chown {SERVICE} {self.hubspool.state}/state.db")
        os.chown(self.hubspool.state, 0, 0)
        self.assert_check_of_root_finds("(state.directory) cannot be used", "sudo chown")

    def test_submit_asks_for_no_more_than_the_group_and_says_so(self):
        self.make_queue()
        done = self.run_as_producer("submit")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"become a member of the group {SERVICE} (sudo adduser NAME", done.stderr)
        self.assertNotIn("chown", done.stderr)
        self.assertEqual(self.run_as_producer("submit", groups=[SERVICE]).returncode, 0)
        self.hubspool.queue.chmod(0o700)
        done = self.run_as_producer("submit", groups=[SERVICE])
        self.assertIn(f"chmod 0755 {self.hubspool.queue}", done.stderr)

    def test_who_may_not_look_is_told_to_use_sudo(self):
        self.make_queue()
        self.assertEqual(self.hubspool.run("drain").returncode, 0)
        done = self.run_as_producer("status")
        self.assertEqual(done.returncode, 1)
        self.assertIn("run it with sudo", done.stderr)
        self.hubspool.config.chmod(0o600)
        done = self.run_as_producer("status")
        self.assertEqual(done.returncode, 2)
        self.assertIn("run it with sudo", done.stderr)
        self.directory.chmod(0o700)
        done = self.run_as_producer("status")
        self.assertEqual(done.returncode, 2)
        self.assertIn("run it with sudo", done.stderr)

    def put_unreadable(self, mode=0o600):
        """As a producer with umask 077 does."""
        waiting = self.hubspool.queue / "tmp" / "private.ndjson"
        waiting.write_text('{"objectId":"1"}\n')
        waiting.chmod(mode)
        os.chown(waiting, PRODUCER, PRODUCER)
        waiting.rename(self.hubspool.queue / "new" / "private.ndjson")

    def assert_is_told_as_blocked(self, *command):
        done = self.hubspool.run(*command)
        self.assertIn("private.ndjson", done.stdout)
        self.assertIn("chmod g+r it", done.stdout)
        return done

    def test_scenario_59_drain_says_what_it_may_not_read_and_ends_with_4(self):
        self.make_queue()
        self.put_unreadable()
        done = self.hubspool.run("drain")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("not all files could be claimed: new/private.ndjson: hubspool may not read it "
                      f"(mode 0600, owner uid {PRODUCER}", done.stderr)
        self.assertIn("chmod g+r it", done.stderr)
        self.assertTrue((self.hubspool.queue / "new" / "private.ndjson").exists())

    def test_scenario_59_group_of_a_file_that_was_moved_in_is_what_is_to_be_changed(self):
        self.make_queue()
        self.put_unreadable(0o640)
        done = self.hubspool.run("drain")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("chgrp", done.stderr)

    def test_scenario_59_drain_says_what_it_may_not_move_and_ends_with_4(self):
        self.make_queue()
        self.put_unreadable(0o644)
        os.chown(self.hubspool.queue / "new", 0, SERVICE)  # sticky: its owner alone moves others' files
        done = self.hubspool.run("drain")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("new/private.ndjson: hubspool may not move it", done.stderr)
        self.assertIn("chown", done.stderr)
        self.assertEqual(self.hubspool.status_json()["blocked"]["files"], 1)

    def test_scenario_59_status_files_and_check_count_what_may_not_be_read(self):
        self.make_queue()
        self.put_unreadable()
        self.assertEqual(self.hubspool.run("drain").returncode, 4)
        self.assertIn("1 file (17B) that hubspool may not take",
                      self.assert_is_told_as_blocked("status").stdout)
        self.assert_is_told_as_blocked("files")
        self.assert_is_told_as_blocked("files", "--failed")
        self.assertIn("warning  queue", self.assert_is_told_as_blocked("check").stdout)
        status = self.hubspool.status_json()
        self.assertEqual((status["blocked"]["files"], status["blocked"]["bytes"]), (1, 17))
        self.assertEqual((status["unread"]["files"], status["waiting"]["files"]), (0, 0))
        [listed] = self.hubspool.json("files")
        self.assertEqual((listed["number"], listed["place"]), (None, "new"))
        self.assertIn("chmod g+r it", listed["blocked_because"])

    def test_scenario_59_drain_beside_the_service_says_it_too(self):
        self.make_queue()
        os.chown(self.directory, SERVICE, SERVICE)
        with open(self.hubspool.log, "wb") as log:
            service = subprocess.Popen([self.program, "run", "-c", self.hubspool.config],
                                       user=SERVICE, group=SERVICE, extra_groups=[], stderr=log)
        self.addCleanup(service.wait)
        self.addCleanup(service.terminate)
        wait_until(lambda: self.hubspool.state.exists() and self.hubspool.status_json()["live"], 30,
                   "the service")
        self.put_unreadable()
        done = self.hubspool.run("drain")
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("not all files could be claimed: new/private.ndjson", done.stderr)
        self.assertIn("chmod g+r it", done.stderr)
        status = self.hubspool.status_json()
        self.assertEqual((status["unread_records"], status["blocked"]["files"]), (0, 1))
        self.assertNotIn("done in", self.hubspool.run("status").stdout)
        self.assertIn("private.ndjson", self.hubspool.log.read_text())

    def test_output_that_cannot_be_written_is_a_failure(self):
        self.make_queue()
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([find_program("hubspool"), "check", "-c", self.hubspool.config],
                                  stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output cannot be written", done.stderr)

    def test_state_in_a_directory_of_somebody_else_is_left_to_that_one(self):
        self.make_queue()
        self.hubspool.configure({"state": {"directory": self.directory / "theirs" / "state"}})
        (self.directory / "theirs").mkdir()
        os.chown(self.directory / "theirs", PRODUCER, PRODUCER)
        done = self.hubspool.run("drain")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("state directory", done.stderr)
        self.assertFalse((self.directory / "theirs" / "state").exists())


if __name__ == "__main__":
    unittest.main()
