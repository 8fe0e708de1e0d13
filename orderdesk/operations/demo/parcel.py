"""A parcel of a story: picked, packed, handed over, scanned on its way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random

from orderdesk.events.actor import CARRIER
from orderdesk.operations.demo.story import Story
from orderdesk.operations.demo.words import CARRIER_WORDS, HUBS, PICKUP_BRANCH
from orders.models import Shipment, ShipmentLine, TrackingEvent
from orders.terms import DeliveryMethod, TrackingCode

_WORD = {
    TrackingCode.COLLECTED: 0,
    TrackingCode.IN_TRANSIT: 1,
    TrackingCode.OUT_FOR_DELIVERY: 3,
    TrackingCode.DELIVERED: 4,
    TrackingCode.ATTEMPT_FAILED: 5,
}
# Scans that mean more than that it moves.
_KINDS = {
    TrackingCode.ATTEMPT_FAILED: "attempt_failed",
    TrackingCode.EXCEPTION: "exception",
    TrackingCode.RETURNING: "returning",
    TrackingCode.DELIVERED: "delivered",
}
_EXTRA_WORDS = {TrackingCode.RETURNING: "반송처리", TrackingCode.EXCEPTION: "분실의심"}


def waybill(rng: Random, carrier: str) -> str:
    """A number of the carrier's shape with its check digit; the demo's all begin with 9000, which no live series does."""
    first = f"9000{rng.randrange(10**7):07d}"
    if carrier == "logen":
        first = first[:-1]
    counted = first[2:] if carrier == "cj" else first
    return f"{first}{int(counted) % 7}"


class Parcel:
    """One shipment of a story, with the steps that its shop and its carrier take."""

    def __init__(self, story: Story, at: datetime, units: Mapping[int, int] | None = None) -> None:
        """`units`: position of a line → how many; all of them if None."""
        self.story = story
        self.carrier = story.rng.choices(list(CARRIER_WORDS), (60, 15, 15, 10))[0]
        self.parcel = Shipment(
            order=story.order, number=len(story.shipments) + 1, method=DeliveryMethod.PARCEL
        )
        wanted = {line.position: line.quantity for line in story.lines} if units is None else units
        story.written_at[id(self.parcel)] = at
        story.shipments.append(self.parcel)
        story.shipment_lines += [
            ShipmentLine(shipment=self.parcel, line=line, quantity=wanted[line.position])
            for line in story.lines
            if wanted.get(line.position)
        ]
        self._say("planned", at)

    def _say(self, what: str, at: datetime, login: str = "packer") -> None:
        self.story.say_shipment(what, at, self.story.staff(login), self.parcel)

    # ── in the house ──

    def start_picking(self, at: datetime) -> None:
        self.parcel.start_picking()
        self._say("picking", at)

    def pick(self, at: datetime) -> None:
        self.parcel.pick(at)
        self._say("picked", at)

    def check(self, at: datetime) -> None:
        self.parcel.pass_check(at)
        self._say("quality_checked", at)

    def pack(self, at: datetime) -> None:
        self.parcel.pack(at)
        self._say("packed", at)

    def label(self) -> None:
        """The waybill, as it is stuck on the parcel."""
        self.parcel.carrier = self.carrier
        self.parcel.tracking_number = waybill(self.story.rng, self.carrier)

    def hand_over(self, at: datetime) -> None:
        """Attested: staff say that the carrier has it."""
        actor = self.story.staff("packer")
        self.label()
        self.parcel.hand_over(at)
        self.parcel.handed_over_by_id = actor.user_id
        data = {"carrier": self.parcel.carrier, "tracking_number": self.parcel.tracking_number}
        self.story.say_shipment("handed_over", at, actor, self.parcel, **data)
        self.story.depart(at, actor, "attested")

    # ── the carrier's words ──

    def collected(self, at: datetime) -> None:
        self.parcel.scan_in_transit(at)
        self._scan(TrackingCode.COLLECTED, at, PICKUP_BRANCH)

    def through_hubs(self, at: datetime, then: datetime) -> None:
        """On a lorry in the night, off it in the morning; both mean that it moves."""
        words, hub = CARRIER_WORDS[self.carrier], self.story.rng.choice(HUBS)
        self._row(TrackingCode.IN_TRANSIT, at, hub, words[1])
        self._row(TrackingCode.IN_TRANSIT, then, self._branch("대리점"), words[2])

    def out(self, at: datetime) -> None:
        self.parcel.scan_out_for_delivery(at)
        self._scan(TrackingCode.OUT_FOR_DELIVERY, at, self._branch("대리점"))

    def failed(self, at: datetime) -> None:
        self.parcel.fail_attempt()
        self._scan(TrackingCode.ATTEMPT_FAILED, at, self._branch("대리점"))

    def going_back(self, at: datetime) -> None:
        self.parcel.send_back()
        self._scan(TrackingCode.RETURNING, at, self._branch("대리점"))

    def came_back(self, at: datetime) -> None:
        self.parcel.come_back()
        self._say("returned", at)

    def strange(self, at: datetime) -> None:
        self.parcel.raise_exception()
        self._scan(TrackingCode.EXCEPTION, at, self.story.rng.choice(HUBS))

    def lost(self, at: datetime) -> None:
        self.parcel.lose()
        self._say("lost", at, "lead")

    def delivered(self, at: datetime) -> None:
        self.parcel.deliver(at)
        self._scan(TrackingCode.DELIVERED, at, self._branch("대리점"))

    def _branch(self, kind: str) -> str:
        words = self.story.order.address1.split()
        return f"{words[1]}{words[2] if words[1].endswith('시') else ''}{kind}"

    def _scan(self, code: TrackingCode, at: datetime, where: str) -> None:
        words = CARRIER_WORDS[self.carrier]
        self._row(code, at, where, words[_WORD[code]] if code in _WORD else _EXTRA_WORDS[code])
        self._told(code, at)

    def _row(self, code: TrackingCode, at: datetime, where: str, raw: str) -> None:
        scan = TrackingEvent(shipment=self.parcel, at=at, code=code, raw_status=raw, location=where)
        self.story.scans.append(scan)

    def _told(self, code: TrackingCode, at: datetime) -> None:
        data = {"code": code.value, "status": str(self.parcel.status), "at": at.isoformat()}
        self.story.say_shipment(_KINDS.get(code, "scanned"), at, CARRIER, self.parcel, **data)
