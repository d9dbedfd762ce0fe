"""Change records for tests: made, put into a queue, and folded into what must come of them."""

import json
import os
import pathlib
import random
import shutil
import time


def put_into(queue, lane, path, name=None):
    """Puts a copy of `path` into the queue as a producer must: tmp/, fsync, rename, fsync."""
    queue = pathlib.Path(queue)
    for folder in ("tmp", lane):
        (queue / folder).mkdir(parents=True, exist_ok=True)
    name = name or f"{time.time_ns():020}-{pathlib.Path(path).name}"
    unfinished = queue / "tmp" / name
    shutil.copyfile(path, unfinished)
    _sync(unfinished)
    unfinished.rename(queue / lane / name)
    _sync(queue / lane)
    return name


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_ndjson(path, records):
    with open(path, "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


def make_records(n_records, n_objects, seed, first_sequence=1, first_id=1000000):
    """Records of randomly chosen fields; every value ends in '#' and the record's number.

    The first n_objects records name every object once.
    """
    chance = random.Random(seed)
    order = list(range(n_objects))
    chance.shuffle(order)
    records = []
    for i in range(n_records):
        number = first_sequence + i
        which = order[i] if i < n_objects else chance.randrange(n_objects)
        record = {"objectId": str(first_id + which)}
        for field in ("eventName", "eventType", "eventOrganizer", "eventDescription"):
            if chance.random() < 0.6:
                record[field] = f"{field} of {which} #{number}"
        record["customProperties"] = [
            {"name": name, "value": f"{name} #{number}"}
            for name in ("seats", "room", "host") if chance.random() < 0.5]
        records.append(record)
    return records


def expected_final(records):
    """Folds records field by field, in order: {id: {field: value, "custom": {name: value}}}."""
    objects = {}
    for record in records:
        if "objectId" not in record:
            continue
        key = str(record["objectId"])
        if key.isascii() and key.isdigit():
            key = key.lstrip("0") or "0"
        target = objects.setdefault(key, {"custom": {}})
        for field, value in record.items():
            if field == "customProperties":
                for entry in value:
                    target["custom"][entry["name"]] = entry["value"]
            elif field not in ("objectId", "$hubspool"):
                target[field] = value
    return objects


def compare(expected, actual, limit=20):
    """Differences in words, at most `limit`; empty when the two agree."""
    found = []
    for key in sorted(expected.keys() | actual.keys()):
        if expected.get(key) != actual.get(key):
            found.append(f"{key}: expected {expected.get(key)}, seen {actual.get(key)}")
            if len(found) == limit:
                break
    return found
