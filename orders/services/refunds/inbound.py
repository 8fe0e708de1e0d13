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
from orders.models import Order, Payment, Refund
from orders.services.payments import Capture, record_payment
from orders.services.refunds.alarm import call_a_person
from orders.services.refunds.finding import Found, find_payment, hash_of
from orders.services.refunds.settle import settle_refund
from orders.terms import RefundStatus

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
        call_a_person(
            found.order_id, f"{vendor}: {seen.ref}: {seen.captured} {seen.currency} ≠ {payment.captured}"
        )
        return f"payment {payment.pk}: another amount"
    ours = {refund.key: refund for refund in Refund.objects.filter(payment=payment)}
    known = {refund.gateway_ref for refund in ours.values()}
    for key, refund in ours.items():
        told = seen.find(key)
        done += _settle(refund, told) if told else []
    for stray in _unexplained(seen, ours, known):
        # Made in the company's own console, say, or paid twice: our books do not know that the money is gone.
        call_a_person(found.order_id, f"{vendor}: {seen.ref}: {stray.amount} {seen.currency} ({stray.ref})")
        done.append("a refund that our books lack")
    return ", ".join(done)


def _unexplained(seen: SeenPayment, ours: dict[str, Refund], known: set[str | None]) -> list[SeenRefund]:
    """Money that left without a refund of ours: one of ours explains one, however many bear its name."""
    left = [each for each in seen.refunds if each.outcome == Outcome.SUCCEEDED]
    explained = [seen.find(key) for key in ours]
    return [each for each in left if each not in explained and each.ref not in known]


def _capture(vendor: str, found: Found, seen: SeenPayment) -> Payment | None:
    references = [each for each in (seen.ref, found.reference) if each]
    rows = Payment.objects.filter(gateway=vendor, reference__in=references, captured__gt=0)
    payment = rows.first()
    if payment is not None or seen.captured <= 0:
        return payment
    if Order.objects.values_list("currency", flat=True).get(pk=found.order_id) != seen.currency:
        call_a_person(found.order_id, f"{vendor}: {seen.ref}: {seen.captured} {seen.currency}")
        return None
    capture = Capture(
        amount=seen.captured, method=seen.method, gateway=vendor, reference=seen.ref, at=seen.at
    )
    return record_payment(found.order_id, capture, actor=GATEWAY)


def _settle(refund: Refund, told: SeenRefund) -> list[str]:
    if told.outcome not in _TELLING or _said_already(refund, told):
        return []
    answer = RefundAnswer(told.outcome, told.ref, told.amount, detail=told.detail)
    settle_refund(refund.pk, answer, actor=GATEWAY)
    return [f"refund {refund.pk}"]


def _said_already(refund: Refund, told: SeenRefund) -> bool:
    """Whether the books say the same, so that nobody's lock is taken for it."""
    if told.outcome == Outcome.SUCCEEDED:
        return refund.status == RefundStatus.SUCCEEDED and refund.gateway_ref == told.ref
    return refund.status in (RefundStatus.FAILED, RefundStatus.VOIDED)
