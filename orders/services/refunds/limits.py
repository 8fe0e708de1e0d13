"""Who may give back how much alone, and until when the law wants it done."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

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
    policy = policy_id or order.cancel_policy_id
    terms = CancelTerms.objects.filter(policy_id=policy).first() if policy else None
    if terms is None or (terms.agent_limit is None and terms.lead_limit is None):
        return None
    role = role_of(order, actor.user_id)
    if role == Role.OWNER:
        return None
    return terms.lead_limit if role == Role.LEAD else terms.agent_limit


def role_of(order: Order, user_id: int) -> str:
    """The person's role in the order's shop; a superuser counts as its owner, a stranger as "" (no role)."""
    roles = Membership.objects.filter(user_id=user_id, shop_id=order.shop_id).values_list("role", flat=True)
    found = roles.first()
    if found is None and User.objects.filter(pk=user_id, is_superuser=True).exists():
        return str(Role.OWNER)
    return found or ""


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


def days_late(order: Order, due: datetime | None, at: datetime) -> int:
    """Days begun after the law's last moment `due`, as the shop's calendar counts them; 0 in time."""
    if due is None or at < due:
        return 0
    zone = order.shop.zone
    return (at.astimezone(zone).date() - due.astimezone(zone).date()).days + 1


def delay_interest(order: Order, amount: int, due: datetime | None, at: datetime) -> int:
    """Minor units of statutory interest on `amount` paid back at `at`; apart from the amount itself."""
    rate = STATUTES.get(order.legal_regime, NONE).late_interest_per_year
    interest = Decimal(amount) * rate * days_late(order, due, at) / 365
    return int(interest.to_integral_value(ROUND_HALF_UP))
