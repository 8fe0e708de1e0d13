from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet
from orders.terms import Fault


class ReasonQuerySet(ShopOwnedQuerySet["Reason"]):
    """Reasons: those of the house serve every shop, a shop may add its own."""

    def of_shop(self, shop_id: int) -> Self:
        return self.filter(Q(shop=None) | Q(shop_id=shop_id))

    def leaves(self) -> Self:
        """Only a reason without children can be chosen."""
        return self.filter(active=True, children=None)


class Reason(models.Model):
    """Why something is cancelled: a tree whose wording may change while `code`, what is counted, stays."""

    class Audience(models.TextChoices):
        CUSTOMER = "customer", _("Customers")
        STAFF = "staff", _("Staff")
        BOTH = "both", _("Both")

    shop = models.ForeignKey(
        Shop, null=True, blank=True, on_delete=models.PROTECT, related_name="reasons", verbose_name=_("shop")
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    code = models.SlugField(_("code"), max_length=40)
    label_ko = models.CharField(_("wording, Korean"), max_length=80)
    label_en = models.CharField(_("wording, English"), max_length=80)
    audience = models.CharField(
        _("who chooses it"), max_length=10, choices=Audience.choices, default=Audience.BOTH
    )
    fault = models.CharField(_("usually whose fault"), max_length=10, choices=Fault.choices)
    controllable = models.BooleanField(_("the shop could have avoided it"), default=False)
    # Mistakes and duplicates get no persuasion (save offers).
    offers = models.BooleanField(_("an offer may be shown"), default=True)
    naver_code = models.CharField(_("code at Naver"), max_length=40, blank=True, default="")
    cafe24_code = models.CharField(_("code at Cafe24"), max_length=4, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason of cancelling")
        verbose_name_plural = _("reasons of cancelling")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "code"], name="reason_code_in_shop"),
            models.UniqueConstraint(
                fields=["code"], name="reason_code_of_house", condition=Q(shop__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.label_en or self.code

    def label(self, language: str) -> str:
        return self.label_ko if language.startswith("ko") else self.label_en
