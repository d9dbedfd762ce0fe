#!/usr/bin/env python3
"""scripts/campaign: what it is asked for it runs, in the least size here; what it does not know it refuses."""

import csv
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def campaign(*arguments, timeout=100):
    return subprocess.run([ROOT / "scripts" / "campaign", *arguments], capture_output=True, text=True,
                          timeout=timeout, check=False)


class Campaign(unittest.TestCase):
    def test_soak_runs_to_its_end_and_keeps_its_figures(self):
        done = campaign("soak", "--hours", "0.003", "--seed", "7")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, "soak: passed, 1 rounds in .* up to seed 7")
        with open(ROOT / "build" / "campaign" / "soak-7.csv", encoding="ascii") as file:
            rows = list(csv.DictReader(file))
        self.assertGreater(len(rows), 8)
        self.assertTrue(all(int(row["resident_kib"]) > 0 for row in rows))

    def test_what_it_does_not_know_is_refused_with_a_word(self):
        for arguments, words in ((("flood",), "'flood' is no campaign"), ((), "which one?"),
                                 (("soak", "--hours", "long"), "--hours long is no number"),
                                 (("soak", "--seed"), "--seed needs a number")):
            done = campaign(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr)

    def test_help_names_each_campaign(self):
        done = campaign("--help")
        self.assertEqual(done.returncode, 0)
        for kind in ("kill", "network", "disk", "soak"):
            self.assertIn(f"scripts/campaign {kind}", done.stdout)


if __name__ == "__main__":
    unittest.main()
