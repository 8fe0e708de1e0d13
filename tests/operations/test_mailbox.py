from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection


def test_each_mail_becomes_one_readable_file(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    connection = get_connection("orderdesk.operations.mailbox.MailboxBackend")
    mails = [EmailMultiAlternatives(f"주문 {n}", "본문", "a@b.kr", ["c@d.kr"]) for n in (1, 2)]
    assert connection.send_messages(mails) == 2
    files = sorted(tmp_path.glob("*.eml"))
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [mail["Subject"] for mail in read] == ["주문 1", "주문 2"]
