"""A Squid of its own in a directory, for tests that go through a proxy. Debian's package `squid`."""

import os
import pathlib
import shutil
import socket
import subprocess
import unittest

from hubspool_harness import _end, wait_until

PROGRAM = "/usr/sbin/squid"
HELPER = "/usr/lib/squid/basic_ncsa_auth"
NOBODY = "proxy"  # whom Debian's Squid becomes when it is started as root


class Squid:
    """Lets CONNECT through to the ports in `allowed`; with `user`, only after Basic has been passed.

    Squid cannot say which port it took, so one that is free is chosen for it, and another one when
    somebody was faster. Started again, it takes the port it had.
    """

    def __init__(self, directory, allowed, user=None, password=None):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.port = 0
        self._allowed = " ".join(map(str, allowed))
        self._user = user
        self._process = None
        if user is not None:
            self.set_password(password)

    def set_password(self, password):
        done = subprocess.run(["openssl", "passwd", "-apr1", "-stdin"], input=password, text=True,
                              capture_output=True, check=True)
        (self.directory / "passwords").write_text(f"{self._user}:{done.stdout}")

    def start(self):
        for attempt in range(5):
            if attempt > 0 or not self.port:
                self.port = _free_port()
            self._write_configuration()
            with open(self.directory / "squid.out", "ab") as out:
                self._process = subprocess.Popen(
                    # A name of its own: Squids of one name share their memory.
                    [*_with_shared_memory(), PROGRAM, "-N", "-n", f"hubspool{os.getpid()}",
                     "-f", self.directory / "squid.conf"],
                    stdout=out, stderr=out, stdin=subprocess.DEVNULL)
            if wait_until(lambda: self._process.poll() is not None or self._listens(), 30,
                          "Squid's port") and self._process.poll() is None:
                return self
        raise RuntimeError((self.directory / "squid.out").read_text()[-2000:])

    def stop(self):
        _end(self._process)
        self._process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def tunnels(self):
        """The lines of its log about CONNECT."""
        log = self.directory / "access.log"
        return [line for line in log.read_text().splitlines() if " CONNECT " in line] \
            if log.exists() else []

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _write_configuration(self):
        # Of the machine's own file it would take only the last address of a name: maybe ::1.
        hosts = self.directory / "hosts"
        hosts.write_text("127.0.0.1 localhost\n")
        lines = [f"http_port 127.0.0.1:{self.port}", "visible_hostname squid.test",
                 f"hosts_file {hosts}",
                 "pid_filename none", "cache deny all", "shutdown_lifetime 0 seconds",
                 f"access_log stdio:{self.directory}/access.log",
                 f"cache_log {self.directory}/cache.log", f"coredump_dir {self.directory}",
                 "pinger_enable off", f"acl served port {self._allowed}", "logfile_rotate 0"]
        if self._user is not None:
            lines += [f"auth_param basic program {HELPER} {self.directory}/passwords",
                      "auth_param basic children 1 startup=1 idle=1",
                      "auth_param basic realm test", "auth_param basic credentialsttl 1 second",
                      "acl known proxy_auth REQUIRED", "http_access deny !served",
                      "http_access allow CONNECT known"]
        else:
            lines += ["http_access deny !served", "http_access allow CONNECT"]
        (self.directory / "squid.conf").write_text("\n".join(lines + ["http_access deny all", ""]))
        if os.geteuid() == 0:
            self.directory.parent.chmod(0o711)
            shutil.chown(self.directory, NOBODY)


def _with_shared_memory():
    """What goes before the program where /dev/shm is not everybody's: Squid does not start without."""
    if os.path.isdir("/dev/shm") and os.stat("/dev/shm").st_mode & 0o1777 == 0o1777:
        return []
    if os.geteuid() != 0:
        raise unittest.SkipTest("Squid needs a /dev/shm that all may write to (mode 1777)")
    mount = "mount -t tmpfs -o mode=1777 shm /dev/shm && exec \"$@\""
    return ["unshare", "--mount", "sh", "-c", mount, "sh"]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
