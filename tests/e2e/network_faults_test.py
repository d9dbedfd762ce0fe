#!/usr/bin/env python3
"""A network that spoils every connection, one way or another, while records keep coming.

HUBSPOOL_SCALE=full strikes a thousand times; HUBSPOOL_SEED=N draws other faults.
"""

import os
import pathlib
import unittest
import urllib.parse

from credentials import FOREIGN_PORTAL, FOREIGN_TOKEN, Credentials
from end_to_end import DONE, SANITIZED, note, parks, scaled, wait_until  # and the way to support/
from change_records import compare, expected_final, make_records
from fault_proxy import KINDS, FaultPlan, FaultProxy

SEED = int(os.environ.get("HUBSPOOL_SEED", "1"))
FAULTS = scaled(40, 1000)
FAULTS_A_ROTATION, ROTATIONS = 8, scaled(1, 30)
FAULTS_OF_RENEWALS = scaled(10, 250)
OBJECTS, RECORDS_A_FILE = 400, 500
CONNECTIONS = 4
REQUESTS_A_WINDOW = 60  # little enough to be reached
GROWTH_MAX_KIB = 4096  # of which SQLite's cache may take 2 MiB
REQUEST_TIMEOUT, DELAY_MAX = 0.5, 0.75
BYTES_MAX = 15_000  # two or three requests of 20 inputs
IMPATIENT = {
    "batch": {"max_inputs": 20, "linger": "20ms"},
    "api": {"connect_timeout": "500ms", "request_timeout": f"{REQUEST_TIMEOUT * 1000:.0f}ms",
            "late": "1500ms", "connections": CONNECTIONS},
    "retry": {"initial": "10ms", "max": "100ms", "breaker": {"failures": 5, "probe_max": "100ms"}},
    "rate_limit": {"requests": REQUESTS_A_WINDOW, "window": "10s"},
}


class NetworkFaults(Credentials):
    def setUp(self):
        super().setUp()
        self.portal.set_faults(latency_ms=2, jitter_ms=10, limit=REQUESTS_A_WINDOW,
                               other_portals=[f"{FOREIGN_TOKEN}={FOREIGN_PORTAL}"])
        self.expect_portal()
        port = urllib.parse.urlsplit(self.portal.url).port
        self.proxy = self.enterContext(FaultProxy(port, FaultPlan(SEED, BYTES_MAX, DELAY_MAX)))
        self.hubspool.configure(IMPATIENT)
        self.hubspool.configure({"api": {"url": self.proxy.url}})
        self.files = 0
        self.newest = {}

    def put_newer(self):
        made = make_records(RECORDS_A_FILE, OBJECTS, SEED + self.files,
                            first_sequence=self.files * RECORDS_A_FILE + 1)
        self.hubspool.put(made, lane=("new", "bulk")[self.files % 2])
        self.files += 1
        for key, fields in expected_final(made).items():
            known = self.newest.setdefault(key, {"custom": {}})
            custom = known["custom"] | fields["custom"]
            known |= fields | {"custom": custom}

    def feed_until(self, faults):
        """Newer records of the same objects, two files ahead of what is delivered, up to `faults`."""
        def wanted():
            waiting = sum(len(self.hubspool.files(folder)) for folder in ("new", "bulk", "cur"))
            return self.proxy.total >= faults or waiting < 2
        while self.proxy.total < faults:
            self.put_newer()
            wait_until(wanted, 120, f"progress after {self.proxy.total} faults, seed {SEED}")
        self.wait_until_settled(self.hubspool, 120)

    def measure(self):
        """Memory in KiB and open descriptors of the daemon, now that nothing is left to do. The
        descriptors of a program that dumps no core are root's alone to see; else they are 0."""
        process = pathlib.Path(f"/proc/{self.hubspool.process.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        descriptors = len(list((process / "fd").iterdir())) if os.geteuid() == 0 else 0
        return int(status["VmRSS"].split()[0]), descriptors

    def assert_it_took_no_more(self, early, late):
        self.assertLessEqual(late[1], early[1] + CONNECTIONS, "descriptors")
        if not SANITIZED:
            self.assertLessEqual(late[0], early[0] + GROWTH_MAX_KIB, "KiB of memory")

    def assert_the_newest_arrived(self):
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["foreign_requests"], 0)
        self.assertEqual(compare(self.newest, self.portal.objects()), [])
        self.assert_nothing_died(self.hubspool)
        self.assert_books(self.hubspool, records_in=self.files * RECORDS_A_FILE, dead_lettered=0, pending=0)
        note(f"seed {SEED}: {self.proxy.total} faults {dict(sorted(self.proxy.injected.items()))} in "
             f"{self.proxy.connections} connections; {self.files * RECORDS_A_FILE} records, "
             f"{report['requests']} requests, {report['max_in_window']} of {REQUESTS_A_WINDOW} in a window")
        return report

    def test_newest_values_arrive_and_nothing_is_lost_or_left_over(self):
        self.start_daemon(self.hubspool)
        self.feed_until(FAULTS // 4)
        early = self.measure()
        self.feed_until(FAULTS)
        late = self.measure()
        self.assert_the_newest_arrived()
        note(f"memory {early[0]} KiB, then {late[0]}; descriptors {early[1]}, then {late[1]}")
        self.assertEqual(set(self.proxy.injected), set(KINDS))
        self.assert_it_took_no_more(early, late)
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_each_new_token_comes_into_use_and_one_of_another_account_never(self):
        self.start_proved(120)
        for turn in range(ROTATIONS):
            self.hubspool.write_token(FOREIGN_TOKEN)
            wait_until(self.why_newer_waits, 30, "that the one of another account waits")
            # From now on the one before is void.
            self.portal.set_faults(token=f"pat-na1-rotated-{turn}")
            self.hubspool.write_token(f"pat-na1-rotated-{turn}")
            self.feed_until(self.proxy.total + FAULTS_A_ROTATION)
        self.assert_the_newest_arrived()
        wait_until(lambda: not parks(self.hubspool), 20, "the end of all parks")

    def test_oauth_tokens_are_renewed_through_it(self):
        self.use_oauth(token_life_ms=1000)
        self.start_daemon(self.hubspool)
        self.feed_until(FAULTS_OF_RENEWALS)
        self.assert_the_newest_arrived()
        self.assertGreater(self.portal.report()["token_grants"], 3)
        self.assertEqual(parks(self.hubspool), [])


if __name__ == "__main__":
    unittest.main()
