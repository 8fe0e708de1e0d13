"""A wish to cancel, what would come of it, and reading which units it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError, NotFound
from orderdesk.policies.decisions import Decision
from orders.cancel_rules import Verdict
from orders.models import OrderLine
from orders.quotes import Quote


@dataclass(frozen=True, slots=True)
class CancelWish:
    """Which units ({line id: quantity}; None = all that have not left) should go, and why (a Reason leaf's code)."""

    order_id: int
    units: Mapping[int, int] | None
    reason_code: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CancelPreview:
    """What confirming the wish now would do. `outcome` is a CancelOutcome; `sentence` says it to the customer.

    `units`: {line id: quantity}. `fault`: shares in per cent by Fault. `needs_account`: the money cannot go back the
    way it came. `answer_by`: when a request meets its default.
    """

    outcome: str
    decision: Decision[Verdict]
    quote: Quote
    units: Mapping[int, int]
    fault: Mapping[str, int]
    needs_account: bool
    answer_by: datetime | None
    sentence: str | Promise


def read_units(lines: Mapping[int, OrderLine], wanted: Mapping[int, int] | None) -> dict[int, int]:
    """The wish as {line id: quantity ≥ 1}, checked against the order's lines.

    NotFound `no_such_line` for a line of another order; DomainError `bad_quantity`, `no_units`, `too_many_units`.
    """
    if wanted is None:
        units = {pk: line.to_ship for pk, line in lines.items() if line.to_ship > 0}
    else:
        units = {pk: _whole(quantity) for pk, quantity in wanted.items() if quantity != 0}
    if not units:
        raise DomainError("no_units", _("Choose at least one product to cancel."))
    for pk, quantity in units.items():
        if pk not in lines:
            raise NotFound("no_such_line", _("This product is not part of the order."))
        if quantity > lines[pk].to_ship:
            raise DomainError(
                "too_many_units", _("Some of these units were cancelled or have been shipped already.")
            )
    return units


def is_whole(number: Any) -> bool:
    """Whether it is an int, and no bool in disguise."""
    return isinstance(number, int) and not isinstance(number, bool)


def _whole(quantity: int) -> int:
    if not is_whole(quantity) or quantity < 0:
        raise DomainError("bad_quantity", _("Quantities are whole numbers from one."))
    return quantity


def as_texts(units: Mapping[int, int]) -> dict[str, int]:
    """For JSON, whose keys are texts."""
    return {str(pk): quantity for pk, quantity in sorted(units.items())}


def as_numbers(units: Mapping[str, int]) -> dict[int, int]:
    """Back from JSON."""
    return {int(pk): quantity for pk, quantity in units.items()}
