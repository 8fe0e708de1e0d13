from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models.scope import ShopOwnedQuerySet
from orderdesk.accounts.models.shop import Shop
from orderdesk.accounts.roles import ROLE_PERMISSIONS, Role


class User(AbstractUser):
    """A member of staff; what one may do hangs on the memberships, never on the user alone."""

    # One name, as Korean names are written; first and last names are not asked for.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    language = models.CharField(
        _("language"), max_length=5, default="ko", choices=[("ko", "한국어"), ("en", "English")]
    )
    rings = models.BooleanField(_("ring for new orders"), default=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username

    @cached_property
    def _roles(self) -> dict[int, str]:
        return dict(self.memberships.values_list("shop_id", "role"))

    def permissions_by_shop(self) -> dict[int, frozenset[str]]:
        """Each of the user's shops with what the role there allows; one query per request."""
        return {shop_id: ROLE_PERMISSIONS[role] for shop_id, role in self._roles.items()}

    def shop_ids(self, perm: str | None = None) -> frozenset[int]:
        """Ids of the shops where the user is a member and, if given, holds `perm`; a superuser: every shop."""
        if self.is_superuser:
            return frozenset(Shop.objects.values_list("pk", flat=True))
        by_shop = self.permissions_by_shop()
        return frozenset(shop_id for shop_id, perms in by_shop.items() if perm is None or perm in perms)


class MembershipQuerySet(ShopOwnedQuerySet["Membership"]):
    """Memberships, by shop."""


class Membership(models.Model):
    """One user's role in one shop."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("shop")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "shop"], name="one_role_per_shop")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
