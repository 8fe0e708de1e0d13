"""Korean banks: the code of the clearing house (KFTC) and what each payment company calls them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KoreanBank:
    """`code`: three digits, what is stored. `toss` and `portone`: the names on the wire."""

    code: str
    korean: str
    english: str
    toss: str
    portone: str

    def name(self, language: str) -> str:
        return self.korean if language == "ko" else self.english


BANKS = (
    KoreanBank("004", "KB국민은행", "KB Kookmin Bank", "06", "KOOKMIN"),
    KoreanBank("088", "신한은행", "Shinhan Bank", "88", "SHINHAN"),
    KoreanBank("020", "우리은행", "Woori Bank", "20", "WOORI"),
    KoreanBank("081", "하나은행", "Hana Bank", "81", "HANA"),
    KoreanBank("011", "NH농협은행", "NH Nonghyup Bank", "11", "NONGHYUP"),
    KoreanBank("090", "카카오뱅크", "Kakao Bank", "90", "KAKAO"),
    KoreanBank("092", "토스뱅크", "Toss Bank", "92", "TOSS"),
    KoreanBank("089", "케이뱅크", "K Bank", "89", "K_BANK"),
    KoreanBank("003", "IBK기업은행", "Industrial Bank of Korea", "03", "IBK"),
    KoreanBank("045", "새마을금고", "KFCC (Saemaul Geumgo)", "45", "KFCC"),
    KoreanBank("071", "우체국", "Korea Post", "71", "POST"),
    KoreanBank("048", "신협", "Shinhyup (credit unions)", "48", "SHINHYUP"),
    KoreanBank("012", "지역농축협", "Local Nonghyup", "12", "LOCAL_NONGHYUP"),
    KoreanBank("007", "수협은행", "Suhyup Bank", "07", "SUHYUP"),
    KoreanBank("023", "SC제일은행", "Standard Chartered Korea", "23", "STANDARD_CHARTERED"),
    KoreanBank("027", "한국씨티은행", "Citibank Korea", "27", "CITI"),
    KoreanBank("031", "iM뱅크", "iM Bank", "31", "DAEGU"),
    KoreanBank("032", "부산은행", "Busan Bank", "32", "BUSAN"),
    KoreanBank("039", "경남은행", "Kyongnam Bank", "39", "KYONGNAM"),
    KoreanBank("034", "광주은행", "Kwangju Bank", "34", "KWANGJU"),
    KoreanBank("037", "전북은행", "Jeonbuk Bank", "37", "JEONBUK"),
    KoreanBank("035", "제주은행", "Jeju Bank", "35", "JEJU"),
    KoreanBank("050", "저축은행", "Savings banks", "50", "SAVINGS_BANK"),
    KoreanBank("002", "KDB산업은행", "Korea Development Bank", "02", "KDB"),
)
_BY_CODE = {bank.code: bank for bank in BANKS}


def bank_of(code: str) -> KoreanBank | None:
    """The bank with this three-digit code, or None."""
    return _BY_CODE.get(code)


def bank_name(code: str, language: str = "ko") -> str:
    """The name to show; the code itself when it is none of ours."""
    bank = bank_of(code)
    return bank.name(language) if bank else code
