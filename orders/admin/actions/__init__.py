"""Everything that staff can do on an order's page, in the order of the buttons."""

from __future__ import annotations

from collections.abc import Sequence

from orderdesk.console.actions import ObjectAction
from orders.admin.actions.cancelling import CANCEL_ACTIONS
from orders.admin.actions.desk import DESK_ACTIONS, ROW_ACTIONS
from orders.admin.actions.edit import EDIT_ACTIONS, LINE_ACTIONS
from orders.admin.actions.flow import FLOW_ACTIONS
from orders.admin.actions.giving_back import GIVING_ACTIONS
from orders.admin.actions.money import MONEY_ACTIONS
from orders.admin.actions.shipping import SHIPPING_ACTIONS
from orders.admin.actions.stop import STOP_ACTIONS

ORDER_ACTIONS: Sequence[ObjectAction] = (
    *FLOW_ACTIONS,
    *SHIPPING_ACTIONS,
    *MONEY_ACTIONS,
    *GIVING_ACTIONS,
    *STOP_ACTIONS,
    *CANCEL_ACTIONS,
    *EDIT_ACTIONS,
    *LINE_ACTIONS,
    *DESK_ACTIONS,
    *ROW_ACTIONS,
)

__all__ = ["ORDER_ACTIONS"]
