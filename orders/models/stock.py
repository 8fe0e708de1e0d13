from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet
from orders.models.line import OrderLine
from orders.terms import StockReason


class StockItemQuerySet(ShopOwnedQuerySet["StockItem"]):
    """Stock of the shops one may see."""


class StockItem(models.Model):
    """How many units of one SKU lie in the shop and how many of them are promised; a SKU without a row is not counted."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="stock", verbose_name=_("shop"))
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("product"), max_length=200, blank=True, default="")
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.IntegerField(_("reserved"), default=0)

    objects: ClassVar = StockItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "sku"], name="stock_sku_once")]

    def __str__(self) -> str:
        return self.sku

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class StockMove(models.Model):
    """One change of a SKU's stock; the sum of a line's moves says what has been counted for it already."""

    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="moves")
    order_line = models.ForeignKey(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="stock_moves"
    )
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("why"), max_length=12, choices=StockReason.choices)
    on_hand = models.IntegerField(_("on hand ±"), default=0)
    reserved = models.IntegerField(_("reserved ±"), default=0)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(on_hand=0, reserved=0), name="stock_move_moves")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.on_hand:+d}/{self.reserved:+d}"
