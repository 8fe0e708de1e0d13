"""A browser for measuring: one kept connection, cookies, forms; and a crowd of raw sockets for requests per second."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w[\w-]*)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long it took in milliseconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    ms: float

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        parts = urlsplit(self.headers.get("location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")


class Client:
    """Speaks to one server."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.extra = dict[str, str]()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)

    def get(self, path: str, **headers: str) -> Answer:
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> Answer:
        token = self.cookies.get("csrftoken", "")
        body = urlencode({"csrfmiddlewaretoken": token, **fields}, doseq=True)
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        headers = {"Cookie": self.cookie_header(), "Accept-Language": "ko", **self.extra, **headers}
        started = time.perf_counter()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closed the idle connection between two measurements.
            self._connection.close()
            started = time.perf_counter()
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        content = response.read()
        ms = (time.perf_counter() - started) * 1000
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        known = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, known, content, ms)


def hidden_inputs(page: str, within: str = "") -> dict[str, str]:
    """Names and values of the hidden inputs behind the first place where `within` stands, up to the form's end."""
    form = page[page.find(within) :].split("</form>", 1)[0]
    inputs = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(form)]
    return {i["name"]: i.get("value", "") for i in inputs if i.get("type") == "hidden" and "name" in i}


def requests_per_second(
    client: Client, path: str, *, seconds: float = 3.0, etag: str = "", crowd: int = 4
) -> float:
    """Answers a second that `crowd` kept connections get out of the server."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: {client.cookie_header()}",
        "Accept-Language: ko",
    ]
    request = ("\r\n".join([*lines, *([f"If-None-Match: {etag}"] if etag else [])]) + "\r\n\r\n").encode()
    counts, end = [0] * crowd, time.perf_counter() + seconds

    def ask(i: int) -> None:
        with socket.create_connection(("127.0.0.1", client.port)) as line:
            while time.perf_counter() < end:
                line.sendall(request)
                if not _read_answer(line):
                    return
                counts[i] += 1

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _read_answer(line: socket.socket) -> bool:
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(65_536)
        if not more:
            return False
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    left = (int(found[1]) if found else 0) - len(rest)
    while left > 0:
        left -= len(line.recv(65_536))
    return b"connection: close" not in head.lower()
