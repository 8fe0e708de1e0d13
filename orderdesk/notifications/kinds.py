"""Every kind of message: what it is for, how surely it is sent, and which words a shop may put into its own wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.notifications.terms import DeliveryClass

# Words that every order notice knows; `link` becomes the private address when the message is handed over.
ORDER_WORDS: dict[str, str] = {
    "shop": "Namu Market",
    "customer": "홍길동",
    "number": "261124-004211",
    "items": "면 셔츠 외 1건",
    "total": "₩48,000",
    "phone": "02-123-4567",
    "link": "https://orders.example.com/o/Sample-Link-22-characters/",
}
WORDS: dict[str, str] = {
    "promise": "11월 26일 (목)",
    "bank": "나무은행 123-456-789012 (주)나무",
    "pay_by": "11월 27일 (금) 오후 2:00",
    "carrier": "CJ대한통운",
    "tracking_number": "123456789012",
    "courier": "김기사",
    "reason": "상품이 품절되었어요",
    "money": "결제하신 ₩48,000은 환불해 드릴게요.",
    "minutes": "25",
    "units": "면 셔츠 × 2",
    "then": "가게가 11월 25일 (수) 14:00까지 답해요.",
    "answer_by": "11월 25일 (수) 14:00",
    "sentence": "이미 이름을 새겼어요.",
    "note": "불편을 드려 죄송합니다.",
    "amount": "₩20,000",
    "way": "보통 영업일 기준 3~5일 뒤에 카드에 반영돼요.",
}


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind's name, label, extra placeholders, delivery class and how long its news is worth sending."""

    name: str
    label: str | Promise
    words: tuple[str, ...] = ()
    delivery_class: DeliveryClass = DeliveryClass.AT_LEAST_ONCE
    # A typed purpose: a notice about an order may not carry promotion, or the law makes it advertising.
    purpose: str = "transactional"
    useful_for: timedelta | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        """Names that a shop's own wording may use."""
        return frozenset({*ORDER_WORDS, *self.words})

    @property
    def samples(self) -> dict[str, str]:
        """A value for each placeholder, for previews without an order."""
        return {**ORDER_WORDS, **{word: WORDS[word] for word in self.words}}


# Chatter about progress is worth little when late and a nuisance when doubled.
_CHATTER = DeliveryClass.AT_MOST_ONCE

KINDS: dict[str, MessageKind] = {
    kind.name: kind
    for kind in (
        MessageKind("order.received", _("Order received"), ("promise",)),
        MessageKind("order.awaiting_payment", _("Waiting for payment"), ("bank", "pay_by")),
        MessageKind("order.confirmed", _("Order confirmed"), ("promise", "minutes")),
        MessageKind(
            "order.preparing", _("Being prepared"), ("promise",), _CHATTER, useful_for=timedelta(hours=12)
        ),
        MessageKind("order.ready", _("Ready to be picked up"), useful_for=timedelta(days=2)),
        MessageKind("order.departed", _("On its way"), ("promise", "carrier", "tracking_number", "courier")),
        MessageKind("order.delivered", _("Delivered")),
        MessageKind("order.cancelled", _("Cancelled"), ("reason", "money", "note")),
        MessageKind("order.units_cancelled", _("A part cancelled"), ("units", "reason", "money", "note")),
        MessageKind("cancellation.submitted", _("Cancelling asked for"), ("units", "then")),
        MessageKind("cancellation.rejected", _("Cancelling refused"), ("units", "reason", "sentence")),
        MessageKind(
            "cancellation.counter_offered", _("An offer instead of cancelling"), ("amount", "answer_by")
        ),
        MessageKind("refund.account_needed", _("Refund needs an account"), ("amount",)),
        MessageKind("refund.sent", _("Refund sent"), ("amount", "way")),
        MessageKind("refund.done", _("Refund done"), ("amount", "way")),
        MessageKind("order.expired", _("Expired unpaid"), ("money",)),
        MessageKind("order.delayed", _("Delayed"), ("promise",), _CHATTER, useful_for=timedelta(hours=12)),
        MessageKind("order.held", _("On hold"), ("reason",)),
        MessageKind("order.released", _("Going on again"), ("promise",), useful_for=timedelta(days=2)),
        MessageKind("link.requested", _("Private link")),
    )
}


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Choices for forms and filters."""
    return [(kind.name, kind.label) for kind in KINDS.values()]
