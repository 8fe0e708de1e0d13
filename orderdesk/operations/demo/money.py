"""Wishes to cancel and money that goes back: made by the services themselves, at moments of the demo's past."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from orderdesk import clock
from orderdesk.events.actor import CUSTOMER
from orderdesk.events.models import Event, Reaction
from orderdesk.operations.demo.story import Ending, Story
from orderdesk.operations.demo.writing import Told
from orders.gateways import BankAccount
from orders.models import Cancellation, Refund, Task
from orders.quotes import Quote
from orders.services.cancelling import decide
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.cancelling.open import open_cancellation
from orders.services.cancelling.staff import StaffCancel, cancel_units, goodwill_refund
from orders.services.cancelling.wish import CancelWish
from orders.services.locking import SUBJECT
from orders.services.refunds.approve import approve_refund, refuse_refund
from orders.services.refunds.deadlines import run_refund_deadlines
from orders.services.refunds.submit import drain_refunds
from orders.services.refunds.void import record_bank_refund
from orders.terms import OrderStatus, PaymentMethod, RefundStatus, RefusalCode

S = OrderStatus
# Of no real person; 088 is Shinhan.
_ACCOUNT = BankAccount("088", "110000000000", "홍길동")
_OWN_REASONS = ("plans_changed", "cheaper_elsewhere", "delivery_time", "wrong_item", "mistake")
_EMBROIDERY = (
    "고객님 이니셜 자수를 이미 시작해서 취소가 어려워요. 받아 보신 뒤 궁금한 점은 편하게 알려주세요."
)
_COOKED = "이미 조리가 끝나 포장 중이라 취소가 어려워요. 최대한 빨리 보내드릴게요."
# What the built-in payment company does is written in an amount's last digits (gateways/simulator.py).
_REFUSED, _LOST, _SLOW = 1_901, 2_903, 3_904
_MINUTE = timedelta(minutes=1)
_LEADS_LIMIT = 300_000


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens to one order's money at one moment."""

    at: datetime
    play: Callable[[], object]


class Till:
    """Plays every scene in the order of time; afterwards nothing of it waits for reactions."""

    def __init__(self, stories: Sequence[Story], rng: Random, moment: datetime) -> None:
        self.stories, self.rng, self.moment = stories, rng, moment
        self.taken: set[int] = set()

    def work(self) -> list[Told]:
        """What the scenes recorded, as if the stories had told it themselves."""
        before = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        scenes = [*self._endings(), *self._parcels(), *self._meals(), *self._goodwill()]
        for scene in sorted(scenes, key=lambda scene: scene.at):
            with clock.at(scene.at):
                scene.play()
            with clock.at(min(scene.at + _MINUTE, self.moment)):
                drain_refunds()
        with clock.at(self.moment):
            run_refund_deadlines()
        # The company that takes its time is asked again this evening, so that there is something to see until then.
        Refund.objects.filter(status=RefundStatus.SUBMITTED).update(next_at=self.moment + timedelta(hours=6))
        return self._told(before)

    def _told(self, before: int) -> list[Told]:
        by_order = {story.order.pk: story for story in self.stories}
        events = list(Event.objects.filter(pk__gt=before).order_by("pk"))
        # The post office writes what they led to, as it does for all that is past.
        Reaction.objects.filter(event__in=events).delete()
        told = [
            Told(by_order[e.subject_id], e)
            for e in events
            if e.subject_kind == SUBJECT and e.subject_id in by_order
        ]
        for one in told:
            if one.event.kind == "task.opened":
                Task.objects.filter(pk=one.event.data["task"]).update(opened_at=one.event.at)
        for pk in {one.story.order.pk for one in told}:
            by_order[pk].order.refresh_from_db()
        return told

    # ── who and when ──

    def _one(self, *statuses: str, food: bool = False, lines: int = 1, least: int = 0) -> Story:
        """A story in one of the states, paid by card or phone, that no scene has used; sizes are wishes."""
        for story in self.stories:
            order = story.order
            fits = order.status in statuses and story.is_food == food and story.ending is None
            paid = story.expected.gateway == "simulator" and story.expected.captured >= max(least, 1)
            if fits and paid and len(story.lines) >= lines and order.pk not in self.taken:
                self.taken.add(order.pk)
                return story
        if lines > 1 or least:
            return self._one(*statuses, food=food)
        raise LookupError(f"the demo has no order {statuses} left")

    def _since(self, story: Story, share: float) -> datetime:
        """That part of the time between the last step and now; a parcel's at most half a day ago."""
        last = story.steps[-1].at
        return max(last + (self.moment - last) * share, self.moment - timedelta(hours=12))

    def _days_ago(self, story: Story, days: float) -> datetime:
        return max(self.moment - timedelta(days=days), story.steps[-1].at + _MINUTE)

    # ── orders that were called off ──

    def _endings(self) -> Iterator[Scene]:
        for story in self.stories:
            ending = story.ending
            if ending is None:
                continue
            own = ending.reason == "customer_asked" and self.rng.random() < 0.6
            reason = self.rng.choice(_OWN_REASONS) if own else ending.reason
            yield Scene(ending.at, self._called_off(story, ending, reason, own=own))
            by_hand = story.expected.method in (PaymentMethod.VIRTUAL_ACCOUNT, PaymentMethod.BANK_TRANSFER)
            if by_hand and ending.paid_back_at and ending.paid_back_at < self.moment:
                yield Scene(ending.paid_back_at, self._paid_out(story))

    def _called_off(self, story: Story, ending: Ending, reason: str, *, own: bool) -> Callable[[], object]:
        order_id, rejected = story.order.pk, story.order.status == S.PLACED
        wanted = StaffCancel(reason, rejected=rejected, waive_fee=True)
        if own:
            return lambda: self._ask(story, reason)
        # Above a lead's limit the owner does it, or it would wait for a second person until today.
        actor = story.staff("owner") if story.order.captured_total > _LEADS_LIMIT else ending.actor
        return lambda: cancel_units(order_id, wanted, actor=actor)

    def _paid_out(self, story: Story) -> Callable[[], None]:
        def play() -> None:
            for refund in Refund.objects.filter(order=story.order, status=RefundStatus.RESERVED):
                # Another one than who asked for it.
                asked = refund.created_by_id == story.staff("owner").user_id
                record_bank_refund(
                    refund.pk,
                    actor=story.staff("lead" if asked else "owner"),
                    bank_reference=f"이체-{self.rng.randrange(10**8):08d}",
                )

        return play

    # ── customers who ask ──

    def _ask(self, story: Story, reason: str, units: dict[int, int] | None = None) -> Cancellation:
        """Both submits of the customer's page, a minute apart."""
        at = clock.now()
        row = open_cancellation(
            story.order.pk, CancelWish(story.order.pk, units, reason), actor=CUSTOMER, at=at
        )
        with clock.at(min(at + _MINUTE, self.moment)):
            digest = Quote.from_json(row.quote).digest()
            return confirm_cancellation(row.pk, actor=CUSTOMER, quote_digest=digest, account=_ACCOUNT)

    def _asked(self, story: Story, share: float, reason: str, *, first_line: bool = False) -> Scene:
        units = {story.lines[0].pk: 1} if first_line else None
        return Scene(self._since(story, share), lambda: self._ask(story, reason, units))

    def _answered(self, story: Story, share: float, answer: Callable[[int], object]) -> Scene:
        def play() -> None:
            answer(Cancellation.objects.filter(order=story.order).latest("pk").pk)

        return Scene(self._since(story, share), play)

    def _parcels(self) -> Iterator[Scene]:
        preparing, ready = S.PREPARING, S.READY
        yield self._asked(self._one(preparing), 0.5, "delivery_time")
        yield self._asked(self._one(ready), 0.7, "plans_changed")
        yield self._asked(self._one(preparing, ready, lines=2), 0.6, "wrong_item", first_line=True)
        lead = self.stories[0].staff("lead")

        offered = self._one(ready, least=20_000)
        yield self._asked(offered, 0.4, "quality")
        yield self._answered(offered, 0.6, lambda pk: decide.counter_offer(pk, actor=lead, amount=5_000))

        saved = self._one(ready, least=20_000)
        yield self._asked(saved, 0.3, "shipping_cost")
        yield self._answered(saved, 0.5, lambda pk: decide.counter_offer(pk, actor=lead, amount=3_000))
        yield self._answered(saved, 0.8, lambda pk: decide.accept_counter(pk, actor=CUSTOMER))

        refused, made = self._one(ready), RefusalCode.MADE_TO_ORDER
        yield self._asked(refused, 0.3, "plans_changed")
        yield self._answered(
            refused,
            0.7,
            lambda pk: decide.reject_cancellation(pk, actor=lead, code=made, text=_EMBROIDERY),
        )

        back = self._one(preparing)
        yield self._asked(back, 0.3, "mistake")
        yield self._answered(back, 0.6, lambda pk: decide.withdraw_cancellation(pk, actor=CUSTOMER))

        yield self._asked(self._one(S.CONFIRMED, S.PLACED, lines=2), 0.5, "wrong_item", first_line=True)
        yield from self._unfinished()

    def _unfinished(self) -> Iterator[Scene]:
        """One customer is reading what cancelling would cost; another closed the page."""
        open_now, gave_up = (self._one(S.PLACED, S.CONFIRMED) for _ in range(2))
        at = max(self.moment - timedelta(minutes=4), open_now.steps[-1].at)
        yield Scene(at, lambda: self._look(open_now, "cheaper_elsewhere"))
        yield Scene(self._since(gave_up, 0.2), lambda: self._look(gave_up, "return_terms"))
        yield self._answered(gave_up, 0.5, lambda pk: decide.withdraw_cancellation(pk, actor=CUSTOMER))

    def _look(self, story: Story, reason: str) -> None:
        wish = CancelWish(story.order.pk, None, reason)
        open_cancellation(story.order.pk, wish, actor=CUSTOMER, at=clock.now())

    def _meals(self) -> Iterator[Scene]:
        yield self._asked(self._one(S.PREPARING, food=True), 0.6, "late")
        yield self._asked(self._one(S.CONFIRMED, food=True), 0.95, "plans_changed")
        refused = self._one(S.PREPARING, food=True)
        kitchen, cooked = refused.staff("kitchen"), RefusalCode.ALREADY_COOKING
        yield self._asked(refused, 0.4, "plans_changed")
        yield self._answered(
            refused,
            0.8,
            lambda pk: decide.reject_cancellation(pk, actor=kitchen, code=cooked, text=_COOKED),
        )

    # ── money without cancelling ──

    def _goodwill(self) -> Iterator[Scene]:
        yield self._given(20, 3_000, "late")
        yield self._given(12, 4_000, "quality", food=True)
        yield self._given(6, _REFUSED, "late")
        yield self._given(2, _LOST, "quality")
        yield self._given(0.0002, _SLOW, "late")
        # Above an agent's limit: one waits for a second person, one was let go, one was refused.
        yield self._given(0.3, 62_000, "quality", name="asked")
        yield self._given(9, 71_000, "quality", name="approved")
        yield self._given(15, 58_000, "other", name="refused")
        lead = self.stories[0].staff("lead")
        yield Scene(
            self.moment - timedelta(days=8.9),
            lambda: approve_refund("goodwill:demo-approved", actor=lead),
        )
        yield Scene(
            self.moment - timedelta(days=14.8),
            lambda: refuse_refund(
                "goodwill:demo-refused", actor=lead, note="사진으로는 불량이 확인되지 않아요"
            ),
        )

    def _given(self, days: float, amount: int, reason: str, *, food: bool = False, name: str = "") -> Scene:
        story = self._settled_story(days, amount, food=food)
        token = f"demo-{name or amount}"
        return Scene(
            self._days_ago(story, days),
            lambda: goodwill_refund(
                story.order.pk, actor=story.staff("agent"), amount=amount, reason=reason, token=token
            ),
        )

    def _settled_story(self, days: float, amount: int, *, food: bool) -> Story:
        """An order that had arrived by then."""
        then = self.moment - timedelta(days=days)
        for story in self.stories:
            arrived = story.order.delivered_at
            fits = story.is_food == food and arrived is not None and story.steps[-1].at < then
            paid = story.expected.gateway == "simulator" and story.expected.captured >= amount
            if fits and paid and story.order.pk not in self.taken:
                self.taken.add(story.order.pk)
                return story
        raise LookupError(f"the demo has no order that arrived {days} days ago")
