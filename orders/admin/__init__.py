from orders.admin import deposit, gateway_account, menu, order, shipping, tag, task

__all__ = ["deposit", "gateway_account", "menu", "order", "shipping", "tag", "task"]
