from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class OrderLine(models.Model):
    """One product of an order with its options, what was really paid for it, and how many units went which way."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    sku = models.CharField(_("SKU"), max_length=64, blank=True, default="")
    name = models.CharField(_("product"), max_length=200)
    options = models.CharField(_("options"), max_length=200, blank=True, default="")
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.BigIntegerField(_("unit price"))
    discount = models.BigIntegerField(_("discount"), default=0)
    order_discount = models.BigIntegerField(_("share of the order's discount"), default=0)
    tax = models.BigIntegerField(_("tax included"), default=0)
    # quantity × unit_price − discount − order_discount, fixed at placement: what refunds are counted from.
    paid = models.BigIntegerField(_("paid"))
    cancelled_quantity = models.PositiveIntegerField(_("cancelled"), default=0)
    shipped_quantity = models.PositiveIntegerField(_("shipped"), default=0)
    returned_quantity = models.PositiveIntegerField(_("returned"), default=0)
    # Moved by triggers on the refund lines: what of `paid` has gone back or is held for it.
    refund_held = models.BigIntegerField(_("given back"), default=0, editable=False)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled_quantity") + F("shipped_quantity")),
                name="line_units_ship_once",
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=F("returned_quantity")), name="line_returns_were_shipped"
            ),
            models.CheckConstraint(
                condition=Q(refund_held__gte=0, paid__gte=F("refund_held")), name="line_no_over_refund"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sku", "order"], name="line_sku", condition=~Q(sku=""))]

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"

    @property
    def to_ship(self) -> int:
        """Units neither cancelled nor shipped."""
        return self.quantity - self.cancelled_quantity - self.shipped_quantity
