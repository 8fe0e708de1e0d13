"""Two believable Korean shops with ninety days of orders, for `make run`, for screenshots and for looking around."""

from orderdesk.operations.demo.doors import demo_links, demo_logins, demo_password
from orderdesk.operations.demo.filling import Filled, fill, is_empty

__all__ = ["Filled", "demo_links", "demo_logins", "demo_password", "fill", "is_empty"]
