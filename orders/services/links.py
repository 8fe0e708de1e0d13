"""Private links: made, found, repeated in mails, revoked. The database holds only hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from orderdesk import clock
from orderdesk.events.actor import Actor
from orders.models import AccessLink, LinkScope, Order, Shipment
from orders.services.locking import locked_order, note_change

CUSTOMER_LINK_LIFE = timedelta(days=180)
COURIER_LINK_LIFE = timedelta(hours=24)


def token_of(link: AccessLink) -> str:
    """The link's token, 132 bits, made again from its seed and the secret key."""
    mac = hmac.new(
        settings.SECRET_KEY.encode(), f"orderdesk.link:{link.seed}".encode(), hashlib.sha256
    ).digest()
    return base64.urlsafe_b64encode(mac).decode()[:22]


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def customer_link(order: Order) -> str:
    """Address of the order's private page; the newest live link is repeated, else one is made."""
    live = AccessLink.objects.filter(_live(), order=order, scope=LinkScope.CUSTOMER).order_by("-id").first()
    if live is None or hash_token(token_of(live)) != live.token_hash:
        live = _make(order, None)
    return f"{settings.SITE_URL}/o/{token_of(live)}/"


def courier_link(shipment: Shipment) -> str:
    """Address of the courier's page for one shipment."""
    live = (
        AccessLink.objects.filter(_live(), shipment=shipment, scope=LinkScope.COURIER).order_by("-id").first()
    )
    if live is None or hash_token(token_of(live)) != live.token_hash:
        live = _make(shipment.order, shipment)
    return f"{settings.SITE_URL}/c/{token_of(live)}/"


def _make(order: Order, shipment: Shipment | None) -> AccessLink:
    link = AccessLink(
        order=order,
        shipment=shipment,
        scope=LinkScope.COURIER if shipment else LinkScope.CUSTOMER,
        seed=secrets.token_hex(16),
        expires_at=clock.now() + (COURIER_LINK_LIFE if shipment else CUSTOMER_LINK_LIFE),
    )
    link.token_hash = hash_token(token_of(link))
    link.save()
    return link


def _live() -> Q:
    return Q(revoked_at=None, expires_at__gt=clock.now())


def find_link(token: str, scope: str) -> AccessLink | None:
    """The live link of this token and scope, or None; one query by the hash's unique index."""
    return AccessLink.objects.filter(_live(), token_hash=hash_token(token), scope=scope).first()


def revoke_links(order_id: int, *, actor: Actor) -> int:
    """Make every private link of the order useless at once; returns how many were live."""
    with locked_order(order_id) as order:
        count = order.links.filter(revoked_at=None).update(revoked_at=clock.now())
        note_change(order, "link.revoked", actor, count=count)
    return count


def ask_to_resend_link(order_id: int, *, actor: Actor) -> None:
    """Record the wish; the event's reaction sends the mail or SMS."""
    with locked_order(order_id) as order:
        note_change(order, "link.requested", actor)


def links_for(names: Collection[str]) -> dict[str, str]:
    """Addresses of private links by name: `order:<id>` for the customer, `shipment:<id>` for the courier.

    In a handful of statements, however many; rows that are gone have no address.
    """
    orders = Order.objects.in_bulk(_ids(names, "order"))
    live = {link.order_id: link for link in _newest_customer_links(orders)}
    found = {
        f"order:{pk}": f"{settings.SITE_URL}/o/{token_of(live[pk])}/" if pk in live else customer_link(order)
        for pk, order in orders.items()
    }
    shipments = Shipment.objects.select_related("order").in_bulk(_ids(names, "shipment"))
    return found | {f"shipment:{pk}": courier_link(shipment) for pk, shipment in shipments.items()}


def _newest_customer_links(order_ids: Collection[int]) -> list[AccessLink]:
    rows = AccessLink.objects.filter(_live(), order__in=list(order_ids), scope=LinkScope.CUSTOMER)
    # A link of an earlier secret key cannot be repeated.
    return [link for link in rows.order_by("id") if hash_token(token_of(link)) == link.token_hash]


def _ids(names: Collection[str], kind: str) -> list[int]:
    return [int(pk) for name in names for head, _, pk in [name.partition(":")] if head == kind]
