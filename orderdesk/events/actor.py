"""Who did it: the actor written on every event."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    STAFF = "staff", _("Staff")
    CUSTOMER = "customer", _("Customer")
    COURIER = "courier", _("Courier")
    CARRIER = "carrier", _("Carrier")
    GATEWAY = "gateway", _("Payment company")
    SYSTEM = "system", _("System")
    SOURCE = "source", _("Sales channel")


@dataclass(frozen=True, slots=True)
class Actor:
    """Kind of actor and, for staff, the user's id."""

    kind: ActorKind
    user_id: int | None = None

    @classmethod
    def staff(cls, user_id: int) -> Actor:
        return cls(ActorKind.STAFF, user_id)


CUSTOMER = Actor(ActorKind.CUSTOMER)
COURIER = Actor(ActorKind.COURIER)
CARRIER = Actor(ActorKind.CARRIER)
GATEWAY = Actor(ActorKind.GATEWAY)
SYSTEM = Actor(ActorKind.SYSTEM)
SOURCE = Actor(ActorKind.SOURCE)
