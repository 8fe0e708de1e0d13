import re
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from orderdesk.errors import DomainError
from orderdesk.notifications.channels.solapi import length_in_bytes
from orderdesk.notifications.content import Content
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import Message, TemplateText
from orderdesk.notifications.rendering import LINK_MARKER, own_wording, render_with
from orderdesk.notifications.services.own_wording import Place, drop_wording, save_wording, use_wording
from orderdesk.notifications.services.preview import preview, send_test, standard
from orderdesk.notifications.wording import check_wording, fill
from tests.builders import STAFF, make_order, make_shop

pytestmark = pytest.mark.django_db
CODES = [
    dict(zip(("order_kind", "method", "at_counter", "attested", "asked"), values, strict=True))
    for values in product(
        ("parcel", "food"), ("parcel", "courier", "pickup"), ("", "yes"), ("", "yes"), ("", "yes")
    )
]


def everything(kind: str, language: str, channel: str, *, empty: bool) -> list[str]:
    """The message in every combination of codes, with all words or with only those that are always there."""
    shop, own = make_shop(), TemplateText(channel=channel)
    words = dict(KINDS[kind].samples) | {"link": LINK_MARKER}
    if empty:
        words |= dict.fromkeys(KINDS[kind].words, "")
    shown = [render_with(own, kind, language, shop, Content(words, codes, [("x", "1")])) for codes in CODES]
    return [f"{each.subject}\n{each.text}\n{each.html}" for each in shown]


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_worded_in_both_languages_for_every_case(
    kind: str, language: str, channel: str
) -> None:
    for text in everything(kind, language, channel, empty=False) + everything(
        kind, language, channel, empty=True
    ):
        assert LINK_MARKER in text
        assert not re.search(r"\{\{|\{%|None|\(\s*\)|: *\n\n", text.split("<html")[0])
        assert not re.search(r"\{\{|\{%|None", text)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_korean_text_says_its_news_within_two_texts_length(kind: str) -> None:
    words = dict(KINDS[kind].samples) | {"link": ""}
    text = render_with(TemplateText(channel="sms"), kind, "ko", make_shop(), Content(words, CODES[0])).text
    assert length_in_bytes(text) <= 180


def test_values_are_escaped_in_html() -> None:
    words = KINDS["order.received"].samples | {"customer": "<script>alert(1)</script>"}
    shown = render_with(TemplateText(channel="email"), "order.received", "ko", make_shop(), Content(words))
    assert "<script>" not in shown.html
    assert "&lt;script&gt;" in shown.html


def test_a_value_that_looks_like_a_placeholder_is_left_alone() -> None:
    assert fill("{customer} {items}", {"customer": "{items}", "items": "x"}) == "{items} x"


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer }}",
        "{x.__class__}",
        "{customer.email}",
        "{customer!r}",
        "{unknown}",
        "{",
        "}",
        "{0}",
        "{}",
        "{%x%}",
    ],
)
def test_only_known_placeholders_can_be_saved(text: str) -> None:
    with pytest.raises(ValidationError):
        check_wording("order.received", f"안녕하세요 {text}")


def save(shop: Any, **values: Any) -> TemplateText:
    texts = {"subject_line": "{shop} 소식", "body": "{customer}님 고마워요. {link}"} | values
    return save_wording(shop, Place("order.received", "email", "ko"), **texts, actor=STAFF)


def test_each_save_is_a_new_version_and_none_is_in_use_by_itself() -> None:
    shop = make_shop()
    assert [save(shop).version, save(shop).version] == [1, 2]
    assert own_wording(shop.pk, "order.received", "email", "ko").pk is None


def test_one_version_is_in_use_and_can_be_dropped() -> None:
    shop = make_shop()
    first, second = save(shop), save(shop)
    use_wording(first.pk, actor=STAFF)
    use_wording(second.pk, actor=STAFF)
    assert list(TemplateText.objects.filter(is_published=True)) == [second]
    drop_wording(second.pk, actor=STAFF)
    assert own_wording(shop.pk, "order.received", "email", "ko").pk is None


def test_a_mail_needs_a_subject_and_a_text() -> None:
    with pytest.raises(DomainError):
        save(make_shop(), subject_line=" ")
    with pytest.raises(DomainError):
        save(make_shop(), body="")


def test_a_preview_shows_a_real_order_of_the_same_shop_only() -> None:
    mine, foreign = make_order(), make_order()
    wording = save(mine.shop, subject_line="{number}")
    assert preview(wording, mine.number).subject == mine.number
    assert preview(wording, foreign.number).subject == KINDS["order.received"].samples["number"]
    assert mine.number in standard(wording, mine.number).subject


def test_a_test_goes_out_in_the_version_that_is_looked_at() -> None:
    send_test(save(make_shop(name="나무마켓")), "me@example.com")
    message = Message.objects.get()
    assert (message.subject_line, message.subject_kind, message.event) == ("나무마켓 소식", "shop", None)
