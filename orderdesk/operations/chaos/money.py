"""Refund workers killed at random against a payment company that misbehaves, whose own books are the truth."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import httpx
from django.conf import settings
from django.db.models import QuerySet
from django.test.utils import override_settings

from orderdesk import clock
from orderdesk.accounts.encryption import encrypt
from orderdesk.accounts.models import Shop
from orderdesk.events.actor import GATEWAY, SYSTEM
from orderdesk.operations.chaos.killer import Killer
from orders.ledger_audit import audit
from orders.models import GatewayAccount, Refund, RefundAttempt
from orders.quotes import goodwill_quote
from orders.services.payments import Capture, record_payment
from orders.services.place import NewLine, NewOrder, place_order
from orders.services.refunds.calls import ASK
from orders.services.refunds.inbound import NotReadable, handle
from orders.services.refunds.request import RefundRequest, request_refund
from orders.services.refunds.submit import drain_refunds
from orders.terms import PaymentMethod, RefundSource, RefundStatus

S = RefundStatus
WORKERS = 2
PER_ORDER = 3
# Enough that no worker is ever idle, little enough that the end does not wait for a backlog.
WAITING = 12
SETTLE_SECONDS = 180
FAULTS = 0.4
FORGETFUL = "orderdesk.operations.chaos.forgetful.GATEWAY"
_PRICE = 100_000
_STARTING = 20


@dataclass(frozen=True, slots=True)
class MoneyReport:
    """What became of the refunds; `findings` counts what must be nought.

    `moved`: payments that left by the company's books. `twice`: more of them than refunds asked for. `invented`: booked
    as paid, and the company knows nothing. `unbooked`: moved, and our books do not know in the end. `unresolved`: no
    end was reached; with a company that forgets keys, `unknown` is an end that a person or a file settles.
    """

    kills: int
    idempotent: bool
    refunds: int
    tries: int
    moved: int
    unknown: int
    twice: int
    invented: int
    unbooked: int
    unresolved: int
    ledger: int
    seconds: float

    @property
    def findings(self) -> int:
        """How many promises were broken."""
        return self.twice + self.invented + self.unbooked + self.unresolved + self.ledger


def run_money(
    kills: int, *, seed: int = 1, gateway: str = "", idempotent: bool = True, pause: float = 0.2
) -> MoneyReport:
    """Kill refund workers `kills` times in the present database, which must hold nothing else that is due.

    `gateway`: address of a running `orderdesk.operations.chaos.gateway`; one of its own is started without it.
    `idempotent` off: the company forgets keys, which it must have been told too (`--no-idempotency`).
    """
    started = time.monotonic()
    with _company(gateway, seed, idempotent=idempotent) as url, _paid_by(url, idempotent=idempotent):
        shop = _shop()
        dice = random.Random(seed)
        killer = Killer(_work, workers=WORKERS, pause=pause, seed=seed)
        done = killer.run(kills, lambda: _refill(shop, dice))
        _settle(shop, idempotent=idempotent)
        counts = _counts(shop, httpx.get(f"{url}/_effects", timeout=10).json(), idempotent=idempotent)
    seconds = round(time.monotonic() - started, 1)
    return MoneyReport(kills=done, idempotent=idempotent, **counts, ledger=_ledger(), seconds=seconds)


@contextmanager
def _company(url: str, seed: int, *, idempotent: bool) -> Iterator[str]:
    """The address given, or a company of our own in another process."""
    if url:
        yield url.rstrip("/")
        return
    port = _free_port()
    words = [*("-m", "orderdesk.operations.chaos.gateway", "--port", str(port), "--seed", str(seed))]
    words += ["--faults", str(FAULTS), "--late", "0.1", *([] if idempotent else ["--no-idempotency"])]
    process = subprocess.Popen([sys.executable, *words], cwd=settings.BASE_DIR)
    try:
        yield _answering(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answering(url: str, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < end:
        try:
            httpx.get(f"{url}/_effects", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return url
    raise RuntimeError("the payment company did not start")


@contextmanager
def _paid_by(url: str, *, idempotent: bool) -> Iterator[None]:
    """Short leases, so that what a dead worker held is soon free: it is certainly dead."""
    companies = settings.GATEWAYS if idempotent else {**settings.GATEWAYS, "toss": FORGETFUL}
    with override_settings(TOSS_API_URL=url, GATEWAYS=companies, REFUND_CLAIM_SECONDS=2.0):
        yield


def _shop() -> Shop:
    name = f"chaos-{time.time_ns()}"
    shop = Shop.objects.create(name=name, slug=name, sender_email="shop@example.com")
    GatewayAccount.objects.create(shop=shop, gateway="toss", secret_encrypted=encrypt("test_sk_chaos"))
    return shop


def _refill(shop: Shop, dice: random.Random) -> None:
    if _open(shop).filter(attempts=0).count() < WAITING:
        _ask_for_refunds(shop, dice)
    _hurry(shop)
    _notices(shop, dice)


def _ask_for_refunds(shop: Shop, dice: random.Random) -> None:
    """An order that was paid, and three parts of it to give back, no two alike."""
    new = NewOrder(
        customer_name="홍길동",
        customer_email="buyer@example.com",
        lines=[NewLine("면 셔츠", 1, _PRICE)],
        payment_method=PaymentMethod.CARD,
    )
    order = place_order(shop, new, actor=SYSTEM)
    record_payment(
        order.pk, Capture(_PRICE, PaymentMethod.CARD, "toss", f"pay-{shop.pk}-{order.pk}"), actor=GATEWAY
    )
    for amount in dice.sample(range(1_000, 30_000), PER_ORDER):
        quote = goodwill_quote(order.currency, amount, "chaos")
        wanted = RefundRequest(f"goodwill:{order.pk}.{amount}", RefundSource.GOODWILL, quote)
        request_refund(order.pk, wanted, actor=SYSTEM)


def _open(shop: Shop) -> QuerySet[Refund]:
    return Refund.objects.filter(order__shop=shop, status__in=[S.RESERVED, S.SUBMITTED, S.UNKNOWN])


def _hurry(shop: Shop) -> None:
    """The pauses between tries are over at once: the trial is about what happens, not about when."""
    _open(shop).filter(claimed_by="").update(next_at=clock.now())


def _notices(shop: Shop, dice: random.Random) -> None:
    """The company's notices of payments, each twice, whoever works on them at the moment."""
    found = list(_open(shop).filter(attempts__gt=0).values_list("payment__reference", flat=True)[:20])
    for reference in dice.sample(found, min(2, len(found))):
        for _time in range(2):
            try:
                handle("toss", {"payment": reference})
            except NotReadable:
                continue


def _work() -> None:
    while True:
        if not drain_refunds():
            time.sleep(0.01)


def _settle(shop: Shop, *, idempotent: bool) -> None:
    """Let one worker that nobody kills finish, until nothing changes any more."""
    end = time.monotonic() + SETTLE_SECONDS
    while not _at_rest(shop, idempotent=idempotent) and time.monotonic() < end:
        _hurry(shop)
        if not drain_refunds():
            time.sleep(0.05)


def _at_rest(shop: Shop, *, idempotent: bool) -> bool:
    """All at their end; without keys, unknown ones have been asked about since nobody pays any more."""
    still = list(_open(shop))
    if idempotent or not still:
        return not still
    if any(refund.status != S.UNKNOWN or refund.claimed_by for refund in still):
        return False
    last = [refund.tries.order_by("-number").first() for refund in still]
    return all(each is not None and each.verb == ASK and each.outcome == "not_found" for each in last)


def _counts(shop: Shop, effects: dict[str, list[int]], *, idempotent: bool) -> dict[str, int]:
    refunds = list(Refund.objects.filter(order__shop=shop).select_related("payment"))
    ours = {refund.payment.reference for refund in refunds}
    moved = Counter((ref, amount) for ref, amounts in effects.items() if ref in ours for amount in amounts)
    asked = Counter((refund.payment.reference, refund.amount) for refund in refunds)
    left = {refund.pk: moved[refund.payment.reference, refund.amount] for refund in refunds}
    rest = (S.SUCCEEDED,) if idempotent else (S.SUCCEEDED, S.UNKNOWN)
    return {
        "refunds": len(refunds),
        "tries": RefundAttempt.objects.filter(refund__order__shop=shop).count(),
        "moved": sum(moved.values()),
        "unknown": sum(refund.status == S.UNKNOWN for refund in refunds),
        "twice": sum((moved - asked).values()),
        "invented": sum(refund.status == S.SUCCEEDED and not left[refund.pk] for refund in refunds),
        "unbooked": sum(refund.status != S.SUCCEEDED and bool(left[refund.pk]) for refund in refunds),
        "unresolved": sum(refund.status not in rest for refund in refunds),
    }


def _ledger() -> int:
    return sum(audit().counts.values())


def as_dict(report: MoneyReport) -> dict[str, float]:
    """The report as the command prints it."""
    return {**asdict(report), "findings": report.findings}
