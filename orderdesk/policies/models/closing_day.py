from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet


class ClosingDayQuerySet(ShopOwnedQuerySet["ClosingDay"]):
    """Closing days of the shops one may see."""


class ClosingDay(models.Model):
    """A day on which a shop is closed beside weekends and public holidays."""

    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, related_name="closing_days", verbose_name=_("shop")
    )
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=80, blank=True, default="")

    objects: ClassVar = ClosingDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering: ClassVar = ["-day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "day"], name="closing_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"
