from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.terms import PaymentMethod

BANK = "bank"


def bank_reference(shop_id: int, reference: str) -> str:
    """A bank's reference as payments keep it: two shops' banks may use the same one."""
    return f"{shop_id}:{reference}"


def shown_reference(gateway: str, reference: str) -> str:
    """A payment's reference as its gateway wrote it."""
    return reference.partition(":")[2] or reference if gateway == BANK else reference


class Payment(models.Model):
    """Money for an order through one method: what was authorised, what was captured, and the gateway's reference."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(_("method"), max_length=20, choices=PaymentMethod.choices)
    gateway = models.CharField(_("gateway"), max_length=20, default="manual")
    reference = models.CharField(_("reference"), max_length=120, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3)
    authorised = models.BigIntegerField(_("authorised"), default=0)
    captured = models.BigIntegerField(_("captured"), default=0)
    # Moved by triggers on the refunds, never by hand: what is promised to go back, and what has gone back.
    reserved = models.BigIntegerField(_("reserved for refunds"), default=0, editable=False)
    refunded = models.BigIntegerField(_("refunded"), default=0, editable=False)
    authorised_at = models.DateTimeField(_("authorised at"), null=True, blank=True)
    captured_at = models.DateTimeField(_("captured at"), null=True, blank=True)
    # How the customer pays it: bank and account of a transfer, card and instalments in words.
    detail = models.CharField(_("detail"), max_length=120, blank=True, default="")
    # Where a customer pays what was asked for; empty once it is paid or when nothing was asked.
    pay_url = models.CharField(_("payment link"), max_length=500, blank=True, default="")
    payer_name = models.CharField(_("payer"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["gateway", "reference"], name="payment_reference", condition=~Q(reference="")
            ),
            models.CheckConstraint(
                condition=Q(captured__gte=0, authorised__gte=F("captured")), name="payment_amounts"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, refunded__gte=0, captured__gte=F("reserved") + F("refunded")),
                name="payment_no_over_refund",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.captured}"

    @property
    def refundable(self) -> int:
        """Minor units that no refund has taken or holds."""
        return self.captured - self.reserved - self.refunded
