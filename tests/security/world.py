"""Two shops with one row of everything in each, and one person in every role of the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client

from orderdesk import clock
from orderdesk.accounts.models import AccessRecord, Customer, Membership, Shop, User
from orderdesk.accounts.roles import Role
from orderdesk.console.models import SavedView
from orderdesk.events.inbox import store_call
from orderdesk.events.models import Event, InboundCall, Reaction
from orderdesk.notifications.models import Message, Suppression, TemplateText
from orderdesk.policies.models import ClosingDay, Policy, PolicyKind
from orderdesk.policies.services.publish import new_draft
from orders.models import (
    Cancellation,
    Deposit,
    Discrepancy,
    GatewayAccount,
    ImportRun,
    Order,
    Reason,
    Settlement,
    Shipment,
    StockItem,
    Tag,
    Task,
)
from orders.services.cancelling.staff import goodwill_refund
from orders.services.links import courier_link, customer_link
from orders.services.place import NewLine, NewOrder, place_order
from orders.terms import CancellationStatus, DeliveryMethod, PaymentMethod, TaskKind
from returns.models import CreditInvoice
from tests.builders import STAFF, make_order, make_shipment, make_shop, make_user
from tests.portal.visits import path_of

# Stands in every row of the foreign shop that has words; no answer may hold it.
SECRET = "외부비밀"
ROLES = [str(role) for role in Role]
# Who else knocks: a login without any shop, nobody, the operator, and the holders of the two private links.
OTHERS = ["no_shop", "anonymous", "superuser", "customer", "courier"]
EVERYONE = [*ROLES, *OTHERS]


@dataclass(frozen=True)
class Ground:
    """One shop's rows by model label, and its two private links as paths."""

    shop: Shop
    rows: dict[str, models.Model]
    customer_path: str
    courier_path: str

    @property
    def order(self) -> Order:
        order = self.rows["orders.order"]
        assert isinstance(order, Order)
        return order

    @property
    def shipment(self) -> Shipment:
        shipment = self.rows["orders.shipment"]
        assert isinstance(shipment, Shipment)
        return shipment


@dataclass(frozen=True)
class World:
    """Where the people work, and where they do not."""

    home: Ground
    foreign: Ground
    users: dict[str, User]

    def client(self, who: str, *, enforce_csrf_checks: bool = False) -> Client:
        """A browser in which `who` is logged in or has opened the private link."""
        client = Client(enforce_csrf_checks=enforce_csrf_checks)
        if who in self.users:
            client.force_login(self.users[who])
        if who == "customer":
            client.get(self.home.customer_path)
        if who == "courier":
            client.get(self.home.courier_path)
        return client


def make_world() -> World:
    home, foreign = make_ground("Namu"), make_ground(SECRET)
    users = {role: make_user(home.shop, role) for role in ROLES}
    users["no_shop"] = make_user()
    users["superuser"] = make_user(is_superuser=True)
    return World(home, foreign, users)


def make_ground(word: str) -> Ground:
    shop = make_shop(name=f"{word} shop", company_name=word)
    order = _order(shop, word)
    shipment = make_shipment(order, method=DeliveryMethod.COURIER, courier_name=word)
    shipment.proof_photo.save("photo.jpg", ContentFile(word.encode()))
    rows = [
        *(shop, order, shipment, order.customer, Group.objects.get_or_create(name="none")[0]),
        *_people(shop, word),
        *_desk(order, word),
        *_work(order, word),
        *_history(order, word),
        *_money(shop, word),
    ]
    labels = {row._meta.label_lower: row for row in rows}
    return Ground(shop, labels, path_of(customer_link(order)), path_of(courier_link(shipment)))


def _order(shop: Shop, word: str) -> Order:
    new = NewOrder(
        customer_name=word,
        customer_email="buyer@example.com",
        customer_phone="01012345678",
        address1=f"{word} 1",
        lines=[NewLine(f"{word} 셔츠", 2, 10_000)],
        payment_method=PaymentMethod.CASH_ON_DELIVERY,
    )
    return place_order(shop, new, actor=STAFF)


def _people(shop: Shop, word: str) -> list[models.Model]:
    user = make_user(name=word)
    member = Membership.objects.create(user=user, shop=shop, role=Role.AGENT)
    view = SavedView.objects.create(user=user, shop=shop, model_label="orders.order", name=word)
    look = AccessRecord.objects.create(user=user, shop=shop, what="view", subject=word)
    return [user, member, view, look]


def _desk(order: Order, word: str) -> list[models.Model]:
    shop = order.shop
    return [
        Task.objects.create(order=order, kind=TaskKind.PROBLEM, detail=word),
        Tag.objects.create(shop=shop, name=word),
        Deposit.objects.create(
            shop=shop, reference=word, at=clock.now(), amount=20_000, currency="KRW", payer_name=word
        ),
        ImportRun.objects.create(
            shop=shop,
            source="csv",
            path=word,
            state="draft",
            upload=ContentFile(f"order number,customer name\nN-1,{word}\n".encode(), name="orders.csv"),
        ),
        # The company's name is what a list would show of it.
        GatewayAccount.objects.create(shop=shop, gateway=word[:20], secret_encrypted=word),
        StockItem.objects.create(shop=shop, sku=word, name=word),
        Reason.objects.create(shop=shop, code=word.lower()[:40], label_ko=word, label_en=word, fault="buyer"),
        _policy(shop, word),
        ClosingDay.objects.create(shop=shop, day=date(2027, 5, 3), reason=word),
    ]


def _policy(shop: Shop, word: str) -> Policy:
    draft = new_draft(shop.pk, PolicyKind.TIMING)
    draft.note = word
    draft.save()
    return draft


def _work(order: Order, word: str) -> list[models.Model]:
    event = Event.objects.filter(shop=order.shop).order_by("pk")[0]
    reaction, _made = Reaction.objects.get_or_create(
        event=event, name=f"orders.{word}", defaults={"due_at": clock.now(), "last_error": word}
    )
    message = Message.objects.create(
        shop=order.shop,
        subject_kind="order",
        subject_id=order.pk,
        customer=order.customer,
        kind="order.received",
        channel="email",
        recipient=f"{word}@example.com",
        language="ko",
        subject_line=word,
        body_text=word,
        due_at=clock.now(),
        header_id=f"{order.pk}@test",
    )
    store_call("sweettracker", f"{order.pk}", {"invoice_no": word})
    call = InboundCall.objects.get(dedupe_key=f"{order.pk}")
    return [event, reaction, message, call]


def _history(order: Order, word: str) -> list[models.Model]:
    shop = order.shop
    return [
        Suppression.objects.create(
            shop=shop, channel="email", address=f"{word}@example.com", reason="bounced"
        ),
        TemplateText.objects.create(
            shop=shop, kind="order.received", channel="email", language="ko", version=1, body=word
        ),
        CreditInvoice.objects.create(
            shop=shop, number=word, at=clock.now(), customer=_customer(order), currency="KRW", total=1
        ),
        order.reviews.create(score=1, title=word, text=word, answered_at=clock.now()),
    ]


def _money(shop: Shop, word: str) -> list[models.Model]:
    """On an order of its own: an open request would change what the other one's buttons answer."""
    order, now = make_order(shop), clock.now()
    request = Cancellation.objects.create(
        order=order,
        status=CancellationStatus.UNDER_REVIEW,
        requested_at=now,
        requested_by_kind="customer",
        answer_by=now,
        customer_note=word,
        decision={"verdict": {"outcome": "request"}, "units": {}},
    )
    given = goodwill_refund(order.pk, actor=STAFF, amount=1_000, reason="late", token=word, note=word)
    file = Settlement.objects.create(shop=shop, gateway="toss", name=word, digest=word, since=now, until=now)
    row = Discrepancy.objects.create(settlement=file, kind="extra", reference=word, currency="KRW")
    return [request, *given, file, row]


def _customer(order: Order) -> Customer:
    return order.customer


def row_of(ground: Ground, label: str) -> Any:
    """The ground's row of a model, or None where the table knows the model has none."""
    return ground.rows.get(label)
