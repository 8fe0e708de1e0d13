from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.policies.models import Policy
from orders.terms import CancelOutcome, DeliveryMethod, OrderStatus, RequestDefault


class CancelTerms(models.Model):
    """What holds for every cancellation of one policy version: answer times, limits, free shipping."""

    policy = models.OneToOneField(Policy, on_delete=models.CASCADE, related_name="cancel_terms")
    answer_minutes = models.PositiveIntegerField(
        _("time to answer a request"),
        default=1440,
        validators=[MinValueValidator(1), MaxValueValidator(14 * 1440)],
    )
    answer_default = models.CharField(
        _("without an answer"),
        max_length=8,
        choices=RequestDefault.choices,
        default=RequestDefault.APPROVE,
    )
    # Minor units of the shop's currency; empty = no free shipping, or no limit.
    free_shipping_over = models.BigIntegerField(
        _("free shipping from"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    standard_shipping = models.BigIntegerField(
        _("shipping below that"), default=0, validators=[MinValueValidator(0)]
    )
    agent_limit = models.BigIntegerField(
        _("an agent gives back at most"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    lead_limit = models.BigIntegerField(
        _("a lead gives back at most"), null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("terms of cancelling")
        verbose_name_plural = _("terms of cancelling")

    def __str__(self) -> str:
        return str(self.policy)


class CancelRule(models.Model):
    """One row of a cancellation policy, judged from the top; empty columns match everything."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="cancel_rules")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=60)
    status = models.CharField(
        _("order's status"), max_length=20, choices=OrderStatus.choices, blank=True, default=""
    )
    delivery_method = models.CharField(
        _("delivery"), max_length=10, choices=DeliveryMethod.choices, blank=True, default=""
    )
    minutes_since_placed = models.PositiveIntegerField(_("within minutes of placing"), null=True, blank=True)
    minutes_since_accepted = models.PositiveIntegerField(
        _("within minutes of accepting"), null=True, blank=True
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=CancelOutcome.choices)
    # A fee: a share of the goods in per cent, plus a fixed amount in minor units.
    fee_percent = models.PositiveSmallIntegerField(
        _("fee, per cent of the goods"), default=0, validators=[MaxValueValidator(100)]
    )
    fee_amount = models.BigIntegerField(_("fee, fixed"), default=0, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("rule of cancelling")
        verbose_name_plural = _("rules of cancelling")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name
