"""Credit invoices of an earlier system, each line matched to the sale that it gives back.

The document does not name the sale. The rule: among the sales of the same product to the same customer before the
credit, the latest whose units not yet credited cover it; failing that the latest of them all, whose units then count
as returned only as far as they go. Fees, postage and credits without a customer are matched to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderdesk.copying import draft, insert_rows, reserve_ids
from orders.models import OrderLine
from orders.services.importing.batch import Batch, Entry
from orders.sources.terms import SourceCredit
from orders.terms import OrderStatus
from returns.models import CreditInvoice, CreditLine

Key = tuple[int, str]


@dataclass(slots=True)
class Sale:
    """A sold line that a credit may give back, and its units that no credit has taken yet."""

    line_id: int
    order_id: int
    at: datetime
    left: int
    taken: int = 0


def write_credits(batch: Batch) -> dict[str, int]:
    """Write the batch's credit invoices in the caller's transaction and count what they return."""
    if not batch.credits:
        return {}
    _forget([entry.object_id for entry in batch.credits if entry.known])
    fresh = [entry for entry in batch.credits if not entry.known]
    for entry, pk in zip(fresh, reserve_ids(CreditInvoice, len(fresh)), strict=True):
        entry.object_id = pk
    insert_rows([_invoice(batch, entry) for entry in batch.credits])
    sales = _sales(batch)
    lines = []
    for entry in sorted(batch.credits, key=lambda entry: entry.parsed.at):
        lines += _lines(entry, sales)
    insert_rows(lines)
    _count_returned([sale for found in sales.values() for sale in found if sale.taken])
    matched = sum(line.order_line_id is not None for line in lines)
    return {"credits": len(batch.credits), "credit_lines": len(lines), "credit_lines_matched": matched}


def _forget(invoice_ids: Sequence[int]) -> None:
    """Undo what changed credit invoices had returned, before they are written anew."""
    for line in CreditLine.objects.filter(invoice_id__in=invoice_ids).select_related("order_line"):
        if line.order_line is not None:
            line.order_line.refresh_from_db(fields=["returned_quantity"])
            line.order_line.returned_quantity -= min(line.quantity, line.order_line.returned_quantity)
            line.order_line.save(update_fields=["returned_quantity"])
    CreditInvoice.objects.filter(pk__in=invoice_ids).delete()


def _invoice(batch: Batch, entry: Entry[SourceCredit]) -> CreditInvoice:
    return draft(
        CreditInvoice,
        id=entry.object_id,
        shop_id=batch.shop.pk,
        number=entry.parsed.number,
        at=entry.parsed.at,
        customer_id=entry.customer_id,
        currency=batch.shop.currency,
        total=sum(line.amount for line in entry.parsed.lines),
    )


def _sales(batch: Batch) -> dict[Key, list[Sale]]:
    """Every sale of the products and customers on the batch's credits, latest first; one query."""
    named = [entry for entry in batch.credits if entry.parsed.customer.ref != "unknown"]
    skus = {line.sku for entry in named for line in entry.parsed.lines if line.goods}
    customers = {entry.customer_id for entry in named}
    sold = (
        OrderLine.objects.filter(order__customer_id__in=customers, order__shop=batch.shop, sku__in=skus)
        .exclude(order__status=OrderStatus.CANCELLED)
        .order_by("-order__placed_at", "-order_id", "position")
    )
    found: dict[Key, list[Sale]] = defaultdict(list)
    columns = (
        "order__customer_id",
        "sku",
        "pk",
        "order_id",
        "order__placed_at",
        "shipped_quantity",
        "returned_quantity",
    )
    for customer, sku, pk, order, at, shipped, returned in sold.values_list(*columns):
        found[customer, sku].append(Sale(pk, order, at, shipped - returned))
    return found


def _lines(entry: Entry[SourceCredit], sales: dict[Key, list[Sale]]) -> list[CreditLine]:
    lines = []
    for said in entry.parsed.lines:
        earlier = sales.get((entry.customer_id, said.sku), ()) if said.goods else ()
        sale = _match([sale for sale in earlier if sale.at <= entry.parsed.at], said.quantity)
        line = draft(
            CreditLine,
            invoice_id=entry.object_id,
            sku=said.sku,
            name=said.name,
            quantity=said.quantity,
            amount=said.amount,
        )
        if sale is not None:
            line.order_id, line.order_line_id = sale.order_id, sale.line_id
        lines.append(line)
    return lines


def _match(earlier: Sequence[Sale], quantity: int) -> Sale | None:
    sale = next((sale for sale in earlier if sale.left >= quantity), earlier[0] if earlier else None)
    if sale is not None:
        taken = min(sale.left, quantity)
        sale.left, sale.taken = sale.left - taken, sale.taken + taken
    return sale


def _count_returned(sales: Sequence[Sale]) -> None:
    lines = OrderLine.objects.in_bulk([sale.line_id for sale in sales])
    for sale in sales:
        lines[sale.line_id].returned_quantity += sale.taken
    OrderLine.objects.bulk_update(lines.values(), ["returned_quantity"], batch_size=500)
