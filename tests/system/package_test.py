"""The Debian package as CPack makes it of this build: what is in it, whose, and what lintian says. That it
installs, runs, upgrades and goes away is tried by scripts/test-package, in a booted container."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["HUBSPOOL_BIN_DIR"]).resolve()
# As scripts/package has it from the commit; an address that lintian knows for none.
MAINTAINER = "hubspool maintainers <hubspool@users.noreply.github.com>"
TOOLS = ("cpack", "dpkg-deb", "dpkg-shlibdeps")


def run(*command, **how):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, **how)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


@unittest.skipUnless(all(map(shutil.which, TOOLS)), f"one of {', '.join(TOOLS)} is not installed")
class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="hubspool-")
        cls.addClassCleanup(made.cleanup)
        cls.directory = pathlib.Path(made.name)
        cls.package = cls.make("one")

    @classmethod
    def make(cls, name):
        place = cls.directory / name
        run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", place,
            "-D", f"CPACK_DEBIAN_PACKAGE_MAINTAINER={MAINTAINER}", cwd=cls.directory,
            umask=0o022, env=os.environ | {"SOURCE_DATE_EPOCH": "1700000000", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        return next(place.glob("*.deb"))

    def files(self):
        """{path: (mode, owner)} of what is no directory."""
        found = {}
        for line in run("dpkg-deb", "-c", self.package).splitlines():
            mode, owner, _, _, _, path = line.split(maxsplit=5)
            if not mode.startswith("d"):
                found[path.removeprefix(".")] = (mode, owner)
        return found

    def control(self, name):
        return run("dpkg-deb", "-I", self.package, name)

    def test_purge_removes_credentials_and_keeps_what_was_not_delivered(self):
        root = self.directory / "purged"
        for path in ("etc/hubspool/token", "etc/hubspool/berlin.yaml", "var/spool/hubspool/new/exit.reason",
                     "var/spool/hubspool-berlin/cur/1-a", "var/lib/hubspool/state.db"):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).touch()
        (root / "var/lib/hubspool-berlin").mkdir()
        script = self.directory / "postrm"
        script.write_text(self.control("postrm"))
        done = subprocess.run(["sh", script, "purge"], capture_output=True, text=True, timeout=60, check=True,
                              env=os.environ | {"DPKG_ROOT": str(root)})
        left = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        self.assertEqual(left, {"var/spool/hubspool/new/exit.reason", "var/spool/hubspool-berlin/cur/1-a",
                                "var/lib/hubspool/state.db"})
        self.assertFalse((root / "var/lib/hubspool-berlin").exists(), "it was empty")
        for kept in ("var/spool/hubspool ", "var/lib/hubspool\n", "var/spool/hubspool-berlin\n"):
            self.assertIn(f"{root}/{kept}", done.stderr)

    def test_everything_is_roots_and_nobody_elses_to_write(self):
        for path, (mode, owner) in self.files().items():
            self.assertEqual((owner, mode[5], mode[8]), ("root/root", "-", "-"), path)
        self.assertEqual(self.files()["/usr/bin/hubspool"][0], "-rwxr-xr-x")
        self.assertEqual(self.files()["/etc/hubspool/hubspool.yaml"][0], "-rw-r--r--")

    def test_configuration_alone_is_the_administrators(self):
        self.assertEqual(self.control("conffiles").split(), ["/etc/hubspool/hubspool.yaml"])
        self.assertEqual([path for path in self.files() if path.startswith("/etc/")],
                         ["/etc/hubspool/hubspool.yaml"])

    def test_it_has_units_pages_completions_changelogs_and_licences(self):
        files = self.files()
        for path in ("lib/systemd/system/hubspool.service", "lib/systemd/system/hubspool@.service",
                     "lib/systemd/system/hubspool-drain@.timer", "lib/sysusers.d/hubspool.conf",
                     "lib/tmpfiles.d/hubspool.conf", "share/man/man1/hubspool.1.gz",
                     "share/man/man5/hubspool.yaml.5.gz", "share/man/man8/hubspool.8.gz",
                     "share/bash-completion/completions/hubspool", "share/zsh/vendor-completions/_hubspool",
                     "share/doc/hubspool/changelog.gz", "share/doc/hubspool/changelog.Debian.gz",
                     "share/doc/hubspool/copyright", "share/doc/hubspool/README.md"):
            self.assertIn(f"/usr/{path}", files)

    def test_it_depends_on_what_the_program_is_linked_with_and_what_makes_its_user(self):
        depends = re.search(r"(?m)^ *Depends: (.*)$", self.control("control"))[1]
        for name in ("libc6", "libssl3", "libsqlite3-0", "ca-certificates", "init-system-helpers",
                     "systemd | systemd-standalone-sysusers", "systemd | systemd-standalone-tmpfiles"):
            self.assertIn(name, depends)

    def test_older_version_refuses_to_follow_a_newer_one(self):
        scripts = self.directory / "control"
        run("dpkg-deb", "-e", self.package, scripts)
        own = re.search(r"(?m)^ *Version: (.*)$", self.control("control"))[1]
        for before, code in ((f"{own}+1", 1), (f"1:{own}", 1), (own, 0), (f"{own}~1", 0)):
            done = subprocess.run([scripts / "preinst", "upgrade", before], capture_output=True, text=True)
            self.assertEqual(done.returncode, code, before)
            self.assertEqual("To go back all the same" in done.stderr, code == 1, done.stderr)
        done = subprocess.run([scripts / "preinst", "install", "9.9-1"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, "removed before: the state itself refuses what it must")

    def test_same_build_gives_the_same_bytes(self):
        sums = [hashlib.sha256(each.read_bytes()).hexdigest() for each in (self.package, self.make("two"))]
        self.assertEqual(*sums)

    def test_lintian_finds_no_error_and_no_warning(self):
        if shutil.which("lintian") is None:
            self.skipTest("lintian is not installed")
        done = subprocess.run(["lintian", "--allow-root", self.package], capture_output=True, text=True,
                              timeout=120)
        self.assertEqual((done.stdout, done.returncode), ("", 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
