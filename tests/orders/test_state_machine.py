"""Only legal edges happen, whatever is tried in whatever order."""

from __future__ import annotations

from collections.abc import Callable

from django_fsm import TransitionNotAllowed
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orders.guards import GUARDS, why_not
from orders.models import Order
from orders.services import steps, stop
from orders.services.payments import Capture, record_payment
from orders.terms import BEFORE_DELIVERY, CancelReason, DeliveryMethod, HoldReason, OrderStatus
from tests.builders import STAFF, make_order

S = OrderStatus
# The edge table of the domain, written by hand and apart from the code that it judges.
EDGES: dict[str, set[tuple[str, str]]] = {
    "place": {(S.AWAITING_PAYMENT, S.PLACED)},
    "expire": {(S.AWAITING_PAYMENT, S.EXPIRED)},
    "confirm": {(S.PLACED, S.CONFIRMED)},
    "reject": {(S.PLACED, S.CANCELLED)},
    "start_preparing": {(S.CONFIRMED, S.PREPARING)},
    "mark_ready": {(S.CONFIRMED, S.READY), (S.PREPARING, S.READY)},
    "hand_over_at_counter": {(S.READY, S.DELIVERED)},
    "complete": {(S.DELIVERED, S.COMPLETED)},
    "reopen": {(S.DELIVERED, S.DELIVERED), (S.COMPLETED, S.DELIVERED)},
    "hold": {(s, S.ON_HOLD) for s in BEFORE_DELIVERY},
    "release": {(S.ON_HOLD, s) for s in BEFORE_DELIVERY},
    "cancel": {(s, S.CANCELLED) for s in (*BEFORE_DELIVERY, S.ON_HOLD)},
}
VERBS: dict[str, Callable[[int], object]] = {
    "place": lambda pk: record_payment(pk, Capture(amount=10_000, method="card"), actor=STAFF),
    "expire": lambda pk: stop.expire_order(pk, actor=STAFF),
    "confirm": lambda pk: steps.confirm_order(pk, actor=STAFF),
    "reject": lambda pk: stop.reject_order(pk, actor=STAFF, reason=CancelReason.OTHER),
    "start_preparing": lambda pk: steps.start_preparing(pk, actor=STAFF),
    "mark_ready": lambda pk: steps.mark_ready(pk, actor=STAFF),
    "hand_over_at_counter": lambda pk: steps.hand_over_at_counter(pk, actor=STAFF),
    "complete": lambda pk: steps.complete_order(pk, actor=STAFF),
    "reopen": lambda pk: steps.reopen_order(pk, actor=STAFF, reason=""),
    "hold": lambda pk: stop.hold_order(pk, actor=STAFF, reason=HoldReason.OTHER),
    "release": lambda pk: stop.release_order(pk, actor=STAFF),
    "cancel": lambda pk: stop.cancel_order(pk, actor=STAFF, reason=CancelReason.OTHER),
}


def attempt(order: Order, verb: str) -> bool:
    try:
        VERBS[verb](order.pk)
    except DomainError:
        return False
    return True


class OnlyLegalEdges(TestCase):
    @given(st.lists(st.sampled_from(sorted(VERBS)), min_size=1, max_size=14))
    @settings(max_examples=80)
    def test_any_sequence_of_verbs_walks_only_the_edges_of_the_table(self, verbs: list[str]) -> None:
        order = make_order(status=S.AWAITING_PAYMENT, paid=False, delivery_method=DeliveryMethod.PICKUP)
        for verb in verbs:
            before, events = str(order.status), Event.objects.count()
            refusal = why_not(Order.objects.get(pk=order.pk), verb) if verb != "place" else None
            done = attempt(order, verb)
            order = Order.objects.get(pk=order.pk)
            moved = (before, str(order.status))
            if verb == "place" and moved[0] == moved[1]:
                continue
            assert done == (moved in EDGES[verb]), (verb, moved)
            assert done == (refusal is None)
            assert (Event.objects.count() > events) == done

    @given(
        st.sampled_from(S.values),
        st.sampled_from(["confirm", "start_preparing", "mark_ready", "depart", "expire"]),
    )
    def test_the_model_itself_refuses_a_jump(self, status: str, verb: str) -> None:
        order = Order(status=status)
        legal = {
            "confirm": S.PLACED,
            "start_preparing": S.CONFIRMED,
            "mark_ready": S.PREPARING,
            "depart": S.READY,
            "expire": S.AWAITING_PAYMENT,
        }
        try:
            getattr(order, verb)(None)
        except TransitionNotAllowed:
            assert status != legal[verb]
        else:
            assert status == legal[verb]


def test_every_verb_has_its_guard() -> None:
    assert set(EDGES) <= set(GUARDS)


def test_a_status_cannot_be_assigned() -> None:
    order = Order(status=S.PLACED)
    try:
        order.status = S.DELIVERED
    except AttributeError:
        assert order.status == S.PLACED
    else:
        raise AssertionError("the status could be assigned")
