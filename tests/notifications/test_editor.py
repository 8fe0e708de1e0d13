"""A shop writes its own wording: from the standard text, seen before it is kept, every version to be had back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orderdesk.accounts.models import OrderKind
from orderdesk.accounts.roles import Role
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import TemplateText
from orderdesk.notifications.services.own_wording import Place, save_wording, use_wording
from orderdesk.notifications.services.shipped import shipped_words
from orderdesk.notifications.wording import LANGUAGES, check_wording
from tests.builders import STAFF, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
WRITE = "admin:notifications_templatetext_add"
SEEN = "admin:notifications_templatetext_preview"


@pytest.fixture
def shop() -> Any:
    return make_shop(name="나무마켓")


@pytest.fixture
def desk(client: Client, shop: Any) -> Client:
    client.force_login(make_user(shop, Role.LEAD))
    client.cookies["django_language"] = "ko"
    return client


def place(shop: Any, **more: str) -> str:
    values = {"shop": str(shop.pk), "kind": "order.confirmed", "channel": "email", "language": "ko"} | more
    return "?" + "&".join(f"{name}={value}" for name, value in values.items())


def kept(shop: Any, body: str = "제 문구 {link}") -> TemplateText:
    spot = Place("order.confirmed", "email", "ko")
    return save_wording(shop, spot, subject_line="{shop} 소식", body=body, actor=STAFF)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("what", OrderKind.values)
def test_every_standard_text_can_be_edited_and_saved(
    kind: str, language: str, channel: str, what: str
) -> None:
    words = shipped_words(make_shop(kind=what), Place(kind, channel, language))
    assert words.body
    assert bool(words.subject_line) is (channel == "email")
    for text in words:
        check_wording(kind, text)
        assert "%" not in text


def test_the_editor_opens_with_the_standard_text_and_its_name(desk: Client, shop: Any) -> None:
    page = desk.get(reverse(WRITE) + place(shop))
    assert "{customer}님, {items} 주문을 확인했어요." in page.content.decode()
    with translation.override("ko"):
        assert f"{KINDS['order.confirmed'].label} · 메일 · 한국어" in page.content.decode()


def test_first_the_message_is_chosen(desk: Client) -> None:
    page = desk.get(reverse(WRITE)).content.decode()
    assert 'name="kind"' in page
    assert "<textarea" not in page


def test_a_preview_shows_what_is_typed_with_a_real_order_and_keeps_nothing(desk: Client, shop: Any) -> None:
    order = make_order(shop)
    typed = {"subject_line": "{shop} 소식", "body": "<b>안녕</b> {number}", "number": order.number}
    answer = desk.post(reverse(SEEN) + place(shop), typed)
    text = answer.content.decode()
    assert "나무마켓 소식" in text
    assert order.number in text
    assert "<b>안녕</b>" not in text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert TemplateText.objects.count() == 0


def test_a_preview_says_what_is_wrong_and_when_the_order_is_not_the_shops(desk: Client, shop: Any) -> None:
    wrong = desk.post(reverse(SEEN) + place(shop), {"subject_line": "x", "body": "{nonsense}"})
    assert "{nonsense}" in wrong.content.decode()
    foreign = make_order()
    answer = desk.post(
        reverse(SEEN) + place(shop), {"subject_line": "x", "body": "{items}", "number": foreign.number}
    )
    assert foreign.number in answer.content.decode()
    assert KINDS["order.confirmed"].samples["items"] in answer.content.decode()


def test_saving_makes_a_version_and_leads_to_it(desk: Client, shop: Any) -> None:
    answer = desk.post(reverse(WRITE) + place(shop), {"subject_line": "{shop}", "body": "안녕 {link}"})
    saved = TemplateText.objects.get()
    assert answer.headers["Location"] == reverse("admin:notifications_templatetext_change", args=[saved.pk])
    assert (saved.version, saved.is_published, saved.created_by is not None) == (1, False, True)


def test_a_bad_text_is_refused_in_words_and_kept_on_the_page(desk: Client, shop: Any) -> None:
    answer = desk.post(reverse(WRITE) + place(shop), {"subject_line": "", "body": "제가 쓴 글 {nonsense}"})
    assert answer.status_code == 422
    assert "제가 쓴 글 {nonsense}" in answer.content.decode()
    assert TemplateText.objects.count() == 0


def test_another_shops_wording_cannot_be_written(desk: Client) -> None:
    foreign = make_shop()
    assert desk.post(reverse(WRITE) + place(foreign), {"subject_line": "x", "body": "y"}).status_code == 422
    assert "<textarea" not in desk.get(reverse(WRITE) + place(foreign)).content.decode()
    assert TemplateText.objects.count() == 0


def test_the_editor_starts_from_any_version_or_from_the_standard_text(desk: Client, shop: Any) -> None:
    kept(shop, "첫 문구")
    use_wording(kept(shop, "둘째 문구").pk, actor=STAFF)
    kept(shop, "셋째 문구")
    starts = {"": "둘째 문구", "1": "첫 문구", "3": "셋째 문구", "standard": "{items} 주문을 확인했어요"}
    for start, text in starts.items():
        assert text in desk.get(reverse(WRITE) + place(shop, start=start)).content.decode()


def test_a_version_lists_the_others_and_leads_back_to_each_or_to_the_standard(
    desk: Client, shop: Any
) -> None:
    first, second = kept(shop), kept(shop)
    use_wording(second.pk, actor=STAFF)
    address = reverse("admin:notifications_templatetext_change", args=[first.pk])
    page = desk.get(address).content.decode()
    assert reverse("admin:notifications_templatetext_change", args=[second.pk]) in page
    assert "order.confirmed" not in page.partition("<h1>")[2].partition("</h1>")[0]
    drop = reverse("admin:notifications_templatetext_action", args=[first.pk, "drop"])
    desk.post(drop, {"seen": desk.get(drop).context["seen"]})
    assert not TemplateText.objects.filter(is_published=True).exists()
    assert drop not in desk.get(address).content.decode()
