#!/usr/bin/env python3
"""Who is told when sending stands still, and when it goes on: by a command and by a webhook, neither of which
holds anything up."""

import email
import email.policy
import http.server
import json
import os
import pathlib
import socket
import ssl
import subprocess
import threading
import unittest

from end_to_end import DONE, NO_LIMIT, EndToEnd, simple_records, wait_until


EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "config" / "examples"


class Webhook:
    """Takes what is POSTed to it, over TLS with the portal's certificate."""

    def __init__(self, directory):
        self.posted = []  # (path, content type, JSON)
        self.status = 204
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.posted.append((self.path, self.headers["Content-Type"], json.loads(body)))
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "server.pem", directory / "server.key")
        self.server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_port}/hooks/a-secret-key?a=b"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class MailServer:
    """Takes one mail by SMTP."""

    def __init__(self):
        self.taken = []
        self.listener = socket.create_server(("localhost", 0))
        self.address = f"localhost:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)

    def serve(self):
        connection, _ = self.listener.accept()
        with connection, connection.makefile("rwb") as lines:
            def say(text):
                lines.write(text + b"\r\n")
                lines.flush()
            say(b"220 ready")
            while line := lines.readline():
                if line.upper().startswith(b"DATA"):
                    say(b"354 go on")
                    mail = []
                    while (line := lines.readline()) != b".\r\n":
                        mail.append(line)
                    self.taken.append(b"".join(mail))
                say(b"221 bye" if line.upper().startswith(b"QUIT") else b"250 ok")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(20)
        self.listener.close()


class Told(EndToEnd):
    def setUp(self):
        super().setUp()
        self.start_portal()
        self.hubspool = self.make_hubspool(NO_LIMIT)
        self.heard = self.directory / "heard"

    def tell_by_command(self, script, **settings):
        command = self.directory / "tell"
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o700)
        self.hubspool.configure({"notify": {"command": command, **settings}})

    def notices(self):
        """[(kind, code, phase, text)]"""
        lines = self.heard.read_text().splitlines() if self.heard.exists() else []
        told = [json.loads(line) for line in lines]
        return [(one["kind"], one["code"], one["phase"], one["text"]) for one in told]

    def wait_for(self, *what):
        wait_until(lambda: any(one[:3] == what for one in self.notices()), 20, what)
        return next(one[3] for one in self.notices() if one[:3] == what)

    def test_park_is_told_once_and_its_end_once(self):
        self.tell_by_command(f"cat >> {self.heard}")
        self.start_daemon(self.hubspool)
        self.assertEqual(self.hubspool.run("pause").returncode, DONE)
        text = self.wait_for("park", "paused", "begun")
        self.assertIn("`hubspool explain paused` says what to do", text)
        self.assertIn(str(self.hubspool.directory), text)
        self.assertEqual(self.hubspool.run("explain", "paused").returncode, DONE, "it knows the code")
        self.hubspool.put(simple_records(range(1, 11)))
        self.assertEqual(self.hubspool.run("resume").returncode, DONE)
        self.wait_for("park", "paused", "over")
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assertEqual([one[:3] for one in self.notices()],
                         [("park", "paused", "begun"), ("park", "paused", "over")])

    def test_examples_tell_by_mail_and_by_chat(self):
        told = {"kind": "park", "code": "quota", "phase": "begun", "host": "web1", "at": "now",
                "text": "hubspool on web1: é\nwhat to do"}

        def tell(example, **environment):
            done = subprocess.run([EXAMPLES / example], input=json.dumps(told), text=True, timeout=30,
                                  capture_output=True, env=os.environ | environment)
            self.assertEqual(done.returncode, 0, done.stderr)

        with MailServer() as mails:
            tell("notify-mail", HUBSPOOL_SMTP=mails.address, HUBSPOOL_MAIL_TO="ops@example.com")
        mail = email.message_from_bytes(mails.taken[0], policy=email.policy.default)
        self.assertEqual((mail["To"], mail["Subject"]),
                         ("ops@example.com", "hubspool on web1: park quota begun"))
        self.assertIn("what to do", mail.get_content())
        with Webhook(self.portal.directory) as webhook:
            url = self.directory / "chat-url"
            url.write_text(webhook.url + "\n")
            tell("notify-chat", HUBSPOOL_CHAT_URL_FILE=str(url), SSL_CERT_FILE=str(self.portal.ca_file))
        self.assertEqual(webhook.posted[0][2], {"text": told["text"]})

    def test_environment_names_the_notice(self):
        self.tell_by_command(
            f'echo "$HUBSPOOL_NOTICE $HUBSPOOL_NOTICE_CODE $HUBSPOOL_NOTICE_PHASE" >> {self.heard}')
        self.start_daemon(self.hubspool)
        self.assertEqual(self.hubspool.run("pause").returncode, DONE)
        wait_until(lambda: self.heard.exists() and self.heard.read_text() == "park paused begun\n", 20)
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_dead_letters_are_counted(self):
        self.tell_by_command(f"cat >> {self.heard}")
        self.start_daemon(self.hubspool)
        self.hubspool.put([{"objectId": str(each), "eventName": 7} for each in range(1, 4)])
        self.assertIn("dead letters: 3 more", self.wait_for("dead_letters", "dead_letters", "count"))
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_command_that_hangs_holds_up_neither_sending_nor_the_end(self):
        started = self.directory / "started"
        self.tell_by_command(f"touch {started}; exec sleep 600")
        self.start_daemon(self.hubspool)
        self.assertEqual(self.hubspool.run("pause").returncode, DONE)
        wait_until(started.exists, 20, "the command")
        self.assertEqual(self.hubspool.run("resume").returncode, DONE)
        self.hubspool.put(simple_records(range(1, 101)))
        self.wait_until_settled(self.hubspool)
        self.assertEqual(self.hubspool.stop(timeout=10), DONE)

    def test_command_that_fails_is_said_in_the_log(self):
        self.tell_by_command("exit 7")
        self.start_daemon(self.hubspool)
        self.assertEqual(self.hubspool.run("pause").returncode, DONE)
        wait_until(lambda: "tell ended with 7" in self.hubspool.log.read_text(), 20)
        self.assertEqual(self.hubspool.stop(), DONE)

    def test_webhook_gets_the_same_and_its_key_is_in_no_log(self):
        with Webhook(self.portal.directory) as webhook:
            address = self.directory / "webhook"
            address.touch(0o600)
            address.write_text(webhook.url + "\n")
            self.hubspool.configure({"notify": {"url_file": address}})
            self.start_daemon(self.hubspool)
            self.assertEqual(self.hubspool.run("pause").returncode, DONE)
            wait_until(lambda: webhook.posted, 20, "the webhook")
            path, content_type, told = webhook.posted[0]
            self.assertEqual((path, content_type), ("/hooks/a-secret-key?a=b", "application/json"))
            self.assertEqual((told["kind"], told["code"], told["phase"]), ("park", "paused", "begun"))
            webhook.status = 500
            self.assertEqual(self.hubspool.run("resume").returncode, DONE)
            wait_until(lambda: "answered 500" in self.hubspool.log.read_text(), 20)
        self.assertEqual(self.hubspool.stop(), DONE)
        self.assertNotIn("a-secret-key", self.hubspool.log.read_text())


if __name__ == "__main__":
    unittest.main()
