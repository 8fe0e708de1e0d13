"""Bank transfer by hand: a person pays out and types in the bank's reference; a second person has approved it."""

from __future__ import annotations

from orders.gateways import (
    MANUAL,
    Abilities,
    Credentials,
    Outcome,
    PaymentAsk,
    PaymentOffer,
    RefundAnswer,
    RefundCall,
    SeenPayment,
)
from orders.terms import PaymentMethod

# A card, a phone bill or points are reversed where they were charged, by hand; only this money has nowhere to go back to.
_TO_AN_ACCOUNT = {
    PaymentMethod.VIRTUAL_ACCOUNT,
    PaymentMethod.BANK_TRANSFER,
    PaymentMethod.CASH_ON_DELIVERY,
}


class Bank:
    """Nothing is ever sent: a refund waits until `record_bank_refund` says that it was paid."""

    name = MANUAL
    abilities = Abilities(idempotent=True, query=False, manual=True)

    def needs_account(self, method: str) -> bool:
        """A person needs to know where to pay to."""
        return method in _TO_AN_ACCOUNT

    def refund(self, _call: RefundCall, _credentials: Credentials) -> RefundAnswer:
        """PENDING: it is for a person to do."""
        return RefundAnswer(Outcome.PENDING, detail="by_hand")

    def query(self, _call: RefundCall, _credentials: Credentials) -> RefundAnswer:
        """PENDING: only the bank's statement knows."""
        return RefundAnswer(Outcome.PENDING, detail="by_hand")

    def look(self, _payment_ref: str, _credentials: Credentials) -> SeenPayment | None:
        """None: no company can be asked."""
        return None

    def request_payment(self, _ask: PaymentAsk, _credentials: Credentials) -> PaymentOffer:
        """None: the shop's own account stands on the order's page."""
        return PaymentOffer(ok=False, detail="by_hand")


GATEWAY = Bank()
