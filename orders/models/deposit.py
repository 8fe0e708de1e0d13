from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet
from orders.models.payment import Payment


class DepositQuerySet(ShopOwnedQuerySet["Deposit"]):
    """Deposits of the shops one may see."""


class Deposit(models.Model):
    """Money that came into a shop's bank account, and the payment it turned out to be."""

    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, related_name="+", verbose_name=_("shop"), db_index=False
    )
    reference = models.CharField(_("bank's reference"), max_length=80)
    at = models.DateTimeField(_("when"))
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    payer_name = models.CharField(_("payer"), max_length=80, blank=True, default="")
    payment = models.OneToOneField(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deposit",
        verbose_name=_("payment"),
    )

    objects: ClassVar = DepositQuerySet.as_manager()

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "reference"], name="deposit_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="deposit_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["shop", "-at"], name="deposit_unmatched", condition=Q(payment__isnull=True))
        ]

    def __str__(self) -> str:
        return self.reference
