from orders.admin import cancel_policy, deposit, gateway_account, menu, order, shipping, tag, task

__all__ = ["cancel_policy", "deposit", "gateway_account", "menu", "order", "shipping", "tag", "task"]
