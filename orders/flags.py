"""The oddities of imported orders, by code, each as a sentence for staff."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FLAGS: dict[str, str | Promise] = {
    "handed_over_before_approval": _("Handed to the carrier before the payment was approved."),
    "handed_over_before_purchase": _("Handed to the carrier before the order was placed."),
    "delivered_before_handover": _("Delivered before it was handed to the carrier."),
    "delivered_without_date": _("Delivered, but the date of delivery is missing."),
    "delivered_without_handover": _("Delivered, but the hand-over to the carrier is missing."),
    "shipped_without_date": _("Shipped, but the date of hand-over is missing."),
    "paid_without_date": _("Shipped or delivered, but the payment was never approved."),
    "cancelled_but_delivered": _("Cancelled, although it was delivered."),
    "cancelled_after_handover": _("Cancelled after it was handed to the carrier."),
    "cancelled_without_date": _("Cancelled, but when is not known."),
    "refund_not_stated": _("Paid and cancelled; whether the money went back is not known."),
    "no_items": _("The source lists no products: only the sum that was paid is known."),
    "several_payments": _("Paid with several payments."),
    "several_sellers": _(
        "Sold by several sellers, whose parcels may have travelled apart; the source knows one."
    ),
    "payment_differs": _("The payments do not add up to the total."),
    "zero_payment": _("A payment of zero."),
    "repeated_review": _("The same review stands on another order too."),
    "several_reviews": _("Reviewed more than once."),
    "minute_times": _("Every time is written to the full minute only."),
    "invoice_only": _(
        "Known from its invoice alone, which says nothing of payment and delivery: counted as completed."
    ),
    "no_customer": _("The source names no customer."),
    "no_country": _("The source names no country that can be coded."),
    "repeated_line": _("The same line stands there more than once."),
    "charges_as_lines": _("Some lines are charges and not goods."),
    "zero_price": _("Some lines cost nothing."),
    "rounded_price": _("A unit price finer than the currency was rounded."),
    "spread_times": _("The invoice's lines carry different times; the first one counts."),
    "times_out_of_order": _("The times of its steps are not in order."),
    "status_against_times": _("The status does not fit the times given."),
    "partly_known_parcels": _("Delivered, but not every unit is in a parcel."),
}


def sentence(code: str, detail: str = "") -> str:
    """The oddity in the reader's language, with what was found; an unknown code is shown as it is."""
    text = str(FLAGS.get(code, code))
    return f"{text} ({detail})" if detail else text
