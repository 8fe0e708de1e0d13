from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest

from orderdesk.accounts.models import Membership, User
from orderdesk.console.admin import ConsoleAdmin

PERMISSION = "accounts.change_membership"


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new colleague: a login, a name and a first password."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields: ClassVar = ("username", "name", "email")


def manageable(user: Any) -> QuerySet[User]:
    """The logins that `user` may give a role: colleagues, and those who work nowhere yet."""
    users = User.objects.all()
    if user.is_superuser:
        return users
    mates = Membership.objects.filter(shop__in=user.shop_ids(PERMISSION)).values("user")
    newcomers = users.filter(memberships__isnull=True)
    return (users.filter(pk__in=mates) | newcomers).filter(is_superuser=False).distinct()


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    """Logins of staff. Owners see colleagues and add new ones; what they may do is set under roles."""

    list_display = ("username", "name", "is_active", "last_login")
    search_fields = ("username", "name", "email")
    fieldsets: ClassVar[Any] = ((None, {"fields": ("username", "name", "email", "language", "is_active")}),)
    add_fieldsets: ClassVar[Any] = (
        (None, {"fields": ("username", "name", "email", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Colleagues in the shops whose roles one may set; never a superuser for anybody else."""
        return manageable(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sets a login's mail address can take it over: only where every shop of the login is one's own."""
        user: Any = request.user
        if obj is None or user.is_superuser:
            return self.has_view_permission(request)
        shops: set[int] = set(obj.memberships.values_list("shop_id", flat=True))
        return shops <= frozenset(user.shop_ids(PERMISSION))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        if obj is None:
            kwargs["form"] = NewUserForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # type: ignore[override]  # noqa: FBT001
        """Every login made here may open the console; what it may do there hangs on roles."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
