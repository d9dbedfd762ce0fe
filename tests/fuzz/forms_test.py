#!/usr/bin/env python3
"""Files in all forms, read by hubspool's reader and by Python's: they must agree on every record, digit and line.

HUBSPOOL_SCALE=full reads a hundred times as many. HUBSPOOL_SEED=N begins with another seed."""

import bz2
import gzip
import json
import lzma
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

FILES = 20_000 if os.environ.get("HUBSPOOL_SCALE") == "full" else 200
SEED = int(os.environ.get("HUBSPOOL_SEED", "1"))
DUMP = pathlib.Path(os.environ["HUBSPOOL_BIN_DIR"]) / "bin" / "dump_records"
BODY = re.compile(r'\{[ \t\r\n]*"inputs"[ \t\r\n]*:[ \t\r\n]*\[')
SPACE = " \t\r\n\ufeff"


class Number(str):
    """A number as it is written; equal only to the same digits."""

    def __eq__(self, other):
        return isinstance(other, Number) and str(self) == str(other)

    __hash__ = str.__hash__


class NoJson(Exception):
    pass


def no_json(word):
    raise NoJson(word)


STRICT = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=no_json)
LAX = json.JSONDecoder(parse_float=Number, parse_int=Number)


# The writer.

def number(rng):
    def digits():
        return "".join(rng.choice("0123456789") for _ in range(rng.choice([1, 1, 2, 3, 20, 60])))
    text = rng.choice(["", "", "-"]) + rng.choice(["0", "0", rng.choice("123456789") + digits()])
    if rng.random() < 0.4:
        text += "." + digits()
    if rng.random() < 0.3:
        text += rng.choice("eE") + rng.choice(["", "+", "-"]) + digits()[:4]
    return text


def string(rng):
    parts = ["a", "B", "\u00e9", "\u20ac", "\U0001f680", " ", "1.10", "\\n", "\\\"", "\\\\", "\\u0041",
             "\\ud83d\\ude80", "{", "]", ",", "#", "'"] + ["\\ud83d", "\\udc00"] * (rng.random() < 0.2)
    return '"' + "".join(rng.choice(parts) for _ in range(rng.randrange(6))) + '"'


def value(rng, depth=0):
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return number(rng)
    if kind < 6:
        return rng.choice([string(rng), string(rng), "true", "false", "null"])
    if kind == 6:
        return "[" + ",".join(value(rng, depth + 1) for _ in range(rng.randrange(4))) + "]"
    names = rng.sample(["a", "b", "c", "d"], rng.randrange(4))
    return "{" + ",".join(f'"{name}": {value(rng, depth + 1)}' for name in names) + "}"


def record(rng):
    ids = [str(rng.randrange(1, 9999)), f'"{rng.randrange(1, 9999)}"', f'"00{rng.randrange(1, 99)}"',
           f"{rng.randrange(1, 9999)}.0", f"{rng.randrange(1, 99)}e{rng.randrange(3)}", '"evt-7"',
           "12345678901234567890123"]
    bad = ["-1", "-0", "1.5", "1e400", "true", '""', '"1000.0"', '"n/a"', '"None"', '"1.2E+11"', '"1 2"',
           '"a\\ud800"']
    members = [f'"objectId":{rng.choice(ids if rng.random() < 0.8 else bad)}']
    if rng.random() < 0.05:
        members[0] = members[0].replace("objectId", rng.choice(["OBJECTID", "object_id"]))
    members += [f'"{name}":{value(rng)}' for name in rng.sample(["x", "y", "z", "k\\u0061"], rng.randrange(4))]
    if rng.random() < 0.5:
        entries = [f'{{"name":"{name}","value":{rng.choice([number, string])(rng)}}}'
                   for name in rng.sample(["p", "q", "r"], rng.randrange(3))]
        members.append('"customProperties":[' + ",".join(entries) + "]")
    if rng.random() < 0.05:
        members.append('"w":' + rng.choice(["NaN", "Infinity", "-Infinity"]))
    rng.shuffle(members)
    return "{" + rng.choice([",", ",", ", ", ",\n  "]).join(members) + "}"


def file_text(rng):
    text = ""
    for _ in range(rng.randrange(1, 6)):
        text += rng.choice(["", "", "\ufeff"])
        records = [record(rng) for _ in range(rng.randrange(1, 6))]
        if rng.random() < 0.1:
            records += ["7", '"x"', "null"]
            form = 1
        else:
            form = rng.randrange(3)
        listed = rng.choice(["[", "[ ", "[\n"]) + rng.choice([",", " ,\n"]).join(records) + "]"
        if form == 0:
            text += rng.choice(["", "\n", "\r\n", "\n\n"]).join(records)
        else:
            text += listed if form == 1 else rng.choice(['{"inputs":', '{ "inputs"\n: ']) + listed + "}"
        text += rng.choice(["", "\n", "\n", " \r\n"])
    return text


# The reader, which knows nothing of how the file was written.

def pieces(text):
    """Each record's line and what it is: a dict, or None for one that is bad as it stands."""
    at, inside = 0, ""
    while True:
        while at < len(text) and text[at] in (SPACE if not inside else " \t\r\n,"):
            at += 1
        if at == len(text):
            return
        body = BODY.match(text, at)
        if inside and text[at] == "]":
            at += 1
            if inside == "{":
                at = text.index("}", at) + 1
            inside = ""
        elif not inside and body:
            at, inside = body.end(), "{"
        elif not inside and text[at] == "[":
            at, inside = at + 1, "["
        else:
            line = 1 + text.count("\n", 0, at)
            found, end = LAX.raw_decode(text, at)
            try:
                STRICT.raw_decode(text, at)
            except NoJson:
                found = None
            yield line, found if isinstance(found, dict) else None
            at = end


def object_id(found):
    raw = found.get("objectId")
    if isinstance(raw, Number):
        if raw.startswith("-"):
            return None
        whole = re.fullmatch(r"(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", raw)
        mantissa, shift = whole[1] + (whole[2] or ""), int(whole[3] or 0) - len(whole[2] or "")
        if shift > 40:
            return None
        if shift < 0 and set(mantissa[shift:]) - {"0"}:
            return None
        return (mantissa[:shift] if shift < 0 else mantissa + "0" * shift).lstrip("0") or "0"
    if not isinstance(raw, str) or raw in ("", "1000.0", "n/a", "None", "1.2E+11", "1 2"):
        return None
    if any("\ud800" <= c <= "\udfff" for c in raw):
        return None
    return (raw.lstrip("0") or "0") if raw.isdigit() else raw


def mended(item):
    """With U+FFFD for each surrogate that stands alone."""
    if isinstance(item, Number):
        return item
    if isinstance(item, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", item)
    if isinstance(item, list):
        return [mended(each) for each in item]
    if isinstance(item, dict):
        return {mended(key): mended(each) for key, each in item.items()}
    return item


def surrogates(item):
    if isinstance(item, str):
        return len(re.findall("[\ud800-\udfff]", item))
    if isinstance(item, dict):
        return sum(surrogates(key) + surrogates(each) for key, each in item.items())
    return sum(map(surrogates, item)) if isinstance(item, list) else 0


def expected(text):
    records, bad, count = [], [], 0
    for line, found in pieces(text):
        count += surrogates(found)
        identity = object_id(found) if found is not None else None
        if identity is None:
            bad.append(line)
            continue
        fields = {}
        for key, each in found.items():
            if key == "customProperties":
                fields |= {"$" + each["name"]: {k: v for k, v in each.items() if k != "name"} for each in each}
            elif key != "objectId":
                fields[key] = each
        records.append({"id": identity, "line": Number(line), "fields": mended(fields)})
    return {"kept": "", "surrogates": Number(count), "records": records, "bad": bad}


class Forms(unittest.TestCase):
    def dump(self, contents):
        with tempfile.TemporaryDirectory() as directory:
            paths = []
            for i, content in enumerate(contents):
                paths.append(pathlib.Path(directory) / str(i))
                paths[-1].write_bytes(content)
            done = subprocess.run([DUMP, *paths], capture_output=True, check=True)
        return [STRICT.decode(line) for line in done.stdout.decode().splitlines()]

    def test_both_readers_agree_on_every_file(self):
        for begin in range(SEED, SEED + FILES, 100):
            seeds = range(begin, min(begin + 100, SEED + FILES))
            texts = [file_text(random.Random(seed)) for seed in seeds]
            for seed, text, got in zip(seeds, texts, self.dump(t.encode() for t in texts), strict=True):
                got["bad"] = [int(each["line"]) for each in got["bad"]]
                self.assertEqual(got, expected(text), f"HUBSPOOL_SEED={seed}: {text}")

    def test_compressed_files_are_read_as_their_text(self):
        seeds = range(SEED, SEED + FILES // 10)
        texts = [file_text(random.Random(seed)) for seed in seeds]
        packed = (gzip.compress(text.encode()) for text in texts)
        for seed, text, got in zip(seeds, texts, self.dump(packed), strict=True):
            got["bad"] = [int(each["line"]) for each in got["bad"]]
            self.assertEqual(got, expected(text), f"HUBSPOOL_SEED={seed}: {text}")

    def test_files_in_utf16_are_read_as_their_text(self):
        rng = random.Random(SEED)
        seeds = range(SEED, SEED + FILES // 10)
        texts = [file_text(random.Random(seed)) for seed in seeds]
        wide = [text.encode(rng.choice(["utf-16-le", "utf-16-be"])) for text in texts]
        packed = (rng.choice([bytes, gzip.compress])(each) for each in wide)
        for seed, text, got in zip(seeds, texts, self.dump(packed), strict=True):
            got["bad"] = [int(each["line"]) for each in got["bad"]]
            self.assertEqual(got, expected(text), f"HUBSPOOL_SEED={seed}: {text}")

    def test_files_of_other_forms_are_refused_as_a_whole(self):
        rng = random.Random(SEED)
        text = "".join(record(rng) + "\n" for _ in range(200))
        table = "".join(f"{i},Webinar {i}\n" for i in range(200))
        forms = {"bzip2": bz2.compress(text.encode()), "xz": lzma.compress(text.encode()),
                 "CSV": ("objectId,eventName\n" + table).encode(),
                 "binary": rng.randbytes(100_000).replace(b"\n{", b"")}
        forms |= {code: text.encode(code, "surrogatepass") for code in ("UTF-32", "UTF-32-LE", "UTF-32-BE")}
        for name, got in zip(forms, self.dump(forms.values()), strict=True):
            self.assertEqual((got["records"], got["bad"]), ([], []), name)
            self.assertIn(re.sub("-[LB]E$", "", name), got["kept"])


if __name__ == "__main__":
    unittest.main()
