#!/usr/bin/env python3
"""Numbers reach HubSpot digit by digit. The server here keeps the bytes of each body, and answers with the same
numbers; it is Python's own, because a JSON parser would have made doubles of them."""

import http.server
import re
import ssl
import subprocess
import threading
import types
import unittest

from end_to_end import NO_LIMIT, SOME_DEAD, SUPPORT, EndToEnd, dead_letters
from hubspool_harness import Hubspool, wait_until

NUMBERS = ["100000.00", "0.00001", "1.10", "12345678901234567.89", "12345678901234567890123", "-0", "-0.0", "1E400",
           "-1e-400", "1e+05", "9223372036854775808", "0", "250000.00"]


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps the bodies that come, and delivers them; silent: leaves them without an answer."""

    daemon_threads = True

    def __init__(self, directory):
        directory.mkdir()
        subprocess.run([SUPPORT / "make_certificates.sh", directory], check=True)
        super().__init__(("127.0.0.1", 0), Answering)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "server.pem", directory / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.bodies = []
        self.silent = threading.Event()
        self.ended = threading.Event()
        self.as_portal = types.SimpleNamespace(url=f"https://localhost:{self.server_port}",
                                               ca_file=directory / "ca.pem", token="pat-na1-numbers")

    def handle_error(self, *_):
        """Whom it answered may have been killed."""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.shutdown()
        self.server_close()


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.bodies.append(body)
        if self.server.silent.is_set():
            self.server.ended.wait()
        self.answer(200, body.replace('{"inputs":', '{"status":"COMPLETE","results":', 1))

    def do_GET(self):
        self.answer(404, '{"status":"error","message":"unknown here","category":"OBJECT_NOT_FOUND"}')

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def records(more=""):
    return "".join(f'{{"objectId":"{i}","x": {n} ,"nested":{{"a":[{n},{{"b":{n}}}]}},'
                   f'"customProperties":[{{"name":"budget","value":{n}}}]{more}}}\n'
                   for i, n in enumerate(NUMBERS, 1))


class NumbersTest(EndToEnd):
    def setUp(self):
        super().setUp()
        self.receiver = self.enterContext(Receiver(self.directory / "receiver"))
        self.hubspool = self.enterContext(Hubspool(self.directory / "hubspool", self.receiver.as_portal))
        self.hubspool.configure(NO_LIMIT)

    def assert_digits_arrived(self):
        inputs = {}
        for body in self.receiver.bodies:
            for each in re.split(r'(?=\{"objectId":)', body)[1:]:
                inputs[re.match(r'\{"objectId":"(\d+)"', each)[1]] = each
        for i, number in enumerate(NUMBERS, 1):
            for part in (f'"x":{number},', f'"nested":{{"a":[{number},{{"b":{number}}}]}}',
                         f'"name":"budget","value":{number}}}'):
                self.assertIn(part, inputs[str(i)])

    def test_scenario_63_bodies_hold_the_digits_of_the_file(self):
        # The second time with an escape in each record, and so in each answer.
        for more in ("", r',"eventDescription":"two\nlines \ud83d"'):
            self.receiver.bodies.clear()
            self.hubspool.put(records(more))
            self.drain(self.hubspool)
            self.assert_digits_arrived()
        self.assert_nothing_died(self.hubspool)

    def test_scenario_63_stand_in_takes_numbers_that_fit_nothing(self):
        # The schema has custom properties as strings; of other fields it says nothing.
        portal = self.start_portal()
        hubspool = self.enterContext(Hubspool(self.directory / "other", portal))
        hubspool.put("".join(f'{{"objectId":"{i}","x":{n}}}\n' for i, n in enumerate(NUMBERS, 1)))
        self.drain(hubspool)
        self.assert_nothing_died(hubspool)
        self.assertEqual(portal.report()["bad_requests"], 0)
        self.assertEqual(portal.objects()["5"]["x"], int(NUMBERS[4]))

    def test_scenario_63_digits_outlive_a_kill(self):
        self.receiver.silent.set()
        self.hubspool.put(records())
        self.hubspool.start()
        wait_until(lambda: self.receiver.bodies, 20, "a request")
        self.hubspool.kill9()
        self.receiver.silent.clear()
        self.receiver.bodies.clear()
        self.drain(self.hubspool)
        self.assert_digits_arrived()

    def test_scenario_63_dead_letters_show_the_digits(self):
        self.hubspool.put('{"objectId":"1","eventName":1.10}\n{"objectId":-1E400,"x":100000.00}\n')
        self.drain(self.hubspool, code=SOME_DEAD)
        letters = str(dead_letters(self.hubspool))
        self.assertIn("eventName is not a string: 1.10", letters)
        self.assertIn("objectId is neither a string nor an integer from 0 on: -1E400", letters)
        content = (self.hubspool.state / "dead-letters.ndjson").read_text()
        self.assertIn("100000.00", content)


if __name__ == "__main__":
    unittest.main()
