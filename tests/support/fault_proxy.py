"""A proxy below TLS that spoils every connection, for tests. Standard library only.

It stands between hubspool and the portal and passes bytes on. Each connection gets a fault, drawn from
a seed in the order of the connections, which strikes when so many bytes have gone in its direction;
one that outlives it gets the next.
"""

import asyncio
import collections
import dataclasses
import random
import socket
import struct
import threading

TO_PORTAL, TO_HUBSPOOL = "to the portal", "to hubspool"
KINDS = ("cut", "reset", "stall", "delay", "drip", "corrupt", "half-close", "silent")
HANDSHAKE_BYTES = 2500  # in one direction, with all certificates
DRIP_EVERY = 0.02  # s, for a byte


@dataclasses.dataclass
class Fault:
    kind: str
    way: str
    after: int  # bytes that have gone this way, since it was drawn
    seconds: float  # of a delay
    bit: int  # that is turned over


class FaultPlan:
    """Faults without end; with the same seed the same ones."""

    def __init__(self, seed, bytes_max, delay_max):
        self._chance = random.Random(seed)
        self._bytes_max = bytes_max
        self._delay_max = delay_max

    def draw(self, kinds=KINDS):
        chance = self._chance
        # A third strikes while TLS is being set up; the others in what goes over it.
        places = (0, HANDSHAKE_BYTES) if chance.random() < 1 / 3 else (HANDSHAKE_BYTES, self._bytes_max)
        return Fault(chance.choice(kinds), chance.choice((TO_PORTAL, TO_HUBSPOOL)),
                     chance.randint(*places), chance.uniform(0, self._delay_max), 1 << chance.randrange(8))


class FaultProxy:
    """Listens on a port of its own for a portal on `portal_port`; `injected` counts what struck."""

    def __init__(self, portal_port, plan):
        self.injected = collections.Counter()
        self.connections = 0
        self.port = 0
        self.portal_port = portal_port
        self.loop = None
        self.passages = set()
        self.plan = plan
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    @property
    def url(self):
        return f"https://localhost:{self.port}"

    @property
    def total(self):
        return self.injected.total()

    async def _serve(self):
        self.loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        server = await self.loop.create_server(self._visited, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ending.wait()
        server.close()
        for each in list(self.passages):
            each.close()

    def _visited(self):
        self.connections += 1
        return _Passage(self).visitor


class _Passage:
    """One connection of hubspool, and the one to the portal that belongs to it."""

    def __init__(self, proxy):
        self.proxy = proxy
        self.visitor = _End(self, TO_PORTAL)
        self.portal = _End(self, TO_HUBSPOOL)
        self.ways = {TO_PORTAL: _Way(self, self.portal), TO_HUBSPOOL: _Way(self, self.visitor)}
        self.is_closed = False
        fault = proxy.plan.draw()
        self._silent = fault.kind == "silent"
        if not self._silent:
            self.ways[fault.way].expect(fault)

    def opened(self, end):
        self.proxy.passages.add(self)
        if self.is_closed:
            end.transport.abort()
        elif end is self.portal:
            self.ways[TO_PORTAL].go_on()
        elif self._silent:
            self.struck("silent")
        else:
            self.proxy.loop.create_task(self._open_portal())

    async def _open_portal(self):
        try:
            await self.proxy.loop.create_connection(lambda: self.portal, "127.0.0.1", self.proxy.portal_port)
        except OSError:
            self.close()

    def came(self, way, data):
        if not self._silent:
            self.ways[way].came(data)

    def struck(self, kind):
        self.proxy.injected[kind] += 1

    def spoil_again(self):
        fault = self.proxy.plan.draw([kind for kind in KINDS if kind != "silent"])
        self.ways[fault.way].expect(fault)

    def close(self, with_reset=False):
        self.is_closed = True
        self.proxy.passages.discard(self)
        for end in (self.visitor, self.portal):
            end.close(with_reset)


class _End(asyncio.Protocol):
    """The socket at one end; what comes in there goes `way`."""

    def __init__(self, passage, way):
        self.transport = None
        self._passage = passage
        self._way = way

    def connection_made(self, transport):
        self.transport = transport
        self._passage.opened(self)

    def data_received(self, data):
        self._passage.came(self._way, data)

    def connection_lost(self, exc):
        self._passage.close()

    def close(self, with_reset):
        if self.transport is None:
            return
        if with_reset:
            on_and_at_once = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, on_and_at_once)
            self.transport.abort()
        else:
            self.transport.close()


class _Way:
    """One direction of a passage: passes bytes on, up to where its fault is to strike."""

    def __init__(self, passage, to):
        self._passage = passage
        self._to = to
        self._fault = None
        self._strikes_at = 0
        self._waiting = bytearray()
        self._passed = 0
        self._holds = False

    def expect(self, fault):
        self._fault = fault
        self._strikes_at = self._passed + fault.after

    def came(self, data):
        self._waiting += data
        self.go_on()

    def go_on(self):
        if self._holds or self._to.transport is None or self._passage.is_closed:
            return
        fault = self._fault
        if fault is not None and self._passed + len(self._waiting) > self._strikes_at:
            self._pass_on(self._strikes_at - self._passed)
            self._fault = None
            self._passage.struck(fault.kind)
            self._strike(fault)
        else:
            self._pass_on(len(self._waiting))

    def _pass_on(self, count):
        self._to.transport.write(bytes(self._waiting[:count]))
        del self._waiting[:count]
        self._passed += count

    def _strike(self, fault):
        if fault.kind in ("cut", "reset"):
            self._passage.close(with_reset=fault.kind == "reset")
        elif fault.kind == "corrupt":
            self._waiting[0] ^= fault.bit
            self.go_on()
        else:
            self._holds = True
            if fault.kind == "delay":
                self._passage.proxy.loop.call_later(fault.seconds, self._release)
            elif fault.kind == "drip":
                self._drip()
            elif fault.kind == "half-close":
                self._to.transport.write_eof()

    def _release(self):
        self._holds = False
        self._passage.spoil_again()
        self.go_on()

    def _drip(self):
        if self._passage.is_closed:
            return
        self._pass_on(min(1, len(self._waiting)))
        self._passage.proxy.loop.call_later(DRIP_EVERY, self._drip)
