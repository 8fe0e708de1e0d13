"""The words of an order's life: every choice that models, services and screens share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrderStatus(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
    PLACED = "placed", _("Placed")
    CONFIRMED = "confirmed", _("Confirmed")
    PREPARING = "preparing", _("Preparing")
    READY = "ready", _("Ready")
    IN_DELIVERY = "in_delivery", _("In delivery")
    DELIVERED = "delivered", _("Delivered")
    COMPLETED = "completed", _("Completed")
    ON_HOLD = "on_hold", _("On hold")
    EXPIRED = "expired", _("Expired unpaid")
    CANCELLED = "cancelled", _("Cancelled")


# Food is accepted, cooked and brought: the states are the same, the words differ.
FOOD_WORDS = {
    OrderStatus.CONFIRMED: _("Order accepted"),
    OrderStatus.PREPARING: _("Cooking"),
    OrderStatus.READY: _("Ready for the courier"),
    OrderStatus.IN_DELIVERY: _("On the way"),
    OrderStatus.DELIVERED: _("Food delivered"),
    OrderStatus.COMPLETED: _("Order finished"),
}


def status_label(status: str, *, food: bool) -> str:
    """A state in the reader's words for parcels or for food."""
    state = OrderStatus(status)
    return str(FOOD_WORDS.get(state, state.label) if food else state.label)


# Where an order came in; a channel that somebody added has its own name.
SOURCE_WORDS = {
    "web": _("Web shop"),
    "staff": _("By phone, typed by staff"),
    "csv": _("Imported file"),
    "olist": "Olist",
    "online_retail": "Online Retail",
}


def source_label(source: str) -> str:
    """A sales channel in the reader's words."""
    return str(SOURCE_WORDS.get(source, source))


# Every state before the goods have left.
BEFORE_DELIVERY = (
    OrderStatus.AWAITING_PAYMENT,
    OrderStatus.PLACED,
    OrderStatus.CONFIRMED,
    OrderStatus.PREPARING,
    OrderStatus.READY,
)
# Every state in which somebody still has to do something.
OPEN_STATUSES = (*BEFORE_DELIVERY, OrderStatus.ON_HOLD, OrderStatus.IN_DELIVERY)
STEPS = (
    OrderStatus.PLACED,
    OrderStatus.CONFIRMED,
    OrderStatus.PREPARING,
    OrderStatus.READY,
    OrderStatus.IN_DELIVERY,
    OrderStatus.DELIVERED,
)


class PaymentState(models.TextChoices):
    UNPAID = "unpaid", _("Unpaid")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PAID = "paid", _("Paid")
    OVERPAID = "overpaid", _("Overpaid")
    REFUND_DUE = "refund_due", _("Refund due")
    PARTLY_REFUNDED = "partly_refunded", _("Partly refunded")
    REFUNDED = "refunded", _("Refunded")
    PAY_LATER = "pay_later", _("Pays on delivery")
    NOTHING_DUE = "nothing_due", _("Nothing due")


class FulfilmentState(models.TextChoices):
    UNFULFILLED = "unfulfilled", _("Nothing shipped")
    PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    PARTLY_DELIVERED = "partly_delivered", _("Partly delivered")
    DELIVERED = "delivered", _("Delivered")
    NOTHING_TO_SHIP = "nothing_to_ship", _("Nothing to ship")


class DeliveryMethod(models.TextChoices):
    PARCEL = "parcel", _("Parcel")
    COURIER = "courier", _("Courier")
    PICKUP = "pickup", _("Pick-up at the shop")


class PaymentMethod(models.TextChoices):
    CARD = "card", _("Card")
    VIRTUAL_ACCOUNT = "virtual_account", _("Virtual account")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    EASY_PAY = "easy_pay", _("Easy pay")
    MOBILE = "mobile", _("Mobile phone bill")
    CASH_ON_DELIVERY = "cash_on_delivery", _("Cash on delivery")
    VOUCHER = "voucher", _("Voucher")
    POINTS = "points", _("Points")
    OTHER = "other", _("Other")


class HoldReason(models.TextChoices):
    ADDRESS = "address", _("Address unclear")
    STOCK = "stock", _("Out of stock")
    FRAUD = "fraud", _("Suspected fraud")
    PAYMENT = "payment", _("Payment to be checked")
    CUSTOMER = "customer", _("Customer asked")
    ACCIDENT = "accident", _("Problem in kitchen or warehouse")
    OTHER = "other", _("Other")


class CancelReason(models.TextChoices):
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    CLOSED = "closed", _("Shop closed")
    TOO_BUSY = "too_busy", _("Too many orders")
    NO_DELIVERY = "no_delivery", _("Cannot deliver there")
    NOT_ACCEPTED = "not_accepted", _("Not accepted in time")
    CUSTOMER_ASKED = "customer_asked", _("Customer asked")
    PAYMENT_FAILED = "payment_failed", _("Payment failed")
    UNKNOWN = "unknown", _("Reason not known")
    OTHER = "other", _("Other")


class CheckFinding(models.TextChoices):
    """What a quality check found."""

    DAMAGED = "damaged", _("Damaged or stained")
    WRONG = "wrong", _("Wrong product or option")
    MISSING = "missing", _("Units are missing")
    EXPIRED = "expired", _("Past its date")
    OTHER = "other", _("Other")


class ShipmentStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    PICKING = "picking", _("Picking")
    PICKED = "picked", _("Picked")
    QUALITY_CHECKED = "quality_checked", _("Quality checked")
    PACKED = "packed", _("Packed")
    HANDED_OVER = "handed_over", _("Handed to the carrier")
    IN_TRANSIT = "in_transit", _("In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    COURIER_ASSIGNED = "courier_assigned", _("Courier assigned")
    PICKED_UP = "picked_up", _("Picked up by the courier")
    ARRIVING = "arriving", _("Arriving")
    DELIVERED = "delivered", _("Delivered")
    ATTEMPT_FAILED = "attempt_failed", _("Delivery attempt failed")
    RETURNING = "returning", _("Coming back")
    RETURNED = "returned", _("Came back")
    LOST = "lost", _("Lost")
    EXCEPTION = "exception", _("Carrier reports a problem")
    CANCELLED = "cancelled", _("Cancelled")


# A courier's run, and what is taken at the counter: the states are a parcel's, the words are not.
RUN_WORDS = {
    ShipmentStatus.PLANNED: _("Run planned"),
    ShipmentStatus.DELIVERED: _("Brought by the courier"),
    ShipmentStatus.ATTEMPT_FAILED: _("The courier could not deliver"),
}
COUNTER_WORDS = {
    ShipmentStatus.PLANNED: _("To be picked up"),
    ShipmentStatus.DELIVERED: _("Given out at the shop"),
}


def shipment_label(status: str, method: str) -> str:
    """A shipment's state in staff's words for parcels, couriers' runs or the counter."""
    state = ShipmentStatus(status)
    words = {DeliveryMethod.COURIER: RUN_WORDS, DeliveryMethod.PICKUP: COUNTER_WORDS}
    return str(words.get(DeliveryMethod(method), {}).get(state, state.label))


BEFORE_HANDOVER = (
    ShipmentStatus.PLANNED,
    ShipmentStatus.PICKING,
    ShipmentStatus.PICKED,
    ShipmentStatus.QUALITY_CHECKED,
    ShipmentStatus.PACKED,
    ShipmentStatus.COURIER_ASSIGNED,
)
ON_THE_WAY = (
    ShipmentStatus.HANDED_OVER,
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.PICKED_UP,
    ShipmentStatus.ARRIVING,
    ShipmentStatus.ATTEMPT_FAILED,
    ShipmentStatus.EXCEPTION,
    ShipmentStatus.RETURNING,
)
CLOSED_SHIPMENT = (
    ShipmentStatus.DELIVERED,
    ShipmentStatus.RETURNED,
    ShipmentStatus.LOST,
    ShipmentStatus.CANCELLED,
)


class TrackingCode(models.TextChoices):
    """What a carrier's scan means, whatever words the carrier uses."""

    INFORMATION_RECEIVED = "information_received", _("Label made")
    COLLECTED = "collected", _("Collected by the carrier")
    IN_TRANSIT = "in_transit", _("In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    ATTEMPT_FAILED = "attempt_failed", _("Delivery attempt failed")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", _("Ready to be collected")
    DELIVERED = "delivered", _("Delivered")
    RETURNING = "returning", _("Coming back")
    EXCEPTION = "exception", _("Carrier reports a problem")


class DelayReason(models.TextChoices):
    BUSY = "busy", _("Many orders at once")
    STOCK = "stock", _("Waiting for goods")
    WEATHER = "weather", _("Weather")
    TRAFFIC = "traffic", _("Traffic")
    CARRIER = "carrier", _("Carrier is late")
    ACCIDENT = "accident", _("Problem in kitchen or warehouse")
    OTHER = "other", _("Other")


class FailedAttempt(models.TextChoices):
    NOBODY = "nobody", _("Nobody there")
    ADDRESS = "address", _("Address not found")
    REFUSED = "refused", _("Recipient refused")
    UNREACHABLE = "unreachable", _("Recipient cannot be reached")
    DAMAGED = "damaged", _("Goods damaged")
    OTHER = "other", _("Other")


class TaskKind(models.TextChoices):
    NOT_RECEIVED = "not_received", _("Customer says it did not arrive")
    LOST = "lost", _("Parcel lost: reship or refund")
    RETURNED = "returned", _("Parcel came back: reship or refund")
    REFUND = "refund", _("Money to give back")
    PROBLEM = "problem", _("Problem reported")
    NOT_ACCEPTED = "not_accepted", _("Not accepted in time")
    BOUNCED = "bounced", _("Mail came back: correct the address")
    OTHER = "other", _("Other")


class CancellationStatus(models.TextChoices):
    """Names of the domain page; a deadline's default is a cause, not a state."""

    REQUESTED = "requested", _("Requested")
    OFFER_SHOWN = "offer_shown", _("Offer shown")
    SAVED = "saved", _("Kept after an offer")
    UNDER_REVIEW = "under_review", _("Under review")
    COUNTER_OFFERED = "counter_offered", _("Counter-offer made")
    APPROVED = "approved", _("Approved")
    COMPLETED = "completed", _("Cancelled")
    REJECTED = "rejected", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ABANDONED = "abandoned", _("Not finished")


# A request that still waits for somebody: its units must not ship.
OPEN_CANCELLATION = (
    CancellationStatus.UNDER_REVIEW,
    CancellationStatus.COUNTER_OFFERED,
    CancellationStatus.APPROVED,
)


class RequestDefault(models.TextChoices):
    """What a request becomes when nobody answers it in time."""

    APPROVE = "approve", _("Cancel the order")
    REFUSE = "refuse", _("Refuse the request")


class CancelOutcome(models.TextChoices):
    """What a rule says about a customer's wish to cancel."""

    FREE = "free", _("Cancel at once, without a fee")
    FEE = "fee", _("Cancel at once, with a fee")
    # Its own entry: the customer's "Ask the shop" is a question by telephone, this is a decision of the shop.
    REQUEST = "request", pgettext_lazy("cancel outcome", "Ask the shop")
    REFUSE = "refuse", _("Not possible")


class Fault(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Shop")
    CARRIER = "carrier", _("Carrier")
    PLATFORM = "platform", _("Platform")


class RefusalCode(models.TextChoices):
    """Why the shop refuses a request; stands beside a sentence of its own."""

    ALREADY_SHIPPED = "already_shipped", _("Already handed over")
    ALREADY_COOKING = "already_cooking", _("Already being cooked")
    MADE_TO_ORDER = "made_to_order", _("Made to order, as agreed")
    OUT_OF_WINDOW = "out_of_window", _("Past the time for cancelling")
    OTHER = "other", _("Other")


class RefundStatus(models.TextChoices):
    PENDING_APPROVAL = "pending_approval", _("Waiting for approval")
    RESERVED = "reserved", _("Ready to be paid")
    SUBMITTED = "submitted", _("Sent to the payment company")
    UNKNOWN = "unknown", _("Result unknown")
    SUCCEEDED = "succeeded", _("Paid back")
    FAILED = "failed", _("Failed")
    VOIDED = "voided", _("Voided")


# States that hold money: it can go to nobody else.
HOLDING_REFUND = (
    RefundStatus.PENDING_APPROVAL,
    RefundStatus.RESERVED,
    RefundStatus.SUBMITTED,
    RefundStatus.UNKNOWN,
)
FINAL_REFUND = (RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.VOIDED)


class RefundSource(models.TextChoices):
    CANCEL = "cancel", _("Cancellation")
    GOODWILL = "goodwill", _("Goodwill")
    OVERPAID = "overpaid", _("Paid too much")
    RETURN = "return", _("Return")
    OFFER = "offer", _("Accepted offer")
    DUPLICATE = "duplicate", _("Paid twice")
    CHARGEBACK = "chargeback", _("Chargeback")


class RefundComponent(models.TextChoices):
    GOODS = "goods", _("Goods")
    SHIPPING = "shipping", _("Shipping")
    RETURN_SHIPPING = "return_shipping", _("Return shipping")
    SURCHARGE = "surcharge", _("Island surcharge")
    CLAWBACK = "clawback", _("Shipping no longer free")
    FEE = "fee", _("Cancellation fee")
    POINTS = "points", _("Points")
    COUPON = "coupon", _("Coupon")
    GOODWILL = "goodwill", _("Goodwill")
    OVERPAYMENT = "overpayment", _("Overpayment")
    # A deduction: what the order costs less but was never paid.
    UNPAID = "unpaid", _("Not paid yet")


class StockReason(models.TextChoices):
    RESERVED = "reserved", _("Ordered")
    RELEASED = "released", _("Cancelled")
    SHIPPED = "shipped", _("Shipped")
    RETURNED = "returned", _("Came back")
    WRITTEN_OFF = "written_off", _("Written off")
    COUNTED = "counted", _("Counted")
