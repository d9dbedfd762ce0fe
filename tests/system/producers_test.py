"""What producers may: put files into the queue, and not read the credential. Skips itself where we are not
root."""

import os
import subprocess
import unittest

from service_users import PRODUCER, SERVICE, SUBMIT, ServiceUsers

SERVICES_GROUP = f"hubspool-service:x:{SERVICE}:alice,bob"
PRODUCERS_GROUP = f"hubspool-submit:x:{SUBMIT}:bob"


class ProducersTest(ServiceUsers):
    def setUp(self):
        super().setUp()
        self.hubspool.token_file.chmod(0o640)

    def assert_is_the_producers(self, place):
        found = (self.hubspool.queue / place).stat()
        self.assertEqual((found.st_gid, found.st_mode & 0o7777), (SUBMIT, 0o3770), place)

    def said_of_groups(self, done):
        return "".join(line for line in done.stdout.splitlines() if line.startswith("warning  group"))

    def test_scenario_60_producer_queues_and_reads_no_credential(self):
        self.make_queue(SUBMIT)
        done = self.run_as_producer("submit", groups=[SUBMIT])
        self.assertEqual(done.returncode, 0, done.stderr)
        read = subprocess.run(["cat", self.hubspool.token_file], user=PRODUCER, group=PRODUCER,
                              extra_groups=[SUBMIT], capture_output=True, text=True)
        self.assertNotEqual(read.returncode, 0)
        self.assertEqual(read.stdout, "")
        [queued] = (self.hubspool.queue / "new").iterdir()
        self.assertEqual((queued.stat().st_gid, queued.stat().st_mode & 0o777), (SUBMIT, 0o640))
        service = subprocess.run(["cat", queued], user=SERVICE, group=SERVICE, extra_groups=[SUBMIT],
                                 capture_output=True, text=True)
        self.assertEqual(service.stdout, '{"objectId":"1"}\n')

    def test_scenario_60_producer_of_no_group_is_told_which_one(self):
        self.make_queue(SUBMIT)
        done = self.run_as_producer("submit")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"become a member of the group {SUBMIT} (sudo adduser NAME", done.stderr)

    def test_scenario_60_front_directory_that_is_made_again_takes_the_group_of_the_others(self):
        self.make_queue(SUBMIT)
        for missing in ("tmp", "new", "bulk"):
            (self.hubspool.queue / missing).rmdir()
            os.chown(self.directory, SERVICE, SERVICE)
            done = self.run_as(SERVICE, "drain", groups=[SUBMIT])
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assert_is_the_producers(missing)

    def test_scenario_60_front_directory_that_cannot_be_given_to_the_producers_is_told(self):
        self.make_queue(SUBMIT)
        (self.hubspool.queue / "bulk").rmdir()
        os.chown(self.directory, SERVICE, SERVICE)
        done = self.run_as(SERVICE, "drain")
        self.assertEqual(done.returncode, 0, done.stderr)
        queue = self.hubspool.queue
        self.assertIn(f"chgrp --reference={queue}/tmp {queue}/bulk", self.hubspool.run("check").stdout)

    def test_scenario_60_queue_that_is_made_where_the_producers_have_a_group_is_theirs(self):
        done = self.run_where_groups_are([PRODUCERS_GROUP], "drain")
        self.assertEqual(done.returncode, 0, done.stderr)
        for place in ("tmp", "new", "bulk"):
            self.assert_is_the_producers(place)
        self.assertEqual((self.hubspool.queue / "cur").stat().st_gid, 0)

    def test_scenario_60_check_says_how_producers_leave_the_group_of_the_credential(self):
        self.make_queue()
        said = self.said_of_groups(self.run_where_groups_are(
            [SERVICES_GROUP, PRODUCERS_GROUP], "check"))
        self.assertIn(f"producers may read {self.hubspool.token_file}", said)
        self.assertIn("systemd-tmpfiles --create", said)
        for name in ("alice", "bob"):
            self.assertIn(f"gpasswd -d {name} hubspool-service && sudo adduser {name} hubspool-submit",
                          said)

    def test_scenario_60_check_names_producers_who_stayed_in_the_group_of_the_credential(self):
        self.make_queue(SUBMIT)
        said = self.said_of_groups(self.run_where_groups_are(
            [SERVICES_GROUP, PRODUCERS_GROUP], "check"))
        self.assertIn("gpasswd -d bob hubspool-service", said)
        self.assertNotIn("alice", said)

    def test_scenario_60_check_names_producers_whose_own_group_is_that_of_the_credential(self):
        self.make_queue()
        gid = SERVICES_GROUP.split(":")[2]
        said = self.said_of_groups(self.run_where_groups_are(
            [SERVICES_GROUP, PRODUCERS_GROUP], "check", users=[f"carol:x:61300:{gid}::/:/bin/sh"]))
        self.assertIn("sudo usermod -g hubspool-submit carol", said)
        self.assertIn("gpasswd -d bob", said)

    def test_scenario_60_check_has_nothing_to_say_when_the_groups_are_two(self):
        self.make_queue(SUBMIT)
        self.assertEqual(self.said_of_groups(self.hubspool.run("check")), "")

    def test_scenario_60_check_has_nothing_to_say_of_a_credential_that_no_group_may_read(self):
        self.make_queue()
        self.hubspool.token_file.chmod(0o600)
        self.assertEqual(self.said_of_groups(self.hubspool.run("check")), "")


if __name__ == "__main__":
    unittest.main()
