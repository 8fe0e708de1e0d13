"""The customers of a batch: found by the source's id, by mail, or by phone and name, or made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from orderdesk.accounts.models import Customer, Shop
from orderdesk.accounts.phones import phone_digits
from orderdesk.copying import among, draft, insert_rows, reserve_ids
from orders.services.importing.batch import Batch
from orders.sources.terms import SourceCustomer

Key = tuple[str, str]


def resolve_customers(batch: Batch) -> None:
    """Set `customer_id` on every order and credit of the batch: three queries at most, whatever its size."""
    wanted: dict[Key, tuple[SourceCustomer, datetime]] = {}
    for order in batch.orders:
        wanted.setdefault(_key(order.parsed.customer), (order.parsed.customer, order.parsed.times.placed))
    for credit in batch.credits:
        wanted.setdefault(_key(credit.parsed.customer), (credit.parsed.customer, credit.parsed.at))
    if not wanted:
        return
    known = _known(batch.shop, wanted)
    known |= _make(batch.shop, [pair for key, pair in wanted.items() if key not in known])
    for order in batch.orders:
        order.customer_id = known[_key(order.parsed.customer)]
    for credit in batch.credits:
        credit.customer_id = known[_key(credit.parsed.customer)]


def _key(customer: SourceCustomer) -> Key:
    if customer.ref:
        return "ref", customer.ref
    if customer.email:
        return "email", customer.email.strip().lower()
    return "phone", f"{phone_digits(customer.phone)}|{customer.name}"


def _known(shop: Shop, wanted: Iterable[Key]) -> dict[Key, int]:
    values: dict[str, list[str]] = {"ref": [], "email": [], "phone": []}
    for kind, value in wanted:
        values[kind].append(value.partition("|")[0] if kind == "phone" else value)
    found: dict[Key, int] = {}
    rows = Customer.objects.filter(shop=shop, erased_at=None).order_by("-pk")
    columns = {"ref": "source_ref", "email": "email", "phone": "phone"}
    for kind, column in columns.items():
        if not values[kind]:
            continue
        picked = among(rows, column, values[kind]).values_list("pk", column, "name")
        for pk, value, name in picked:
            found[kind, f"{value}|{name}" if kind == "phone" else value] = pk
    return found


def _make(shop: Shop, missing: list[tuple[SourceCustomer, datetime]]) -> dict[Key, int]:
    ids = reserve_ids(Customer, len(missing))
    insert_rows([_draft(shop, said, since, pk) for (said, since), pk in zip(missing, ids, strict=True)])
    return {_key(said): pk for (said, _since), pk in zip(missing, ids, strict=True)}


def _draft(shop: Shop, said: SourceCustomer, since: datetime, pk: int) -> Customer:
    phone = phone_digits(said.phone) if said.phone else ""
    return draft(
        Customer,
        id=pk,
        shop_id=shop.pk,
        name=said.name,
        email=said.email.strip().lower(),
        phone=phone,
        phone_tail=phone[-4:],
        language=shop.language,
        source_ref=said.ref,
        created_at=since,
    )
