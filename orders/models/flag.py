from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class OrderFlag(models.Model):
    """An oddity of an order that staff should know of, such as a delivery dated before its hand-over."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="flags")
    code = models.CharField(_("oddity"), max_length=40)
    detail = models.CharField(_("detail"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("oddity")
        verbose_name_plural = _("oddities")
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "code"], name="flag_once")]

    def __str__(self) -> str:
        return self.code
