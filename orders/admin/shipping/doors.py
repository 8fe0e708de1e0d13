"""What every page of the desk and of the kitchen shares: who may come in, the frame, whose orders."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from orderdesk.accounts.models import AccessRecord, User
from orderdesk.events.actor import Actor
from orders.models import Order
from orders.models.order import OrderQuerySet

FULFIL = "orders.fulfil_order"
View = Callable[..., HttpResponseBase]


def door(permission: str) -> Callable[[View], View]:
    """Staff who hold `permission` in any shop; which rows they reach is asked again by the row's shop."""

    def guard(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast("View", admin.site.admin_view(entered))

    return guard


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> TemplateResponse:
    """A page in the console's frame."""
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, **context}, status=status)


def user_of(request: HttpRequest) -> User:
    """The member of staff; the door let nobody else in."""
    return cast("User", request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The same as the actor of an event."""
    return Actor.staff(user_of(request).pk)


def own_orders(request: HttpRequest, permission: str = FULFIL) -> OrderQuerySet:
    """Orders of the shops where the user holds `permission`."""
    rows: OrderQuerySet = Order.objects.visible_to(user_of(request), permission)
    return rows


def own_order(request: HttpRequest, order_id: int, permission: str = FULFIL) -> Order:
    """One of them, or 404: a foreign shop's order does not exist here."""
    order = own_orders(request, permission).select_related("shop").filter(pk=order_id).first()
    if order is None:
        raise Http404
    return order


def note_access(request: HttpRequest, orders: list[Order], what: str, field: str) -> None:
    """Write down that whole names and addresses of these orders were printed or downloaded."""
    AccessRecord.objects.bulk_create(
        AccessRecord(
            user=user_of(request),
            shop_id=order.shop_id,
            address=request.META.get("REMOTE_ADDR") or None,
            what=what,
            subject=f"order:{order.pk}",
            field=field,
        )
        for order in orders
    )
