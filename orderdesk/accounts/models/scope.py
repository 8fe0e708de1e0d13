"""Permission in the fetch: every door asks `visible_to(user)` for its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from orderdesk.accounts.models.user import User

M = TypeVar("M", bound=models.Model, covariant=True)


class ShopOwnedQuerySet(models.QuerySet[M]):
    """Rows that belong to one shop through `shop_path` (a lookup path to the shop's id)."""

    shop_path: ClassVar[str] = "shop_id"

    def visible_to(self, user: User | AnonymousUser, perm: str | None = None) -> Self:
        """The rows of shops where `user` holds `perm` (default: the model's view permission)."""
        if user.is_anonymous:
            return self.none()
        if user.is_superuser:
            return self
        meta = self.model._meta
        needed = perm or f"{meta.app_label}.view_{meta.model_name}"
        return self.filter(**{f"{self.shop_path}__in": user.shop_ids(needed)})
