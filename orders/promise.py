"""The first promise an order is given: simple and stated; learned windows replace it when there is a past to learn from."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from orderdesk.policies.calendar import BusinessCalendar

# The road from kitchen to door, and how far the window reaches beyond.
_ROAD = timedelta(minutes=20)
_FOOD_WINDOW = timedelta(minutes=20)
_PARCEL_DAYS = 2


def food_promise(start: datetime, preparation_minutes: int) -> tuple[datetime, datetime]:
    """Window of arrival for food that the kitchen starts at `start`."""
    first = start + timedelta(minutes=preparation_minutes) + _ROAD
    return first, first + _FOOD_WINDOW


def parcel_promise(placed_at: datetime, calendar: BusinessCalendar) -> tuple[datetime, datetime]:
    """Window of arrival for a parcel: the second business day after placement, 09:00–21:00 at the shop."""
    day = calendar.add_business_days(placed_at.astimezone(calendar.zone).date(), _PARCEL_DAYS)
    return datetime.combine(day, time(9), calendar.zone), datetime.combine(day, time(21), calendar.zone)


def parcel_ship_by(
    placed_at: datetime, promised_until: datetime, lawful: datetime, calendar: BusinessCalendar
) -> datetime:
    """When a parcel must leave: by law at `lawful`, and for the promise on the business day before the promised one.

    Never after the promise. An order whose promise leaves no business day before it leaves on the promised day.
    """
    promised = promised_until.astimezone(calendar.zone).date()
    eve = promised - timedelta(days=1)
    while not calendar.is_open(eve) and eve > placed_at.astimezone(calendar.zone).date():
        eve -= timedelta(days=1)
    return min(lawful, max(calendar.end_of(eve), placed_at), promised_until)
