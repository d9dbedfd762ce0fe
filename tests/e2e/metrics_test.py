#!/usr/bin/env python3
"""What `metrics.listen` tells: the same numbers as the portal and `status`, health and readiness with
their reasons; and that nobody who asks there holds up sending."""

import concurrent.futures
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
import unittest
import urllib.request

from end_to_end import (
    DONE, FAILED, NO_LIMIT, SANITIZED, SOME_DEAD, EndToEnd, Hubspool, note, scaled, simple_records, wait_until)

SERIES = re.compile(r'^([a-z_]+)(?:\{([a-z]+)="([^"]*)"\})? (\S+)$')


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, target, method="GET"):
    """The status and the text of a page."""
    connection = LocalConnection(path)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def series_of(text):
    """name, or (name, value of its label): value."""
    found = {}
    for line in text.splitlines():
        match = SERIES.match(line)
        if match:
            name, _, value, number = match.groups()
            found[(name, value) if value is not None else name] = float(number)
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Metrics(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.socket = self.directory / "m.sock"
        self.hubspool = self.make_hubspool(NO_LIMIT, {"metrics": {"listen": str(self.socket)}})

    def start_until_ready(self):
        self.start_daemon(self.hubspool)

        def is_ready():
            try:
                return self.get("/readyz")[0] == 200
            except OSError:  # it does not listen yet
                return False
        wait_until(is_ready, 20, "readiness")

    def scrape(self):
        status, text = ask(self.socket, "/metrics")
        self.assertEqual(status, 200, text)
        return text

    def series(self):
        return series_of(self.scrape())

    def get(self, target):
        status, text = ask(self.socket, target)
        return status, json.loads(text)

    def deliver(self, records):
        self.hubspool.put(records)
        self.wait_until_settled(self.hubspool)

    def test_figures_are_those_of_the_portal_and_of_status(self):
        self.start_until_ready()
        self.deliver(simple_records(range(1, 501)))
        self.deliver(simple_records(range(1, 501), number=2))
        wait_until(lambda: self.series()[("hubspool_records_settled_total", "delivered")] == 1000, 10,
                   "the last figures")
        found, status, report = self.series(), self.hubspool.status_json(), self.portal.report()
        for fate in ("delivered", "superseded", "unchanged", "dead_lettered"):
            self.assertEqual(found[("hubspool_records_settled_total", fate)], status["totals"][fate], fate)
        self.assertEqual(found["hubspool_requests_total"], report["requests"])
        self.assertEqual(found["hubspool_requests_total"], status["requests"])
        self.assertEqual(found["hubspool_batch_duration_seconds_count"], report["requests"])
        self.assertEqual(found["hubspool_pending_records"], 0)
        self.assertEqual(found["hubspool_oldest_pending_seconds"], 0)
        self.assertEqual(found["hubspool_error_answers_total"], 0)
        self.assertLess(abs(found["hubspool_last_delivery_timestamp_seconds"] - time.time()), 60)
        self.assertLess(abs(found["process_start_time_seconds"] - time.time()), 60)
        self.assertEqual(found["hubspool_dead_letters"], status["dead_letters"]["open"])

    def test_counters_go_on_after_a_restart(self):
        self.start_until_ready()
        self.deliver(simple_records(range(1, 101)))
        self.hubspool.stop()
        self.assertFalse(self.socket.exists(), "the socket goes with the process")
        self.start_until_ready()
        self.assertEqual(self.series()[("hubspool_records_settled_total", "delivered")], 100)

    def test_socket_that_a_killed_daemon_left_is_used_again(self):
        self.start_until_ready()
        self.hubspool.kill9()
        self.assertTrue(self.socket.exists())
        self.start_until_ready()
        self.assertIn("hubspool_build_info", self.scrape())

    def test_park_is_told_by_its_reason_and_readiness_and_is_no_matter_of_health(self):
        self.start_until_ready()
        self.assertEqual(self.series()[("hubspool_parked", "unauthorized")], 0)
        self.portal.set_faults(unauthorized=True)
        self.hubspool.put(simple_records(range(1, 11)))
        wait_until(lambda: self.series()[("hubspool_parked", "unauthorized")] == 1, 20, "the park")
        status, told = self.get("/readyz")
        self.assertEqual((status, told["ready"]), (503, False))
        self.assertEqual([reason["code"] for reason in told["reasons"]], ["parked"])
        self.assertRegex(told["reasons"][0]["words"], r"^parked \(unauthorized\) for ")
        self.assertEqual(self.get("/healthz")[0], 200)
        self.portal.set_faults(unauthorized=False)
        self.assertEqual(self.hubspool.run("resume").returncode, DONE)
        wait_until(lambda: self.get("/readyz")[0] == 200, 20, "readiness again")

    def test_old_change_is_not_ready(self):
        self.hubspool.configure({"metrics": {"ready_age_max": "1s"}})
        self.start_until_ready()
        self.portal.freeze()
        self.hubspool.put(simple_records(range(1, 11)))
        told = wait_until(lambda: [r for r in self.get("/readyz")[1]["reasons"] if r["code"] == "old"],
                          20, "an old change")
        self.assertIn("the oldest pending change waits for", told[0]["words"])
        self.assertGreater(self.series()["hubspool_oldest_pending_seconds"], 1)
        self.portal.thaw()

    def test_threads_answer_at_work_and_at_rest(self):
        self.start_until_ready()
        for _ in range(3):
            status, told = self.get("/healthz")
            self.assertEqual((status, told["healthy"]), (200, True))
            self.assertEqual(sorted(told["threads"]), ["intake", "loop", "state"])
            self.assertEqual({thread["silent_ms"] for thread in told["threads"].values()}, {0}, told)

    def test_other_pages_and_methods_are_refused(self):
        self.start_until_ready()
        self.assertEqual(ask(self.socket, "/")[0], 404)
        self.assertEqual(ask(self.socket, "/../etc/passwd")[0], 404)
        for method in ("POST", "PUT", "DELETE", "HEAD"):
            self.assertEqual(ask(self.socket, "/metrics", method)[0], 405, method)

    def test_port_on_loopback_answers_and_one_that_is_taken_is_told_and_holds_up_no_delivery(self):
        port = free_port()
        self.hubspool.configure({"metrics": {"listen": f"127.0.0.1:{port}"}})
        self.start_daemon(self.hubspool)

        def answers():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as page:
                    return page.status == 200
            except OSError:  # it does not listen yet
                return False
        wait_until(answers, 20, "the port")
        other = self.make_other(f"127.0.0.1:{port}")
        done = other.run("drain")
        self.assertEqual(done.returncode, DONE, done.stderr)
        self.assertIn(f"cannot listen on 127.0.0.1:{port} (metrics.listen): another program listens there",
                      done.stderr)

    def make_other(self, listen):
        """Another hubspool, for another queue, state and credential."""
        other = self.enterContext(Hubspool(self.directory / "other", self.portal))
        other.write_token("pat-na1-another-one-00000000000000000000")
        other.configure({"metrics": {"listen": listen}})
        return other

    def test_address_that_is_not_loopback_is_a_mistake_in_the_configuration(self):
        self.hubspool.configure({"metrics": {"listen": "0.0.0.0:9877"}})
        done = self.hubspool.run("run")
        self.assertEqual(done.returncode, 2)
        self.assertIn("metrics.listen: is not on loopback", done.stderr)

    def test_drain_is_told_while_it_runs(self):
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        self.portal.freeze()
        self.hubspool.put(simple_records(range(1, 101)))
        self.hubspool.start("drain", "--deadline", "60s")
        wait_until(self.socket.exists, 20, "the socket")
        wait_until(lambda: self.series().get("hubspool_pending_records") == 100, 20, "the records")
        # All is read: the intake has ended, and is no thread that does not move.
        self.assertEqual(self.get("/healthz")[1]["threads"]["intake"], {"silent_ms": 0})
        self.portal.thaw()

    def test_clients_that_stall_hold_up_nothing_and_go_at_their_deadline(self):
        self.start_until_ready()
        stalled = []
        for _ in range(200):
            one = socket.socket(socket.AF_UNIX)
            self.addCleanup(one.close)
            one.connect(str(self.socket))
            one.settimeout(20)
            one.sendall(b"GET /metrics HTTP/1.1\r\nHos")
            stalled.append(one)
        began = time.monotonic()
        self.deliver(simple_records(range(1, 1001)))
        took = time.monotonic() - began
        self.assertIn("hubspool_build_info", self.scrape())
        for one in stalled:
            try:
                self.assertEqual(one.recv(100), b"")
            except ConnectionResetError:
                pass  # it was closed with bytes unread
        note(f"1,000 records in {took:.1f} s beside 200 stalled clients")
        wait_until(lambda: self.series()["process_open_fds"] < 64, 20, "their descriptors")

    def test_many_scrapes_during_a_drain_cost_it_no_batch(self):
        count = 500 if SANITIZED else scaled(2000, 10000)
        self.start_until_ready()
        self.hubspool.put(simple_records(range(1, 20001)))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            texts = list(pool.map(lambda _: self.scrape(), range(count)))
        self.assertTrue(all("hubspool_pending_records" in text for text in texts[-100:]))
        self.wait_until_settled(self.hubspool)
        self.assertLessEqual(self.portal.report()["requests"], 210)  # full but for the first ones

    def test_health_judges_as_readiness_does_and_prints_the_same_families(self):
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.get("/readyz")[0] == 200, 20, "readiness")
        done = self.hubspool.run("health", "--format", "nagios", "--age-warn", "5m", "--age-critical", "1h")
        self.assertEqual((done.returncode, done.stdout),
                         (0, "HUBSPOOL OK - nothing is pending | age=0s;300;3600;0 pending=0;;;0 "
                             "unread=0B;;;0 dead_letters=0;;;0\n"))
        self.portal.set_faults(unauthorized=True)
        self.hubspool.put(simple_records(range(1, 11)))
        wait_until(lambda: self.hubspool.run("health").returncode == 2, 20, "the park")
        told = json.loads(self.hubspool.run("health", "--format", "json").stdout)
        self.assertEqual((told["level"], told["findings"][0]["code"]), ("critical", "parked"))
        self.assertEqual(told["findings"][0]["code"], self.get("/readyz")[1]["reasons"][0]["code"])
        printed = series_of(self.hubspool.run("health", "--format", "prometheus").stdout)
        own = {name for name in self.series() if not str(name).startswith("process_")}
        self.assertEqual(set(printed), own)
        self.hubspool.stop()
        self.assertEqual(self.hubspool.run("health").returncode, 2, "the park stays")

    def test_health_without_a_state_that_can_be_read_is_not_known(self):
        done = self.hubspool.run("health", "--format", "nagios")
        self.assertEqual(done.returncode, 3)
        self.assertTrue(done.stdout.startswith("HUBSPOOL UNKNOWN - "), done.stdout)
        done = self.hubspool.run("health", "--age-warn", "soon")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--age-warn soon: write a duration", done.stderr)

    def test_metrics_file_of_a_drain_is_whole_and_tells_of_it(self):
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        self.hubspool.put(simple_records(range(1, 201)))
        target = self.directory / "hubspool.prom"
        target.write_text("of the night before\n")
        done = self.hubspool.run("drain", "--metrics-file", target)
        self.assertEqual(done.returncode, DONE, done.stderr)
        found = series_of(target.read_text())
        self.assertEqual(found[("hubspool_records_settled_total", "delivered")], 200)
        self.assertEqual(found["hubspool_batch_duration_seconds_count"], self.portal.report()["requests"])
        self.assertEqual(found["hubspool_pending_records"], 0)
        self.assertNotIn("process_open_fds", found, "that of a process that is gone")
        self.assertEqual([path.name for path in self.directory.glob("hubspool.prom*")], ["hubspool.prom"])

    def test_metrics_file_that_cannot_be_written_holds_up_no_delivery(self):
        self.hubspool.run("drain", "--deadline", "0s")  # makes the queue
        self.hubspool.put(simple_records(range(1, 201)) + [{"objectId": ""}])
        done = self.hubspool.run("drain", "--metrics-file", "/nonexistent/a.prom")
        self.assertEqual(done.returncode, SOME_DEAD, "what became of the records comes first")
        self.assertIn("--metrics-file /nonexistent/a.prom: No such file", done.stderr)
        self.assertEqual(self.portal.report()["inputs"], 200)
        self.assertEqual(self.hubspool.run("drain", "--metrics-file", "/nonexistent/a.prom").returncode, FAILED)

    def test_new_metrics_file_can_be_read_by_others_whatever_the_umask(self):
        self.hubspool.run("drain", "--deadline", "0s")
        target = self.directory / "new.prom"
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        self.assertEqual(self.hubspool.run("drain", "--metrics-file", target).returncode, DONE)
        self.assertEqual(target.stat().st_mode & 0o777, 0o644)

    @unittest.skipUnless(shutil.which("promtool"), "promtool is missing (Debian's package prometheus)")
    def test_promtool_takes_them(self):
        self.start_until_ready()
        self.deliver(simple_records(range(1, 101)))
        wait_until(lambda: "hubspool_last_delivery_timestamp_seconds" in self.series(), 10, "a delivery")
        done = subprocess.run(["promtool", "check", "metrics"], input=self.scrape(),
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
