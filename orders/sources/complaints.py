"""The sentences of rejected rows, by code; parameters come from the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COMPLAINTS: dict[str, str | Promise] = {
    "empty": _("This cell must not be empty."),
    "too_long": _("The text is longer than %(longest)s characters."),
    "bad_character": _("The text holds a character that cannot be stored."),
    "bad_number": _("“%(value)s” is not a whole number."),
    "bad_amount": _("“%(value)s” is not an amount of money."),
    "too_many_decimals": _("“%(value)s” has more decimals than %(currency)s knows."),
    "bad_time": _("“%(value)s” is not a date or time that can be read."),
    "bad_choice": _("“%(value)s” is none of the known values: %(choices)s."),
    "bad_quantity": _("The quantity must be one or more."),
    "negative": _("The amount must not be negative."),
    "discount_too_big": _("The discount is larger than the price it is taken from."),
    "bad_mail": _("“%(value)s” is not a mail address."),
    "bad_score": _("A score is a whole number from 1 to 5."),
    "bad_currency": _("The shop sells in %(expected)s, the row says %(value)s."),
    "differs": _("“%(value)s” differs from “%(first)s” on the first row of this order."),
    "bad_parcel": _(
        "Write parcels as 1, or as 1:2 | 2:1 (parcel:units); all units together must be the quantity."
    ),
    "no_parcel": _("The row names parcel %(value)s, but the order has no such parcel."),
    "lists_differ": _("The cells of one parcel or payment must all hold as many parts: %(columns)s."),
    "columns": _("The row has %(found)s cells, the heading has %(expected)s."),
    "no_order": _("The order that this row belongs to is not in the file."),
    "twice": _("This order stands in the file already, on line %(line)s."),
    "left_out": _("Left out with its order: see line %(line)s."),
    "number_taken": _("The shop already has an order %(number)s, and it did not come from this channel."),
    "changed_here": _("Staff changed this order after it was imported; the file's version was not taken."),
    "not_possible": _("The order is “%(now)s” here and cannot become “%(wanted)s”."),
    "refused": _("The database refused this order: %(reason)s"),
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The complaint in the reader's language."""
    return str(COMPLAINTS[code]) % params if params else str(COMPLAINTS[code])
