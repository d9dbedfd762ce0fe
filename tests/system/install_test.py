"""What `cmake --install` puts where, and whether systemd takes it: unit, user, directories. In a directory
that stands for the root of a machine; what is not installed here is skipped."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = os.environ["HUBSPOOL_BIN_DIR"]
UNITS = ("hubspool.service", "hubspool@.service", "hubspool-drain@.service", "hubspool-drain@.timer",
         "hubspool-drain@hubspool.service.d/default-drain.conf")
PRODUCERS = ("hubspool-put.mjs", "hubspool-put.sh", "hubspool_put.php", "hubspool_put.py")

# Of the version with one group for service and producers.
OLD_SYSUSERS = 'u hubspool - "hubspool, delivers to HubSpot" /var/lib/hubspool\n'
OLD_TMPFILES = """d /var/spool/hubspool      0755 hubspool hubspool -
d /var/spool/hubspool/tmp  3770 hubspool hubspool -
d /var/spool/hubspool/new  3770 hubspool hubspool -
d /var/spool/hubspool/bulk 3770 hubspool hubspool -
z /etc/hubspool                0750 root     hubspool -
z /etc/hubspool/hubspool.yaml  0640 root     hubspool -
"""


def run(*command, **how):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **how)


class InstallTest(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="hubspool-")
        self.addCleanup(made.cleanup)
        self.root = pathlib.Path(made.name) / "root"
        self.install()

    def install(self):
        done = run("cmake", "--install", BUILD, env=os.environ | {"DESTDIR": str(self.root)})
        self.assertEqual(done.returncode, 0, done.stderr)

    def need(self, program):
        if shutil.which(program) is None:
            self.skipTest(f"{program} is not installed")

    def test_all_is_where_the_guide_says(self):
        found = {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}
        self.assertEqual(found, {
            "etc/hubspool/hubspool.yaml", "usr/bin/hubspool", "usr/share/doc/hubspool/README.md",
            "usr/share/man/man1/hubspool.1", "usr/share/man/man5/hubspool.yaml.5",
            "usr/share/man/man8/hubspool.8", "usr/share/bash-completion/completions/hubspool",
            "usr/share/zsh/vendor-completions/_hubspool", "usr/share/hubspool/instance.tmpfiles",
            *(f"usr/lib/systemd/system/{name}" for name in UNITS),
            "usr/lib/sysusers.d/hubspool.conf", "usr/lib/tmpfiles.d/hubspool.conf",
            "usr/share/hubspool/hubspool.yaml", "usr/share/hubspool/prometheus/hubspool.rules.yml",
            "usr/share/hubspool/grafana/hubspool.json", "usr/share/hubspool/control.openapi.json",
            *(f"usr/share/doc/hubspool/examples/{name}" for name in ("notify-chat", "notify-mail")),
            *(f"usr/share/hubspool/producers/{name}" for name in PRODUCERS)})
        self.assertEqual((self.root / "etc/hubspool/hubspool.yaml").stat().st_mode & 0o777, 0o644,
                         "producers read it")
        for name in PRODUCERS:
            self.assertTrue(os.access(self.root / "usr/share/hubspool/producers" / name, os.X_OK))
        version = run(self.root / "usr/bin/hubspool", "--version")
        self.assertRegex(version.stdout, r"^hubspool \d")

    def edit(self):
        edited = self.root / "etc/hubspool/hubspool.yaml"
        edited.write_text("log: {level: debug}\n")
        return edited, edited.with_name("hubspool.yaml.new")

    def test_upgrade_with_the_same_shipped_configuration_puts_nothing_beside_an_edited_one(self):
        self.install()
        edited, beside = self.edit()
        self.assertFalse(beside.exists(), "nothing was edited")
        self.install()
        self.assertEqual(edited.read_text(), "log: {level: debug}\n")
        self.assertFalse(beside.exists(), "nothing has changed")

    def test_upgrade_with_a_changed_shipped_configuration_puts_it_beside_an_edited_one(self):
        edited, beside = self.edit()
        shipped = self.root / "usr/share/hubspool/hubspool.yaml"
        ours = shipped.read_text()
        shipped.write_text("# as it was shipped before\n")
        self.install()
        self.assertEqual(edited.read_text(), "log: {level: debug}\n")
        self.assertEqual((beside.read_text(), shipped.read_text()), (ours, ours))
        beside.unlink()  # its operator has taken over what was new
        self.install()
        self.assertFalse(beside.exists(), "it was shown once")

    def test_upgrade_from_a_version_that_kept_no_shipped_configuration_puts_it_beside(self):
        _, beside = self.edit()
        (self.root / "usr/share/hubspool/hubspool.yaml").unlink()
        self.install()
        self.assertTrue(beside.exists())

    def groups(self):
        lines = (self.root / "etc/group").read_text().splitlines()
        return {name: (int(number), members)
                for name, _, number, members in (line.split(":") for line in lines)}

    def assert_groups_are_two(self, queue):
        """Producers write the front directories, and cannot read what the group hubspool may."""
        submit, members = self.groups()["hubspool-submit"]
        self.assertEqual(members, "hubspool")
        self.assertEqual(self.groups()["hubspool"][1], "")
        for name in ("tmp", "new", "bulk"):
            found = (queue / name).stat()
            self.assertEqual((found.st_gid, found.st_mode & 0o7777), (submit, 0o3770), name)
        for place, mode in (("etc/hubspool", 0o755), ("etc/hubspool/hubspool.yaml", 0o644)):
            found = (self.root / place).stat()
            self.assertEqual((found.st_uid, found.st_gid, found.st_mode & 0o777), (0, 0, mode), place)

    def test_scenario_60_upgrade_gives_the_queue_of_an_older_version_to_the_producers(self):
        self.need("systemd-sysusers")
        if os.geteuid() != 0:
            self.skipTest("only root gives directories away")
        for kind, lines in (("sysusers", OLD_SYSUSERS), ("tmpfiles", OLD_TMPFILES)):
            (self.root / f"usr/lib/{kind}.d/hubspool.conf").write_text(lines)
        self.make_users_and_queue()
        queue = self.root / "var/spool/hubspool"
        (queue / "new" / "waits.ndjson").write_text("{}")
        self.assertEqual((queue / "new").stat().st_gid, self.groups()["hubspool"][0])
        self.install()
        self.make_users_and_queue()
        self.assert_groups_are_two(queue)
        self.assertEqual((queue / "new" / "waits.ndjson").read_text(), "{}")

    def make_users_and_queue(self):
        for command in (("systemd-sysusers",), ("systemd-tmpfiles", "--create")):
            done = run(*command, f"--root={self.root}")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_unit_looks_before_each_start_and_gives_up_when_none_succeeds(self):
        unit = (self.root / "usr/lib/systemd/system/hubspool.service").read_text()
        self.assertRegex(unit, r"(?m)^ExecStartPre=/usr/bin/hubspool check --quiet -c ")
        seconds = {"min": 60, "s": 1}
        number = {key: int(value) * seconds.get(word, 1) for key, value, word in re.findall(
            r"(?m)^(RestartSec|StartLimit\w+)=(\d+)(s|min)?$", unit)}
        tries = number["StartLimitBurst"] * number["RestartSec"]
        self.assertLess(tries * 2, number["StartLimitIntervalSec"], "also when each takes a while")
        self.assertLess(number["StartLimitIntervalSec"], 600, "rare crashes are no reason")

    def test_user_and_queue_are_made_and_hubspool_finds_nothing_to_say_of_them(self):
        self.need("systemd-sysusers")
        if os.geteuid() != 0:
            self.skipTest("only root gives directories away")
        self.make_users_and_queue()
        self.assertIn("hubspool:", (self.root / "etc/passwd").read_text())
        queue = self.root / "var/spool/hubspool"
        self.assert_groups_are_two(queue)
        self.assertNotEqual(queue.stat().st_uid, 0)
        config = self.root.parent / "check.yaml"
        config.write_text(f"queue: {{directory: {queue}}}\n"
                          f"state: {{directory: {self.root}/var/lib/hubspool}}\n")
        # The service's user must get to it, as on a machine.
        self.root.parent.chmod(0o755)
        done = run(self.root / "usr/bin/hubspool", "check", "-c", config)
        said = [line for line in done.stdout.splitlines()
                if line.split()[:2] in (["warning", "queue"], ["error", "queue"])]
        self.assertEqual([line for line in said if "queue.reserve" not in line], [])
        self.assertNotIn("error    state", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^ok +queue ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
