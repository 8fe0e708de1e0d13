"""Looking at one masked field: with permission, by POST, and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest

from orderdesk.accounts.models import AccessRecord
from orderdesk.accounts.phones import format_phone
from orderdesk.accounts.privacy import mask_address, mask_email, mask_name, mask_phone
from orders.models import Order

UNMASK = "accounts.unmask_customer"

# field → (its whole value, its masked form)
FIELDS: Mapping[str, tuple[Callable[[Order], str], Callable[[str], str]]] = {
    "name": (lambda order: order.customer.name, mask_name),
    "phone": (lambda order: format_phone(order.customer.phone), mask_phone),
    "email": (lambda order: order.customer.email, mask_email),
    "recipient_name": (lambda order: order.recipient_name, mask_name),
    "recipient_phone": (lambda order: format_phone(order.recipient_phone), mask_phone),
    "address": (
        lambda order: " ".join(part for part in (order.address1, order.address2) if part),
        mask_address,
    ),
}


def whole(order: Order, field: str) -> str:
    """The field as it is."""
    return FIELDS[field][0](order)


def masked(order: Order, field: str) -> str:
    """The field as everybody may see it."""
    value, mask = FIELDS[field]
    return mask(value(order))


def record_access(request: HttpRequest, order: Order, field: str, *, what: str) -> None:
    """Write down who looked at which field of this order's customer."""
    record_looks(request, [order.shop_id], what=what, subject=f"order:{order.pk}", field=field)


def record_looks(request: HttpRequest, shop_ids: Iterable[int], **what: str) -> None:
    """One access record per shop, in one statement; `what`: what, subject, field, reason."""
    user: Any = request.user
    AccessRecord.objects.bulk_create(
        AccessRecord(user_id=user.pk, shop_id=shop, address=request.META.get("REMOTE_ADDR"), **what)
        for shop in sorted(shop_ids)
    )
