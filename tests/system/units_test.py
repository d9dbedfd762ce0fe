"""The units as they are installed: systemd takes them without a word, they are shut in, and those of one kind are
alike."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BUILD = os.environ["HUBSPOOL_BIN_DIR"]
SERVICES = ("hubspool.service", "hubspool@.service", "hubspool-drain@.service")
EXPOSURE_MOST = 1.2


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


class UnitsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="hubspool-")
        cls.addClassCleanup(made.cleanup)
        cls.root = pathlib.Path(made.name) / "root"
        subprocess.run(["cmake", "--install", BUILD], env=os.environ | {"DESTDIR": str(cls.root)},
                       check=True, capture_output=True)
        cls.units = cls.root / "usr/lib/systemd/system"

    def setUp(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not installed")

    def text(self, unit):
        return (self.units / unit).read_text()

    def settings(self, unit):
        """{key: [values]}, in their order."""
        found = {}
        for key, value in re.findall(r"(?m)^(\w+)=(.*)$", self.text(unit)):
            found.setdefault(key, []).append(value)
        return found

    def test_systemd_takes_each_without_a_word(self):
        names = {"hubspool.service": "hubspool.service", "hubspool@.service": "hubspool@berlin.service",
                 "hubspool-drain@.service": "hubspool-drain@berlin.service",
                 "hubspool-drain@.timer": "hubspool-drain@berlin.timer"}
        # Their program is looked for, and is not in the machine's own root.
        apart = self.root.parent / "verified"
        apart.mkdir()
        for unit in names:
            (apart / unit).write_text(self.text(unit).replace("=/usr/bin/", f"={self.root}/usr/bin/"))
        for name in names.values():
            done = run("systemd-analyze", "verify", "--man=no", apart / name)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    def test_each_service_is_shut_in(self):
        for unit in SERVICES:
            done = run("systemd-analyze", "security", "--offline=true", "--no-pager", self.units / unit)
            found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
            if found is None:
                self.skipTest(f"this systemd cannot tell without a running one: {done.stderr.strip()}")
            self.assertLessEqual(float(found[1]), EXPOSURE_MOST, done.stdout)

    def test_service_of_an_instance_is_that_of_the_default_one_with_its_names(self):
        single, many = self.settings("hubspool.service"), self.settings("hubspool@.service")
        for key in ("ReadWritePaths", "ExecStartPre", "ExecStart", "StateDirectory", "RuntimeDirectory",
                    "RequiresMountsFor", "Description"):
            self.assertNotEqual(single.pop(key), many[key], key)
            self.assertTrue(all("%i" in value for value in many.pop(key)), key)
        self.assertEqual(single, many)

    def test_drain_of_the_default_instance_writes_where_its_service_does(self):
        drop_in = self.settings("hubspool-drain@hubspool.service.d/default-drain.conf")
        service = self.settings("hubspool.service")
        for key in ("ReadWritePaths", "StateDirectory"):
            self.assertEqual(drop_in[key], [""] + service[key], "what the template has is forgotten first")
        # An empty StateDirectory= forgets the mode, too.
        self.assertEqual(drop_in["StateDirectoryMode"], service["StateDirectoryMode"])

    def test_drain_starts_after_the_service_whose_queue_it_drains(self):
        self.assertIn("hubspool@%i.service", self.settings("hubspool-drain@.service")["After"][0].split())
        drop_in = self.settings("hubspool-drain@hubspool.service.d/default-drain.conf")
        self.assertEqual(drop_in["After"], ["hubspool.service"])

    def test_drain_that_only_left_dead_letters_is_no_failure(self):
        drain = self.settings("hubspool-drain@.service")
        self.assertEqual((drain["Type"], drain["SuccessExitStatus"]), (["oneshot"], ["3"]))

    def test_directories_of_an_instance_are_those_of_the_default_one(self):
        def lines(path, queue, state):
            text = (self.root / path).read_text()
            return {tuple(line.replace(queue, "QUEUE").replace(state, "STATE").split())
                    for line in text.splitlines() if line.startswith("d ")}
        self.assertEqual(
            lines("usr/lib/tmpfiles.d/hubspool.conf", "/var/spool/hubspool", "/var/lib/hubspool"),
            lines("usr/share/hubspool/instance.tmpfiles", "/var/spool/hubspool-NAME",
                  "/var/lib/hubspool-NAME"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
