from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet


class TagQuerySet(ShopOwnedQuerySet["Tag"]):
    """Tags of the shops one may see."""


class Tag(models.Model):
    """A word of a shop's own for sorting orders."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="tags", verbose_name=_("shop"))
    name = models.CharField(_("name"), max_length=30)

    objects: ClassVar = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints: ClassVar = [models.UniqueConstraint(fields=["shop", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name
