"""The operator's screens: shops, people, access records, and follow-up work that got stuck."""

from orderdesk.operations.admin.access_record import AccessRecordAdmin
from orderdesk.operations.admin.customer import CustomerAdmin
from orderdesk.operations.admin.inbound_call import InboundCallAdmin
from orderdesk.operations.admin.membership import MembershipAdmin
from orderdesk.operations.admin.reaction import ReactionAdmin
from orderdesk.operations.admin.shop import ShopAdmin
from orderdesk.operations.admin.user import UserAdmin

__all__ = [
    "AccessRecordAdmin",
    "CustomerAdmin",
    "InboundCallAdmin",
    "MembershipAdmin",
    "ReactionAdmin",
    "ShopAdmin",
    "UserAdmin",
]
