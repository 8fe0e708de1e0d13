"""One order's past, told in memory through the models' own transitions; every step leaves the fact that records it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from orderdesk.accounts.models import OrderKind
from orderdesk.events.actor import GATEWAY, SOURCE, SYSTEM, Actor
from orderdesk.money import allocate
from orderdesk.operations.demo.people import Buyer
from orderdesk.operations.demo.shops import House
from orders.axes import fulfilment_state, payment_state
from orders.models import (
    CourierPing,
    Hold,
    Note,
    Order,
    OrderLine,
    Payment,
    Shipment,
    ShipmentLine,
    Task,
    TrackingEvent,
)
from orders.promise import food_promise
from orders.services.place import NewLine, set_deadlines
from orders.terms import BEFORE_HANDOVER, DeliveryMethod, OrderStatus, PaymentMethod, ShipmentStatus

_LEFT = frozenset({s.value for s in ShipmentStatus} - {s.value for s in BEFORE_HANDOVER} - {"cancelled"})


@dataclass(slots=True)
class Step:
    """A fact to be recorded; values of `data` that are rows become their ids once they have some."""

    kind: str
    at: datetime
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Basket:
    """What is bought, how it is paid and brought."""

    lines: list[NewLine]
    method: str
    fee: int
    coupon: int = 0
    delivery: str = DeliveryMethod.PARCEL
    note: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """The order is to be called off: by whom, when, why (a reason's code), and when a person pays out by bank."""

    at: datetime
    actor: Actor
    reason: str
    paid_back_at: datetime | None = None


class Story:
    """An order with its rows and steps; the caller says what happened when, in the order in which it happened."""

    def __init__(self, house: House, buyer: Buyer, basket: Basket, at: datetime, rng: Random) -> None:
        self.house, self.buyer, self.rng = house, buyer, rng
        self.steps: list[Step] = []
        self.shipments: list[Shipment] = []
        self.shipment_lines: list[ShipmentLine] = []
        self.scans: list[TrackingEvent] = []
        self.pings: list[CourierPing] = []
        self.payments: list[Payment] = []
        self.holds: list[Hold] = []
        self.notes: list[Note] = []
        self.tasks: list[Task] = []
        self.tags: list[int] = []
        self.ending: Ending | None = None
        self.written_at: dict[int, datetime] = {}  # id() of rows whose auto_now_add must be overruled
        self.order = self._order(basket, at)
        self.lines = self._lines(basket)
        self._place(basket, at)

    def say(self, kind: str, at: datetime, actor: Actor, /, **data: Any) -> None:
        self.steps.append(Step(kind, at, actor, data))

    def say_shipment(self, what: str, at: datetime, actor: Actor, shipment: Shipment, /, **data: Any) -> None:
        self.say(f"shipment.{what}", at, actor, shipment=shipment, number=shipment.number, **data)

    def staff(self, login: str) -> Actor:
        return self.house.actor(login)

    # ── placing and paying ──

    def _order(self, basket: Basket, at: datetime) -> Order:
        shop, home, customer = self.house.shop, self.buyer.home, self.buyer.customer
        goods = sum(line.quantity * line.unit_price for line in basket.lines)
        discount = sum(line.discount for line in basket.lines) + basket.coupon
        later = basket.method == PaymentMethod.CASH_ON_DELIVERY
        pickup = basket.delivery == DeliveryMethod.PICKUP
        return Order(
            shop=shop,
            number=f"{shop.number_prefix}-{at.astimezone(shop.zone):%y%m%d}-{self.rng.randrange(10**6):06d}",
            public_id=f"{self.rng.getrandbits(80):020x}",
            kind=shop.kind,
            status=OrderStatus.PLACED if later else OrderStatus.AWAITING_PAYMENT,
            currency=shop.currency,
            goods_total=goods,
            discount_total=discount,
            shipping_total=basket.fee,
            tax_total=sum(line.tax for line in basket.lines),
            total=goods - discount + basket.fee,
            pays_later=later,
            delivery_method=basket.delivery,
            customer=customer,
            recipient_name=customer.name,
            recipient_phone=customer.phone,
            postcode="" if pickup else home.postcode,
            address1="" if pickup else home.address1,
            address2="" if pickup else home.address2,
            latitude=home.position[0] if home.position and not pickup else None,
            longitude=home.position[1] if home.position and not pickup else None,
            customer_note=basket.note,
            placed_at=at,
            legal_regime=shop.legal_regime,
            timing_policy_id=self.house.timings.policy_id,
            cancel_policy_id=self.house.cancel_policy,
            source="web",
            language=customer.language,
        )

    def _lines(self, basket: Basket) -> list[OrderLine]:
        worth = [line.quantity * line.unit_price - line.discount for line in basket.lines]
        shares = allocate(basket.coupon, worth)
        return [
            OrderLine(
                order=self.order,
                position=position,
                sku=line.sku,
                name=line.name,
                options=line.options,
                quantity=line.quantity,
                unit_price=line.unit_price,
                discount=line.discount,
                order_discount=share,
                tax=line.tax,
                paid=net - share,
            )
            for position, (line, net, share) in enumerate(
                zip(basket.lines, worth, shares, strict=True), start=1
            )
        ]

    def _place(self, basket: Basket, at: datetime) -> None:
        self.expected = Payment(
            order=self.order,
            method=basket.method,
            currency=self.order.currency,
            detail=basket.detail,
            payer_name=self.buyer.customer.name,
        )
        self.payments.append(self.expected)
        later = self.order.pays_later
        set_deadlines(self.order, self.house.shop, self.house.timings, at)
        self.say("order.placed" if later else "order.awaiting_payment", at, SOURCE)

    def pay(self, at: datetime, amount: int | None = None, actor: Actor = GATEWAY) -> None:
        """Money for the order; in full unless `amount` says less, and then the order is placed."""
        paid = self.order.total if amount is None else amount
        payment = self.expected
        payment.gateway = (
            "bank" if payment.method in ("virtual_account", "bank_transfer") else self._gateway()
        )
        payment.reference = f"demo-{self.rng.getrandbits(48):012x}"
        payment.authorised = payment.captured = paid
        payment.authorised_at = payment.captured_at = at
        self.order.captured_total += paid
        self.say("payment.captured", at, actor, payment=payment, amount=paid, method=payment.method)
        if self.order.status == OrderStatus.AWAITING_PAYMENT and self.order.balance <= 0:
            self.order.place(at)
            set_deadlines(self.order, self.house.shop, self.house.timings, at)
            self.say("order.placed", at, actor)
        elif self.order.balance <= 0:
            self.order.paid_at = at

    def _gateway(self) -> str:
        return "courier" if self.order.pays_later else "simulator"

    # ── the shop's steps ──

    def confirm(self, at: datetime, actor: Actor, minutes: int | None = None) -> None:
        self.order.confirm(at)
        if minutes:
            self.order.preparation_minutes = minutes
            self.order.promised_from, self.order.promised_until = food_promise(at, minutes)
        self.say("order.confirmed", at, actor, preparation_minutes=minutes)

    def prepare(self, at: datetime, actor: Actor) -> None:
        self.order.start_preparing(at)
        self.say("order.preparing", at, actor)

    def ready(self, at: datetime, actor: Actor) -> None:
        self.order.mark_ready(at)
        self.say("order.ready", at, actor)

    def depart(self, at: datetime, actor: Actor, proof: str) -> None:
        """The first shipment has left; steps that nobody took are passed through, stamped as such."""
        if self.order.status == OrderStatus.IN_DELIVERY:
            return
        if self.order.status == OrderStatus.CONFIRMED:
            self.order.start_preparing(at)
            self.say("order.preparing", at, actor, passed_through=True)
        if self.order.status == OrderStatus.PREPARING:
            self.order.mark_ready(at)
            self.say("order.ready", at, actor, passed_through=True)
        self.order.depart(at)
        self.say("order.departed", at, actor, proof=proof)

    def deliver(self, at: datetime, actor: Actor) -> None:
        self.order.deliver(at)
        self.order.complete_after = self.house.timings.complete_after(at)
        self.say("order.delivered", at, actor)

    def complete(self, at: datetime, actor: Actor) -> None:
        self.order.complete(at)
        self.say("order.completed", at, actor)

    def cancel(self, at: datetime, actor: Actor, reason: str, paid_back_at: datetime | None = None) -> None:
        """It will be called off, by the services themselves, once the story is written (see money.py)."""
        self.ending = Ending(at, actor, reason, paid_back_at)

    def expire(self) -> None:
        at = self.order.pay_by or self.order.placed_at
        self.order.expire(at)
        self.say("order.expired", at, SYSTEM)

    def hold(self, at: datetime, actor: Actor, reason: str, note: str) -> None:
        self.order.hold()
        self.holds.append(
            Hold(order=self.order, reason=reason, note=note, held_at=at, held_by_id=actor.user_id)
        )
        self.say("order.held", at, actor, reason=reason, held_from=self.order.held_from)

    def release(self, at: datetime, actor: Actor) -> None:
        hold = self.holds[-1]
        hold.released_at, hold.released_by_id = at, actor.user_id
        back = self.order.held_from
        self.order.release()
        self.order.held_from = ""
        self.say("order.released", at, actor, to=back)

    # ── around the order ──

    def task(self, kind: str, at: datetime, detail: str = "", actor: Actor = SYSTEM) -> Task:
        task = Task(order=self.order, kind=kind, detail=detail)
        self.written_at[id(task)] = at
        self.tasks.append(task)
        self.say("task.opened", at, actor, task=task, task_kind=kind)
        return task

    def settle(self, task: Task, at: datetime, actor: Actor, resolution: str) -> None:
        task.done_at, task.done_by_id, task.resolution = at, actor.user_id, resolution
        self.say("task.closed", at, actor, task=task, task_kind=task.kind)

    def note(self, at: datetime, login: str, body: str, *, visible: bool = False) -> None:
        mentioned = [user.pk for name, user in self.house.staff.items() if f"@{name}" in body]
        author = self.house.staff[login]
        note = Note(order=self.order, author=author, body=body, visible_to_customer=visible)
        self.written_at[id(note)] = at
        self.notes.append(note)
        self.say("note.added", at, Actor.staff(author.pk), note=note, mentions=mentioned, visible=visible)

    # ── the end ──

    def close(self) -> None:
        """Derive what follows from the rows: shipped units, both axes, the version."""
        left = {id(s) for s in self.shipments if s.status in _LEFT}
        arrived = {id(s) for s in self.shipments if s.status == ShipmentStatus.DELIVERED}
        for line in self.lines:
            line.shipped_quantity = sum(
                u.quantity for u in self.shipment_lines if u.line is line and id(u.shipment) in left
            )
        delivered = sum(u.quantity for u in self.shipment_lines if id(u.shipment) in arrived)
        self.order.payment_state = payment_state(self.order)
        self.order.fulfilment_state = fulfilment_state(self.order, self.lines, delivered)
        self.order.version = self.order.revision = 1 + len(self.steps)

    @property
    def is_food(self) -> bool:
        return self.order.kind == OrderKind.FOOD
