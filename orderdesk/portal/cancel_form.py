"""What a customer sends from the page of cancelling, read without trusting a sign of it, and shown again as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.gateways import BankAccount
from orders.models import OrderLine

Text = str | Promise
_UNITS = re.compile(r"units-(\d{1,12})")
_CODE = re.compile(r"[-\w]{1,40}", re.ASCII)
# Control characters but for the line feed: a database refuses some, and no sentence needs them.
_STRANGE = re.compile("[\x00-\x09\x0b-\x1f\x7f]")
LONGEST_NOTE = 500
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class LineView:
    """One line to choose from: `most` units can go, `typed` is what stands in the field."""

    pk: int
    name: str
    options: str
    most: int
    typed: str
    error: Text = ""

    @property
    def chosen(self) -> bool:
        return self.typed not in ("", "0")


@dataclass
class CancelForm:
    """Fields as they were typed, and what is wrong with each; `units` is None when everything was chosen."""

    everything: bool = False
    typed: dict[int, str] = field(default_factory=dict)
    reason: str = ""
    note: str = ""
    errors: dict[str, Text] = field(default_factory=dict)
    line_errors: dict[int, Text] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return not (self.errors or self.line_errors)

    @property
    def units(self) -> dict[int, int] | None:
        """{line id: quantity}, lines of 0 left out; only of a form that is good."""
        if self.everything:
            return None
        return {pk: int(text) for pk, text in self.typed.items() if text and int(text)}

    def lines(self, rows: Iterable[OrderLine]) -> list[LineView]:
        """The order's lines that still can go, with what was typed for each."""
        return [
            LineView(
                row.pk,
                row.name,
                row.options,
                row.to_ship,
                self.typed.get(row.pk, ""),
                self.line_errors.get(row.pk, ""),
            )
            for row in rows
            if row.to_ship > 0
        ]


def read_form(sent: QueryDict) -> CancelForm:
    """The form of the first page with whatever is wrong with it; whether units and reason exist is the services' to say."""
    form = CancelForm(everything=bool(sent.get("everything")))
    for name in sent:
        found = _UNITS.fullmatch(name)
        if found:
            form.typed[int(found[1])] = sent.get(name, "").strip()[:40]
    if not form.everything:
        _check_units(form)
    _read_reason(form, sent)
    return form


def _check_units(form: CancelForm) -> None:
    for pk, text in form.typed.items():
        if text and not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
            form.line_errors[pk] = _("Please enter a whole number.")
    if not form.line_errors and not form.units:
        form.errors["units"] = _("Please choose what to cancel.")


def _read_reason(form: CancelForm, sent: QueryDict) -> None:
    code = sent.get("reason", "")
    form.reason = code if _CODE.fullmatch(code) else ""
    if not form.reason:
        form.errors["reason"] = _("Please choose a reason.")
    form.note = _STRANGE.sub("", sent.get("note", "").replace("\r\n", "\n")).strip()
    if len(form.note) > LONGEST_NOTE:
        form.errors["note"] = _("Please keep it to 500 characters.")


def read_account(sent: QueryDict) -> BankAccount | None:
    """The refund account as it was typed; None when nothing of it was."""
    bank, number, holder = (
        _STRANGE.sub("", sent.get(name, "")).strip()[:80] for name in ("bank", "number", "holder")
    )
    return BankAccount(bank, number, holder) if bank or number or holder else None
