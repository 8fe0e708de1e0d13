"""What staff did around the demo's orders: notes, tags, assignments, deposits, credits; and what customers said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from feedback.models import Review
from orderdesk.accounts.models import Consent
from orderdesk.operations.demo.people import Crowd
from orderdesk.operations.demo.shops import House
from orderdesk.operations.demo.story import Story
from orderdesk.operations.demo.words import CUSTOMER_NOTES, REVIEWS, STAFF_NOTES
from orders.models import Deposit, Order
from orders.terms import OPEN_STATUSES, OrderStatus, PaymentMethod
from returns.models import CreditInvoice, CreditLine

_TRANSFERS = (PaymentMethod.VIRTUAL_ACCOUNT, PaymentMethod.BANK_TRANSFER)


def work_on(stories: Sequence[Story], rng: Random, moment: datetime) -> None:
    """Before the stories are written: notes, assignments and tags on a part of them."""
    for story in stories:
        if story.order.status in OPEN_STATUSES and story.ending is None:
            _talk(story, rng, moment)
        if rng.random() < 0.12:
            story.tags = [rng.choice(story.house.tags).pk]
            story.say("order.tagged", story.steps[-1].at, story.staff("agent"), tags=story.tags)


def _talk(story: Story, rng: Random, moment: datetime) -> None:
    at = story.steps[-1].at + (moment - story.steps[-1].at) * rng.uniform(0.2, 0.8)
    if rng.random() < 0.16:
        story.note(at, rng.choice(("agent", "lead")), rng.choice(STAFF_NOTES))
    if not story.is_food and rng.random() < 0.12:
        story.note(at, "agent", rng.choice(CUSTOMER_NOTES), visible=True)
    if rng.random() < 0.3:
        user = story.house.staff[rng.choice(("agent", "agent", "lead"))]
        story.order.assigned_to = user
        story.say("order.assigned", at, story.staff("lead"), to=user.pk)


def after_writing(stories: Sequence[Story], rng: Random, moment: datetime) -> None:
    """Rows that hang on written orders: tags, mentions, matched deposits, reviews."""
    links = [Order.tags.through(order_id=s.order.pk, tag_id=tag) for s in stories for tag in s.tags]
    Order.tags.through.objects.bulk_create(links)
    for story in stories:
        for note in story.notes:
            note.mentions.set([user for name, user in story.house.staff.items() if f"@{name}" in note.body])
    _deposits(stories)
    _reviews(stories, rng, moment)


def _deposits(stories: Sequence[Story]) -> None:
    Deposit.objects.bulk_create(
        Deposit(
            shop_id=story.order.shop_id,
            reference=payment.reference,
            at=payment.captured_at,
            amount=payment.captured,
            currency=payment.currency,
            payer_name=payment.payer_name,
            payment=payment,
        )
        for story in stories
        for payment in story.payments
        if payment.method in _TRANSFERS and payment.captured_at
    )


def _reviews(stories: Sequence[Story], rng: Random, moment: datetime) -> None:
    done = [story for story in stories if story.order.status == OrderStatus.COMPLETED]
    reviews = []
    for story in rng.sample(done, 34):
        fitting = [review for review in REVIEWS if _fits(review, food=story.is_food)]
        score, title, text = rng.choice(fitting)
        asked = story.order.completed_at or moment
        answered = asked + timedelta(hours=rng.uniform(2, 60))
        if answered < moment:
            reviews.append(
                Review(
                    order=story.order,
                    score=score,
                    title=title,
                    text=text,
                    asked_at=asked,
                    answered_at=answered,
                )
            )
    Review.objects.bulk_create(reviews)


def _fits(review: tuple[int, str, str], *, food: bool) -> bool:
    return any(word in review[2] for word in ("국물", "간이", "식었")) == food


def unmatched_deposits(house: House, stories: Sequence[Story], rng: Random, moment: datetime) -> None:
    """Money that no order claims yet: one that fits an unpaid order, one under another name, one that fits none."""
    waiting = [story for story in stories if story.order.status == OrderStatus.AWAITING_PAYMENT][:2]
    rows = [(story.order.balance, story.buyer.customer.name) for story in waiting]
    rows = [*rows[:1], *((amount, "김영희(남편)") for amount, _ in rows[1:]), (37_700, "이철수")]
    Deposit.objects.bulk_create(
        Deposit(
            shop=house.shop,
            reference=f"demo-{rng.getrandbits(48):012x}",
            at=moment - timedelta(minutes=rng.randint(3, 20)),
            amount=amount,
            currency=house.shop.currency,
            payer_name=payer,
        )
        for amount, payer in rows
    )


def credits_of_the_past(stories: Sequence[Story], rng: Random) -> None:
    """Credit invoices of the shop's earlier system for four sold lines."""
    done = [s for s in stories if s.order.status == OrderStatus.COMPLETED and not s.is_food]
    for number, story in enumerate(rng.sample(done, 4), start=1):
        line = story.lines[0]
        amount = line.paid // line.quantity
        invoice = CreditInvoice.objects.create(
            shop=story.house.shop,
            number=f"CN-{number:05d}",
            at=(story.order.completed_at or story.order.placed_at) + timedelta(days=1),
            customer=story.buyer.customer,
            currency=story.order.currency,
            total=amount,
        )
        CreditLine.objects.create(
            invoice=invoice,
            sku=line.sku,
            name=line.name,
            quantity=1,
            amount=amount,
            order=story.order,
            order_line=line,
        )


def consents(crowds: Sequence[Crowd], rng: Random, moment: datetime) -> None:
    """Half of the customers said yes to advertising by mail when they signed up; a few took it back."""
    asked = [buyer.customer for crowd in crowds for buyer in crowd.buyers if rng.random() < 0.5]
    Consent.objects.bulk_create(
        Consent(
            customer=customer,
            channel="email",
            purpose="advertising",
            granted=rng.random() < 0.9,
            at=moment - timedelta(days=rng.randint(91, 400)),
            text_version="2026-01",
            source="signup",
        )
        for customer in asked
    )
