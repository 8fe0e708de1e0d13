"""Messages, own wordings and barred addresses, for staff."""

from orderdesk.notifications.admin.message import MessageAdmin
from orderdesk.notifications.admin.suppression import SuppressionAdmin
from orderdesk.notifications.admin.wording import WordingAdmin

__all__ = ["MessageAdmin", "SuppressionAdmin", "WordingAdmin"]
