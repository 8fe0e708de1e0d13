"""The sidebar's lines for shipping and kitchen."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orderdesk.console import menu
from orders.admin.shipping.doors import FULFIL, own_orders
from orders.admin.shipping.kitchen import PREPARE
from orders.terms import OrderStatus

# A sidebar's number says "many", not how many: counting stops here.
_CAP = 1000


def register() -> None:
    """Add the entries; the group stands where the first of its entries was added."""
    menu.register(
        _("Shipping"), _("Shipping desk"), "shipping:desk", FULFIL, icon="truck", order=10, count=_to_ship
    )
    menu.register(_("Shipping"), _("Enter waybills"), "shipping:waybills", FULFIL, icon="box", order=20)
    menu.register(_("Shipping"), _("Waybills by file"), "shipping:upload", FULFIL, icon="import", order=30)
    menu.register(_("Shipping"), _("Scan"), "shipping:scan", FULFIL, icon="search", order=40)
    menu.register(
        _("Shipping"),
        _("Kitchen"),
        "shipping:kitchen",
        PREPARE,
        icon="kitchen",
        order=50,
        count=_to_cook,
        newest=_newest_food,
    )


def _to_ship(request: HttpRequest) -> int:
    rows = own_orders(request).to_send()
    return rows.order_by().values("pk")[:_CAP].count()


def _to_cook(request: HttpRequest) -> int:
    waits = [OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.PREPARING]
    rows = own_orders(request, PREPARE).filter(kind=OrderKind.FOOD, status__in=waits)
    return rows.order_by().values("pk")[:_CAP].count()


def _newest_food(request: HttpRequest) -> int:
    rows = own_orders(request, PREPARE).filter(kind=OrderKind.FOOD, status=OrderStatus.PLACED)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0
