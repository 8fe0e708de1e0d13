"""Telling the customer: what an order's message says, and through which channels it goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from orderdesk.accounts.models import OrderKind
from orderdesk.accounts.phones import format_phone
from orderdesk.events.models import Event
from orderdesk.notifications.content import Content
from orderdesk.notifications.models import Message, MessageChannel
from orderdesk.notifications.rendering import LINK_MARKER
from orderdesk.notifications.services.write import Letter, refusal, write_message
from orders import phrases
from orders.carriers import carrier_of
from orders.models import Order, OrderLine, Payment, Shipment
from orders.services.locking import SUBJECT, touch
from orders.services.tell_money import MONEY_KINDS, cancel_sentence, money_sentence, news_of
from orders.terms import CancelReason, DeliveryMethod, HoldReason, PaymentMethod

# Worth a text even to somebody who reads mail.
TEXTED = frozenset(
    {
        *("order.departed", "order.delivered", "order.cancelled", "order.delayed", "order.ready"),
        # Somebody waits for the customer's answer, or the customer for this one.
        *("cancellation.rejected", "cancellation.counter_offered", "refund.account_needed"),
    }
)
# News about food is stale sooner.
_FOOD_NEWS = timedelta(hours=2)


def tell_customer(event: Event, kind: str) -> list[Message]:
    """Write the messages of `kind` that `event` calls for; safe to repeat. Nothing when the event says `notify: False`."""
    if event.data.get("notify") is False:
        return []
    order = Order.objects.select_related("shop", "customer").get(pk=event.subject_id)
    content = content_for(order, kind, event.data)
    letters = [_letter(order, kind, content, *way) for way in ways_to(order, kind)]
    written = [message for letter in letters if (message := write_message(letter, event))]
    if written:
        touch(order.pk)
    return written


def ways_to(order: Order, kind: str) -> list[tuple[str, str]]:
    """Channels and addresses for one kind: mail if there is an address, a text when it matters or nothing else works."""
    customer = order.customer
    ways = [(str(MessageChannel.EMAIL), customer.email)] if customer.email else []
    phone = customer.phone or ("" if customer.erased_at else order.recipient_phone)
    if phone and (kind in TEXTED or not ways or refusal(order.shop_id, MessageChannel.EMAIL, customer.email)):
        ways.append((_texting(kind), phone))
    return ways or [(str(MessageChannel.EMAIL), "")]


def _texting(kind: str) -> str:
    return str(MessageChannel.ALIMTALK if kind in settings.SOLAPI_TEMPLATES else MessageChannel.SMS)


def _letter(order: Order, kind: str, content: Content, channel: str, address: str) -> Letter:
    short_lived = order.kind == OrderKind.FOOD and kind in {
        "order.preparing",
        "order.confirmed",
        "order.delayed",
    }
    return Letter(
        kind=kind,
        channel=channel,
        shop=order.shop,
        subject=(SUBJECT, order.pk),
        customer=order.customer,
        recipient=address,
        language=order.language,
        content=content,
        link_for=f"order:{order.pk}",
        useful_for=_FOOD_NEWS if short_lived else None,
    )


def content_for(order: Order, kind: str, data: dict[str, Any]) -> Content:
    """What a message of `kind` says about the order, in the order's language; `data` is the event's."""
    with translation.override(order.language):
        lines = list(order.lines.all())
        words = {
            "shop": order.shop.name,
            "customer": order.customer.name or order.recipient_name or _("Customer"),
            "number": order.number,
            "items": phrases.items(lines),
            "total": phrases.money(order.total, order),
            "phone": format_phone(order.shop.sender_phone),
            "link": LINK_MARKER,
            "promise": phrases.promise(order),
            **_words(order, kind, data),
        }
        codes = {"order_kind": order.kind, "method": order.delivery_method, **_codes(order, kind, data)}
        if kind not in MONEY_KINDS:
            return Content(words, codes, _rows(order, lines), _totals(order, lines))
        news = news_of(order, kind, data)
        rows = news.rows or _rows(order, lines)
        totals = [*(_totals(order, lines) if not news.rows else []), *news.totals]
        return Content(words | news.words, codes | news.codes, rows, totals)


def _words(order: Order, kind: str, data: dict[str, Any]) -> dict[str, str]:
    if kind == "order.awaiting_payment":
        return _payment_words(order)
    if kind == "order.confirmed":
        return {"minutes": str(order.preparation_minutes or "")}
    if kind == "order.departed":
        return _shipment_words(order)
    if kind == "order.expired":
        return {"reason": cancel_sentence(data.get("reason", "")), "money": money_sentence(order)}
    if kind == "order.held":
        return {"reason": _hold_sentence(data.get("reason", ""))}
    return {}


def _codes(order: Order, kind: str, data: dict[str, Any]) -> dict[str, str]:
    return {
        "paid": "yes" if order.captured_total else "",
        "wired": "yes" if kind == "order.awaiting_payment" and _is_wired(_first_payment(order)) else "",
        "at_counter": "yes" if data.get("at_counter") else "",
        "attested": "yes" if data.get("proof") == "attested" else "",
        "asked": "yes" if data.get("reason") in (CancelReason.CUSTOMER_ASKED, HoldReason.CUSTOMER) else "",
    }


def _payment_words(order: Order) -> dict[str, str]:
    payment = _first_payment(order)
    return {
        "bank": payment.detail if payment and _is_wired(payment) else "",
        "pay_by": phrases.moment(order.pay_by, order) if order.pay_by else "",
    }


def _first_payment(order: Order) -> Payment | None:
    return order.payments.order_by("id").first()


def _is_wired(payment: Payment | None) -> bool:
    methods = (PaymentMethod.BANK_TRANSFER, PaymentMethod.VIRTUAL_ACCOUNT)
    return payment is not None and payment.method in methods


def _shipment_words(order: Order) -> dict[str, str]:
    shipment = order.shipments.exclude(departed_at=None, handed_over_at=None).order_by("number").first()
    if shipment is None:
        return {"carrier": "", "tracking_number": "", "courier": ""}
    return {
        "carrier": carrier_name(shipment),
        "tracking_number": shipment.tracking_number,
        "courier": shipment.courier_name if shipment.method == DeliveryMethod.COURIER else "",
    }


def carrier_name(shipment: Shipment) -> str:
    """The carrier's name as customers know it, else its code."""
    carrier = carrier_of(shipment.carrier)
    return carrier.name(phrases.language()) if carrier else shipment.carrier


def _hold_sentence(reason: str) -> str:
    # Why staff suspect a fraud, or what went wrong in the kitchen, is not the customer's reading.
    sentences = {
        HoldReason.ADDRESS: _("We have a question about the delivery address."),
        HoldReason.STOCK: _("We are checking our stock."),
        HoldReason.PAYMENT: _("We are checking the payment."),
        HoldReason.CUSTOMER: _("You asked us to wait."),
    }
    unspoken = _("There is something we have to check first.")
    return str(sentences.get(HoldReason(reason), unspoken)) if reason in HoldReason.values else unspoken


def _rows(order: Order, lines: list[OrderLine]) -> list[tuple[str, str]]:
    return [(_row_name(line), phrases.money(line.paid + line.order_discount, order)) for line in lines]


def _row_name(line: OrderLine) -> str:
    options = f" ({line.options})" if line.options else ""
    return f"{line.name}{options} × {line.quantity}"


def _totals(order: Order, lines: list[OrderLine]) -> list[tuple[str, str]]:
    rows = [(_("Total"), phrases.money(order.total, order))]
    if order.shipping_total:
        by_courier = order.delivery_method == DeliveryMethod.COURIER
        fee = _("Delivery fee") if by_courier else _("Shipping fee")
        rows.insert(0, (fee, phrases.money(order.shipping_total, order)))
    shared = sum(line.order_discount for line in lines)
    if shared:
        rows.insert(0, (_("Discount"), f"−{phrases.money(shared, order)}"))
    return rows


def messages_changed(subjects: Collection[tuple[str, int]]) -> None:
    """Messages of these subjects moved on: the customers' pages show something new."""
    ids = [pk for kind, pk in subjects if kind == SUBJECT]
    Order.objects.filter(pk__in=ids).update(revision=F("revision") + 1)


def sample_content(number: str, kind: str, shop_ids: Collection[int]) -> Content | None:
    """The content of `kind` for a real order of these shops, for previews; None when there is no such order."""
    order = Order.objects.select_related("shop", "customer").filter(number=number, shop__in=shop_ids).first()
    return content_for(order, kind, {}) if order else None
