"""Masking personal data in lists: enough to recognise, too little to misuse."""

from __future__ import annotations

from orderdesk.accounts.phones import format_phone


def mask_name(name: str) -> str:
    """홍길동 → 홍*동, 김민 → 김*, Jane Doe → J*** D**."""
    return " ".join(_mask_word(word) for word in name.split())


def _mask_word(word: str) -> str:
    if len(word) <= 1:
        return word
    if word.isascii() or len(word) == 2:
        return word[0] + "*" * (len(word) - 1)
    return word[0] + "*" * (len(word) - 2) + word[-1]


def mask_phone(phone: str) -> str:
    """01012345678 → 010-****-5678; other numbers keep the last four digits."""
    parts = format_phone(phone).split("-")
    if len(parts) == 3:
        return f"{parts[0]}-{'*' * len(parts[1])}-{parts[2]}"
    return "*" * max(len(phone) - 4, 0) + phone[-4:]


def mask_email(email: str) -> str:
    """kim.minjun@example.com → k***@example.com."""
    box, at, domain = email.partition("@")
    return f"{box[:1]}***{at}{domain}" if at else mask_name(email)


def mask_address(address: str) -> str:
    """The district stays, the house goes: the first three words and stars."""
    words = address.split()
    return " ".join(words[:3]) + (" ***" if len(words) > 3 else "")
