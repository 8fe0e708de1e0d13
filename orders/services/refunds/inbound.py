"""What payment companies' notices do: never what they say, always what the company answers when it is asked.

So their order does not matter, a repeated one changes nothing, and a forged one at worst makes us look.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from orderdesk.events.actor import GATEWAY
from orderdesk.events.inbox import InboundOutcome
from orders.gateways import Outcome, RefundAnswer, SeenPayment, SeenRefund, credentials_for, gateway_of
from orders.models import Order, Payment, Refund, Task
from orders.services.locking import locked_order
from orders.services.payments import Capture, record_payment
from orders.services.refunds.finding import Found, find_payment, hash_of
from orders.services.refunds.settle import settle_refund
from orders.services.tasks import open_task
from orders.terms import FINAL_REFUND, RefundStatus, TaskKind

_TELLING = (Outcome.SUCCEEDED, Outcome.FAILED)


class NotReadable(Exception):
    """The company could not be asked now; the inbox tries again."""


def toss(body: Mapping[str, Any]) -> InboundOutcome:
    """A stored notice of Toss."""
    return handle("toss", body)


def portone(body: Mapping[str, Any]) -> InboundOutcome:
    """A stored notice of PortOne."""
    return handle("portone", body)


def stripe(body: Mapping[str, Any]) -> InboundOutcome:
    """A stored notice of Stripe."""
    return handle("stripe", body)


def handle(vendor: str, body: Mapping[str, Any]) -> InboundOutcome:
    """Ask the company about the payment that `body` names (`payment`, `order`, `secret_hash`) and take over its truth.

    Early while we know no such payment; NotReadable when there was no answer to believe.
    """
    found = find_payment(vendor, [body.get("payment", "")], [body.get("order", "")])
    if found is None:
        return InboundOutcome(done=False, note="no such payment", early=True)
    reference = str(body.get("payment") or f"order:{body.get('order')}")
    seen = gateway_of(vendor).look(reference, credentials_for(found.shop_id, vendor))
    if seen is None:
        raise NotReadable(vendor)
    if not _theirs(str(body.get("secret_hash", "")), seen):
        return InboundOutcome(done=False, note="its secret is another")
    return InboundOutcome(done=True, note=converge(vendor, found, seen))


def _theirs(secret_hash: str, seen: SeenPayment) -> bool:
    return not secret_hash or hmac.compare_digest(secret_hash, hash_of(seen.secret))


def converge(vendor: str, found: Found, seen: SeenPayment) -> str:
    """Make our books say what the company says, where that is certain; a person settles the rest. What was done."""
    payment = _capture(vendor, found, seen)
    if payment is None:
        return "not paid"
    done = [f"payment {payment.pk}"]
    if seen.captured != payment.captured or seen.currency != payment.currency:
        _task(found, f"{vendor}: {seen.ref}: {seen.captured} {seen.currency} ≠ {payment.captured}")
        return f"payment {payment.pk}: another amount"
    ours = {refund.key: refund for refund in Refund.objects.filter(payment=payment)}
    known = {refund.gateway_ref for refund in ours.values()}
    for told in seen.refunds:
        refund = ours.get(told.our_ref)
        if refund is not None:
            done += _settle(found, refund, told, seen)
        elif told.ref not in known and told.outcome == Outcome.SUCCEEDED:
            # Made in the company's own console, say: our books do not know the money is gone.
            _task(found, f"{vendor}: {seen.ref}: {told.amount} {seen.currency} ({told.ref})")
            done.append("a refund that is not ours")
    return ", ".join(done)


def _capture(vendor: str, found: Found, seen: SeenPayment) -> Payment | None:
    references = [each for each in (seen.ref, found.reference) if each]
    rows = Payment.objects.filter(gateway=vendor, reference__in=references, captured__gt=0)
    payment = rows.first()
    if payment is not None or seen.captured <= 0:
        return payment
    if Order.objects.values_list("currency", flat=True).get(pk=found.order_id) != seen.currency:
        _task(found, f"{vendor}: {seen.ref}: {seen.captured} {seen.currency}")
        return None
    capture = Capture(
        amount=seen.captured, method=seen.method, gateway=vendor, reference=seen.ref, at=seen.at
    )
    return record_payment(found.order_id, capture, actor=GATEWAY)


def _settle(found: Found, refund: Refund, told: SeenRefund, seen: SeenPayment) -> list[str]:
    if refund.status == RefundStatus.SUCCEEDED and told.outcome == Outcome.FAILED:
        # A bank sent the money back days later: our rows are final, a person decides anew.
        _task(found, f"{refund.key}: {told.detail or told.outcome}")
        return [f"refund {refund.pk} came back"]
    if refund.status in FINAL_REFUND and refund.status != RefundStatus.SUCCEEDED:
        if told.outcome == Outcome.SUCCEEDED:
            _task(found, f"{refund.key}: {told.amount} {seen.currency} ({told.ref})")
            return [f"refund {refund.pk} was paid although it had ended"]
        return []
    if refund.status in FINAL_REFUND or told.outcome not in _TELLING:
        return []
    answer = RefundAnswer(told.outcome, told.ref, told.amount, detail=told.detail)
    settle_refund(refund.pk, answer, actor=GATEWAY)
    return [f"refund {refund.pk}"]


def _task(found: Found, detail: str) -> None:
    """Call a person, once for one finding: who settled it is not called again by the next notice."""
    with locked_order(found.order_id) as order:
        if not Task.objects.filter(order=order, kind=TaskKind.REFUND, detail=detail[:255]).exists():
            open_task(order, TaskKind.REFUND, detail=detail[:255], actor=GATEWAY)
