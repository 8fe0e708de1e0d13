"""A real web server on the test's database, whose workers are killed while they answer."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from tests.processes import running

WORKERS = "2"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def web_server() -> Iterator[tuple[int, int]]:
    """gunicorn with two workers: its process id and its port."""
    port = free_port()
    argv = ("gunicorn", "orderdesk.wsgi", "--workers", WORKERS, "--bind", f"127.0.0.1:{port}")
    with running(*argv, "--log-level", "critical", "--no-control-socket", NUDGE_WORKERS="0") as server:
        wait_for(port)
        try:
            yield server.pid, port
        finally:
            # Its workers would outlive a killed master for a moment and hold the database open.
            server.terminate()
            server.wait(timeout=20)


def wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError("the web server did not come up")


def workers_of(master: int) -> list[int]:
    """Process ids of the server's children, from /proc."""
    listed = Path(f"/proc/{master}/task/{master}/children").read_text()
    return [int(pid) for pid in listed.split()]


@dataclass(frozen=True)
class Visitor:
    """A logged-in browser without a browser: one POST per connection."""

    port: int
    session: str

    def post(self, path: str) -> int:
        """The status of the answer, 0 when the worker died before it answered."""
        token = "a" * 32
        body = urlencode({"csrfmiddlewaretoken": token})
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Fragment": "dialog",
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()


class Poster(Protocol):
    """Whoever posts: `Visitor`, or another."""

    def post(self, path: str, /) -> int: ...


def kill_while_posting(master: int, visitor: Poster, paths: list[str], kills: int) -> list[int]:
    """POST to all paths, four at a time, while `kills` workers die; the statuses in the order of the paths."""
    done = threading.Event()
    with ThreadPoolExecutor(5) as pool:
        killer = pool.submit(_kill, master, kills, done)
        statuses = list(pool.map(visitor.post, paths))
        done.set()
        made = killer.result()
    assert made, "no worker was killed"
    return statuses


def _kill(master: int, kills: int, done: threading.Event) -> int:
    made = 0
    while made < kills and not done.is_set():
        time.sleep(random.random() * 0.25)
        for pid in random.sample(workers_of(master), k=min(1, len(workers_of(master)))):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                made += 1
    return made
