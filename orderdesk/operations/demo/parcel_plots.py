"""What became of the parcel orders: each plot tells one order up to where it stands today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from orderdesk.events.actor import CARRIER, CUSTOMER, SYSTEM
from orderdesk.operations.demo.pace import Pace
from orderdesk.operations.demo.parcel import Parcel
from orderdesk.operations.demo.story import Story
from orders.terms import CancelReason, HoldReason, TaskKind

Plot = Callable[[Story, Pace], None]
_HOUR, _DAY = 60, 24 * 60


def unpaid(story: Story, pace: Pace) -> None:
    """Waits for the money; one in three has sent a part of it."""
    if story.rng.random() < 0.34:
        story.pay(pace.after(20, 200), amount=story.order.total // 2)


def expired(story: Story, _pace: Pace) -> None:
    story.expire()


def placed(story: Story, pace: Pace) -> None:
    slow = story.expected.method in ("virtual_account", "bank_transfer")
    story.pay(pace.after(30, 900) if slow else pace.after(0.4, 2))


def confirmed(story: Story, pace: Pace) -> None:
    placed(story, pace)
    story.confirm(pace.at_work(10, 3 * _HOUR), story.staff("agent"))


def preparing(story: Story, pace: Pace) -> Parcel:
    confirmed(story, pace)
    story.prepare(pace.at_work(20, 4 * _HOUR), story.staff("packer"))
    return Parcel(story, pace.now)


def picking(story: Story, pace: Pace) -> None:
    preparing(story, pace).start_picking(pace.at_work(5, 60))


def picked(story: Story, pace: Pace) -> Parcel:
    parcel = preparing(story, pace)
    parcel.pick(pace.at_work(5, 90))
    return parcel


def checked(story: Story, pace: Pace) -> Parcel:
    parcel = picked(story, pace)
    parcel.check(pace.at_work(3, 30))
    return parcel


def ready(story: Story, pace: Pace) -> Parcel:
    parcel = checked(story, pace)
    parcel.pack(pace.at_work(5, 40))
    parcel.label()
    story.ready(pace.now, story.staff("packer"))
    return parcel


def attested(story: Story, pace: Pace) -> Parcel:
    """Handed over, says the packer; the carrier has not scanned it yet."""
    parcel = ready(story, pace)
    parcel.hand_over(pace.at_work(30, 4 * _HOUR))
    return parcel


def in_transit(story: Story, pace: Pace) -> Parcel:
    parcel = attested(story, pace)
    parcel.collected(pace.after(30, 3 * _HOUR))
    parcel.through_hubs(
        pace.next_morning(0, 20 * _HOUR, 23 * _HOUR), pace.next_morning(1, 4 * _HOUR, 7 * _HOUR)
    )
    return parcel


def out(story: Story, pace: Pace) -> Parcel:
    parcel = in_transit(story, pace)
    parcel.out(pace.after(60, 4 * _HOUR))
    return parcel


def attempt_failed(story: Story, pace: Pace) -> Parcel:
    parcel = out(story, pace)
    parcel.failed(pace.after(90, 6 * _HOUR))
    return parcel


def returning(story: Story, pace: Pace) -> Parcel:
    parcel = attempt_failed(story, pace)
    parcel.going_back(pace.after(_DAY, 2 * _DAY))
    return parcel


def strange(story: Story, pace: Pace) -> None:
    in_transit(story, pace).strange(pace.after(_DAY, 2 * _DAY))


def lost(story: Story, pace: Pace) -> None:
    parcel = in_transit(story, pace)
    parcel.strange(pace.after(2 * _DAY, 3 * _DAY))
    parcel.lost(pace.at_work(_DAY, 2 * _DAY))
    story.task(TaskKind.LOST, pace.now, "택배사에서 분실을 확인했어요", story.staff("lead"))


def came_back(story: Story, pace: Pace) -> None:
    parcel = returning(story, pace)
    parcel.came_back(pace.at_work(_DAY, 2 * _DAY))
    story.task(TaskKind.RETURNED, pace.now, "수취인 부재로 반송", story.staff("packer"))


def in_two_parcels(story: Story, pace: Pace) -> None:
    """The first line is under way, the rest is still being picked."""
    confirmed(story, pace)
    story.prepare(pace.at_work(20, 2 * _HOUR), story.staff("packer"))
    first, *rest = story.lines
    early = Parcel(story, pace.now, {first.position: first.quantity})
    if rest:
        Parcel(story, pace.now, {line.position: line.quantity for line in rest}).start_picking(
            pace.after(1, 9)
        )
    early.pick(pace.at_work(5, 60))
    early.pack(pace.at_work(5, 60))
    early.hand_over(pace.at_work(30, 3 * _HOUR))
    early.collected(pace.after(30, 3 * _HOUR))


def delivered(story: Story, pace: Pace) -> Parcel:
    parcel = out(story, pace)
    parcel.delivered(pace.after(60, 7 * _HOUR))
    story.deliver(pace.now, CARRIER)
    return parcel


def complained(story: Story, pace: Pace) -> None:
    delivered(story, pace)
    story.task(TaskKind.NOT_RECEIVED, pace.after(3 * _HOUR, _DAY), "문 앞에 없다고 하세요", CUSTOMER)
    story.say("order.not_received", pace.now, CUSTOMER)


def completed(story: Story, pace: Pace) -> None:
    delivered(story, pace)
    by_customer = story.rng.random() < 0.4
    due = story.order.complete_after or pace.until
    own = pace.now + timedelta(hours=story.rng.uniform(5, 150))
    story.complete(
        own if by_customer and own < due else due, CUSTOMER if by_customer and own < due else SYSTEM
    )


def hard_won(story: Story, pace: Pace) -> None:
    """Delivered at the second attempt, after a hold: the long timeline."""
    placed(story, pace)
    lead = story.staff("lead")
    story.hold(pace.at_work(10, 60), lead, HoldReason.ADDRESS, "동·호수가 빠져 있어요")
    story.note(pace.at_work(5, 30), "agent", "@lead 고객님과 통화했어요. 주소 확인됐습니다.")
    story.release(pace.at_work(5, 60), lead)
    story.confirm(pace.at_work(5, 60), story.staff("agent"))
    story.prepare(pace.at_work(20, 120), story.staff("packer"))
    parcel = Parcel(story, pace.now)
    parcel.pick(pace.at_work(5, 60))
    parcel.pack(pace.at_work(5, 60))
    parcel.hand_over(pace.at_work(30, 120))
    parcel.collected(pace.after(30, 120))
    parcel.through_hubs(
        pace.next_morning(0, 20 * _HOUR, 23 * _HOUR), pace.next_morning(1, 4 * _HOUR, 7 * _HOUR)
    )
    parcel.out(pace.after(60, 180))
    parcel.failed(pace.after(60, 180))
    parcel.out(pace.next_morning(1, 9 * _HOUR, 11 * _HOUR))
    parcel.delivered(pace.after(60, 300))
    story.deliver(pace.now, CARRIER)


def held(story: Story, pace: Pace) -> None:
    """Stopped for one of the reasons that occur, from where such an order usually stands."""
    reason, note, start = story.rng.choice(
        (
            (HoldReason.ADDRESS, "우편번호와 주소가 서로 달라요", placed),
            (HoldReason.STOCK, "차콜 M 입고 대기", confirmed),
            (HoldReason.FRAUD, "같은 카드로 연속 주문", placed),
            (HoldReason.CUSTOMER, "여행 중, 다음 주에 보내달라고 하심", confirmed),
        )
    )
    start(story, pace)
    story.hold(pace.at_work(5, 90), story.staff("agent"), reason, note)


def accident(story: Story, pace: Pace) -> None:
    picked(story, pace)
    packer = story.staff("packer")
    story.hold(pace.at_work(5, 60), packer, HoldReason.ACCIDENT, "검수 중 얼룩을 발견했어요")
    story.task(TaskKind.PROBLEM, pace.now, "검수 중 얼룩을 발견했어요", packer)
    story.say("order.problem_reported", pace.now, packer)


def cancelled(story: Story, pace: Pace) -> None:
    """Called off by the customer or by the shop; money by transfer goes back the day after."""
    _call_off(story, pace, lambda at: at + timedelta(hours=26))


def cancelled_waiting(story: Story, pace: Pace) -> None:
    """Called off, and nobody has paid the transfer back yet."""
    _call_off(story, pace, lambda _at: None)


def cancelled_late(story: Story, pace: Pace) -> None:
    """Called off, and paid back later than the law wants: interest is due."""
    _call_off(story, pace, lambda at: at + timedelta(days=13))


def _call_off(story: Story, pace: Pace, paid_back: Callable[[datetime], datetime | None]) -> None:
    placed(story, pace)
    lead = story.staff("lead")
    reason = story.rng.choice(
        (CancelReason.CUSTOMER_ASKED, CancelReason.OUT_OF_STOCK, CancelReason.CUSTOMER_ASKED)
    )
    if reason == CancelReason.CUSTOMER_ASKED:
        story.confirm(pace.at_work(10, 120), story.staff("agent"))
    at = pace.at_work(10, 5 * _HOUR)
    story.cancel(at, lead, reason, paid_back(at))
