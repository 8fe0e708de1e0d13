"""The cells of the order list: what it is, where it stands, when, how much, who."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.accounts.privacy import mask_name
from orderdesk.console.admin import column
from orderdesk.console.icons import icon
from orderdesk.console.marks import ago, amount, exact, in_words, pill, span
from orders.models import Order
from orders.terms import OPEN_STATUSES, FulfilmentState, OrderStatus, PaymentState

S = OrderStatus
STATUS_TONES: dict[str, str] = {
    S.AWAITING_PAYMENT: "waits",
    S.PLACED: "waits",
    S.CONFIRMED: "moving",
    S.PREPARING: "moving",
    S.READY: "moving",
    S.IN_DELIVERY: "moving",
    S.DELIVERED: "done",
    S.COMPLETED: "done",
    S.ON_HOLD: "bad",
}
MONEY_TONES: dict[str, str] = {
    PaymentState.UNPAID: "waits",
    PaymentState.PARTLY_PAID: "waits",
    PaymentState.OVERPAID: "money",
    PaymentState.REFUND_DUE: "money",
}
# What everybody expects is written small; only what deviates is worth a colour.
_USUAL = (PaymentState.PAID, PaymentState.NOTHING_DUE)


def status_pill_of(order: Order) -> SafeString:
    """The status as a word in its colour."""
    return pill(order.get_status_display(), STATUS_TONES.get(order.status, "idle"))


@column(gettext_lazy("Order"), css="order-cell")
def number_cell(order: Order) -> SafeString:
    kind = ("kitchen", _("Food")) if order.kind == OrderKind.FOOD else ("box", _("Parcel"))
    return format_html('<span class="kind" title="{}">{}</span>{}', kind[1], icon(kind[0]), order.number)


@column(gettext_lazy("Status"), css="c-status")
def status_cell(order: Order) -> SafeString:
    return status_pill_of(order)


@column(gettext_lazy("Payment · goods"), css="axes")
def axes_cell(order: Order) -> SafeString:
    tone = MONEY_TONES.get(order.payment_state)
    paid = pill(order.get_payment_state_display(), tone) if tone else order.get_payment_state_display()
    goods = order.get_fulfilment_state_display() if _goods_deviate(order) else ""
    return format_html("{}{}", paid, format_html(" <small>{}</small>", goods) if goods else "")


def _goods_deviate(order: Order) -> bool:
    return order.fulfilment_state in (FulfilmentState.PARTLY_SHIPPED, FulfilmentState.PARTLY_DELIVERED)


@column(gettext_lazy("Total"), css="num")
def total_cell(order: Order) -> SafeString:
    return amount(order.total, order.currency)


@column(gettext_lazy("Customer"), css="c-customer")
def customer_cell(order: Order) -> str:
    return mask_name(order.customer.name)


@column(gettext_lazy("Ordered on"), css="when c-placed")
def placed_cell(order: Order) -> SafeString:
    return ago(order.placed_at)


@column(gettext_lazy("Promised"), css="when c-promise")
def promise_cell(order: Order) -> SafeString:
    return promise_words(order)


def promise_words(order: Order) -> SafeString:
    """When it is promised for, or by how much that is missed, or when it arrived."""
    if order.delivered_at:
        return format_html(
            '<span class="quiet-cell">{}</span>', _("arrived %(when)s") % {"when": _day(order)}
        )
    if order.promised_until is None or order.status not in OPEN_STATUSES:
        return SafeString('<span class="quiet-cell">—</span>')
    late = (clock.now() - order.promised_until).total_seconds()
    if late > 0:
        words = _("%(time)s late") % {"time": span(late)}
        return format_html('<span class="late" title="{}">{}</span>', exact(order.promised_until), words)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        order.promised_until.isoformat(),
        _window(order),
        in_words(order.promised_until),
    )


def _window(order: Order) -> str:
    first = exact(order.promised_from) if order.promised_from else ""
    return f"{first} – {exact(order.promised_until)}" if order.promised_until else first


def _day(order: Order) -> str:
    return timezone.localtime(order.delivered_at).strftime("%m-%d %H:%M")


@column(gettext_lazy("Assigned"), css="c-who")
def assignee_cell(order: Order) -> str:
    return str(order.assigned_to) if order.assigned_to else ""


@column(gettext_lazy("Tags"), css="c-tags")
def tags_cell(order: Order) -> SafeString:
    return tag_marks(tag.name for tag in order.tags.all())


def tag_marks(names: Iterable[str]) -> SafeString:
    """Small marks, one a tag."""
    return format_html_join(" ", '<span class="tag">{}</span>', ((name,) for name in names))


COLUMNS = (
    number_cell,
    status_cell,
    axes_cell,
    total_cell,
    customer_cell,
    placed_cell,
    promise_cell,
    assignee_cell,
    tags_cell,
)
