"""Reasons of cancelling: finding a leaf by its code, offering those that fit, and what a code is called."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError
from orders.models import Reason
from orders.reason_seeds import SEEDS, install_reasons

_LABELS = {seed.code: {"ko": seed.label_ko, "en": seed.label_en} for seed in SEEDS}
A = Reason.Audience


def leaf(shop_id: int, code: str) -> Reason:
    """The active reason without children that a shop knows by `code`, its own before the house's.

    DomainError `no_reason` for an empty, unknown or inactive code, and for a branch of the tree.
    """
    if not code:
        raise DomainError("no_reason", _("Choose the reason."))
    rows = Reason.objects.of_shop(shop_id).leaves().filter(code=code)
    found = list(rows)
    if not found and code in _LABELS:
        install_reasons(Reason.objects)
        found = list(rows.all())
    reason = max(found, key=lambda row: row.shop_id or 0, default=None)
    if reason is None:
        raise DomainError("no_reason", _("Choose the reason."))
    return reason


def offered(shop_id: int, audience: str) -> list[Reason]:
    """The leaves that customers (`customer`) or staff (`staff`) of a shop may choose, by branch and position."""
    rows = Reason.objects.of_shop(shop_id).leaves().filter(audience__in=[audience, A.BOTH])
    ordered = rows.select_related("parent").order_by("parent__position", "position", "id")
    found = list(ordered)
    if not found:
        install_reasons(Reason.objects)
        found = list(ordered.all())
    return found


def label_of(code: str, language: str = "") -> str:
    """What a stored code is called, in the reader's language; a shop's own code as the shop words it."""
    reader = (language or get_language() or "ko")[:2]
    known = _LABELS.get(code)
    if known is not None:
        return known.get(reader, known["en"])
    own = Reason.objects.filter(code=code).first() if code else None
    return own.label(reader) if own else code
