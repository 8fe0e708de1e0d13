"""What became of the food orders: each plot tells one order up to where it stands today."""

from __future__ import annotations

from orderdesk.events.actor import COURIER, CUSTOMER, SYSTEM
from orderdesk.operations.demo.meal import Run
from orderdesk.operations.demo.pace import Pace
from orderdesk.operations.demo.story import Story
from orders.models import Shipment, ShipmentLine
from orders.terms import CancelReason, DeliveryMethod, HoldReason, ShipmentStatus, TaskKind


def unpaid(story: Story, _pace: Pace) -> None:
    """The payment window stands open at the customer's."""


def expired(story: Story, _pace: Pace) -> None:
    story.expire()


def placed(story: Story, pace: Pace) -> None:
    if not story.order.pays_later:
        story.pay(pace.after(0.3, 1.2))


def confirmed(story: Story, pace: Pace) -> None:
    placed(story, pace)
    minutes = story.rng.choice((15, 20, 25, 30))
    story.confirm(pace.after(0.5, 4), story.staff("kitchen"), minutes)


def preparing(story: Story, pace: Pace) -> None:
    confirmed(story, pace)
    story.prepare(pace.after(0.5, 3), story.staff("kitchen"))


def ready(story: Story, pace: Pace) -> Run:
    preparing(story, pace)
    run = Run(story, pace.after(4, 9))
    story.ready(pace.after(5, 14), story.staff("kitchen"))
    return run


def on_the_way(story: Story, pace: Pace) -> Run:
    """Left a few minutes ago; the last ping is half a minute old."""
    run = ready(story, pace)
    run.pick_up(pace.after(1, 4))
    run.ride(pace.until - (pace.until - pace.now) * 0.1, story.rng.uniform(0.45, 0.8))
    return run


def arriving(story: Story, pace: Pace) -> None:
    run = ready(story, pace)
    run.pick_up(pace.after(1, 4))
    run.ride(pace.after(5, 9), 0.98)
    run.arrive(pace.after(0.2, 1))


def nobody_home(story: Story, pace: Pace) -> None:
    run = ready(story, pace)
    run.pick_up(pace.after(1, 4))
    run.ride(pace.after(7, 12), 0.99)
    run.arrive(pace.after(0.2, 1))
    run.fail(pace.after(4, 8))
    story.note(pace.after(1, 3), "agent", "@kitchen 고객님이 전화를 안 받으세요. 5분만 더 기다려 볼게요.")


def delivered(story: Story, pace: Pace) -> None:
    run = ready(story, pace)
    run.pick_up(pace.after(1, 5))
    run.ride(pace.after(8, 19), 1.0)
    if story.order.pays_later:
        story.pay(pace.now, actor=COURIER)
    run.deliver(pace.after(0.5, 3))


def complained(story: Story, pace: Pace) -> None:
    delivered(story, pace)
    story.task(TaskKind.NOT_RECEIVED, pace.after(10, 40), "음식이 오지 않았다고 하세요", CUSTOMER)
    story.say("order.not_received", pace.now, CUSTOMER)


def completed(story: Story, pace: Pace) -> None:
    delivered(story, pace)
    due = story.order.complete_after
    by_customer = story.rng.random() < 0.25
    at = pace.after(10, 300) if by_customer or due is None else due
    story.complete(at, CUSTOMER if by_customer else SYSTEM)


def waiting_at_counter(story: Story, pace: Pace) -> None:
    """To be picked up at the shop."""
    preparing(story, pace)
    story.ready(pace.after(6, 14), story.staff("kitchen"))


def taken_at_counter(story: Story, pace: Pace) -> None:
    waiting_at_counter(story, pace)
    at, kitchen = pace.after(3, 15), story.staff("kitchen")
    taken = Shipment(
        order=story.order,
        number=1,
        method=DeliveryMethod.PICKUP,
        status=ShipmentStatus.DELIVERED,
        departed_at=at,
        delivered_at=at,
    )
    story.written_at[id(taken)] = at
    story.shipments.append(taken)
    story.shipment_lines += [
        ShipmentLine(shipment=taken, line=line, quantity=line.quantity) for line in story.lines
    ]
    if story.order.pays_later:
        story.pay(at)
    story.deliver(at, kitchen)


def held(story: Story, pace: Pace) -> None:
    confirmed(story, pace)
    story.hold(pace.after(1, 3), story.staff("agent"), HoldReason.CUSTOMER, "30분 뒤에 받고 싶다고 하심")


def accident(story: Story, pace: Pace) -> None:
    preparing(story, pace)
    kitchen = story.staff("kitchen")
    story.hold(pace.after(2, 5), kitchen, HoldReason.ACCIDENT, "찌개를 쏟아서 다시 끓여요")
    story.task(TaskKind.PROBLEM, pace.now, "찌개를 쏟아서 다시 끓여요", kitchen)
    story.say("order.problem_reported", pace.now, kitchen)


def cancelled(story: Story, pace: Pace) -> None:
    placed(story, pace)
    reasons = (
        CancelReason.TOO_BUSY,
        CancelReason.OUT_OF_STOCK,
        CancelReason.NO_DELIVERY,
        CancelReason.CLOSED,
    )
    story.cancel(pace.after(1, 8), story.staff("kitchen"), story.rng.choice(reasons))
