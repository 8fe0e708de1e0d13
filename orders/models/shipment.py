from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from orderdesk.accounts.models import ShopOwnedQuerySet
from orders.models.line import OrderLine
from orders.models.order import Order
from orders.terms import (
    BEFORE_HANDOVER,
    ON_THE_WAY,
    DeliveryMethod,
    ShipmentStatus,
    TrackingCode,
    shipment_label,
)

S = ShipmentStatus


class ShipmentQuerySet(ShopOwnedQuerySet["Shipment"]):
    """Shipments of the shops one may see."""

    shop_path = "order__shop_id"


class Shipment(FSMModelMixin, models.Model):
    """One parcel or one courier's run: which units, by whom, and every step with its time."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    number = models.PositiveSmallIntegerField(_("number"))
    method = models.CharField(_("method"), max_length=10, choices=DeliveryMethod.choices)
    status = FSMField(_("status"), max_length=20, choices=S.choices, default=S.PLANNED, protected=True)
    carrier = models.CharField(_("carrier"), max_length=20, blank=True, default="")
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True, default="")
    courier_name = models.CharField(_("courier"), max_length=60, blank=True, default="")
    courier_phone = models.CharField(_("courier's phone"), max_length=20, blank=True, default="")
    picked_at = models.DateTimeField(_("picked"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    packed_at = models.DateTimeField(_("packed"), null=True, blank=True)
    # Attested: staff say that the carrier has it; the first scan proves it.
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    first_scan_at = models.DateTimeField(_("first scan"), null=True, blank=True)
    departed_at = models.DateTimeField(_("left"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    proof_name = models.CharField(_("received by"), max_length=60, blank=True, default="")
    proof_photo = models.FileField(_("photo"), upload_to="proofs/%Y/%m/", blank=True)
    # A lost or returned parcel that was sent again: its units then count with the replacement.
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects: ClassVar = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "number"], name="shipment_number"),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                name="tracking_number_once",
                condition=~Q(tracking_number=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tracking_number"], name="shipment_tracking", condition=~Q(tracking_number="")
            ),
            models.Index(
                fields=["status", "id"],
                name="shipment_open",
                condition=Q(status__in=[str(s) for s in (*BEFORE_HANDOVER, *ON_THE_WAY)]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number}/{self.number}"

    def get_status_display(self) -> str:  # type: ignore[no-redef]  # the plugin has made one already
        """Django's own would call a courier's run a parcel."""
        return shipment_label(self.status, self.method)

    @transition(field=status, source=[S.PLANNED, S.QUALITY_CHECKED, S.PICKED], target=S.PICKING)
    def start_picking(self) -> None:
        """Also the way back when the quality check fails."""
        self.picked_at = self.checked_at = None

    @transition(field=status, source=[S.PLANNED, S.PICKING], target=S.PICKED)
    def pick(self, at: datetime) -> None:
        self.picked_at = at

    @transition(field=status, source=S.PICKED, target=S.QUALITY_CHECKED)
    def pass_check(self, at: datetime) -> None:
        self.checked_at = at

    @transition(field=status, source=[S.PLANNED, S.PICKING, S.PICKED, S.QUALITY_CHECKED], target=S.PACKED)
    def pack(self, at: datetime) -> None:
        """Small shops pack in one go; the steps between are then stamped with the same time."""
        self.picked_at, self.packed_at = self.picked_at or at, at

    @transition(
        field=status,
        source=[S.PLANNED, S.PICKING, S.PICKED, S.QUALITY_CHECKED, S.PACKED],
        target=S.HANDED_OVER,
    )
    def hand_over(self, at: datetime) -> None:
        self.handed_over_at, self.departed_at = at, self.departed_at or at

    @transition(field=status, source=[*BEFORE_HANDOVER], target=S.COURIER_ASSIGNED)
    def assign_courier(self, name: str, phone: str) -> None:
        self.courier_name, self.courier_phone = name, phone

    @transition(field=status, source=[*BEFORE_HANDOVER], target=S.PICKED_UP)
    def pick_up(self, at: datetime) -> None:
        self.departed_at = at

    @transition(field=status, source=[S.PICKED_UP, S.ATTEMPT_FAILED], target=S.ARRIVING)
    def arrive(self) -> None:
        """The courier stands before the door."""

    @transition(
        field=status,
        source=[*BEFORE_HANDOVER, S.HANDED_OVER, S.OUT_FOR_DELIVERY, S.ATTEMPT_FAILED, S.EXCEPTION],
        target=S.IN_TRANSIT,
    )
    def scan_in_transit(self, at: datetime) -> None:
        self._scanned(at)

    @transition(
        field=status,
        source=[*BEFORE_HANDOVER, S.HANDED_OVER, S.IN_TRANSIT, S.ATTEMPT_FAILED, S.EXCEPTION],
        target=S.OUT_FOR_DELIVERY,
    )
    def scan_out_for_delivery(self, at: datetime) -> None:
        self._scanned(at)

    @transition(field=status, source=[*BEFORE_HANDOVER, *ON_THE_WAY], target=S.DELIVERED)
    def deliver(self, at: datetime) -> None:
        self.delivered_at, self.departed_at = at, self.departed_at or at

    @transition(field=status, source=[*ON_THE_WAY], target=S.ATTEMPT_FAILED)
    def fail_attempt(self) -> None:
        """Nobody there, wrong address, refused at the door: the carrier tries again or brings it back."""

    @transition(field=status, source=[*ON_THE_WAY], target=S.EXCEPTION)
    def raise_exception(self) -> None:
        """The carrier reports something that needs a person."""

    @transition(field=status, source=[*ON_THE_WAY], target=S.RETURNING)
    def send_back(self) -> None:
        """On its way back to the shop."""

    @transition(field=status, source=[*ON_THE_WAY], target=S.RETURNED)
    def come_back(self) -> None:
        """In the shop's hands again."""

    @transition(field=status, source=[*ON_THE_WAY], target=S.LOST)
    def lose(self) -> None:
        """The carrier cannot find it."""

    @transition(field=status, source=[*BEFORE_HANDOVER], target=S.CANCELLED)
    def cancel(self) -> None:
        """Before anything left the house."""

    def _scanned(self, at: datetime) -> None:
        self.first_scan_at = self.first_scan_at or at
        self.departed_at = self.departed_at or at


class ShipmentLine(models.Model):
    """How many units of one order line travel in one shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.line} × {self.quantity}"


class TrackingEvent(models.Model):
    """One scan of a carrier, in its own words and in ours. Rows are only added."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="tracking_events")
    at = models.DateTimeField(_("when"))
    code = models.CharField(_("meaning"), max_length=24, choices=TrackingCode.choices)
    raw_status = models.CharField(_("carrier's words"), max_length=120, blank=True, default="")
    location = models.CharField(_("where"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "at", "raw_status", "location"], name="scan_once")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code}"
