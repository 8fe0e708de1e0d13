"""A payment company of its own process in Toss's wire shape, that misbehaves as real ones do and counts what it paid.

    python -m orderdesk.operations.chaos.gateway --port 8170 --seed 1 [--no-idempotency] [--faults 0.3] [--webhook URL]

GET /_effects is the truth: {payment: [amounts that left]}. POST /_mode {"mode": "error_after"} forces one fault on every
cancel ("" ends it); POST /_payments {"paymentKey", "orderId", "totalAmount"} makes a payment known; unknown ones exist
on first sight with a large total, so that nothing but the caller's care stands between a refund and a second one.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from typing import Any
from urllib.parse import unquote

import httpx

TOTAL = 100_000_000
AT = "2026-11-24T12:00:00+09:00"
# What happens to a cancel. "after": the money has left, the answer tells nothing of it.
FAULTS = (
    "late",
    "error_before",
    "error_after",
    "reset_before",
    "reset_after",
    "garbage_after",
    "empty_after",
    "in_progress",
)


@dataclass
class Books:
    """What the company knows; one lock around everything."""

    idempotent: bool = True
    faults: float = 0.0
    late_seconds: float = 0.3
    webhook: str = ""
    mode: str = ""
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    lock: threading.Lock = field(default_factory=threading.Lock)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    serial: int = 0

    def fault(self) -> str:
        """The forced fault, or one by the dice, or none."""
        with self.lock:
            if self.mode:
                return self.mode
            return self.dice.choice(FAULTS) if self.dice.random() < self.faults else ""

    def payment(self, key: str) -> dict[str, Any]:
        """The payment under this key; paid in full on first sight."""
        return self.payments.setdefault(key, new_payment(key, key, TOTAL))

    def effects(self) -> dict[str, list[int]]:
        """Every amount that left, by payment."""
        with self.lock:
            return {
                key: [cancel["cancelAmount"] for cancel in payment["cancels"]]
                for key, payment in self.payments.items()
                if payment["cancels"]
            }

    def cancel(self, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Let money leave, or refuse: the status and the answer. Under the lock."""
        payment = self.payment(key)
        amount, reason = body.get("cancelAmount", payment["balanceAmount"]), body.get("cancelReason")
        if not reason or not isinstance(amount, int) or amount <= 0:
            return 400, {"code": "INVALID_REQUEST", "message": "잘못된 요청입니다."}
        if payment["balanceAmount"] == 0:
            return 400, {"code": "ALREADY_CANCELED_PAYMENT", "message": "이미 취소된 결제 입니다."}
        if amount > payment["balanceAmount"]:
            return 403, {"code": "NOT_CANCELABLE_AMOUNT", "message": "취소 할 수 없는 금액 입니다."}
        self.serial += 1
        payment["balanceAmount"] -= amount
        payment["status"] = "PARTIAL_CANCELED" if payment["balanceAmount"] else "CANCELED"
        payment["cancels"].append(new_cancel(self.serial, amount, str(reason), payment["balanceAmount"]))
        return 200, json.loads(json.dumps(payment))


def new_payment(key: str, order: str, total: int) -> dict[str, Any]:
    """Toss's Payment object of a card payment that was made."""
    return {
        "mId": "orderdesk",
        "version": "2022-11-16",
        "paymentKey": key,
        "orderId": order,
        "orderName": "주문",
        "transactionKey": f"TX{key}"[:64],
        "currency": "KRW",
        "method": "카드",
        "type": "NORMAL",
        "status": "DONE",
        "totalAmount": total,
        "balanceAmount": total,
        "suppliedAmount": total - total // 11,
        "vat": total // 11,
        "taxFreeAmount": 0,
        "useEscrow": False,
        "cultureExpense": False,
        "requestedAt": AT,
        "approvedAt": AT,
        "secret": f"ps_{key}"[:50],
        "cancels": [],
    }


def new_cancel(serial: int, amount: int, reason: str, left: int) -> dict[str, Any]:
    """One entry of `cancels`."""
    return {
        "transactionKey": f"C{serial:09d}",
        "cancelAmount": amount,
        "cancelReason": reason,
        "taxFreeAmount": 0,
        "taxAmount": 0,
        "taxExemptionAmount": 0,
        "refundableAmount": left,
        "canceledAt": AT,
        "cancelStatus": "DONE",
        "cancelRequestId": None,
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    books: Books

    def handle_error(self, request: object, client_address: object) -> None:
        """Lines cut by a killed worker are what this is for."""


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def books(self) -> Books:
        server = self.server
        assert isinstance(server, _Server)
        return server.books

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Silent."""

    def do_GET(self) -> None:
        if self.path == "/_effects":
            return self._say(200, self.books.effects())
        head, _slash, key = self.path.rpartition("/")
        with self.books.lock:
            if head == "/v1/payments/orders":
                found = [each for each in self.books.payments.values() if each["orderId"] == unquote(key)]
                answer = json.loads(json.dumps(found[0])) if found else None
            else:
                answer = json.loads(json.dumps(self.books.payment(unquote(key))))
        if answer is None:
            return self._say(404, {"code": "NOT_FOUND_PAYMENT", "message": "존재하지 않는 결제 정보 입니다."})
        return self._say(200, answer)

    def do_POST(self) -> None:
        body = self._body()
        control: dict[str, Callable[[dict[str, Any]], None]] = {
            "/_mode": self._mode,
            "/_payments": self._register,
        }
        if self.path in control:
            control[self.path](body)
            return self._say(200, {})
        if self.path.startswith("/v1/payments/") and self.path.endswith("/cancel"):
            return self._cancel(unquote(self.path.split("/")[3]), body)
        return self._say(404, {"code": "NOT_FOUND", "message": "존재하지 않는 정보 입니다."})

    def _body(self) -> dict[str, Any]:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = json.loads(raw or b"{}")
        return said if isinstance(said, dict) else {}

    def _mode(self, body: dict[str, Any]) -> None:
        self.books.mode = str(body.get("mode", ""))

    def _register(self, body: dict[str, Any]) -> None:
        key, total = str(body["paymentKey"]), int(body["totalAmount"])
        with self.books.lock:
            self.books.payments[key] = new_payment(key, str(body.get("orderId", key)), total)

    def _cancel(self, key: str, body: dict[str, Any]) -> None:
        fault = self.books.fault()
        if fault == "in_progress":
            return self._busy()
        if fault == "error_before":
            return self._say(
                500, {"code": "FAILED_INTERNAL_SYSTEM_PROCESSING", "message": "내부 시스템 오류"}
            )
        if fault == "reset_before":
            return self._reset()
        idem = f"{key}/{self.headers.get('Idempotency-Key', '')}" if self.books.idempotent else ""
        with self.books.lock:
            known = self.books.answers.get(idem) if idem else None
            if known is None and idem in self.books.running:
                known = (409, _BUSY)
            elif known is None and idem:
                self.books.running.add(idem)
        if known is not None:
            return self._say(*known)
        return self._pay(key, body, idem, fault)

    def _pay(self, key: str, body: dict[str, Any], idem: str, fault: str) -> None:
        if fault == "late":
            time.sleep(self.books.late_seconds)
        with self.books.lock:
            status, answer = self.books.cancel(key, body)
            if idem:
                self.books.answers[idem] = (status, answer)
                self.books.running.discard(idem)
        if status == 200:
            self._tell(answer)
        if fault == "error_after":
            return self._say(500, {"code": "COMMON_ERROR", "message": "일시적인 오류가 발생했습니다."})
        if fault == "reset_after":
            return self._reset()
        if fault in ("garbage_after", "empty_after"):
            return self._raw(200, b"<html>proxy</html>" if fault == "garbage_after" else b"")
        if fault == "late":
            time.sleep(self.books.late_seconds)
        return self._say(status, answer)

    def _tell(self, payment: dict[str, Any]) -> None:
        """Every notice goes out twice, and races with the answer."""
        if self.books.webhook:
            data = {name: payment[name] for name in ("paymentKey", "orderId", "status")}
            notice = {"eventType": "PAYMENT_STATUS_CHANGED", "createdAt": AT, "data": data}
            threading.Thread(target=_post_twice, args=(self.books.webhook, notice), daemon=True).start()

    def _busy(self) -> None:
        self._say(409, _BUSY)

    def _say(self, status: int, body: object) -> None:
        self._raw(status, json.dumps(body, ensure_ascii=False).encode())

    def _raw(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        # Linger 0: the line is cut with RST instead of being closed.
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


_BUSY = {"code": "IDEMPOTENT_REQUEST_PROCESSING", "message": "이전 멱등 요청이 처리중입니다."}


def _post_twice(url: str, notice: dict[str, Any]) -> None:
    for _time in range(2):
        try:
            httpx.post(url, json=notice, timeout=5)
        except httpx.HTTPError:
            continue


def serve(books: Books, port: int = 0) -> ThreadingHTTPServer:
    """A server on this port (0: a free one) that is ready to `serve_forever()`."""
    server = _Server(("127.0.0.1", port), _Desk)
    server.books = books
    return server


def main() -> None:
    """Listen until killed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8170)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-idempotency", action="store_true")
    parser.add_argument(
        "--faults", type=float, default=0.3, help="share of cancels that something happens to"
    )
    parser.add_argument("--late", type=float, default=0.3, help="seconds before and after a late effect")
    parser.add_argument("--webhook", default="", help="address that is told of every effect, twice")
    given = parser.parse_args()
    dice = random.Random(given.seed)
    books = Books(not given.no_idempotency, given.faults, given.late, given.webhook, dice=dice)
    serve(books, given.port).serve_forever()


if __name__ == "__main__":
    main()
