#!/usr/bin/env python3
"""Whatever hubspool writes or shows, no token and no client secret is in it; and it leaves no core."""

import os
import resource
import signal
import subprocess
import unittest
import urllib.parse

from credentials import (
    CLIENT_ID, CLIENT_SECRET, FOREIGN_PORTAL, FOREIGN_TOKEN, REFRESH_TOKEN, Credentials,
    environment_of, write_secret)
from end_to_end import wait_until
from hubspool_harness import TOKEN

ASKING = [["check"], ["check", "--json"], ["check", "--online"], ["check", "--online", "--json"],
          ["status"], ["status", "--json"], ["batches", "--json"], ["files", "--json"],
          ["dead-letters", "list", "--json"], ["--help"], ["--version"]]
ISSUED = [f"CN{number:06}-access-token-of-the-app" for number in range(1, 30)]
REPLACED = [f"{REFRESH_TOKEN}-replaced-{number:06}" for number in range(1, 30)]


class Secrets(Credentials):
    def setUp(self):
        super().setUp()
        self.hubspool.configure({"log": {"level": "debug"}})
        self.portal.set_faults(echo_tokens=True)
        self.shown = {}

    def ask_everything(self):
        """Every command that shows something; what each writes."""
        for words in ASKING:
            done = self.hubspool.run(*words)
            self.shown[f"hubspool {' '.join(words)}"] = (done.stdout + done.stderr).encode()
        if self.hubspool.process:
            self.shown["/proc"] = environment_of(self.hubspool.process.pid)

    def everything_written(self):
        """All that the program wrote since the test began, by where; not the secrets' own files."""
        own = {self.hubspool.token_file, self.kept,
               *(self.secret(name) for name in ("client_id", "client_secret", "refresh_token"))}
        written = {str(path): path.read_bytes() for path in self.hubspool.directory.rglob("*")
                   if path.is_file() and path not in own}
        self.assertIn(str(self.hubspool.log), written)
        self.assertIn(str(self.hubspool.state / "state.db"), written)
        self.assertIn(str(self.hubspool.state / "status.json"), written)
        return written | self.shown

    def assert_shown_nowhere(self, *secrets):
        for secret in secrets:
            for form in {secret, urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret)}:
                for where, content in self.everything_written().items():
                    self.assertNotIn(form.encode(), content, where)

    def test_token_is_shown_nowhere(self):
        self.start_daemon(self.hubspool)
        self.assert_delivered(self.put(range(1, 101)))
        self.ask_everything()
        # Refused, with HubSpot repeating it; then another account's; then one that others may read.
        self.portal.set_faults(unauthorized=True)
        self.put(range(101, 201))
        self.wait_for_park(self.hubspool, "unauthorized")
        self.assertIn("concealed", self.log())
        self.ask_everything()
        self.portal.set_faults(unauthorized=False, token="gone",
                               other_portals=[f"{FOREIGN_TOKEN}={FOREIGN_PORTAL}"])
        self.expect_portal()
        self.hubspool.stop()
        self.hubspool.write_token(FOREIGN_TOKEN)
        self.start_daemon(self.hubspool)
        self.wait_for_park(self.hubspool, "wrong_portal")
        self.hubspool.token_file.chmod(0o644)
        self.wait_for_log("chmod 0640")
        write_secret(self.hubspool.token_file, "two words-of-a-secret")
        self.wait_for_log("more than a token")
        self.ask_everything()
        self.hubspool.kill9()
        self.assert_shown_nowhere(TOKEN, FOREIGN_TOKEN, "words-of-a-secret")

    def test_what_oauth_needs_is_shown_nowhere_but_the_kept_refresh_token_in_its_file(self):
        self.use_oauth(token_life_ms=2000, rotate_refresh_token=True)
        self.start_daemon(self.hubspool)
        self.assert_delivered(self.put(range(1, 101)))
        wait_until(lambda: self.portal.report()["token_grants"] >= 2, 20, "a renewal")
        self.ask_everything()
        self.portal.set_faults(unauthorized=True)
        self.put(range(101, 201))
        self.wait_for_park(self.hubspool, "unauthorized")
        self.hubspool.stop()
        # The portal's refusals repeat what they were sent.
        for trouble in ("BAD_REFRESH_TOKEN", "invalid_client"):
            self.portal.set_faults(token_error=trouble)
            self.start_daemon(self.hubspool)
            self.wait_for_log("concealed")
            self.ask_everything()
            self.hubspool.kill9()
        self.assertIn(REFRESH_TOKEN, self.kept.read_text())
        self.assert_shown_nowhere(CLIENT_SECRET, REFRESH_TOKEN, *ISSUED, *REPLACED)
        for content in self.everything_written().values():
            self.assertNotIn(CLIENT_ID.encode(), content)


def ended_with_a_core(pid, crash):
    os.kill(pid, crash)
    return os.WCOREDUMP(os.waitpid(pid, 0)[1])


class Cores(Credentials):
    def setUp(self):
        super().setUp()
        before = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, before)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.directory)

    def test_crash_leaves_no_core(self):
        other = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
        dumped = ended_with_a_core(other.pid, signal.SIGSEGV)
        other.returncode = -signal.SIGSEGV
        other.stdin.close()
        if not dumped:
            self.skipTest("no program leaves a core here")
        self.start_daemon(self.hubspool)
        self.assert_delivered(self.put(range(1, 101)))
        process, self.hubspool.process = self.hubspool.process, None
        self.assertFalse(ended_with_a_core(process.pid, signal.SIGSEGV))
        process.returncode = -signal.SIGSEGV


if __name__ == "__main__":
    unittest.main()
