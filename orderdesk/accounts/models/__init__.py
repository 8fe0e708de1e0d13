from orderdesk.accounts.models.access import AccessRecord
from orderdesk.accounts.models.customer import Consent, Customer
from orderdesk.accounts.models.scope import ShopOwnedQuerySet
from orderdesk.accounts.models.shop import LegalRegime, OpeningHours, OrderKind, Shop
from orderdesk.accounts.models.user import Membership, User

__all__ = [
    "AccessRecord",
    "Consent",
    "Customer",
    "LegalRegime",
    "Membership",
    "OpeningHours",
    "OrderKind",
    "Shop",
    "ShopOwnedQuerySet",
    "User",
]
