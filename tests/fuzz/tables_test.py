#!/usr/bin/env python3
"""Tables of all dialects, in UTF-8 and UTF-16, and what is left of them when bytes were spoilt, read by hubspool's reader and
by Python's csv: they must agree on every row, cell and line, and on which rows are bad.

HUBSPOOL_SCALE=full reads a hundred times as many, a sanitized build a quarter. HUBSPOOL_SEED=N begins with
another seed."""

import csv
import io
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

FILES = 40_000 if os.environ.get("HUBSPOOL_SCALE") == "full" else 100 if os.environ.get("HUBSPOOL_SANITIZE") else 400
SEED = int(os.environ.get("HUBSPOOL_SEED", "1"))
DUMP = pathlib.Path(os.environ["HUBSPOOL_BIN_DIR"]) / "bin" / "dump_records"
COLUMNS = ["objectId", "custom:a", "custom:b", "eventName"]
PARTS = ["a", "1", " ", "\u00fc", "\u20ac", "\U0001f680", "\\", "{", "}", "\t", ";", ",", "|", '"', "'", "\n",
         "\r\n", '""', "''", "0"]
MARK = "\ufeff"
ENCODINGS = [("utf-8", ""), ("utf-8", ""), ("utf-8", MARK), ("utf-16-le", MARK), ("utf-16-be", MARK),
             ("utf-16-le", ""), ("utf-16-be", "")]


def dialect(rng):
    return {"delimiter": rng.choice(",;\t|"), "quotechar": rng.choice("\"\"'"),
            "lineterminator": rng.choice(["\n", "\r\n", "\r"]),
            "quoting": rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])}


def cell(rng):
    return "".join(rng.choice(PARTS) for _ in range(rng.choice([0, 1, 1, 3, 8])))


def table(rng, form, encoding):
    out = io.StringIO(newline="")
    writer = csv.writer(out, **form)
    columns = COLUMNS[:1] + rng.sample(COLUMNS[1:], rng.randrange(1, 4))
    rng.shuffle(columns)
    writer.writerow(columns)
    for _ in range(rng.randrange(12)):
        row = [rng.choice(["7", "007", "", "evt-7", str(rng.randrange(9999))]) if name == "objectId" else cell(rng)
               for name in columns]
        if rng.random() < 0.1:
            row = row[:-1] if rng.random() < 0.5 else [*row, "x"]
        writer.writerow(row)
        out.write(rng.choice(["", "", "", form["lineterminator"]]))
    text = out.getvalue()
    header = text.index(form["lineterminator"]) + len(form["lineterminator"])
    # Some signs are put in, taken out or doubled.
    for _ in range(rng.choice([0, 0, 1, 3])):
        at = rng.randrange(header, len(text) + 1)
        # A surrogate alone, which only UTF-16 can hold.
        spoilt = rng.choice([form["quotechar"], form["delimiter"], "\n", "x"] + ["\ud83d"] * ("16" in encoding))
        text = text[:at] + spoilt + text[at + rng.randrange(2):]
    return columns, text


def rows(text, form):
    """Each row's line, its cells, and whether it is bad as it stands."""
    reading = {"delimiter": form["delimiter"], "quotechar": form["quotechar"]}
    told = []

    def lines():
        for line in io.StringIO(text, newline=""):
            told.append(line)
            yield line

    line = 1
    for found in csv.reader(lines(), **reading):
        own, at = "".join(told), line
        line += sum(1 for each in told[:-1] if each.endswith("\n")) + 1
        told.clear()
        try:
            list(csv.reader(io.StringIO(own, newline=""), strict=True, **reading))
            yield at, found, False
        except csv.Error:
            yield at, found, True


def identity(text):
    return None if text == "" else (text.lstrip("0") or "0") if text.isdigit() else text


def is_id(text):
    """What the rows of ids here may have become; others are not looked at."""
    return text == "evt-7" or text.isdecimal() and text.isascii()


def expected(text, columns, form):
    records, bad = [], []
    found = rows(text, form)
    next(found)
    for line, cells, is_bad in found:
        if not is_bad and not any(cells):
            continue
        row = dict(zip(columns, cells))
        if is_bad or len(cells) != len(columns) or not is_id(row["objectId"]):
            bad.append(line)
            continue
        fields = {("$" + name[7:] if name.startswith("custom:") else name):
                  ({"value": each} if name.startswith("custom:") else each)
                  for name, each in row.items() if name != "objectId" and each}
        records.append({"id": identity(row["objectId"]), "line": line, "fields": fields})
    return records, bad


class Tables(unittest.TestCase):
    def test_both_readers_agree_on_every_row(self):
        agreed = 0
        with tempfile.TemporaryDirectory() as directory:
            for seed in range(SEED, SEED + FILES):
                rng = random.Random(seed)
                form = dialect(rng)
                encoding, mark = rng.choice(ENCODINGS)
                columns, text = table(rng, form, encoding)
                path = pathlib.Path(directory) / "a.csv"
                path.write_bytes((mark + text).encode(encoding, "surrogatepass"))
                lone = text.count("\ud83d")
                text = text.replace("\ud83d", "\ufffd")
                told = [] if rng.random() < 0.8 else [f"--delimiter={form['delimiter']}"]
                done = subprocess.run([DUMP, f"--quote={form['quotechar']}", *told, path],
                                      capture_output=True, check=True)
                got = json.loads(done.stdout.decode())
                records, bad = expected(text, columns, form)
                told_bad = [each["line"] for each in got["bad"]]
                ids = [each for each in got["records"] if is_id(each["id"])]
                words = f"HUBSPOOL_SEED={seed}: {form} {encoding} {text!r} {got}"
                self.assertEqual(got["surrogates"], lone, words)
                self.assertEqual(ids, records, words)
                # An id of other signs may be one.
                others = [each["line"] for each in got["records"] if not is_id(each["id"])]
                self.assertEqual(sorted(told_bad + others), bad, words)
                agreed += len(records)
        self.assertGreater(agreed, FILES)


if __name__ == "__main__":
    unittest.main()
