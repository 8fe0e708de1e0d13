"""The reasons that a customer may choose, by the branches of the tree, in words that fit what was ordered."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orders.models import Reason
from orders.reasons import offered

Text = str | Promise
# The house's wording speaks of goods; whoever waits for dinner reads other words under the same codes.
_FOOD: dict[str, Text] = {
    "terms": _("Fees and payment"),
    "goods": _("Problem with the food"),
    "wrong_item": _("Chose the wrong dish or option"),
    "shipping_cost": _("Fees are too high"),
    "delivery_time": _("Takes too long"),
    "quality": _("Not as expected or described"),
}
# Nobody sends dinner back.
_NOT_FOR_FOOD = frozenset({"return_terms"})


class Branch(NamedTuple):
    """A branch and its leaves as (code, label)."""

    label: Text
    leaves: list[tuple[str, Text]]


def branches(shop_id: int, kind: str) -> list[Branch]:
    """What may be chosen, in the tree's order; one query."""
    food = kind == OrderKind.FOOD
    rows = [
        row
        for row in offered(shop_id, Reason.Audience.CUSTOMER)
        if not (food and row.shop_id is None and row.code in _NOT_FOR_FOOD)
    ]
    groups = groupby(rows, key=lambda row: row.parent)
    return [
        Branch(_words(parent, food=food) if parent else "", [(r.code, _words(r, food=food)) for r in leaves])
        for parent, leaves in groups
    ]


def _words(row: Reason, *, food: bool) -> Text:
    if food and row.shop_id is None and row.code in _FOOD:
        return _FOOD[row.code]
    return row.label(get_language() or "ko")
