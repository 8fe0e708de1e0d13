from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet
from orderdesk.notifications.models.message import MessageChannel


class SuppressionQuerySet(ShopOwnedQuerySet["Suppression"]):
    """Suppressions of the shops one may see."""


class Suppression(models.Model):
    """An address that a shop must not write to: it bounced, complained or said no."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", verbose_name=_("shop"))
    channel = models.CharField(_("channel"), max_length=10, choices=MessageChannel.choices)
    address = models.CharField(_("address"), max_length=254)
    reason = models.CharField(
        _("reason"),
        max_length=12,
        choices=[("bounced", _("Bounced")), ("complained", _("Complained")), ("asked", _("Asked not to"))],
    )
    at = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "channel", "address"], name="suppression_once")
        ]

    def __str__(self) -> str:
        return f"{self.address} ({self.reason})"
