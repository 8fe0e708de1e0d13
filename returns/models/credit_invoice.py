from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Customer, Shop, ShopOwnedQuerySet
from orders.models import Order, OrderLine


class CreditInvoiceQuerySet(ShopOwnedQuerySet["CreditInvoice"]):
    """Credit invoices of the shops one may see."""


class CreditInvoice(models.Model):
    """Money given back by a shop's earlier system, as its document says; history, never a refund of ours."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+", verbose_name=_("shop"))
    number = models.CharField(_("number"), max_length=40)
    at = models.DateTimeField(_("when"))
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    currency = models.CharField(_("currency"), max_length=3)
    total = models.BigIntegerField(_("total"))

    objects: ClassVar = CreditInvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit invoice")
        verbose_name_plural = _("credit invoices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "number"], name="credit_invoice_once")
        ]

    def __str__(self) -> str:
        return self.number


class CreditLine(models.Model):
    """One product on a credit invoice, and the sold line it was matched to, if any."""

    invoice = models.ForeignKey(CreditInvoice, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("product"), max_length=200, blank=True, default="")
    quantity = models.PositiveIntegerField(_("quantity"))
    amount = models.BigIntegerField(_("amount"))
    # The sale is not named by the document; matched by customer, product and time.
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="credit_lines")
    order_line = models.ForeignKey(
        OrderLine, null=True, on_delete=models.PROTECT, related_name="credit_lines"
    )

    class Meta:
        verbose_name = _("credit line")
        verbose_name_plural = _("credit lines")

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"
