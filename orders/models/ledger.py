from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.payment import Payment
from orders.models.refund import Refund


class LedgerAccount(models.TextChoices):
    """Accounts of the little book: the buyer's money, what the shop holds, what is promised back."""

    BUYER = "buyer", _("Buyer")
    SHOP = "shop", _("Shop")
    PROMISED = "promised", _("Promised back")


class LedgerKind(models.TextChoices):
    CAPTURE = "capture", _("Money came in")
    PENDING = "pending", _("Promised")
    POST = "post", _("Paid back")
    VOID = "void", _("Promise ended")


class LedgerEntry(models.Model):
    """One balanced transfer between two accounts; written by triggers with the row that causes it, never changed."""

    at = models.DateTimeField(_("when"))
    txn = models.CharField(_("transaction"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=LedgerKind.choices)
    debit = models.CharField(_("from"), max_length=10, choices=LedgerAccount.choices)
    credit = models.CharField(_("to"), max_length=10, choices=LedgerAccount.choices)
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="entries")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="entries")

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["txn", "kind"], name="ledger_entry_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_entry_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.txn} {self.kind}"
