"""What each role may do. Permissions are Django's own rows, made at migrate; a role is a fixed set of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Lead")
    KITCHEN = "kitchen", _("Kitchen")
    PACKER = "packer", _("Packer")
    POLICY_EDITOR = "policy_editor", _("Policy editor")
    ANALYST = "analyst", _("Analyst")
    OWNER = "owner", _("Owner")


_SEE = frozenset(
    {
        "orders.view_order",
        "orders.view_shipment",
        "orders.view_task",
        "orders.view_tag",
        "orders.view_stockitem",
        "orders.add_note",
        "orders.report_problem",
    }
)
_AGENT = _SEE | {
    "accounts.view_customer",
    "accounts.unmask_customer",
    "notifications.view_message",
    "notifications.resend_message",
    "orders.add_order",
    "orders.confirm_order",
    "orders.reject_order",
    "orders.cancel_order",
    "orders.refund_order",
    "orders.decide_cancellation",
    "orders.view_cancellation",
    "orders.view_refund",
    "orders.hold_order",
    "orders.edit_order",
    "orders.prepare_order",
    "orders.fulfil_order",
    "orders.record_payment",
    "orders.view_deposit",
    "orders.add_deposit",
    "orders.change_task",
    "orders.add_tag",
    "orders.change_tag",
    "orders.complete_order",
    "orders.assign_order",
    "orders.manage_links",
    "returns.view_creditinvoice",
    "feedback.view_review",
}
_LEAD = _AGENT | {
    "orders.reopen_order",
    "orders.approve_refund",
    "orders.settle_refund",
    "orders.reconcile_settlement",
    "orders.view_settlement",
    "orders.view_discrepancy",
    "orders.view_reason",
    "orders.change_reason",
    "orders.change_stockitem",
    "orders.delete_tag",
    "orders.bulk_order",
    "orders.export_order",
    "orders.import_order",
    "events.retry_reaction",
    "events.view_event",
    "notifications.change_templatetext",
    "notifications.view_templatetext",
    "notifications.view_suppression",
    "notifications.change_suppression",
    "policies.view_policy",
    "accounts.view_consent",
    "console.share_view",
}
_OWNER = _LEAD | {
    "accounts.view_shop",
    "accounts.change_shop",
    "accounts.view_membership",
    "accounts.change_membership",
    "accounts.view_accessrecord",
    "policies.change_policy",
    "policies.publish_policy",
    "policies.change_closingday",
    "orders.view_gatewayaccount",
    "orders.change_gatewayaccount",
}

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.AGENT: _AGENT,
    Role.LEAD: _LEAD,
    Role.OWNER: _OWNER,
    Role.KITCHEN: _SEE | {"orders.confirm_order", "orders.prepare_order", "orders.fulfil_order"},
    Role.PACKER: _SEE | {"orders.prepare_order", "orders.fulfil_order"},
    Role.POLICY_EDITOR: frozenset(
        {
            "orders.view_order",
            "orders.view_tag",
            "policies.view_policy",
            "policies.change_policy",
            "policies.publish_policy",
            "policies.change_closingday",
            "notifications.view_templatetext",
            "notifications.change_templatetext",
        }
    ),
    Role.ANALYST: frozenset(
        {
            "orders.view_order",
            "orders.view_shipment",
            "orders.view_task",
            "orders.view_tag",
            "orders.view_cancellation",
            "orders.view_refund",
            "orders.export_order",
            "feedback.view_review",
            "events.view_event",
        }
    ),
}
