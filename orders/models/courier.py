from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.shipment import Shipment


class CourierPing(models.Model):
    """Where a courier was, as the phone reported it."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="pings", db_index=False)
    at = models.DateTimeField(_("when"))
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("courier position")
        verbose_name_plural = _("courier positions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__range=(-90.0, 90.0), longitude__range=(-180.0, 180.0)),
                name="ping_on_earth",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["shipment", "-at"], name="ping_latest")]

    def __str__(self) -> str:
        return f"{self.latitude:.4f}, {self.longitude:.4f}"
