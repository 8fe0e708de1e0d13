from orderdesk.notifications.models.message import (
    DeliveryAttempt,
    Message,
    MessageChannel,
    MessageState,
)
from orderdesk.notifications.models.suppression import Suppression
from orderdesk.notifications.models.template_text import TemplateText
from orderdesk.notifications.terms import DeliveryClass

__all__ = [
    "DeliveryAttempt",
    "DeliveryClass",
    "Message",
    "MessageChannel",
    "MessageState",
    "Suppression",
    "TemplateText",
]
