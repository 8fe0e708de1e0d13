"""What happened, as a sentence a colleague reads: one per kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.events.models import Event
from orderdesk.money import Money
from orders.cancel_sentences import CANCEL_SENTENCES, cancel_sentence
from orders.reasons import label_of
from orders.refund_sentences import REFUND_SENTENCES, refund_sentence
from orders.terms import (
    CheckFinding,
    HoldReason,
    OrderStatus,
    PaymentMethod,
    TaskKind,
    TrackingCode,
)

Text = str | Promise
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in an event's data are called on this page."""

    currency: str
    people: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, str] = field(default_factory=dict)


PLAIN: dict[str, Text] = {
    "order.placed": gettext_lazy("The order was placed."),
    "order.awaiting_payment": gettext_lazy("The order was placed and awaits payment."),
    "order.preparing": gettext_lazy("Preparation has begun."),
    "order.ready": gettext_lazy("The order is ready to leave."),
    "order.completed": gettext_lazy("The purchase is confirmed."),
    "order.reopened": gettext_lazy("The order was opened again."),
    "order.expired": gettext_lazy("Nobody paid in time; the order expired."),
    "order.staff_note_changed": gettext_lazy("The staff note was changed."),
    "order.problem_reported": gettext_lazy("A problem was reported."),
    "order.delayed": gettext_lazy("The customer was told of a delay."),
    "order.not_received": gettext_lazy("The customer says that it did not arrive."),
    "message.rejected": gettext_lazy("A message was refused by the other side."),
    "note.added": gettext_lazy("Wrote a note."),
    "link.requested": gettext_lazy("Asked to send the private link again."),
    "message.bounced": gettext_lazy("A message came back."),
    "message.resent": gettext_lazy("A message was sent again."),
    "shipment.planned": gettext_lazy("Shipment %(number)s was planned."),
    "shipment.split": gettext_lazy("Shipment %(number)s was split."),
    "shipment.picking": gettext_lazy("Picking of shipment %(number)s has begun."),
    "shipment.picked": gettext_lazy("Shipment %(number)s was picked."),
    "shipment.quality_checked": gettext_lazy("Shipment %(number)s passed the quality check."),
    "shipment.short_shipped": gettext_lazy(
        "Some units of shipment %(number)s were missing and are cancelled."
    ),
    "shipment.packed": gettext_lazy("Shipment %(number)s was packed."),
    "shipment.waybill_entered": gettext_lazy("The waybill of shipment %(number)s was entered."),
    "shipment.handed_over": gettext_lazy("Shipment %(number)s was handed to the carrier."),
    "shipment.courier_assigned": gettext_lazy("A courier was assigned to shipment %(number)s."),
    "shipment.picked_up": gettext_lazy("The courier left with shipment %(number)s."),
    "shipment.arriving": gettext_lazy("The courier is at the door with shipment %(number)s."),
    "shipment.delivered": gettext_lazy("Shipment %(number)s was delivered."),
    "shipment.attempt_failed": gettext_lazy("Shipment %(number)s could not be delivered."),
    "shipment.returning": gettext_lazy("Shipment %(number)s is coming back."),
    "shipment.returned": gettext_lazy("Shipment %(number)s came back."),
    "shipment.lost": gettext_lazy("Shipment %(number)s is lost."),
    "shipment.cancelled": gettext_lazy("Shipment %(number)s was cancelled."),
    "shipment.exception": gettext_lazy("The carrier reports a problem with shipment %(number)s."),
}


def sentence(event: Event, names: Names) -> str:
    """The event in words of the reader's language; an unknown kind shows its own name."""
    special = _SPECIAL.get(event.kind)
    if special:
        return special(event.data, names)
    if event.kind in CANCEL_SENTENCES:
        return cancel_sentence(event.kind, event.data, names.currency)
    if event.kind in REFUND_SENTENCES:
        return refund_sentence(event.kind, event.data, names.currency)
    text = PLAIN.get(event.kind)
    if text is None:
        return event.kind
    words = str(text) % {"number": event.data.get("number", "")} if "%(" in str(text) else str(text)
    if event.data.get("passed_through"):
        return _("%(sentence)s (Step passed through.)") % {"sentence": words}
    return words


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "")


def _confirmed(data: Data, _names: Names) -> str:
    minutes = data.get("preparation_minutes")
    if minutes:
        return _("The order was confirmed: ready in %(minutes)s minutes.") % {"minutes": minutes}
    return _("The order was confirmed.")


_PROOFS = {
    "courier": gettext_lazy("The courier has left."),
    "scan": gettext_lazy("The carrier has scanned the parcel: it is in delivery."),
    "attested": gettext_lazy("The parcel was handed to the carrier, as staff attest."),
}


def _departed(data: Data, _names: Names) -> str:
    return str(_PROOFS.get(data.get("proof", ""), gettext_lazy("The goods have left.")))


def _delivered(data: Data, _names: Names) -> str:
    return _("Handed over at the counter.") if data.get("at_counter") else _("Everything was delivered.")


def _cancelled(data: Data, _names: Names) -> str:
    reason = label_of(data.get("reason") or "")
    words = (
        _("The order was rejected: %(reason)s.")
        if data.get("rejected")
        else _("The order was cancelled: %(reason)s.")
    )
    untold = "" if data.get("notify", True) else " " + _("The customer was not told.")
    return words % {"reason": reason} + untold


def _held(data: Data, _names: Names) -> str:
    return _("Put on hold: %(reason)s.") % {"reason": _label(HoldReason, data.get("reason"))}


def _released(data: Data, _names: Names) -> str:
    return _("Released, goes on as “%(state)s”.") % {"state": _label(OrderStatus, data.get("to"))}


FIELD_LABELS: dict[str, Text] = {
    "recipient_name": gettext_lazy("recipient"),
    "recipient_phone": gettext_lazy("recipient's phone"),
    "postcode": gettext_lazy("postcode"),
    "address1": gettext_lazy("address"),
    "address2": gettext_lazy("address, rest"),
    "customer_note": gettext_lazy("customer's note"),
    "email": gettext_lazy("mail"),
    "phone": gettext_lazy("phone"),
}


def _fields(data: Data) -> str:
    return ", ".join(str(FIELD_LABELS.get(name, name)) for name in data.get("fields", []))


def _address(data: Data, _names: Names) -> str:
    return _("Delivery details were changed: %(fields)s.") % {"fields": _fields(data)}


def _contact(data: Data, _names: Names) -> str:
    return _("The customer's contact was corrected: %(fields)s.") % {"fields": _fields(data)}


def _line(data: Data, names: Names) -> str:
    product = names.lines.get(data.get("line", 0), _("a product"))
    changes = [
        _("%(what)s: %(then)s → %(now)s")
        % {"what": label, "then": data[key][0] or "—", "now": data[key][1] or "—"}
        for key, label in (("options", _("options")), ("quantity", _("quantity")))
        if key in data
    ]
    return f"{product} · {', '.join(changes)}"


def _assigned(data: Data, names: Names) -> str:
    person = data.get("to")
    if person is None:
        return _("Assigned to nobody.")
    return _("Assigned to %(person)s.") % {"person": names.people.get(person, _("a colleague"))}


def _tagged(data: Data, names: Names) -> str:
    tags = [names.tags[pk] for pk in data.get("tags", []) if pk in names.tags]
    if len(tags) != len(data.get("tags", [])):
        return _("Tags were changed.")
    return _("Tags: %(tags)s.") % {"tags": ", ".join(tags)} if tags else _("Tags were removed.")


def _captured(data: Data, names: Names) -> str:
    amount = Money(int(data.get("amount", 0)), names.currency).format(get_language() or "ko")
    return _("%(amount)s received by %(method)s.") % {
        "amount": amount,
        "method": _label(PaymentMethod, data.get("method")),
    }


def _task_opened(data: Data, _names: Names) -> str:
    return _("Task opened: %(task)s.") % {"task": _label(TaskKind, data.get("task_kind"))}


def _task_closed(data: Data, _names: Names) -> str:
    return _("Task settled: %(task)s.") % {"task": _label(TaskKind, data.get("task_kind"))}


def _revoked(data: Data, _names: Names) -> str:
    return _("The private links were revoked (%(count)s).") % {"count": data.get("count", 0)}


def _scanned(data: Data, _names: Names) -> str:
    return _("Carrier's scan for shipment %(number)s: %(code)s.") % {
        "number": data.get("number", ""),
        "code": _label(TrackingCode, data.get("code")),
    }


def _check_failed(data: Data, _names: Names) -> str:
    words = _("Shipment %(number)s failed the quality check.") % {"number": data.get("number", "")}
    finding = _label(CheckFinding, data.get("finding"))
    return f"{words} {finding}".rstrip()


_SPECIAL: dict[str, Callable[[Data, Names], str]] = {
    "order.confirmed": _confirmed,
    "order.departed": _departed,
    "order.delivered": _delivered,
    "order.cancelled": _cancelled,
    "order.held": _held,
    "order.released": _released,
    "order.address_changed": _address,
    "order.line_changed": _line,
    "order.assigned": _assigned,
    "order.tagged": _tagged,
    "payment.captured": _captured,
    "task.opened": _task_opened,
    "task.closed": _task_closed,
    "link.revoked": _revoked,
    "customer.contact_corrected": _contact,
    "shipment.scanned": _scanned,
    "shipment.check_failed": _check_failed,
}
