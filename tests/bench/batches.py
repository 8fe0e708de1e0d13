"""What goes through in bulk: import, export, messages."""

from __future__ import annotations

import csv
import json
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.notifications.models import Message, MessageState
from orderdesk.notifications.services.send import drain_messages
from orderdesk.operations.chaos.sink import Sink
from tests.bench.data import manage
from tests.bench.desk import Desk
from tests.bench.measuring import Figure, attempt
from tests.bench.pages import LIST
from tests.bench.settings import BENCH_URL

_IMPORTED, _MESSAGES = 10_000, 2_000
_COLUMNS = (
    *("order_number", "placed_at", "status", "customer_name", "customer_email", "customer_phone", "postcode"),
    *(
        "address1",
        "sku",
        "product",
        "options",
        "quantity",
        "unit_price",
        "shipping",
        "payment_method",
        "paid_at",
    ),
    *("confirmed_at", "shipped_at", "carrier", "tracking_number", "delivered_at"),
)


def batches(desk: Desk) -> list[Figure]:
    with TemporaryDirectory() as folder:
        return [
            *attempt("import", lambda: _import(Path(folder))),
            *attempt("export", lambda: _export(desk)),
            *attempt("messages to a local SMTP server", lambda: _messages(Path(folder))),
        ]


def _import(folder: Path) -> list[Figure]:
    path, stamp = folder / "orders.csv", f"{int(time.time())}"
    _write(path, stamp)
    argv = ("import_orders", str(path), "--source", "csv", "--shop")
    slug = f"bench-{stamp}"
    Shop.objects.create(name="수입 측정", slug=slug)
    rehearsed = _told(*argv, slug, "--dry-run")
    first, again = _told(*argv, slug), _told(*argv, slug)
    return [
        Figure("import", first["orders"] / first["seconds"], unit="orders/s", note=_odd(first, "orders")),
        Figure(
            "import, unchanged again",
            again["unchanged"] / again["seconds"],
            unit="orders/s",
            note=_odd(again, "unchanged"),
        ),
        Figure("import, dry run", rehearsed["orders"] / rehearsed["seconds"], unit="orders/s"),
    ]


def _told(*argv: str) -> dict[str, float]:
    told: dict[str, float] = json.loads(manage(BENCH_URL, *argv).splitlines()[-1])
    return told


def _odd(told: dict[str, float], what: str) -> str:
    return (
        "" if told[what] == _IMPORTED else f"{told[what]} of {_IMPORTED} orders, {told['rejected']} rejected"
    )


def _write(path: Path, stamp: str) -> None:
    """Delivered orders of two lines each."""
    start = clock.now() - timedelta(days=300)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(_COLUMNS)
        for n in range(_IMPORTED):
            at = [f"{start + timedelta(minutes=20 * n, hours=h):%Y-%m-%d %H:%M}" for h in (0, 5, 26, 50)]
            who = (
                f"김민준{n}",
                f"buyer{n}@example.com",
                f"0100{n:07d}",
                "04524",
                f"서울특별시 중구 세종대로 {n}",
            )
            for line in (1, 2):
                what = (
                    f"SKU-{n % 500}-{line}",
                    f"면 셔츠 {line}",
                    "흰색 / M",
                    "1",
                    "24000",
                    "3000",
                    "card",
                    at[0],
                )
                way = (at[1], at[2], "cj", f"8{stamp[-4:]}{n:07d}", at[3])
                out.writerow((f"I-{stamp}-{n}", at[0], "delivered", *who, *what, *way))


def _export(desk: Desk) -> Figure:
    """Every order as CSV; memory of the worker before and after."""
    before, started = desk.server.memory_mb(), time.perf_counter()
    answer = desk.staff.post(f"{LIST}export/csv/", {"reason": "benchmark"})
    seconds = time.perf_counter() - started
    rows = answer.body.count(b"\n") - 1
    if answer.status != 200 or rows < 1:
        raise LookupError(f"answered {answer.status} with {rows} rows")
    figure = Figure("export", rows / seconds, unit="rows/s", size=len(answer.body))
    figure.extra = {"rows": rows, "memory_grew_mb": round(desk.server.memory_mb() - before, 1)}
    return figure


def _messages(folder: Path) -> Figure:
    """Sent messages of made orders are queued once more and drained by this one worker."""
    newest = list(Message.objects.order_by("-id").values_list("id", flat=True)[:_MESSAGES])
    rows = Message.objects.filter(pk__in=newest)
    rows.update(
        state=MessageState.QUEUED,
        due_at=clock.now(),
        attempts=0,
        owner="",
        handed_over_at=None,
        expires_at=None,
    )
    sink = Sink(folder / "sink.log")
    sink.start()
    try:
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port, EMAIL_USE_TLS=False):
            drain_messages(limit=100)
            started = time.perf_counter()
            sent = drain_messages(limit=_MESSAGES)
            seconds = time.perf_counter() - started
    finally:
        sink.stop()
    accepted = rows.filter(state=MessageState.ACCEPTED).count()
    note = "" if accepted == _MESSAGES else f"{accepted} of {_MESSAGES} accepted"
    return Figure("messages to a local SMTP server", sent / seconds, unit="/s", note=note)
