#!/usr/bin/env python3
"""What config/ has for those who watch. The alerts for Prometheus: each comes when it should and goes again, is
about metrics that there are, and stands in the operator's guide with what to do. The dashboard for Grafana: each
query is one that Prometheus takes, about metrics that there are."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RULES = ROOT / "config" / "prometheus" / "hubspool.rules.yml"
DASHBOARD = ROOT / "config" / "grafana" / "hubspool.json"
PROMTOOL = unittest.skipUnless(shutil.which("promtool"), "promtool is missing (Debian's package prometheus)")


def alerts():
    return re.findall(r"- alert: (\w+)", RULES.read_text())


def not_told(queries):
    """Metrics that these are about, and that are not told."""
    told = (ROOT / "daemon" / "app" / "metrics" / "metrics_text.cpp").read_text()
    used = set(re.findall(r"(?:hubspool|process)_\w+", queries))
    return [name for name in used if f'"{re.sub("_(count|bucket|sum)$", "", name)}"' not in told]


class Alerts(unittest.TestCase):
    @PROMTOOL
    def test_promtool_tries_each(self):
        for command in (["check", "rules", RULES], ["test", "rules", HERE / "hubspool.rules.test.yml"]):
            done = subprocess.run(["promtool", *command], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_is_tried(self):
        tried = (HERE / "hubspool.rules.test.yml").read_text()
        self.assertEqual([alert for alert in alerts() if alert not in tried], [])

    def test_each_is_about_metrics_that_there_are(self):
        self.assertEqual(not_told(RULES.read_text()), [])
        self.assertGreater(len(alerts()), 8)

    def test_each_stands_in_the_operator_s_guide(self):
        guide = (ROOT / "systemd" / "README.md").read_text()
        self.assertEqual(sorted(re.findall(r"^\| `(Hubspool\w+)`", guide, re.MULTILINE)), sorted(alerts()))


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.board = json.loads(DASHBOARD.read_text())
        cls.panels = [panel for panel in cls.board["panels"] if panel["type"] != "row"]
        cls.queries = [target["expr"] for panel in cls.panels for target in panel["targets"]]
        cls.queries += [note["expr"] for note in cls.board["annotations"]["list"]]

    @PROMTOOL
    def test_prometheus_takes_each_query(self):
        # As what it records by a rule; with values where Grafana puts them.
        rules = [{"record": f"query{number}",
                  "expr": query.replace("$__rate_interval", "5m").replace("$job", ".*").replace("$instance", ".*")}
                 for number, query in enumerate(self.queries)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True,
                                  check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_query_is_about_metrics_that_there_are_and_one_host(self):
        for query in self.queries:
            self.assertRegex(query, "hubspool_|process_")
            self.assertEqual(not_told(query), [], query)
            self.assertIn('instance=~"$instance"', query)

    def test_panels_lie_side_by_side_and_say_what_they_show(self):
        taken = set()
        for panel in self.board["panels"]:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24)
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertEqual(taken & cells, set(), panel["title"])
            taken |= cells
        ids = [panel["id"] for panel in self.board["panels"]]
        self.assertEqual(len(ids), len(set(ids)))


if __name__ == "__main__":
    unittest.main()
