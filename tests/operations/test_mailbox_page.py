from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from orderdesk.notifications.services.send import drain_messages
from tests.builders import make_shop
from tests.notifications.peers import make_message

pytestmark = pytest.mark.django_db
HOSTILE = "<p>안녕</p><script>alert(1)</script>"


def write_mail() -> None:
    mail = EmailMultiAlternatives("주문 <b>1</b>", "본문", "a@b.kr", ["c@d.kr"])
    mail.attach_alternative(HOSTILE, "text/html")
    get_connection("orderdesk.operations.mailbox.MailboxBackend").send_messages([mail])


def test_an_empty_mailbox_says_what_fills_it() -> None:
    assert Client().get("/mailbox/").status_code == 200


def test_a_mail_is_listed_escaped_and_shown_in_a_locked_frame(settings: Any) -> None:
    write_mail()
    page = Client().get("/mailbox/").content.decode()
    name = next(Path(settings.EMAIL_FILE_PATH).glob("*.eml")).name
    body = Client().get(f"/mailbox/{name}/body/")
    assert "주문 &lt;b&gt;1&lt;/b&gt;" in page
    assert HOSTILE not in page
    assert "sandbox" in body.headers["Content-Security-Policy"]


def test_a_text_of_the_demo_is_shown_beside_the_mails() -> None:
    make_message(make_shop(name="나무마켓"), channel="sms", recipient="01012345678", body_text="출발했어요")
    drain_messages()
    assert "출발했어요" in Client().get("/mailbox/").content.decode()


@pytest.mark.parametrize("name", ["../settings.py", "1.eml", "..%2Fx", "00000000000-aaaaaaaa.eml"])
def test_only_files_of_the_mailbox_are_read(name: str) -> None:
    write_mail()
    assert Client().get(f"/mailbox/{name}/").status_code == 404
