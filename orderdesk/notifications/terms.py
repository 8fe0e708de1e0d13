"""Words of this room that both the rows and the list of kinds need."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryClass(models.TextChoices):
    # Legal and money notices: sent again when the outcome is unknown; a possible duplicate is flagged.
    AT_LEAST_ONCE = "at_least_once", _("At least once")
    # Advertising, surveys, chatter: never sent twice; an unknown outcome stays unknown.
    AT_MOST_ONCE = "at_most_once", _("At most once")
