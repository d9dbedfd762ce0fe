"""Runs hubspool against the simulator, for the end-to-end tests. Standard library only.

The programs are found in HUBSPOOL_BIN_DIR, or where the constructors are told. Every object is a
context manager that ends its processes. Nothing sleeps for a result: wait_until() polls.
"""

import contextlib
import json
import os
import pathlib
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from change_records import put_into, write_ndjson

HERE = pathlib.Path(__file__).resolve().parent
TOKEN = "pat-na1-11111111-2222-3333-4444-555555555555"

# What a test starts heeds a hangup, also where the tests run under nohup.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def wait_until(predicate, timeout, what="the condition"):
    """Gives the first true value of predicate(); TimeoutError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true within {timeout} s")
        # polls until the deadline
        time.sleep(0.02)


def find_program(name, bin_dir=None):
    """A program of the build directory, in DIR/, DIR/bin/ or DIR/daemon/; what a sanitized build
    leaves out (the simulator) comes from the plain one."""
    plain = HERE.parent.parent / "build" / "release"
    root = pathlib.Path(bin_dir or os.environ.get("HUBSPOOL_BIN_DIR", plain))
    for folder in (root, root / "bin", root / "daemon", plain / "bin"):
        if (folder / name).is_file():
            return str((folder / name).resolve())
    raise FileNotFoundError(f"{name}: not in {root}; set HUBSPOOL_BIN_DIR to the build directory")


def _end(process, sig=signal.SIGTERM, timeout=20):
    if process is None:
        return None
    if process.poll() is None:
        process.send_signal(sig)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


class Simulator:
    """hubspool-simulator in a directory, with a CA of its own.

    options: its command-line options, as a list or by name: Simulator(dir, limit=190, fault=[...]).
    """

    def __init__(self, directory, options=(), bin_dir=None, token=TOKEN, **named):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.token = token
        self.report_file = self.directory / "simulator-report.json"
        self.ca_file = self.directory / "ca.pem"
        self._program = find_program("hubspool-simulator", bin_dir)
        self._options = list(options) + _as_options(named)
        self._process = None
        self._host = "[::1]" if named.get("address") == "::1" else "localhost"
        self._port = 0
        self._context = None

    def start(self):
        if not self.ca_file.exists():
            subprocess.run([HERE / "make_certificates.sh", self.directory], check=True)
        port_file = self.directory / "port"
        port_file.unlink(missing_ok=True)
        with open(self.directory / "simulator.log", "ab") as log:
            self._process = subprocess.Popen(
                [self._program,
                 "--certificate", self.directory / "server.pem",
                 "--key", self.directory / "server.key",
                 "--port", str(self._port), "--port-file", port_file,
                 "--report", self.report_file, "--token", self.token,
                 "--schema", HERE / "hubspot" / "marketing-events-v3.json", *self._options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

        def listening():
            if self._process.poll() is not None:
                text = (self.directory / "simulator.log").read_text(errors="replace")
                raise RuntimeError(f"the simulator ended: {text[-1000:]}")
            return port_file.exists()

        wait_until(listening, 20, "the simulator's port")
        self._port = int(port_file.read_text())
        self._context = ssl.create_default_context(cafile=self.ca_file)
        return self

    def stop(self):
        """Ends it and gives its last report. start() listens on the same port again."""
        _end(self._process)
        self._process = None
        report = json.loads(self.report_file.read_text())
        if report["schema_violations"]:
            raise AssertionError("a body breaks HubSpot's schema: " + report["first_schema_violation"])
        return report

    def kill9(self):
        """Ends it as a network that is gone; what it knew is lost."""
        _end(self._process, signal.SIGKILL)
        self._process = None

    def freeze(self):
        """As a network that carries nothing any more; thaw() does what came meanwhile."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self._process is not None and self._process.poll() is None:
            self.stop()

    @property
    def url(self):
        return f"https://{self._host}:{self._port}"

    def request(self, path, body=None, token=None, timeout=60):
        """POSTs `body` (GETs without one) and gives (status, parsed JSON or text)."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data)
        request.add_header("Authorization", f"Bearer {token or self.token}")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, context=self._context, timeout=timeout) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text

    def _control(self, what, body=None):
        status, answer = self.request("/_simulator/" + what, body)
        if status != 200:
            raise ValueError(f"simulator: {what}: {answer}")
        return answer

    def report(self):
        return self._control("report")

    def objects(self):
        """{id: {field: value, ..., "custom": {name: value}}} of all that was written."""
        return self._control("objects")

    def set_faults(self, **switches):
        """Changes the named switches at once: all_unknown=False, faults=["every=7,status=503"]."""
        self._control("faults", switches)

    def compare(self, expected_file):
        """{"objects", "expected", "refused", "differences", "first"}, see comparison.hpp."""
        path = str(pathlib.Path(expected_file).resolve())
        return self._control("compare", {"expected_file": path})

    def reset_counters(self):
        self._control("reset-counters", {})


def _as_options(named):
    """latency_ms=5 -> --latency-ms 5; enforce=True -> --enforce; fault=[a, b] -> twice."""
    words = []
    for name, value in named.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            words.append(option)
        elif isinstance(value, (list, tuple)):
            for each in value:
                words += [option, str(each)]
        elif value is not False and value is not None:
            words += [option, str(value)]
    return words


def _yaml(value, indent=0):
    """Nested dicts and scalars as YAML; enough for a configuration."""
    lines = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines.append(" " * indent + f"{key}:")
            lines.append(_yaml(item, indent + 4))
        elif isinstance(item, bool):
            lines.append(" " * indent + f"{key}: {'true' if item else 'false'}")
        else:
            lines.append(" " * indent + f"{key}: {item}")
    return "\n".join(lines)


def _merged(base, overrides):
    merged = dict(base)
    for key, value in overrides.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def forget_uses(url, token):
    """As if no state directory had used the credential since the boot (os/credential_mark)."""
    name = 0xcbf29ce484222325  # FNV-1a
    for byte in f"{url} {token}".encode():
        name = (name ^ byte) * 0x100000001b3 % (1 << 64)
    for mark in pathlib.Path("/dev/shm").glob(f"hubspool-used-{name:016x}-*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            mark.unlink()


class Hubspool:
    """A queue, a state directory and a configuration in one directory, and the program on them.

    overrides: configuration beside the defaults here, such as {"batch": {"linger": "0"}}.
    first: it waits for no window of another one, which had the same portal or only the same port.
    """

    def __init__(self, directory, simulator=None, overrides=None, bin_dir=None, first=True):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.queue = self.directory / "queue"
        self.state = self.directory / "state"
        self.config = self.directory / "hubspool.yaml"
        self.token_file = self.directory / "token"
        self.log = self.directory / "hubspool.log"
        self.process = None
        self.environment = dict(os.environ)
        self._program = find_program("hubspool", bin_dir)
        self._settings = {
            "queue": {"directory": self.queue, "quiet_period": "100ms", "scan_interval": "200ms",
                      "reserve": "0"},
            "batch": {"linger": "100ms"},
            "api": {"token_file": self.token_file, "late": "2s", "request_timeout": "2s",
                    "connect_timeout": "2s"},
            "rate_limit": {"requests": 190},
            "retry": {"initial": "50ms", "max": "500ms"},
            "state": {"directory": self.state},
            "log": {"format": "text"},
        }
        if simulator is not None:
            if first:
                forget_uses(simulator.url, simulator.token)
            self._settings["api"] |= {"url": simulator.url, "ca_file": simulator.ca_file}
        # Without a portal of its own all have HubSpot's address: only the token tells them apart.
        self.write_token(simulator.token if simulator is not None else f"pat-na1-{uuid.uuid4()}")
        self.configure(overrides or {})

    def configure(self, overrides):
        """Writes the configuration anew, with `overrides` on top of what it held."""
        self._settings = _merged(self._settings, overrides)
        self.config.write_text(_yaml(self._settings) + "\n")

    def write_token(self, token):
        unfinished = self.directory / "token.tmp"
        unfinished.write_text(token + "\n")
        unfinished.chmod(0o600)
        unfinished.rename(self.token_file)

    def run(self, *args, timeout=120, text=None):
        """`hubspool ARGS -c CONFIG` to its end; the CompletedProcess, with texts."""
        return subprocess.run([self._program, *map(str, args), "-c", self.config], timeout=timeout,
                              capture_output=True, text=True, errors="replace", input=text or "",
                              env=self.environment)

    def run_bytes(self, *args, timeout=120, merged=False):
        """The same with what it printed as bytes; merged: standard error in standard output."""
        return subprocess.run([self._program, *args, "-c", self.config], timeout=timeout,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=self.environment,
                              stderr=subprocess.STDOUT if merged else subprocess.PIPE)

    def start(self, *args):
        """`hubspool ARGS` (run, if none) in the background; its output goes to self.log."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self._program, *map(str, args or ("run",)), "-c", self.config],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment)
        return self.process

    def stop(self, timeout=30):
        """SIGTERM; the exit code."""
        code = _end(self.process, timeout=timeout)
        self.process = None
        return code

    def use_program(self, name):
        """Another build of it from now on, such as hubspool-crashing."""
        self._program = find_program(name)

    def kill9(self):
        _end(self.process, signal.SIGKILL)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _end(self.process, signal.SIGKILL)
        self.process = None

    def json(self, *args, timeout=60):
        """What `hubspool ARGS --json` prints."""
        done = self.run(*args, "--json", timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(f"hubspool {args}: exit {done.returncode}: {done.stderr[-1000:]}")
        return json.loads(done.stdout)

    def json_lines(self, *args, timeout=60):
        """The same of a command that prints an object a line."""
        done = self.run(*args, "--json", timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(f"hubspool {args}: exit {done.returncode}: {done.stderr[-1000:]}")
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    def status_json(self):
        return self.json("status")

    def put(self, records, lane="new", name=None):
        """Puts records (dicts, or raw text) into the queue as one file; gives its name."""
        source = self.directory / f"put-{time.monotonic_ns()}.ndjson"
        if isinstance(records, str):
            source.write_text(records)
        else:
            write_ndjson(source, records)
        placed = put_into(self.queue, lane, source, name)
        source.unlink()
        return placed

    def files(self, folder):
        """Names of the files beneath new, bulk, cur, done or rejected, without our marks."""
        root = self.queue / folder
        return sorted(str(p.relative_to(root)) for p in root.rglob("*")
                      if p.is_file() and not p.name.startswith("."))

    def is_empty(self):
        return not (self.files("new") or self.files("bulk") or self.files("cur"))


def generate(out, records, objects, seed=1, expected=None, bad_every=0, files=1, bin_dir=None):
    """hubspool-generate, for what is too much for Python."""
    command = [find_program("hubspool-generate", bin_dir), "--records", str(records),
               "--objects", str(objects), "--seed", str(seed), "--bad-every", str(bad_every),
               "--files", str(files), "--out", str(out)]
    if expected is not None:
        command += ["--expected", str(expected)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def temporary_directory():
    """For `with`: short of name, since sockets' paths are limited."""
    return tempfile.TemporaryDirectory(prefix="hubspool-")
