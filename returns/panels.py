"""What this room adds to the order page: credit invoices that gave money back for its lines."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from returns.models import CreditLine

PERMISSION = "returns.view_creditinvoice"
SHOWN = 20


def credit_invoices(request: Any, order: Any) -> SafeString:
    """The panel, or nothing without a credit or the permission; one query."""
    if not request.user.has_perm(PERMISSION, order):
        return SafeString("")
    rows = CreditLine.objects.filter(order=order).select_related("invoice").order_by("-invoice__at", "pk")
    lines = list(rows[:SHOWN])
    if not lines:
        return SafeString("")
    return render_to_string("admin/returns/credit_panel.html", {"lines": lines}, request)
