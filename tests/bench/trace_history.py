#!/usr/bin/env python3
"""How long `trace` searches a history of so many batches of 100 objects (2 kB a row), for an object that
is in none of them, warm and with the database out of the page cache.

    trace_history.py [ROWS]     1,000,000 unless told; takes 2 GB and some minutes
"""

import pathlib
import random
import resource
import sqlite3
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from hubspool_harness import Hubspool, temporary_directory  # noqa: E402

DIFFERENT = 2000  # settlements: enough that no cache of the processor holds them
NAMES = [b"eventName", b"startDateTime", b"eventUrl", b"room"]


def varint(number):
    coded = b""
    while number >= 0x80:
        coded += bytes([number & 0x7f | 0x80])
        number >>= 7
    return coded + bytes([number])


def text(value):
    return varint(len(value)) + value


def fnv_32(data):
    value = 0x811c9dc5
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & 0xffffffff
    return value


def settlement(chosen):
    """As core/books/batch_outcome.cpp describes it."""
    body = varint(len(NAMES)) + b"".join(map(text, NAMES)) + varint(100)
    for _ in range(100):
        object_id = str(chosen.randrange(10**10, 10**11)).encode()
        fields = b"".join(varint(each) for each in chosen.sample(range(len(NAMES)), 3))
        body += text(object_id) + varint(0) + varint(3) + fields
    body += varint(1) + varint(chosen.randrange(1, 100000)) + varint(30)
    for _ in range(30):
        body += varint(chosen.randrange(1, 200)) + varint(chosen.randrange(4) << 2)
    return b"HS\1" + struct.pack("<I", fnv_32(body)) + text(body)


def add_batches(database, rows):
    chosen = random.Random(1)
    blobs = [settlement(chosen) for _ in range(DIFFERENT)]
    columns = {"attempt": 1, "lane": 1, "probe": 0, "inputs": 100, "delivered": 100, "retried": 0,
               "dead_lettered": 0, "http_status": 200, "status": "COMPLETE", "reason": "", "words": "",
               "correlation_id": "5b9c1e4a-0000-4000-8000-000000000012", "duration_ms": 150,
               "queue_wait_ms": 1000, "max_file": 1}
    names = ", ".join([*columns, "batch", "finished", "settlement"])
    marks = ", ".join("?" * (len(columns) + 3))
    with sqlite3.connect(database) as state:
        state.execute("PRAGMA synchronous = OFF")
        state.executemany(f"INSERT INTO batch ({names}) VALUES ({marks})",
                          ([*columns.values(), i, i * 1000, chosen.choice(blobs)]
                           for i in range(1, rows + 1)))
    state.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    state.close()


def timed_trace(hubspool, rows, how):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = hubspool.run("trace", "--object", "1" * 11, timeout=3600)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "nothing is known of object" in done.stderr, done.stderr
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{how}: {rows} batches in {took:.2f} s, CPU {cpu:.2f} s, {cpu / rows * 1e6:.2f} us a batch")


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    with temporary_directory() as directory, Hubspool(directory) as hubspool:
        hubspool.run("drain", "--deadline", "0s")  # makes queue and state
        database = hubspool.state / "state.db"
        add_batches(database, rows)
        subprocess.run(["dd", f"of={database}", "oflag=nocache", "conv=notrunc,fdatasync", "count=0"],
                       check=True, stderr=subprocess.DEVNULL)
        timed_trace(hubspool, rows, "not in memory")
        timed_trace(hubspool, rows, "in memory")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"database {database.stat().st_size >> 20} MiB; peak of any process {peak} MiB")


if __name__ == "__main__":
    main()
