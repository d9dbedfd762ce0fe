"""What the rows of the bench share: a portal, hubspool, made records, and what a process used."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from hubspool_harness import Hubspool, find_program, generate, put_into  # noqa: E402

UNLIMITED = {"rate_limit": {"requests": 1_000_000, "window": "1s"}, "batch": {"linger": "0"},
             "api": {"connections": 8}, "queue": {"retention": "0"}}
UNLIMITED_PORTAL = {"limit": 1_000_000_000, "threads": 2}
MIB = 1 << 20


class Usage:
    """Of one process: seconds, CPU seconds, peak MiB."""

    def __init__(self, command, **how):
        began = time.monotonic()
        process = subprocess.Popen(list(map(str, command)), **how)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]} {command[1]}: exit {process.returncode}")
        self.seconds = time.monotonic() - began
        self.cpu = used.ru_utime + used.ru_stime
        self.peak_mib = used.ru_maxrss / 1024


def row(what, ours, ceiling, ratio, goal="", memory=""):
    print(f"{what:<46} {ours:>14} {ceiling:>14} {ratio:>7} {goal:>9} {memory:>8}", flush=True)


def mib(usage):
    return f"{usage.peak_mib:.0f} MiB"


def ceiling(*words):
    """(CPU seconds, seconds) of bench_ceilings, the better of three."""
    runs = [subprocess.run([find_program("bench_ceilings"), *map(str, words)], check=True,
                           capture_output=True, text=True).stdout.split() for _ in range(3)]
    return min((float(cpu), float(seconds)) for cpu, seconds in runs)


def put_all_into(queue, lane, directory):
    """As put_into() does, but that all are made durable at once."""
    for folder in ("tmp", lane):
        (queue / folder).mkdir(parents=True)
    for number, path in enumerate(sorted(directory.iterdir())):
        unfinished = queue / "tmp" / f"{number:09}-{path.name}"
        shutil.copyfile(path, unfinished)
        unfinished.rename(queue / lane / unfinished.name)
    os.sync()


class BenchCase:
    """The rows of one kind; `self.portal` is a stand-in without any limit or latency."""

    def __init__(self, directory, portal, full):
        self.directory = pathlib.Path(directory)
        self.portal = portal
        self.full = full

    def hubspool(self, overrides=None, portal=None):
        made = Hubspool(self.directory / f"hubspool-{time.monotonic_ns()}", portal or self.portal,
                        UNLIMITED)
        made.configure(overrides or {})
        return made

    def records(self, n_records, n_objects, files=1):
        """A file of records; of several files, the directory that holds them."""
        path = self.directory / f"records-{n_records}-{n_objects}-{files}"
        if files == 1 and not path.exists():
            generate(path, n_records, n_objects, expected=f"{path}.expected")
        elif not path.exists():
            path.mkdir()
            generate(path / "part", n_records, n_objects, files=files)
        return path

    def drain(self, source, lane="bulk"):
        """A drain of that file, or of all files of that directory."""
        hubspool = self.hubspool()
        if source.is_dir():
            put_all_into(hubspool.queue, lane, source)
        else:
            put_into(hubspool.queue, lane, source)
        self.portal.reset_counters()
        return Usage([find_program("hubspool"), "drain", "-c", hubspool.config],
                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
