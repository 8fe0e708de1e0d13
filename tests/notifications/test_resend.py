import pytest
from django.test import Client

from orderdesk.errors import Conflict, DomainError
from orderdesk.events.models import Event
from orderdesk.notifications.models import Message, MessageState, Suppression, TemplateText
from orderdesk.notifications.services.resend import cancel_message, resend_message
from tests.builders import STAFF, make_shop, make_user
from tests.notifications.peers import make_message

pytestmark = pytest.mark.django_db
S = MessageState


def test_a_copy_goes_to_a_corrected_address_and_the_first_one_stays() -> None:
    old = make_message(state=S.BOUNCED)
    copy = resend_message(old.pk, actor=STAFF, recipient="Right@example.com ")
    old.refresh_from_db()
    assert (old.state, copy.state, copy.recipient) == (S.BOUNCED, S.QUEUED, "right@example.com")
    assert copy.header_id != old.header_id
    assert Event.objects.get().kind == "message.resent"


def test_sending_again_after_an_unknown_outcome_is_flagged() -> None:
    copy = resend_message(make_message(state=S.UNKNOWN).pk, actor=STAFF)
    assert copy.possible_duplicates == 1


def test_what_is_under_way_cannot_be_sent_again() -> None:
    with pytest.raises(Conflict):
        resend_message(make_message(state=S.CLAIMED).pk, actor=STAFF)


def test_a_barred_address_stays_barred() -> None:
    old = make_message(state=S.BOUNCED)
    Suppression.objects.create(shop=old.shop, channel="email", address=old.recipient, reason="bounced")
    with pytest.raises(DomainError):
        resend_message(old.pk, actor=STAFF)


def test_only_a_waiting_message_can_be_called_off() -> None:
    waiting, sent = make_message(), make_message(state=S.ACCEPTED)
    assert [cancel_message(waiting.pk), cancel_message(sent.pk)] == [True, False]


def client_of(role: str, message: Message) -> Client:
    client = Client()
    client.force_login(make_user(message.shop, role))
    return client


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 302), ("owner", 302), ("kitchen", 403), ("analyst", 403)]
)
def test_sending_again_needs_the_permission(role: str, status: int) -> None:
    message = make_message(state=S.ACCEPTED)
    url = f"/admin/notifications/message/{message.pk}/action/resend/"
    response = client_of(role, message).post(url, {"recipient": ""})
    assert response.status_code in ({status} if status == 302 else {403, 404})
    assert Message.objects.count() == (2 if status == 302 else 1)


def test_messages_of_another_shop_do_not_exist() -> None:
    message = make_message()
    client = Client()
    client.force_login(make_user(make_shop(), "owner"))
    for page in ("change/", "copy/", "action/resend/"):
        assert client.get(f"/admin/notifications/message/{message.pk}/{page}").status_code in {302, 404}


def test_the_page_shows_what_became_of_a_message_and_masks_its_address() -> None:
    message = make_message(state=S.UNKNOWN)
    page = client_of("agent", message).get(f"/admin/notifications/message/{message.pk}/change/")
    assert page.status_code == 200
    assert message.recipient not in page.content.decode()
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_copy_in_its_frame_may_run_and_load_nothing() -> None:
    message = make_message(body_html="<a href='[[link]]'>x</a><script>alert(1)</script>")
    page = client_of("agent", message).get(f"/admin/notifications/message/{message.pk}/copy/")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"[[link]]" not in page.content


def add(client: Client, shop: str, body: str = "{link}") -> int:
    place = f"?shop={shop}&kind=order.received&channel=email&language=ko"
    data = {"subject_line": "{shop}", "body": body}
    return client.post(f"/admin/notifications/templatetext/add/{place}", data).status_code


def test_a_lead_writes_an_own_wording_and_strange_placeholders_are_refused() -> None:
    message = make_message()
    client = client_of("lead", message)
    shop = str(message.shop_id)
    assert add(client, shop=shop, body="{{ settings.SECRET_KEY }}") == 422
    assert add(client, shop=shop) == 302
    assert TemplateText.objects.get().version == 1


def test_an_own_wording_is_only_for_shops_where_one_may_write() -> None:
    message, foreign = make_message(), make_shop()
    assert add(client_of("lead", message), shop=str(foreign.pk)) == 422
    assert add(client_of("agent", message), shop=str(message.shop_id)) == 403
