from orderdesk.notifications.models.message import (
    DeliveryAttempt,
    DeliveryClass,
    Message,
    MessageChannel,
    MessageState,
)
from orderdesk.notifications.models.suppression import Suppression
from orderdesk.notifications.models.template_text import TemplateText

__all__ = [
    "DeliveryAttempt",
    "DeliveryClass",
    "Message",
    "MessageChannel",
    "MessageState",
    "Suppression",
    "TemplateText",
]
