#!/usr/bin/env python3
"""The names of CTest's tests must fit a line: a parameter without a name would be printed as bytes.

    check_test_names.py BUILD_DIR      exit 1 when one has LENGTH_MOST characters or more
"""
import json
import pathlib
import subprocess
import sys
import tempfile

LENGTH_MOST = 100


def names_of(build):
    with tempfile.TemporaryDirectory(prefix="hubspool-") as apart:
        # Asked from elsewhere: two CTests in one directory write the same log.
        (pathlib.Path(apart) / "CTestTestfile.cmake").write_text(f'subdirs("{build}")\n')
        done = subprocess.run(["ctest", "--test-dir", apart, "--show-only=json-v1"],
                              capture_output=True, text=True, check=True)
    return [test["name"] for test in json.loads(done.stdout)["tests"]]


def too_long(names):
    return [name for name in names if len(name) >= LENGTH_MOST]


if __name__ == "__main__":
    found = names_of(pathlib.Path(sys.argv[1]).resolve())
    assert found, "no tests were found"
    wrong = too_long(found)
    for each in wrong:
        print(f"{len(each)} characters: {each}")
    sys.exit(1 if wrong else 0)
