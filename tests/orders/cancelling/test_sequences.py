"""Planning, packing, handing over, cancelling, asking, withdrawing, in any order: only legal edges, and what was
cancelled or is asked back never leaves the house."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orderdesk.errors import DomainError
from orderdesk.events.actor import CUSTOMER, SYSTEM
from orders.models import Cancellation, Order, Shipment, ShipmentLine
from orders.services import picking, shipments, steps, stop, waybills
from orders.services.cancelling import decide
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.terms import (
    BEFORE_DELIVERY,
    BEFORE_HANDOVER,
    ON_THE_WAY,
    OPEN_CANCELLATION,
    CancellationStatus,
    CancelReason,
    OrderStatus,
)
from tests.builders import STAFF
from tests.orders.cancelling.rows import card_order, confirmed, opened

C, S = CancellationStatus, OrderStatus
# Written by hand and apart from the code that they judge. What a single act may do to a wish to cancel; the first
# submit and `approved` may be passed through within one act.
CANCELLATION_EDGES = {
    (C.REQUESTED, C.UNDER_REVIEW),
    (C.REQUESTED, C.COMPLETED),
    (C.REQUESTED, C.ABANDONED),
    (C.UNDER_REVIEW, C.COUNTER_OFFERED),
    (C.UNDER_REVIEW, C.COMPLETED),
    (C.UNDER_REVIEW, C.REJECTED),
    (C.UNDER_REVIEW, C.WITHDRAWN),
    (C.COUNTER_OFFERED, C.UNDER_REVIEW),
    (C.COUNTER_OFFERED, C.SAVED),
    (C.COUNTER_OFFERED, C.WITHDRAWN),
    (C.COUNTER_OFFERED, C.COMPLETED),
}
BORN = {C.REQUESTED, C.UNDER_REVIEW, C.COMPLETED}
ORDER_EDGES = {
    (S.PLACED, S.CONFIRMED),
    (S.CONFIRMED, S.PREPARING),
    (S.CONFIRMED, S.IN_DELIVERY),
    (S.PREPARING, S.IN_DELIVERY),
    *((status, S.CANCELLED) for status in BEFORE_DELIVERY),
    # The rest was cancelled while the others had arrived.
    (S.IN_DELIVERY, S.DELIVERED),
}
Act = Callable[[Order, int], object]


def some(order: Order, number: int) -> dict[int, int]:
    """One to three units of one line, whether there are as many left or not."""
    lines = list(order.lines.order_by("pk"))
    return {lines[number % len(lines)].pk: 1 + number // 2 % 3}


def parcel(order: Order, number: int) -> int:
    """One of its parcels that has not left; 0, which no service finds, if there is none."""
    found = list(order.shipments.filter(status__in=BEFORE_HANDOVER).order_by("pk"))
    return found[number % len(found)].pk if found else 0


def wish(order: Order, _number: int = 0) -> int:
    newest = order.cancellations.order_by("-pk").first()
    return newest.pk if newest else 0


def hand_over(order: Order, number: int) -> None:
    chosen = parcel(order, number)
    waybills.enter_waybill(chosen, carrier="cj", number=f"{650_012_340_000 + chosen}", actor=STAFF)
    waybills.hand_over(chosen, actor=STAFF)


def ask(order: Order, number: int) -> None:
    confirmed(opened(order, some(order, number)))


ACTS: dict[str, Act] = {
    "confirm": lambda o, _n: steps.confirm_order(o.pk, actor=STAFF),
    "prepare": lambda o, _n: steps.start_preparing(o.pk, actor=STAFF),
    "plan": lambda o, n: shipments.plan_shipment(o.pk, some(o, n) if n % 4 else None, actor=STAFF),
    "pick": lambda o, n: picking.pick(parcel(o, n), actor=STAFF),
    "pack": lambda o, n: picking.pack(parcel(o, n), actor=STAFF),
    "hand over": hand_over,
    "give up a parcel": lambda o, n: shipments.cancel_shipment(parcel(o, n), actor=STAFF),
    "cancel some": lambda o, n: cancel_units(o.pk, StaffCancel("out_of_stock", some(o, n)), actor=STAFF),
    "cancel": lambda o, _n: stop.cancel_order(o.pk, actor=STAFF, reason=CancelReason.OTHER),
    "ask": ask,
    "ask without confirming": lambda o, n: opened(o, some(o, n)),
    "withdraw": lambda o, _n: decide.withdraw_cancellation(wish(o), actor=CUSTOMER),
    "approve": lambda o, _n: decide.approve_cancellation(wish(o), actor=STAFF),
    "refuse": lambda o, _n: decide.reject_cancellation(wish(o), actor=STAFF, code="other", text="죄송해요."),
    "offer": lambda o, _n: decide.counter_offer(wish(o), actor=SYSTEM, amount=500),
    "take the offer": lambda o, _n: decide.accept_counter(wish(o), actor=CUSTOMER),
    "decline the offer": lambda o, _n: decide.decline_counter(wish(o), actor=CUSTOMER),
}

# What chance alone would hardly come to: a planned and a packed parcel, a request, a counter-offer.
OPENINGS: list[list[tuple[str, int]]] = [
    [],
    [("plan", 0)],
    [("plan", 0), ("pack", 0)],
    [("plan", 1), ("ask", 0)],
    [("ask", 0), ("offer", 0)],
    [("ask", 0), ("offer", 0), ("take the offer", 0)],
]


def attempt(act: str, order: Order, number: int) -> bool:
    try:
        ACTS[act](order, number)
    except DomainError:
        return False
    return True


def statuses(order: Order) -> dict[int, str]:
    return dict(order.cancellations.values_list("pk", "status"))


def gone(order: Order) -> dict[int, int]:
    """Units by line that lie in parcels which have left, as the parcels say."""
    left = dict.fromkeys(order.lines.values_list("pk", flat=True), 0)
    for row in ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=ON_THE_WAY):
        left[row.line_id] += row.quantity
    return left


def asked(order: Order) -> dict[int, int]:
    """Units by line under a request that waits for somebody, as its own lines say."""
    units = dict.fromkeys(order.lines.values_list("pk", flat=True), 0)
    for row in Cancellation.objects.filter(order=order, status__in=OPEN_CANCELLATION):
        for line in row.lines.all():
            units[line.line_id] += line.quantity
    return units


def assert_nothing_cancelled_leaves(order: Order) -> None:
    left, back = gone(order), asked(order)
    for line in order.lines.all():
        assert line.shipped_quantity == left[line.pk]
        assert left[line.pk] + line.cancelled_quantity + back[line.pk] <= line.quantity


def assert_legal(order: Order, before: str, wishes: dict[int, str]) -> None:
    now = str(Order.objects.get(pk=order.pk).status)
    assert now == before or (before, now) in ORDER_EDGES, (before, now)
    for pk, status in statuses(order).items():
        was = wishes.get(pk)
        assert (status in BORN) if was is None else (status == was or (was, status) in CANCELLATION_EDGES), (
            was,
            status,
        )
    assert Cancellation.objects.filter(order=order).open().count() <= 1


class AnySequence(TestCase):
    @settings(max_examples=60)
    @given(
        st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 11)), min_size=4, max_size=16),
        st.sampled_from([S.PLACED, S.CONFIRMED, S.PREPARING, S.PREPARING]),
        st.sampled_from(OPENINGS),
    )
    def test_only_legal_edges_and_no_cancelled_unit_leaves(
        self, acts: list[tuple[str, int]], status: str, opening: list[tuple[str, int]]
    ) -> None:
        order = card_order(status=status, quantities=(3, 2))
        for act, number in [*opening, *acts]:
            before, wishes = str(Order.objects.get(pk=order.pk).status), statuses(order)
            fresh = Order.objects.get(pk=order.pk)
            done = attempt(act, fresh, number)
            assert_legal(order, before, wishes)
            assert_nothing_cancelled_leaves(order)
            after = statuses(order)
            if act == "ask":
                # Two submits: the first keeps the time of the wish, though the second may be refused.
                after = {pk: said for pk, said in after.items() if pk in wishes or said != C.REQUESTED}
            assert done or (before, wishes) == (
                str(Order.objects.get(pk=order.pk).status),
                after,
            ), f"{act} was refused and changed something all the same"

    @settings(max_examples=25)
    @given(quantity=st.integers(1, 3), withdrawn=st.booleans())
    def test_a_packed_parcel_with_units_asked_back_stays(self, quantity: int, *, withdrawn: bool) -> None:
        order = card_order(status=S.PREPARING, quantities=(3,))
        box = shipments.plan_shipment(order.pk, actor=STAFF)
        picking.pack(box.pk, actor=STAFF)
        row = confirmed(opened(order, {order.lines.get().pk: quantity}))
        if withdrawn:
            decide.withdraw_cancellation(row.pk, actor=CUSTOMER)
        left = attempt("hand over", order, 0)
        assert left is withdrawn
        assert (Shipment.objects.get(pk=box.pk).status == "handed_over") is withdrawn


def test_the_tables_of_edges_know_every_state() -> None:
    told = {state for edge in CANCELLATION_EDGES for state in edge}
    # Offers of the house (settings.CANCEL_OFFERS) are off here, and `approved` is passed through at once.
    assert told | {C.OFFER_SHOWN, C.APPROVED} == set(C)
