"""Whose payment is another company's notice about? Found by the payment's reference, or by what we called the order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from orders.models import Order, Payment, Refund

_PREFIX = "od"


@dataclass(frozen=True, slots=True)
class Found:
    """The order that a notice is about; `reference` is what the company is asked by."""

    shop_id: int
    order_id: int
    reference: str


def order_ref(order: Order, number: int) -> str:
    """What we call the `number`-th payment that we ask for on this order: letters, digits and hyphens."""
    return f"{_PREFIX}-{order.public_id}-{number}"


def hash_of(secret: str) -> str:
    """How a notice's secret is kept until it can be compared."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_payment(
    gateway: str, references: Sequence[str], order_refs: Sequence[str] = (), refund_refs: Sequence[str] = ()
) -> Found | None:
    """The order behind any of these references, or None when nothing of ours bears one."""
    known = [each for each in references if each]
    paid = (
        Payment.objects.filter(gateway=gateway, reference__in=known)
        .values_list("order__shop_id", "order_id", "reference")
        .first()
        if known
        else None
    )
    if paid is not None:
        return Found(*paid)
    refunded = _refunded(gateway, [each for each in refund_refs if each])
    if refunded is not None:
        return refunded
    named = _named([*order_refs, *references])
    if named is None:
        return None
    return Found(named.shop_id, named.pk, next(iter(known), ""))


def _refunded(gateway: str, refs: Sequence[str]) -> Found | None:
    rows = (
        Refund.objects.filter(payment__gateway=gateway, gateway_ref__in=refs)
        if refs
        else Refund.objects.none()
    )
    row = rows.values_list("order__shop_id", "order_id", "payment__reference").first()
    return Found(*row) if row else None


def _named(refs: Sequence[str]) -> Order | None:
    parts = [ref.split("-") for ref in refs if ref]
    ids = [each[1] for each in parts if len(each) == 3 and each[0] == _PREFIX]
    return Order.objects.filter(public_id__in=ids).only("pk", "shop_id").first() if ids else None
