"""What this room adds to the order page: the customer's reviews."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from feedback.models import Review

PERMISSION = "feedback.view_review"
SHOWN = 10


def reviews(request: Any, order: Any) -> SafeString:
    """The panel, or nothing without a review or the permission; one query."""
    if not request.user.has_perm(PERMISSION, order):
        return SafeString("")
    found = list(Review.objects.filter(order=order).order_by("-answered_at", "-pk")[:SHOWN])
    if not found:
        return SafeString("")
    return render_to_string("admin/feedback/review_panel.html", {"reviews": found}, request)
