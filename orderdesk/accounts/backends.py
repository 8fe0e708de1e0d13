"""Permission by membership: a user may do in a shop what the role there allows, and nothing elsewhere."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from orderdesk.accounts.models import Shop, User


class MembershipBackend(AuthenticationBackend):
    """allauth's login (name or mail, password) whose permissions come from memberships; `obj` is a Shop or a row with `shop_id`."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        if obj is None:
            return bool(user_obj.shop_ids(perm))
        shop_id = obj.pk if isinstance(obj, Shop) else obj.shop_id
        return shop_id in user_obj.shop_ids(perm)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return {perm for perms in user_obj.permissions_by_shop().values() for perm in perms}

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))
