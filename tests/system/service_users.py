"""A service of another user than root, and producers of a third, for the tests of who may what. Skips
itself where we are not root. Standard library only."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from hubspool_harness import Hubspool, find_program  # noqa: E402

SERVICE = 61_234  # no such user, as little as there need be one
PRODUCER = 61_235
SUBMIT = 61_236  # the producers' group


class ServiceUsers(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("only root becomes somebody else")
        made = tempfile.TemporaryDirectory(prefix="hubspool-")
        self.addCleanup(made.cleanup)
        self.directory = pathlib.Path(made.name)
        self.directory.chmod(0o755)
        # Others may not reach the checkout: it may lie below a home that is closed to them.
        apart = tempfile.TemporaryDirectory(prefix="hubspool-")
        self.addCleanup(apart.cleanup)
        os.chmod(apart.name, 0o755)
        self.program = shutil.copy(find_program("hubspool"), apart.name)
        self.hubspool = self.make_hubspool()
        self.hubspool.config.chmod(0o644)
        os.chown(self.hubspool.token_file, SERVICE, SERVICE)
        self.addCleanup(self.hubspool.__exit__)

    def make_hubspool(self):
        return Hubspool(self.directory)

    def make_queue(self, producers=SERVICE):
        """As systemd-tmpfiles makes it after the installation."""
        for name, mode, group in (("", 0o755, SERVICE), ("tmp", 0o3770, producers),
                                  ("new", 0o3770, producers), ("bulk", 0o3770, producers),
                                  ("cur", 0o700, SERVICE), ("done", 0o700, SERVICE),
                                  ("rejected", 0o700, SERVICE)):
            place = self.hubspool.queue / name
            place.mkdir()
            os.chown(place, SERVICE, group)
            place.chmod(mode)

    def run_as(self, user, *command, groups=(), text=""):
        return subprocess.run([self.program, *command, "-c", self.hubspool.config],
                              user=user, group=user, extra_groups=groups, input=text,
                              capture_output=True, text=True, timeout=60)

    def run_as_producer(self, *command, groups=(), text='{"objectId":"1"}\n'):
        return self.run_as(PRODUCER, *command, groups=groups, text=text)

    def run_where_groups_are(self, groups, *command, users=()):
        """As root, with `groups` and `users` (lines of /etc/group and /etc/passwd) beside the machine's
        own, in a mount namespace."""
        for name, more in (("group", groups), ("passwd", users)):
            text = pathlib.Path("/etc", name).read_text() + "".join(f"{each}\n" for each in more)
            (self.directory / name).write_text(text)
        bound = 'for each in group passwd; do mount --bind "$0/$each" "/etc/$each" || exit; done; exec "$@"'
        if subprocess.run(["unshare", "-m", "sh", "-c", bound, self.directory, "true"],
                          capture_output=True, check=False).returncode != 0:
            self.skipTest("no mount namespaces here")
        return subprocess.run(["unshare", "-m", "sh", "-c", bound, self.directory, find_program("hubspool"),
                               *command, "-c", self.hubspool.config],
                              capture_output=True, text=True, timeout=60)
