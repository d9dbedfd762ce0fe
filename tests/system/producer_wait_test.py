"""`submit --wait` by a producer, who may look into neither the state nor cur/. Skips itself where we are not
root."""

import json
import os
import signal
import subprocess
import unittest

from service_users import PRODUCER, SERVICE, SUBMIT, ServiceUsers

from hubspool_harness import Hubspool, Simulator, wait_until

REJECTED, STOPPED = 3, 4


class ProducerWaitTest(ServiceUsers):
    def make_hubspool(self):
        self.simulator = Simulator(self.directory / "simulator").start()
        self.addCleanup(self.simulator.__exit__)
        return Hubspool(self.directory, self.simulator)

    def setUp(self):
        super().setUp()
        os.chown(self.directory, SERVICE, SERVICE)
        self.simulator.directory.chmod(0o755)
        self.simulator.ca_file.chmod(0o644)
        self.make_queue(SUBMIT)

    def start_service(self):
        with open(self.hubspool.log, "ab") as log:
            service = subprocess.Popen([self.program, "run", "-c", self.hubspool.config],
                                       user=SERVICE, group=SERVICE, extra_groups=[SUBMIT], stderr=log)
        self.addCleanup(service.wait)
        self.addCleanup(service.terminate)
        wait_until(lambda: self.hubspool.state.exists() and self.hubspool.status_json()["live"], 30,
                   "the service")
        return service

    def start_submit(self, text):
        process = subprocess.Popen(
            [self.program, "submit", "--wait", "-c", self.hubspool.config], text=True,
            user=PRODUCER, group=PRODUCER, extra_groups=[SUBMIT], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        process.stdin.write(text)
        process.stdin.close()
        process.stdin = None
        return process

    def submit_wait(self, *more, text='{"objectId":"1","eventName":"A"}\n'):
        return self.run_as_producer("submit", "--wait", *more, groups=[SUBMIT], text=text)

    def assert_is_settled(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("  settled; ", done.stdout)
        self.assertIn("only root and hubspool's user can see", done.stdout)

    def test_scenario_60_settled_file_ends_the_wait_with_0(self):
        self.start_service()
        self.assert_is_settled(self.submit_wait())
        self.assertEqual(self.simulator.report()["inputs"], 1)
        self.assertEqual(len(self.hubspool.files("done")), 1)

    def test_scenario_60_settled_file_that_is_not_kept_ends_the_wait_with_0(self):
        self.hubspool.configure({"queue": {"retention": "0"}})
        self.start_service()
        self.assert_is_settled(self.submit_wait())
        self.assertEqual(self.hubspool.files("done"), [])

    def test_scenario_60_counts_that_cannot_be_seen_are_null(self):
        self.start_service()
        done = self.submit_wait("--json")
        [told] = json.loads(done.stdout)
        self.assertEqual((done.returncode, told["settled"]), (0, True))
        for key in ("delivered", "superseded", "dead_lettered"):
            self.assertIsNone(told[key])

    def test_scenario_60_wait_goes_on_while_the_file_is_in_cur(self):
        self.simulator.set_faults(latency_ms=1500)
        self.start_service()
        self.assert_is_settled(self.submit_wait())

    def test_scenario_60_state_that_the_service_makes_meanwhile_ends_the_wait_with_0(self):
        process = self.start_submit('{"objectId":"1"}\n')
        wait_until(lambda: self.hubspool.files("new"), 30, "the queued file")
        self.start_service()
        out, err = process.communicate(timeout=60)
        self.assert_is_settled(subprocess.CompletedProcess([], process.returncode, out, err))

    def test_scenario_60_rejected_file_ends_the_wait_with_3(self):
        # Taken by hand: what submit queues has no fault to be rejected for.
        process = self.start_submit('{"objectId":"1"}\n')
        [name] = wait_until(lambda: self.hubspool.files("new"), 30, "the queued file")
        (self.hubspool.queue / "new" / name).rename(self.hubspool.queue / "rejected" / f"1-live-{name}")
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, REJECTED, err)
        self.assertIn("is in rejected/", out)

    def test_scenario_60_signal_ends_the_wait_with_4_and_the_file_stays(self):
        process = self.start_submit('{"objectId":"1"}\n')
        wait_until(lambda: self.hubspool.files("new"), 30, "the queued file")
        # Its handler is there as soon as it has told what it queued.
        self.assertIn("new/", process.stdout.readline())
        wait_until(lambda: self.catches(process.pid, signal.SIGTERM), 30, "the handler")
        process.terminate()
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, STOPPED, err)
        self.assertIn("stays in the queue: the wait for it was stopped by a signal", err)
        self.assertEqual(len(self.hubspool.files("new")), 1)

    def test_scenario_60_no_daemon_ends_the_wait_with_4(self):
        done = self.submit_wait()
        self.assertEqual(done.returncode, STOPPED, done.stderr)
        self.assertIn("no daemon runs on this queue", done.stderr)

    def test_scenario_60_state_that_serves_nobody_is_told_before_anything_is_queued(self):
        self.hubspool.state.mkdir(mode=0o755)
        (self.hubspool.state / "state.db").write_bytes(b"x" * 8192)
        done = self.submit_wait()
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing was queued", done.stderr)
        self.assertEqual(self.hubspool.files("new"), [])

    def catches(self, pid, which):
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            caught = next(line for line in status if line.startswith("SigCgt:"))
        return int(caught.split()[1], 16) >> (which - 1) & 1


if __name__ == "__main__":
    unittest.main()
