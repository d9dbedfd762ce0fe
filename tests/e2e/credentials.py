"""Tokens and OAuth apps, at the portal and in hubspool's files."""

import contextlib
import os
import pathlib

from end_to_end import NO_LIMIT, EndToEnd, simple_records, wait_until

PORTAL, FOREIGN_PORTAL = 62515, 71723
CLIENT_ID = "5a1c7e00-client-id-of-the-app"
CLIENT_SECRET = "9f/3+client=secret&of-the-app"
REFRESH_TOKEN = "na1-refresh-token-of-the-app"
FOREIGN_TOKEN = "pat-na1-of-another-account"
WATCHED_WITHIN = 2.0  # a second, and what a busy machine takes


def write_in_place(path, text):
    """As an editor that does not rename."""
    with open(path, "r+", encoding="ascii") as file:
        file.truncate()
        file.write(text + "\n")


def write_secret(path, text, mode=0o600):
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text + "\n")
    unfinished.chmod(mode)
    unfinished.rename(path)


class Credentials(EndToEnd):
    """A portal, and hubspool that may send as fast as it likes."""

    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)

    def expect_portal(self, portal_id=PORTAL):
        self.hubspool.configure({"api": {"portal_id": portal_id}})

    def use_oauth(self, **portal):
        """An OAuth app instead of a token, at both ends."""
        files = {}
        for name, text in (("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET),
                           ("refresh_token", REFRESH_TOKEN)):
            files[name + "_file"] = self.hubspool.directory / name
            write_secret(files[name + "_file"], text)
        self.hubspool.configure({"api": {"oauth": files}})
        self.portal.set_faults(token="no static token", client_id=CLIENT_ID, client_secret=CLIENT_SECRET,
                               refresh_token=REFRESH_TOKEN, **portal)

    def secret(self, name):
        return self.hubspool.directory / name

    @property
    def kept(self):
        return self.hubspool.state / "refresh-token"

    def log(self):
        return self.hubspool.log.read_text(errors="replace")

    def wait_for_log(self, words, timeout=20):
        wait_until(lambda: words in self.log(), timeout, f"{words!r} in the log")

    def start_proved(self, timeout=60):
        """The daemon, with a first credential that HubSpot has accepted: one that took its place before
        would be the first itself, and leave none in use."""
        self.start_daemon(self.hubspool)
        self.wait_for_log("HubSpot accepts the credential", timeout)

    def wait_for_question(self, asked_before, timeout=WATCHED_WITHIN):
        wait_until(lambda: self.portal.report()["account_requests"] > asked_before, timeout,
                   "the question whose account it is")

    @contextlib.contextmanager
    def asked_within_a_second(self):
        """What is done within makes hubspool ask HubSpot about the credential."""
        before = self.portal.report()["account_requests"]
        yield
        self.wait_for_question(before)

    def why_newer_waits(self):
        return ((self.hubspool.status_json() or {}).get("live") or {}).get("credential_waits")

    def assert_waits(self, words):
        """`status` and `check` say why what is in the files is not used, and that the old one is."""
        wait_until(lambda: words in (self.why_newer_waits() or ""), 20, f"{words!r} in the status")
        self.assertRegex(self.hubspool.run("status").stdout, f"credential +the newer one waits.*{words}")
        self.assertRegex(self.hubspool.run("check").stdout, f"warning +token .*newer one waits.*{words}")
        return self.why_newer_waits()

    def assert_nothing_waits(self):
        wait_until(lambda: self.why_newer_waits() is None, 20, "nothing waiting in the status")

    def put(self, ids, number=1):
        records = simple_records(ids, number)
        self.hubspool.put(records)
        return records

    def assert_nothing_was_sent(self):
        report = self.portal.report()
        self.assertEqual((report["requests"], report["foreign_requests"]), (0, 0), report)
        self.assertEqual(self.portal.objects(), {})

    def assert_delivered(self, records, timeout=30):
        self.wait_until_settled(self.hubspool, timeout)
        self.assert_portal_has(records)
        self.assert_nothing_died(self.hubspool)
        report = self.assert_portal_kept_the_rules()
        self.assertEqual(report["foreign_requests"], 0)
        return report


def environment_of(pid):
    """What /proc shows of a process to others."""
    return b"".join(pathlib.Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")
                    if os.access(f"/proc/{pid}/{name}", os.R_OK))
