"""Who may give back how much alone, and until when the law wants it done."""

from __future__ import annotations

from datetime import datetime, timedelta

from orderdesk.accounts.models import LegalRegime, Membership, User
from orderdesk.accounts.roles import Role
from orderdesk.events.actor import Actor
from orderdesk.policies.calendar import BusinessCalendar
from orderdesk.policies.statutes import NONE, STATUTES
from orders.models import CancelTerms, Order

_KOREAN = (LegalRegime.KR_GOODS, LegalRegime.KR_FOOD)


def limit_of(order: Order, actor: Actor, policy_id: int | None) -> int | None:
    """Minor units that the actor may give back alone on this order; None without a limit.

    Only staff have limits, by their role in the order's shop; the owner and a superuser have none.
    """
    if actor.user_id is None:
        return None
    terms = CancelTerms.objects.filter(policy_id=policy_id or order.cancel_policy_id).first()
    if terms is None or (terms.agent_limit is None and terms.lead_limit is None):
        return None
    role = Membership.objects.filter(user_id=actor.user_id, shop_id=order.shop_id).values_list(
        "role", flat=True
    )
    found = role.first()
    if found == Role.OWNER or (
        found is None and User.objects.filter(pk=actor.user_id, is_superuser=True).exists()
    ):
        return None
    return terms.lead_limit if found == Role.LEAD else terms.agent_limit


def due_at(order: Order, start: datetime) -> datetime | None:
    """The law's last moment for money that is owed since `start`; None where no law sets one.

    The shop's own closing days do not lengthen it: the law knows weekends and public holidays only.
    """
    statute = STATUTES.get(order.legal_regime, NONE)
    if statute.refund_days is None:
        return None
    country = "KR" if order.legal_regime in _KOREAN else order.shop.country
    calendar = BusinessCalendar(country, order.shop.zone)
    if statute.refund_days_are_business_days:
        return calendar.deadline(start, statute.refund_days)
    day = start.astimezone(order.shop.zone).date() + timedelta(days=statute.refund_days)
    return calendar.end_of(day)
