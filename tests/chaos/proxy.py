"""A line to another server that can be cut in the middle of a word and mended again."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

DEFAULT_PORTS = {"redis": 6379, "amqp": 5672}


class Line:
    """Passes every connection to `port` on to `target`, unless it is cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.open = True
        self.sockets: list[socket.socket] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self.server.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()

    def cut(self) -> None:
        """Every connection is dead and no new one is answered."""
        self.open = False
        while self.sockets:
            _hang_up(self.sockets.pop())

    def mend(self) -> None:
        self.open = True

    def close(self) -> None:
        self.cut()
        # A listening socket only wakes from accept() by being shut down.
        _hang_up(self.server)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    _hang_up(sink)


def _hang_up(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()


@contextmanager
def line_to(url: str) -> Iterator[tuple[Line, str]]:
    """A line to the broker of this URL, and the URL that goes through it."""
    parts = urlsplit(url)
    line = Line((parts.hostname or "127.0.0.1", parts.port or DEFAULT_PORTS[parts.scheme]))
    login = f"{parts.username}:{parts.password}@" if parts.username else ""
    try:
        yield line, urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{line.port}"))
    finally:
        line.close()
