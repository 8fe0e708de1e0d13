"""Bank accounts that money goes back to: checked for form, kept encrypted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.encryption import encrypt
from orderdesk.errors import DomainError
from orders.gateways import BankAccount
from orders.models import Order, RefundAccount

# Codes of the Korea Financial Telecommunications and Clearings Institute, as payment companies ask for them.
BANKS: dict[str, tuple[str, str]] = {
    "002": ("KDB산업은행", "KDB"),
    "003": ("IBK기업은행", "IBK"),
    "004": ("KB국민은행", "KB Kookmin"),
    "007": ("Sh수협은행", "Suhyup"),
    "011": ("NH농협은행", "NongHyup"),
    "012": ("단위농협", "Local NongHyup"),
    "020": ("우리은행", "Woori"),
    "023": ("SC제일은행", "SC First"),
    "027": ("한국씨티은행", "Citibank Korea"),
    "031": ("iM뱅크(대구)", "iM Bank"),
    "032": ("부산은행", "Busan"),
    "034": ("광주은행", "Gwangju"),
    "035": ("제주은행", "Jeju"),
    "037": ("전북은행", "Jeonbuk"),
    "039": ("경남은행", "Kyongnam"),
    "045": ("새마을금고", "MG Saemaul"),
    "048": ("신협", "Shinhyup"),
    "050": ("저축은행", "Savings banks"),
    "064": ("산림조합", "Forestry cooperative"),
    "071": ("우체국", "Korea Post"),
    "081": ("하나은행", "Hana"),
    "088": ("신한은행", "Shinhan"),
    "089": ("케이뱅크", "K bank"),
    "090": ("카카오뱅크", "KakaoBank"),
    "092": ("토스뱅크", "Toss Bank"),
}
SHORTEST, LONGEST = 7, 16


def bank_name(code: str, language: str = "ko") -> str:
    """What a bank is called; the code itself where it is unknown."""
    names = BANKS.get(code)
    return (names[0] if language.startswith("ko") else names[1]) if names else code


def checked(account: BankAccount) -> BankAccount:
    """The account with its number as digits only; DomainError `bad_account` names what is wrong."""
    number = "".join(sign for sign in account.number if sign not in " -")
    holder = " ".join(account.holder.split())
    if account.bank not in BANKS:
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
