from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet


class PolicyKind(models.TextChoices):
    TIMING = "timing", _("Timings")
    CANCELLATION = "cancellation", _("Cancellation")


class PolicyStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


class PolicyQuerySet(ShopOwnedQuerySet["Policy"]):
    """Policies of the shops one may see."""

    def in_force(self, at: datetime) -> Self:
        """Published versions that apply at `at`, the newest first."""
        live = [PolicyStatus.PUBLISHED, PolicyStatus.SUPERSEDED]
        return self.filter(status__in=live, effective_from__lte=at).order_by("-effective_from", "-version")


class Policy(models.Model):
    """One version of one kind of rules of a shop; a published version never changes, orders keep the one they met."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="policies", verbose_name=_("shop"))
    kind = models.CharField(_("kind"), max_length=20, choices=PolicyKind.choices)
    version = models.PositiveIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=12, choices=PolicyStatus.choices, default=PolicyStatus.DRAFT
    )
    effective_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    note = models.CharField(_("why"), max_length=200, blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        permissions: ClassVar = [("publish_policy", "Can publish a policy version")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "kind", "version"], name="policy_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"


class AcceptanceDefault(models.TextChoices):
    CONFIRM = "confirm", _("Confirm the order")
    REJECT = "reject", _("Reject the order")
    NOTHING = "nothing", _("Leave it and alert staff")


class TimingTerms(models.Model):
    """How long a shop gives itself and its customers: acceptance, payment, purchase confirmation."""

    policy = models.OneToOneField(Policy, on_delete=models.CASCADE, related_name="timing")
    acceptance_minutes = models.PositiveIntegerField(
        _("minutes to accept an order"),
        default=1440,
        validators=[MinValueValidator(1), MaxValueValidator(14 * 1440)],
    )
    acceptance_default = models.CharField(
        _("when nobody accepts"),
        max_length=10,
        choices=AcceptanceDefault.choices,
        default=AcceptanceDefault.NOTHING,
    )
    unpaid_minutes = models.PositiveIntegerField(
        _("minutes to pay"), default=3 * 1440, validators=[MinValueValidator(5), MaxValueValidator(30 * 1440)]
    )
    completion_days = models.PositiveIntegerField(
        _("days from delivery to automatic purchase confirmation"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )

    class Meta:
        verbose_name = _("timings")
        verbose_name_plural = _("timings")

    def __str__(self) -> str:
        return str(self.policy)
