#!/usr/bin/env python3
"""The control socket: changes come in over it, and who may steers. Each answer is held against
config/control.openapi.json."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import socket
import unittest

import jsonschema

from end_to_end import DONE, FAILED, EndToEnd, simple_records, wait_until

OPENAPI = json.loads((pathlib.Path(__file__).parents[2] / "config/control.openapi.json").read_text())
NOBODY = 65534


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = connected(self.path)


def connected(path):
    """Its path may be longer than an address is."""
    path = pathlib.Path(path)
    one = socket.socket(socket.AF_UNIX)
    directory = os.open(path.parent, os.O_PATH)
    try:
        one.connect(f"/proc/self/fd/{directory}/{path.name}")
    except OSError:
        one.close()
        raise
    finally:
        os.close(directory)
    return one


def schema_of(method, path, status):
    """That of the answer; None: it is text."""
    content = OPENAPI["paths"][path][method.lower()]["responses"][str(status)]["content"]
    schema = content.get("application/json", {}).get("schema")
    return schema and schema | {"components": OPENAPI["components"]}


class Control(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool()
        self.socket = self.hubspool.queue / "control.sock"

    def start(self):
        self.start_daemon(self.hubspool)
        wait_until(self.listens, 20, "the socket")

    def listens(self):
        """Not only that a socket lies there: a kill leaves one."""
        try:
            connected(self.socket).close()
        except OSError:
            return False
        return True

    def ask(self, method, path, body=None, headers=None):
        """(status, parsed body), which is as described."""
        with contextlib.closing(UnixConnection(self.socket)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
        plain = path.split("?")[0]
        if plain not in OPENAPI["paths"] or method.lower() not in OPENAPI["paths"][plain]:
            return answer.status, text
        schema = schema_of(method, plain, answer.status)
        if answer.getheader("Content-Type") != "application/json":
            return answer.status, text
        self.assertIsNotNone(schema, f"{method} {path}: {answer.status} is described as text")
        parsed = json.loads(text)
        jsonschema.validate(parsed, schema)
        return answer.status, parsed

    def post_changes(self, body, query="", content_type="application/x-ndjson"):
        return self.ask("POST", "/v1/changes" + query, body, {"Content-Type": content_type})

    @staticmethod
    def ndjson(records):
        return "".join(json.dumps(record) + "\n" for record in records)

    def requests(self):
        return self.portal.report()["requests"]

    def stop_and_expect(self, records):
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assert_portal_has(records)
        self.assert_portal_kept_the_rules()
        self.assertFalse(self.socket.exists(), "it goes with the daemon")

    def told(self):
        """What it says of itself; empty while it has said nothing."""
        return self.ask("GET", "/v1/status")[1]["status"] or {}

    # Changes.

    def test_changes_in_each_form_are_delivered(self):
        self.start()
        records = simple_records(range(1, 41))
        status, told = self.post_changes(self.ndjson(records[:10]))
        self.assertEqual((status, told["records"], told["lane"]), (202, 10, "live"))
        self.assertEqual(self.post_changes(json.dumps(records[10:20]), "?lane=bulk", "application/json")[0], 202)
        rows = "objectId,eventName\n" + "".join(f"{r['objectId']},{r['eventName']}\n" for r in records[20:])
        table = [{"objectId": r["objectId"], "eventName": r["eventName"]} for r in records[20:]]
        status, told = self.post_changes(rows, "?as_of=2026-11-30T01:00:00%2B01:00", "text/csv; charset=utf-8")
        self.assertEqual((status, told["records"]), (202, 20))
        self.assertIn("as_of=20261130T000000Z", told["name"])
        self.stop_and_expect(records[:20] + table)

    def test_bad_records_are_listed_and_nothing_is_queued(self):
        self.start()
        status, told = self.post_changes('{"objectId":"1"}\n{"objectId":-1}\nno\n')
        self.assertEqual((status, told["error"]["code"], told["bad"], told["name"]), (422, "bad_records", 2, None))
        self.assertEqual([bad["line"] for bad in told["bad_records"]], [2, 3])
        self.assertEqual(self.post_changes("")[1]["error"]["code"], "no_records")
        self.assertEqual(self.post_changes("<html></html>")[0], 422)
        self.assertEqual(self.post_changes("\x1f\x8b\x08broken")[0], 422)
        for query in ("?lane=fast", "?as_of=tomorrow", "?as_of=2999-01-01T00:00:00Z", "?colour=red", "?lane=live&lane=bulk"):
            self.assertEqual(self.post_changes('{"objectId":"1"}', query)[0], 400, query)
        self.assertEqual(self.ask("POST", "/v1/changes", b" " * (16 * 1024 * 1024 + 1))[0], 413)
        self.stop_and_expect([])
        self.assertEqual(self.requests(), 0)

    def test_what_was_accepted_survives_a_kill(self):
        self.portal.set_faults(latency_ms=2000)
        self.start()
        records = simple_records(range(1, 9))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for status, _ in pool.map(lambda one: self.post_changes(self.ndjson([one])), records):
                self.assertEqual(status, 202)
        self.hubspool.kill9()
        self.portal.set_faults(latency_ms=0)
        self.assertTrue(self.socket.exists(), "what a kill leaves")
        self.start()
        self.stop_and_expect(records)

    # Steering.

    def test_no_request_goes_once_a_pause_is_answered(self):
        self.hubspool.configure({"batch": {"max_inputs": 1, "linger": "0ms"}, "api": {"connections": 1}})
        self.start()
        records = simple_records(range(1, 101))
        self.hubspool.put(records)
        wait_until(lambda: self.requests() > 3, 20, "requests")
        self.assertEqual(self.ask("POST", "/v1/pause"), (200, {"paused": True}))
        wait_until(lambda: self.told().get("in_flight") == 0, 20, "the end of what was under way")
        sent = self.requests()
        wait_until(lambda: [park["reason"] for park in self.told()["parks"]] == ["paused"], 20, "the park")
        self.assertEqual(self.requests(), sent)
        self.hubspool.kill9()
        self.start()
        wait_until(lambda: self.told().get("parks"), 20, "the park, over a restart")
        self.assertEqual(self.requests(), sent)
        self.assertEqual(self.ask("POST", "/v1/resume"), (200, {"paused": False}))
        self.stop_and_expect(records)

    def test_pause_and_resume_commands_are_heeded_when_they_return(self):
        self.start()
        done = self.hubspool.run("pause")
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        self.assertIn("has heard it", done.stdout)
        records = simple_records([1])
        self.hubspool.put(records)
        wait_until(lambda: self.told().get("pending", {}).get("records") == 1, 20, "the record")
        self.assertEqual(self.requests(), 0)
        self.assertIn("has heard it", self.hubspool.run("resume").stdout)
        self.stop_and_expect(records)

    def test_flush_asks_at_once_after_an_outage(self):
        self.hubspool.configure({"retry": {"initial": "1h", "max": "1h", "breaker": {"failures": 1, "probe_max": "1h"}}})
        self.portal.set_faults(faults=["every=1,status=503"])
        self.start()
        records = simple_records(range(1, 21))
        self.hubspool.put(records)
        wait_until(lambda: self.told().get("breaker", {}).get("state") == "open", 60, "the outage")
        self.portal.set_faults(faults=[])
        done = self.hubspool.run("flush")
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        self.stop_and_expect(records)

    def test_flush_without_a_daemon_says_so(self):
        self.hubspool.queue.mkdir()
        refused = self.hubspool.run("flush")
        self.assertEqual(refused.returncode, FAILED)
        self.assertIn("there is nothing to flush", refused.stderr)

    def test_reload_answers_with_what_it_came_to(self):
        self.start()
        self.assertEqual(self.ask("POST", "/v1/reload"), (200, {"changed": [], "renewed": False}))
        self.hubspool.configure({"log": {"level": "debug"}})
        self.assertEqual(self.ask("POST", "/v1/reload"), (200, {"changed": ["log.level"], "renewed": False}))
        good = self.hubspool.config.read_text()
        self.hubspool.config.write_text(good + "colour: red\n")
        status, told = self.ask("POST", "/v1/reload")
        self.assertEqual(status, 422)
        self.assertIn("colour: unknown key", told["error"]["message"])
        self.hubspool.config.write_text(good)
        self.hubspool.configure({"batch": {"linger": "50ms"}})
        self.assertEqual(self.ask("POST", "/v1/reload"), (200, {"changed": ["batch.linger"], "renewed": True}))
        records = simple_records(range(1, 4))
        self.wait_for_start(2)
        wait_until(lambda: self.try_to_post(records), 20, "the socket of the next run")
        self.hubspool.configure({"batch": {"linger": "60ms"}})
        done = self.hubspool.run("reload")
        self.assertIn("begins one with what has changed: batch.linger", done.stdout)
        self.wait_for_start(3)
        self.stop_and_expect(records)

    def wait_for_start(self, times):
        log = self.hubspool.log
        wait_until(lambda: log.read_text().count("hubspool has started") >= times, 30, "the next run")

    def try_to_post(self, records):
        try:
            return self.post_changes(self.ndjson(records))[0] == 202
        except OSError:
            return False

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_others_may_submit_and_look_but_not_steer(self):
        self.start()
        for place in (self.directory, self.hubspool.queue, self.socket):
            place.chmod(0o777)
        records = simple_records([1])
        child = os.fork()
        if child == 0:
            os.setresuid(NOBODY, NOBODY, NOBODY)
            told = [self.ask("POST", "/v1/" + what)[0] for what in ("pause", "resume", "flush", "reload")]
            told.append(self.post_changes(self.ndjson(records))[0])
            told.append(self.ask("GET", "/v1/status")[0])
            os._exit(0 if told == [403] * 4 + [202, 200] else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(self.socket.stat().st_gid, (self.hubspool.queue / "new").stat().st_gid)
        self.stop_and_expect(records)

    def test_drain_is_steered_too_but_reads_no_configuration_again(self):
        self.hubspool.configure({"batch": {"max_inputs": 1}})
        self.portal.set_faults(latency_ms=200)
        records = simple_records(range(1, 31))
        self.hubspool.run("check")
        (self.hubspool.queue / "new").mkdir(parents=True, exist_ok=True)
        self.hubspool.put(records)
        self.hubspool.start("drain")
        wait_until(self.listens, 20, "the socket")
        self.assertEqual(self.ask("POST", "/v1/reload")[0], 409)
        self.assertEqual(self.ask("POST", "/v1/flush")[0], 200)
        self.portal.set_faults(latency_ms=0)
        self.assertEqual(self.hubspool.process.wait(60), DONE)
        self.assert_portal_has(records)

    # Clients that stand.

    def test_a_thousand_that_stall_hold_up_nobody(self):
        self.start()
        stalled = []
        for i in range(1000):
            one = connected(self.socket)
            one.sendall(b"POST /v1/changes HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"[:i % 60])
            stalled.append(one)
        records = simple_records(range(1, 11))
        self.assertEqual(self.post_changes(self.ndjson(records))[0], 202)
        self.hubspool.put(simple_records(range(11, 21)))
        self.stop_and_expect(records + simple_records(range(11, 21)))
        for one in stalled:
            one.close()

    def test_what_it_does_not_know_is_told_in_words(self):
        self.start()
        self.assertEqual(self.ask("GET", "/")[0], 404)
        self.assertEqual(self.ask("GET", "/v1/colour")[0], 404)
        self.assertEqual(self.ask("GET", "/v1/pause")[0], 405)
        self.assertEqual(self.ask("POST", "/v1/status")[0], 405)
        self.assertEqual(self.ask("DELETE", "/v1/status")[0], 405)
        self.assertEqual(self.ask("GET", "/v1/status")[1]["pid"], self.hubspool.process.pid)

    def test_off_there_is_none_and_the_commands_go_another_way(self):
        self.hubspool.configure({"control": {"socket": "off"}})
        self.start_daemon(self.hubspool)
        wait_until(lambda: self.hubspool.status_json()["live"], 20, "its first words")
        self.assertFalse(self.socket.exists())
        self.assertIn("follows within a second or two", self.hubspool.run("pause").stdout)
        wait_until(lambda: self.hubspool.status_json()["live"]["parks"], 20, "the park")
        self.assertIn("resumed", self.hubspool.run("resume").stdout)
        refused = self.hubspool.run("flush")
        self.assertEqual(refused.returncode, FAILED)
        self.assertIn("control.socket is off", refused.stderr)
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_path_of_its_own_may_be_long_and_what_lies_there_is_kept(self):
        self.socket = self.directory / ("d" * 120) / "control.sock"
        self.socket.parent.mkdir()
        self.hubspool.configure({"control": {"socket": self.socket}})
        self.start()
        self.assertEqual(self.ask("POST", "/v1/flush")[0], 200)
        self.assertIn("has heard it", self.hubspool.run("resume").stdout)
        self.stop_and_expect([])
        self.socket.write_text("somebody's")
        self.start_daemon(self.hubspool)
        records = simple_records([1])
        self.hubspool.put(records)
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.socket.read_text(), "somebody's")
        self.assertIn("delivery goes on without it", self.hubspool.log.read_text())
        self.assertEqual(self.hubspool.stop(), DONE)


if __name__ == "__main__":
    unittest.main()
