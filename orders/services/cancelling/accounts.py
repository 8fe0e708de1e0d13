"""Bank accounts that money goes back to: checked for form, kept encrypted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.encryption import encrypt
from orderdesk.errors import DomainError
from orders.gateways import BankAccount
from orders.gateways.banks import BANKS, bank_name, bank_of
from orders.models import Order, RefundAccount

__all__ = ["bank_name", "banks", "checked", "keep_account"]

SHORTEST, LONGEST = 7, 16


def banks(language: str) -> list[tuple[str, str]]:
    """What a form offers: (code, name in the reader's language), the most used first."""
    return [(bank.code, bank.name(language)) for bank in BANKS]


def checked(account: BankAccount) -> BankAccount:
    """The account with its number as digits only; DomainError `bad_account` names what is wrong."""
    number = "".join(sign for sign in account.number if sign not in " -")
    holder = " ".join(account.holder.split())
    if bank_of(account.bank) is None:
        raise DomainError("bad_account", _("Choose the bank of the refund account."), field="bank")
    if not (number.isascii() and number.isdigit() and SHORTEST <= len(number) <= LONGEST):
        raise DomainError("bad_account", _("An account number has 7 to 16 digits."), field="number")
    if not 1 <= len(holder) <= 60:
        raise DomainError("bad_account", _("Enter the account holder's name."), field="holder")
    return BankAccount(account.bank, number, holder)


def keep_account(order: Order, account: BankAccount) -> RefundAccount:
    """Store a checked account of a locked order, encrypted; DomainError `bad_account`."""
    good = checked(account)
    return RefundAccount.objects.create(
        order=order,
        bank=good.bank,
        number_encrypted=encrypt(good.number),
        holder_encrypted=encrypt(good.holder),
        last4=good.number[-4:],
    )
