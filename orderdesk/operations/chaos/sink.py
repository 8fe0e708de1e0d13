"""A real SMTP server in a process of its own that writes down every mail before it answers 250."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import socketserver
import time
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

_ID = re.compile(rb"^X-Orderdesk-Message: *(\S+)", re.MULTILINE | re.IGNORECASE)


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self._say(b"220 sink")
        for raw in self.rfile:
            verb = raw[:4].upper()
            if verb == b"QUIT":
                self._say(b"221 bye")
                return
            if verb == b"DATA":
                self._say(b"354 go on")
                if not self._content():
                    return
                continue
            self._say(b"250 ok")

    def _content(self) -> bool:
        lines: list[bytes] = []
        for line in self.rfile:
            if line == b".\r\n":
                self._keep(b"".join(lines))
                return True
            lines.append(line)
        return False

    def _keep(self, content: bytes) -> None:
        server = self.server
        assert isinstance(server, _Server)
        time.sleep(random.random() * server.slow)
        found = _ID.search(content)
        # One write of a short line with O_APPEND: whole, whoever else writes.
        os.write(server.log, (found[1] if found else b"?") + b"\n")
        time.sleep(random.random() * server.slow)
        self._say(b"250 taken")

    def _say(self, line: bytes) -> None:
        try:
            self.wfile.write(line + b"\r\n")
        except OSError:
            # The killed worker's end of the line: its next read ends the session.
            self.close_connection = True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    log = -1
    slow = 0.0

    def handle_error(self, request: object, client_address: object) -> None:
        """Lines cut by a kill are what this is for."""


class Sink:
    """Start it, send to `port`, ask `received()`; `slow` is the longest pause before and after a mail is written."""

    def __init__(self, log: Path, *, slow: float = 0.0) -> None:
        self.log = log
        self.slow = slow
        self.port = 0
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Listen on a free port in another process."""
        server = _Server(("127.0.0.1", 0), _Session)
        self.port = server.server_address[1]
        self.log.touch()
        self._process = multiprocessing.get_context("fork").Process(target=self._serve, args=(server,))
        self._process.start()
        server.server_close()

    def _serve(self, server: _Server) -> None:
        server.log = os.open(self.log, os.O_WRONLY | os.O_APPEND)
        server.slow = self.slow
        server.serve_forever()

    def received(self) -> Counter[str]:
        """How often each message arrived."""
        return Counter(self.log.read_text().split())

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
