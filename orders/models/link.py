from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.shipment import Shipment


class LinkScope(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    COURIER = "courier", _("Courier")


class AccessLink(models.Model):
    """A private link to one order (customer) or one shipment (courier). Only the token's hash is stored."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="links")
    shipment = models.ForeignKey(
        Shipment, null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    scope = models.CharField(_("for"), max_length=10, choices=LinkScope.choices)
    # token = HMAC(secret key, seed): mails can repeat a link although the database alone cannot.
    seed = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    first_used_at = models.DateTimeField(_("first used"), null=True, blank=True)

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="customer", shipment__isnull=True)
                | Q(scope="courier", shipment__isnull=False),
                name="link_scope_has_its_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} · {self.order_id}"
