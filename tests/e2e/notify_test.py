#!/usr/bin/env python3
"""What a service manager hears of `hubspool run` (sd_notify): ready, how it is, that it stops."""

import os
import socket
import unittest

from end_to_end import EndToEnd, simple_records, wait_until


class Notify(EndToEnd):
    def setUp(self):
        super().setUp()
        address = str(self.directory / "notify")
        self.manager = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.manager.bind(address)
        self.manager.setblocking(False)
        self.heard = []  # lines
        self.start_portal()
        self.hubspool = self.make_hubspool()
        self.hubspool.environment["NOTIFY_SOCKET"] = address

    def listen(self):
        while True:
            try:
                self.heard += self.manager.recv(65536).decode().strip().split("\n")
            except BlockingIOError:
                return self.heard

    def wait_for(self, line):
        wait_until(lambda: any(heard.startswith(line) for heard in self.listen()), 20, line)

    def statuses(self):
        return [line.removeprefix("STATUS=") for line in self.listen() if line.startswith("STATUS=")]

    def test_run_is_ready_when_it_watches_its_queue_and_says_how_it_is_until_it_stops(self):
        self.hubspool.start()
        self.wait_for("READY=1")
        self.wait_for("STATUS=Idle")
        self.hubspool.put(simple_records(range(1, 201)))
        self.wait_for("STATUS=Idle: nothing waits; 200 records delivered since the start")
        self.assertEqual(self.hubspool.run("pause").returncode, 0)
        self.wait_for("STATUS=Parked (paused) since ")
        self.assertEqual(self.hubspool.stop(), 0)
        self.assertIn("STOPPING=1", self.listen())
        self.assertTrue(self.statuses()[-1].startswith("Stopping: "), self.heard)
        self.assertEqual(self.heard.count("READY=1"), 1)
        told = self.statuses()
        self.assertTrue(all(one != other for one, other in zip(told, told[1:])), told)

    def test_watchdog_is_fed_at_rest_and_while_parked(self):
        self.hubspool.environment["WATCHDOG_USEC"] = "400000"
        self.hubspool.start()
        self.wait_for("STATUS=Idle")
        self.wait_to_be_fed()
        self.assertIn("WATCHDOG_USEC=400000", self.heard)
        self.assertEqual(self.hubspool.run("pause").returncode, 0)
        self.wait_for("STATUS=Parked")
        self.wait_to_be_fed()
        self.assertEqual(self.hubspool.stop(), 0)

    def test_watchdog_starves_while_a_thread_is_stuck_and_is_fed_when_it_moves_again(self):
        self.hubspool.environment["WATCHDOG_USEC"] = "400000"
        self.hubspool.start()
        self.wait_for("STATUS=Idle")
        self.wait_to_be_fed()
        # Who opens it to write waits for a reader.
        pipe = self.hubspool.state / "status.json.new"
        os.mkfifo(pipe)
        self.hubspool.put(simple_records(range(1, 11)))
        log = self.hubspool.log
        wait_until(lambda: "the state thread does not move" in log.read_text(), 20, "the warning")
        fed = self.listen().count("WATCHDOG=1")
        for _ in range(10):
            self.hubspool.run("--version")  # takes its time
        self.assertEqual(self.listen().count("WATCHDOG=1"), fed)
        with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb"):
            wait_until(lambda: "the state thread moves again" in log.read_text(), 20, "its end")
        self.wait_to_be_fed()
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.hubspool.stop(), 0)

    def wait_to_be_fed(self, times=5):
        fed = self.listen().count("WATCHDOG=1")
        wait_until(lambda: self.listen().count("WATCHDOG=1") >= fed + times, 20, "WATCHDOG=1")

    def test_start_that_fails_is_never_ready(self):
        self.hubspool.write_token("")
        self.assertEqual(self.hubspool.start().wait(20), 1)
        self.assertNotIn("READY=1", self.listen())

    def test_run_that_waits_for_a_drain_keeps_no_boot_waiting(self):
        self.hubspool.run("drain")  # makes the queue
        self.hubspool.configure({"batch": {"max_inputs": 1}, "api": {"connections": 1}})
        self.portal.set_faults(latency_ms=300)
        self.hubspool.put(simple_records(range(1, 31)))
        del self.hubspool.environment["NOTIFY_SOCKET"]
        drain = self.hubspool.start("drain")
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "the drain")
        self.hubspool.environment["NOTIFY_SOCKET"] = self.manager.getsockname()
        self.hubspool.environment["WATCHDOG_USEC"] = "10000000"
        self.hubspool.start()
        self.wait_for("STATUS=Waiting: a drain works on this queue")
        self.assertIn("READY=1", self.heard)
        self.wait_to_be_fed()
        self.assertIsNone(drain.poll(), "it goes on")
        self.assertEqual(drain.wait(60), 0)
        self.wait_for("STATUS=Idle")
        self.assertEqual(self.hubspool.stop(), 0)

    def test_manager_that_does_not_read_stops_nothing(self):
        self.hubspool.start()
        for number in range(1, 31):  # more than its queue of messages takes, by default
            self.hubspool.put(simple_records(range(1, 51), number))
            self.wait_until_settled(self.hubspool)
        self.assertEqual(self.portal.report()["regressions"], 0)
        self.assertEqual(self.hubspool.stop(), 0)


if __name__ == "__main__":
    unittest.main()
