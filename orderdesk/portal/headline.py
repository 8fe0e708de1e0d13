"""The one sentence at the top of a tracking page: where the order is, and when the next news comes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.events.actor import ActorKind
from orderdesk.portal.page_facts import OrderFacts, Parcel
from orderdesk.portal.wallet import amount
from orderdesk.portal.words import Goods, Way, goods_words, way_words
from orders.terms import (
    OPEN_STATUSES,
    CancelReason,
    DeliveryMethod,
    HoldReason,
    OrderStatus,
    PaymentMethod,
    ShipmentStatus,
    TaskKind,
    TrackingCode,
)
from orders.timewords import Speaker

S = OrderStatus
_WIRED = (PaymentMethod.BANK_TRANSFER, PaymentMethod.VIRTUAL_ACCOUNT)


class Headline(NamedTuple):
    """The state in a sentence, what comes next, and its tone (moving, done, waits, bad)."""

    title: str
    lead: str
    tone: str


# Suspicion and the money's details are nothing to write on a page that may be forwarded.
_HOLD_WORDS: dict[str, str | Promise] = {
    HoldReason.ADDRESS: gettext_lazy("We need to check the delivery address with you."),
    HoldReason.STOCK: gettext_lazy("An item is out of stock; the shop is looking for a way."),
    HoldReason.CUSTOMER: gettext_lazy("We paused it as you asked."),
    HoldReason.ACCIDENT: gettext_lazy(
        "Something went wrong while preparing it; the shop is putting it right."
    ),
}
_CANCEL_WORDS: dict[str, str | Promise] = {
    CancelReason.OUT_OF_STOCK: gettext_lazy("An item is out of stock."),
    CancelReason.CLOSED: gettext_lazy("The shop is closed."),
    CancelReason.TOO_BUSY: gettext_lazy("The shop has too many orders right now."),
    CancelReason.NO_DELIVERY: gettext_lazy("The shop cannot deliver to this address."),
    CancelReason.NOT_ACCEPTED: gettext_lazy("The shop could not accept the order in time."),
    CancelReason.CUSTOMER_ASKED: gettext_lazy("It was cancelled as you asked."),
    CancelReason.PAYMENT_FAILED: gettext_lazy("The payment did not go through."),
}


def headline_of(facts: OrderFacts, speak: Speaker) -> Headline:
    """The sentence for the order's state."""
    teller = _Teller(facts, speak, goods_words(facts.kind), way_words(facts.kind, facts.delivery_method))
    title, lead = getattr(teller, facts.status)()
    return Headline(title, lead, _tone(facts))


_TONES: dict[str, str] = {
    S.AWAITING_PAYMENT: "waits",
    S.ON_HOLD: "waits",
    S.DELIVERED: "done",
    S.COMPLETED: "done",
    S.CANCELLED: "bad",
    S.EXPIRED: "bad",
}
TROUBLE = frozenset(
    {ShipmentStatus.LOST, ShipmentStatus.RETURNING, ShipmentStatus.RETURNED, ShipmentStatus.EXCEPTION}
)


def _tone(facts: OrderFacts) -> str:
    if facts.status == S.DELIVERED and TaskKind.NOT_RECEIVED in facts.open_tasks:
        return "waits"
    statuses = {parcel.status for parcel in facts.parcels} if facts.status == S.IN_DELIVERY else set()
    if statuses & TROUBLE:
        return "bad"
    return "waits" if ShipmentStatus.ATTEMPT_FAILED in statuses else _TONES.get(facts.status, "moving")


class _Teller(NamedTuple):
    """Title and lead for each state of an order, in a method of the state's name."""

    facts: OrderFacts
    speak: Speaker
    goods: Goods
    way: Way

    def awaiting_payment(self) -> tuple[str, str]:
        due = self.speak.moment(self.facts.pay_by)
        due_still = self.facts.owed - self.facts.captured_total + self.facts.refunded_total
        values = {"amount": amount(due_still, self.facts.currency)}
        wired = [paid for paid in self.facts.payments if paid.method in _WIRED]
        title = _("We are waiting for your transfer") if wired else _("We are waiting for your payment")
        if due is None:
            lead = _("%(amount)s is still to be paid.") % values
        else:
            values["due"] = due.words
            please = (
                _("Please transfer %(amount)s by %(due)s.")
                if wired
                else _("Please pay %(amount)s by %(due)s.")
            )
            lead = please % values
        if wired and not any(paid.detail for paid in wired):
            lead = f"{lead} {self._ask_the_shop()}"
        return title, lead

    def _ask_the_shop(self) -> str:
        """Which account: nothing on the page names one."""
        if not self.facts.shop.phone:
            return _("The shop tells you the account.")
        return _("The shop tells you the account: %(phone)s") % {"phone": self.facts.shop.phone}

    def placed(self) -> tuple[str, str]:
        return _("We have received your order"), _("We will tell you as soon as the shop confirms it.")

    def confirmed(self) -> tuple[str, str]:
        if self.facts.shop.uses_preparing:
            return str(self.goods.confirmed), _("We will tell you when it is being prepared.")
        return str(self.goods.confirmed), self._next_news()

    def preparing(self) -> tuple[str, str]:
        return str(self.goods.preparing), self._next_news()

    def _next_news(self) -> str:
        if self.facts.delivery_method == DeliveryMethod.PICKUP:
            return _("We will tell you when it is ready.")
        return _("We will tell you when it leaves.")

    def ready(self) -> tuple[str, str]:
        if self.facts.delivery_method == DeliveryMethod.PICKUP:
            return _("Your order is ready to be picked up"), _("Please tell the shop your order number.")
        if self.facts.delivery_method == DeliveryMethod.COURIER:
            return str(self.goods.ready), _("A courier will pick it up soon.")
        return _("Your order is packed"), _("It will be handed to the carrier soon.")

    def in_delivery(self) -> tuple[str, str]:
        statuses = {parcel.status for parcel in self.facts.parcels}
        if statuses & TROUBLE:
            return _("There is a problem with the delivery"), _(
                "The shop is looking into it and will contact you."
            )
        if ShipmentStatus.ATTEMPT_FAILED in statuses:
            return _("The delivery did not work out this time"), _(
                "They will try again. If the address or phone is wrong, please tell the shop."
            )
        if ShipmentStatus.ARRIVING in statuses:
            return _("The courier has arrived"), _("Please have a look at the door.")
        if ShipmentStatus.OUT_FOR_DELIVERY in statuses:
            title = (
                _("Your order is on its way") if self._left_before_today() else _("Your order arrives today")
            )
            return title, _("It is on the delivery van.")
        if self.facts.parcels and all(_only_attested(parcel) for parcel in self.facts.parcels):
            return _("We have handed your order to the carrier"), _(
                "Its way appears here with the carrier's first scan."
            )
        return str(self.way.on_its_way), ""

    def _left_before_today(self) -> bool:
        """The van's last scan is of an earlier day: "today" was said then and did not come true."""
        scans = (scan for parcel in self.facts.parcels for scan in parcel.scans)
        left = [scan.at for scan in scans if scan.code == TrackingCode.OUT_FOR_DELIVERY]
        zone = self.facts.shop.zone
        return bool(left) and max(left).astimezone(zone).date() < self.speak.now.astimezone(zone).date()

    def delivered(self) -> tuple[str, str]:
        done = self.speak.moment(self.facts.delivered_at)
        if TaskKind.NOT_RECEIVED in self.facts.open_tasks:
            return _("We are looking for your order"), _("The shop is looking into it and will contact you.")
        if self.facts.delivery_method == DeliveryMethod.PICKUP:
            return str(self.goods.taken), done.words if done else ""
        return str(self.goods.arrived), _("Delivered %(when)s.") % {"when": done.words} if done else ""

    def completed(self) -> tuple[str, str]:
        return _("Your order is complete"), _("Thank you for your order.")

    def on_hold(self) -> tuple[str, str]:
        why = _HOLD_WORDS.get(self.facts.hold_reason or "") or _("The shop is checking something.")
        then = _("The shop will contact you.")
        return _("Your order is paused for a moment"), f"{why} {then}"

    def cancelled(self) -> tuple[str, str]:
        why = str(_CANCEL_WORDS.get(self.facts.cancel_reason) or "")
        if any(stop.by == ActorKind.CUSTOMER for stop in self.facts.cancellations):
            why = str(_CANCEL_WORDS[CancelReason.CUSTOMER_ASKED])
        return _("Your order was cancelled"), _and_the_money(self.facts, why)

    def expired(self) -> tuple[str, str]:
        return _("Your order has expired"), _and_the_money(
            self.facts, _("The payment did not arrive in time.")
        )


def _only_attested(parcel: Parcel) -> bool:
    return parcel.status == ShipmentStatus.HANDED_OVER and parcel.first_scan_at is None


def _and_the_money(facts: OrderFacts, why: str) -> str:
    if not facts.captured_total:
        nothing = _("Nothing was charged.")
        return f"{why} {nothing}".strip()
    return f"{why} {_back(facts)}".strip()


def _back(facts: OrderFacts) -> str:
    """What comes of what was paid: all of it or, after a fee, the rest; on its way or there."""
    back = {"amount": amount(facts.captured_total - facts.kept_fee, facts.currency)}
    if facts.captured_total <= facts.kept_fee:
        return ""
    if not facts.to_give_back:
        return _("%(amount)s was refunded.") % back
    if facts.kept_fee:
        return _("The shop gives %(amount)s back.") % back
    return _("The shop gives back the %(amount)s you paid.") % back


class Promised(NamedTuple):
    """The promised window in a sentence, since when it holds, and the apology once it is broken (else empty)."""

    words: str
    since: str
    sorry: str


def promise_of(facts: OrderFacts, speak: Speaker) -> Promised | None:
    """The promise of an order that has not arrived; None when there is none to show."""
    if facts.status not in OPEN_STATUSES or facts.status in (S.AWAITING_PAYMENT, S.ON_HOLD):
        return None
    if _is_astray(facts):
        return None
    if facts.promised_from is None or facts.promised_until is None or _comes_early(facts, speak):
        return None
    window = speak.window(facts.promised_from, facts.promised_until)
    words = _("Arrives %(window)s") % {"window": window}
    if facts.delivery_method == DeliveryMethod.PICKUP:
        if facts.status == S.READY:
            return None
        words = _("Ready to be picked up %(window)s") % {"window": window}
    late = way_words(facts.kind, facts.delivery_method).late
    sorry = str(late) % {"window": window} if facts.promised_until < speak.now else ""
    return Promised(words, _since(facts, speak), sorry)


def _is_astray(facts: OrderFacts) -> bool:
    """Lost, coming back or stuck: nobody knows any more when it arrives."""
    return facts.status == S.IN_DELIVERY and any(parcel.status in TROUBLE for parcel in facts.parcels)


def _comes_early(facts: OrderFacts, speak: Speaker) -> bool:
    """On the van before the promised day: the headline says today, and a promise for tomorrow would contradict it."""
    on_the_van = any(parcel.status == ShipmentStatus.OUT_FOR_DELIVERY for parcel in facts.parcels)
    if not on_the_van or facts.promised_from is None:
        return False
    return (
        facts.promised_from.astimezone(facts.shop.zone).date() > speak.now.astimezone(facts.shop.zone).date()
    )


def _since(facts: OrderFacts, speak: Speaker) -> str:
    if facts.delayed_at:
        return _("Changed %(when)s") % {"when": _words(facts.delayed_at, speak)}
    return _("Promised %(when)s") % {"when": _words(facts.confirmed_at or facts.placed_at, speak)}


def _words(at: datetime, speak: Speaker) -> str:
    said = speak.moment(at)
    return said.words if said else ""
