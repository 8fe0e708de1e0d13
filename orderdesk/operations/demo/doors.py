"""How a visitor gets into the demo: staff logins and interesting customer links."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from orderdesk.accounts.models import OrderKind, User
from orderdesk.operations.demo.shops import STAFF
from orders.models import Order
from orders.services.links import courier_link, customer_link
from orders.terms import OrderStatus, ShipmentStatus

_WORDS = (
    "namu",
    "haru",
    "bada",
    "hanul",
    "gureum",
    "byeol",
    "sol",
    "dalbit",
    "noeul",
    "baram",
    "sup",
    "gang",
)


def demo_password() -> str:
    """Made up once for each installation, so that no demo on the internet opens with a known word; kept in `var/`."""
    kept = Path(settings.VAR_DIR) / "demo-password"
    if not kept.exists():
        words = [secrets.choice(_WORDS) for _word in range(3)]
        kept.touch(mode=0o600)
        kept.write_text(f"{'-'.join(words)}-{secrets.randbelow(9000) + 1000}\n")
    return kept.read_text().strip()


def demo_logins() -> list[str]:
    """Logins of the demo's staff that exist, in the order in which they are introduced."""
    there = set(User.objects.filter(email__endswith="@example.com").values_list("username", flat=True))
    return [login for login, *_rest in STAFF if login in there]


def demo_links() -> list[tuple[str, str]]:
    """(label, address) of a parcel under way with its scans, a courier on the move (and their page), something delivered, something that can
    still be cancelled in part."""
    found = [
        (_("Parcel on its way"), _first(OrderKind.PARCEL, ShipmentStatus.OUT_FOR_DELIVERY)),
        (_("Courier on the way"), _first(OrderKind.FOOD, ShipmentStatus.PICKED_UP)),
        (_("Delivered"), _delivered()),
        (_("Can still be cancelled"), _cancellable()),
    ]
    links = [(label, customer_link(order)) for label, order in found if order]
    riding = found[1][1]
    if riding:
        links.append((_("The courier's own page"), courier_link(riding.shipments.get())))
    return links


def _first(kind: str, shipment_status: str) -> Order | None:
    rows = Order.objects.filter(
        shop__slug__in=("namu-market", "haru-kitchen"),
        kind=kind,
        status=OrderStatus.IN_DELIVERY,
        shipments__status=shipment_status,
        language="ko",
    )
    return rows.order_by("-placed_at", "-id").first()


def _delivered() -> Order | None:
    rows = Order.objects.filter(
        shop__slug="namu-market", status=OrderStatus.DELIVERED, language="ko", tasks=None
    )
    return rows.order_by("-delivered_at").first()


def _cancellable() -> Order | None:
    """A paid parcel of several lines that nobody has begun to prepare."""
    rows = Order.objects.filter(
        shop__slug="namu-market",
        status__in=[OrderStatus.PLACED, OrderStatus.CONFIRMED],
        captured_total__gt=0,
        language="ko",
        cancellations=None,
        lines__position=2,
    )
    return rows.order_by("-placed_at", "-id").first()
