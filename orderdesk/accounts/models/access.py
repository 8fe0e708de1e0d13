from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models.scope import ShopOwnedQuerySet
from orderdesk.accounts.models.shop import Shop
from orderdesk.accounts.models.user import User

LOOKS = [
    ("view", _("View")),
    ("unmask", _("Unmask")),
    ("search", _("Search")),
    ("export", _("Export")),
    ("print", _("Print")),
]


class AccessRecordQuerySet(ShopOwnedQuerySet["AccessRecord"]):
    """Access records of the shops one may audit."""


class AccessRecord(models.Model):
    """One look at personal data: who, when, from where, whose, which field, doing what (접속기록)."""

    at = models.DateTimeField(_("when"), auto_now_add=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+", verbose_name=_("shop"))
    address = models.GenericIPAddressField(_("from"), null=True)
    what = models.CharField(
        _("what"),
        max_length=10,
        choices=LOOKS,
    )
    subject = models.CharField(_("of"), max_length=60)
    field = models.CharField(_("field"), max_length=40, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    objects: ClassVar = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        indexes: ClassVar = [models.Index(fields=["shop", "-at"], name="access_shop_at")]

    def __str__(self) -> str:
        return f"{self.user} {self.what} {self.subject}"
