from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import ShopOwnedQuerySet
from orders.models import Order


class ReviewQuerySet(ShopOwnedQuerySet["Review"]):
    """Reviews of the shops one may see."""

    shop_path = "order__shop_id"


class Review(models.Model):
    """What a customer said of an order: a score of one to five and words."""

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("order")
    )
    # The channel's id; one id may name reviews of several orders.
    source_ref = models.CharField(max_length=80, blank=True, default="")
    score = models.PositiveSmallIntegerField(
        _("score"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    title = models.CharField(_("title"), max_length=200, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"))

    objects: ClassVar = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "source_ref"], name="review_once", condition=~models.Q(source_ref="")
            ),
            models.CheckConstraint(condition=models.Q(score__range=(1, 5)), name="review_score"),
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"
