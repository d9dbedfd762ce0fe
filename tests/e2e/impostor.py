"""Whom hubspool may meet where it expects HubSpot: certificates that are wrong in one way, and a
server that shows one of them, speaks no TLS, or says nothing."""

import pathlib
import socket
import ssl
import subprocess
import threading
import warnings

END_OF_WAIT = 0.2  # s, after which a thread looks whether it is to end


class Authority:
    """A certificate authority; its own certificate is DIR/ca.pem."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                      "-nodes", "-days", "2", "-subj", "/CN=hubspool end-to-end CA",
                      "-keyout", "ca.key", "-out", "ca.pem",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        (self.directory / "index").touch()
        (self.directory / "ca.cnf").write_text(
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\n"
            "default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")

    def issue(self, name, host, begin="20200101000000Z", end="20991231235959Z"):
        """A certificate for `host`; gives the paths of NAME.pem and NAME.key."""
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                      "-subj", f"/CN={host}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.directory / "extensions").write_text(
            f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\n")
        self._openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                      "-create_serial", "-notext", "-in", f"{name}.csr", "-out", f"{name}.pem",
                      "-startdate", begin, "-enddate", end, "-extfile", "extensions")
        return self.directory / f"{name}.pem", self.directory / f"{name}.key"

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.directory, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments}: {done.stderr}")


def tls(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def tls_1_0_only(certificate, key):
    context = tls(certificate, key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    return context


class Impostor:
    """Listens where the portal did, or with 0 on a port of its own. `heard` is what came in, decrypted where there is TLS.

    context: for TLS; None: plain. answer: what it says to the first bytes; None: nothing, ever.
    """

    def __init__(self, port, context=None, answer=None):
        self.heard = b""
        self.visits = 0
        self._context = context
        self._answer = answer
        self._ending = threading.Event()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen()
        self._listener.settimeout(END_OF_WAIT)
        self._thread = threading.Thread(target=self._serve)

    @property
    def port(self):
        return self._listener.getsockname()[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        self._thread.join()
        self._listener.close()

    def _serve(self):
        while not self._ending.is_set():
            try:
                visitor, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.visits += 1
            with visitor:
                visitor.settimeout(END_OF_WAIT)
                self._receive(visitor)

    def _receive(self, visitor):
        try:
            if self._context is not None:
                # The handshake may end with the visitor's refusal; what it says before is heard.
                visitor.settimeout(5)
                visitor = self._context.wrap_socket(visitor, server_side=True)
                visitor.settimeout(END_OF_WAIT)
            while not self._ending.is_set():
                try:
                    data = visitor.recv(65536)
                except TimeoutError:
                    continue
                if not data:
                    return
                self.heard += data
                if self._answer is not None:
                    visitor.sendall(self._answer)
                    return
        except OSError:  # the visitor has refused us, as it should
            pass
        finally:
            visitor.close()
