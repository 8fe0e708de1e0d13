"""Reading a waybill file as carriers' programs and people make them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from orders.services.sheets import read_table

HEADINGS: dict[str, frozenset[str]] = {
    "order": frozenset({"ordernumber", "order", "orderno", "주문번호", "주문"}),
    "carrier": frozenset({"carrier", "택배사", "배송사", "택배회사", "배송업체"}),
    "number": frozenset(
        {"waybill", "waybillnumber", "trackingnumber", "송장번호", "운송장번호", "운송장", "송장"}
    ),
}
TEMPLATE_HEADINGS = ("주문번호", "택배사", "송장번호")


@dataclass(frozen=True, slots=True)
class WaybillRow:
    """One row of the file as it was typed; `line` counts as the spreadsheet does."""

    line: int
    order: str
    carrier: str
    number: str


def read_waybill_file(name: str, content: bytes) -> list[WaybillRow]:
    """Rows of the file, empty ones left out. DomainError as `read_table`."""
    missing = _("The first row needs the headings order number, carrier and waybill number.")
    return [WaybillRow(line, **cells) for line, cells in read_table(name, content, HEADINGS, missing)]
