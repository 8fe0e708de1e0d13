"""What the console remembers for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from orderdesk.accounts.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Questions about saved views."""

    def usable_by(self, user: User) -> SavedViewQuerySet:
        """The user's own views and those of the teams (shops) they work for."""
        return self.filter(models.Q(user=user, shop=None) | models.Q(shop__in=user.shop_ids()))


class SavedView(models.Model):
    """A list's filters under a name, kept by one person or shared with one shop's team."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("saved by")
    )
    shop = models.ForeignKey(
        "accounts.Shop",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("team"),
    )
    model_label = models.CharField(_("list"), max_length=100)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering: ClassVar = ["name", "id"]
        permissions: ClassVar = [("share_view", _("Can share a saved view with the team"))]
        constraints: ClassVar = [
            # Two, because SQLite holds every NULL for another one.
            models.UniqueConstraint(
                fields=["user", "model_label", "name"],
                condition=models.Q(shop=None),
                name="saved_view_own_once",
            ),
            models.UniqueConstraint(
                fields=["user", "shop", "model_label", "name"],
                condition=models.Q(shop__isnull=False),
                name="saved_view_team_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name
