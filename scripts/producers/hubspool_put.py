#!/usr/bin/env python3
"""Puts the records on standard input into hubspool's queue as one file, durably.

    hubspool_put.py [--bulk] [QUEUE_DIRECTORY] < records.ndjson

The producer's contract: write in tmp/ under a unique name, fsync, rename into new/ (or bulk/), fsync
the directory. When this exits with 0, the records survive a power loss; else it says whether they were put.
"""
import itertools
import os
import shutil
import sys
import time

_counter = itertools.count()


class PutButNotDurable(OSError):
    """The file is in the queue, but a power loss may undo that: putting it again sends it twice."""


def unique_name() -> str:
    """Sorts by time: within one tick of the file system's clock, hubspool takes names in order."""
    return f"{time.time_ns():020d}-{os.getpid():07d}-{next(_counter) % 1000000:06d}.ndjson"


def put(records, queue: str = "/var/spool/hubspool", lane: str = "new") -> str:
    """Copies the binary file `records` into the queue; returns the name. OSError: nothing was put, but
    for PutButNotDurable."""
    name = unique_name()
    being_written = os.path.join(queue, "tmp", name)
    try:
        with open(being_written, "xb") as out:
            os.fchmod(out.fileno(), 0o640)  # hubspool reads it by its group, whatever the umask is
            shutil.copyfileobj(records, out)
            out.flush()
            os.fsync(out.fileno())
        os.rename(being_written, os.path.join(queue, lane, name))
    except BaseException:
        if os.path.exists(being_written):
            os.unlink(being_written)
        raise
    try:
        directory = os.open(os.path.join(queue, lane), os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        raise PutButNotDurable(f"{name} was put, but a power loss may undo it: {error}") from error
    return name


def main() -> int:
    arguments = sys.argv[1:]
    lane = "bulk" if "--bulk" in arguments else "new"
    places = [a for a in arguments if a != "--bulk"]
    if len(places) > 1 or any(p.startswith("-") for p in places):
        print("usage: hubspool_put.py [--bulk] [QUEUE_DIRECTORY] < records", file=sys.stderr)
        return 2
    try:
        print(put(sys.stdin.buffer, places[0] if places else "/var/spool/hubspool", lane))
    except PutButNotDurable as error:
        print(f"hubspool_put.py: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"hubspool_put.py: nothing was put: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
