#!/usr/bin/env python3
"""The alerts of config/prometheus: each comes when it should and goes again, is about metrics that there
are, and stands in the operator's guide with what to do."""

import pathlib
import re
import shutil
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RULES = ROOT / "config" / "prometheus" / "hubspool.rules.yml"


def alerts():
    return re.findall(r"- alert: (\w+)", RULES.read_text())


class Alerts(unittest.TestCase):
    @unittest.skipUnless(shutil.which("promtool"), "promtool is missing (Debian's package prometheus)")
    def test_promtool_tries_each(self):
        for command in (["check", "rules", RULES], ["test", "rules", HERE / "hubspool.rules.test.yml"]):
            done = subprocess.run(["promtool", *command], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_is_tried(self):
        tried = (HERE / "hubspool.rules.test.yml").read_text()
        self.assertEqual([alert for alert in alerts() if alert not in tried], [])

    def test_each_is_about_metrics_that_there_are(self):
        told = (ROOT / "daemon" / "app" / "metrics" / "metrics_text.cpp").read_text()
        used = set(re.findall(r"(?:hubspool|process)_\w+", RULES.read_text()))
        missing = [name for name in used if f'"{name.removesuffix("_count")}"' not in told]
        self.assertEqual(missing, [])
        self.assertGreater(len(used), 8)

    def test_each_stands_in_the_operator_s_guide(self):
        guide = (ROOT / "systemd" / "README.md").read_text()
        self.assertEqual(sorted(re.findall(r"^\| `(Hubspool\w+)`", guide, re.MULTILINE)), sorted(alerts()))


if __name__ == "__main__":
    unittest.main()
