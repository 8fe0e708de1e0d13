from orders.admin import deposit, menu, order, shipping, tag, task

__all__ = ["deposit", "menu", "order", "shipping", "tag", "task"]
