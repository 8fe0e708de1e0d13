from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet
from orders.models.payment import Payment
from orders.models.refund import Refund


class GatewayAccountQuerySet(ShopOwnedQuerySet["GatewayAccount"]):
    """Contracts of the shops one may see."""


class GatewayAccount(models.Model):
    """A shop's contract with a payment company; its secrets are encrypted and can be written, never read back."""

    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, related_name="gateway_accounts", verbose_name=_("shop")
    )
    gateway = models.CharField(_("payment company"), max_length=20)
    secret_encrypted = models.TextField(_("secret key"), blank=True, default="")
    webhook_secret_encrypted = models.TextField(_("webhook secret"), blank=True, default="")
    # PortOne's channel key: which of its channels takes the money; not secret.
    channel = models.CharField(_("channel"), max_length=80, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = GatewayAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment company")
        verbose_name_plural = _("payment companies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "gateway"], name="gateway_account_once")
        ]

    def __str__(self) -> str:
        return self.gateway


class SettlementQuerySet(ShopOwnedQuerySet["Settlement"]):
    """Settlement files of the shops one may see."""


class Settlement(models.Model):
    """What a payment company says it paid out over some days, compared with the ledger."""

    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, related_name="settlements", verbose_name=_("shop")
    )
    gateway = models.CharField(_("payment company"), max_length=20)
    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    row_count = models.PositiveIntegerField(_("rows"), default=0)

    objects: ClassVar = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "gateway", "digest"], name="settlement_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class Discrepancy(models.Model):
    """One row where file and ledger differ; nothing is mended by itself, each is settled by a person."""

    class Kind(models.TextChoices):
        MISSING = "missing", _("In the ledger, not in the file")
        EXTRA = "extra", _("In the file, not in the ledger")
        DIFFERENT = "different", _("The amounts differ")
        UNKNOWN = "unknown", _("Result unknown here, paid in the file")

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="discrepancies")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("payment company's number"), max_length=120)
    file_amount = models.BigIntegerField(_("amount in the file"), null=True)
    ledger_amount = models.BigIntegerField(_("amount in the ledger"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="discrepancies")
    resolved_at = models.DateTimeField(_("settled"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution = models.CharField(_("what was done"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement", "kind", "reference"], name="discrepancy_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["settlement"], name="discrepancy_open", condition=Q(resolved_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
