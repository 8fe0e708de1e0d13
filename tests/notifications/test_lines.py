"""Lines to the mail server that break before a word is said, and the copy of what was said."""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orderdesk import clock
from orderdesk.notifications.models import DeliveryClass, Message, MessageState
from orderdesk.notifications.services.send import drain_messages
from tests.notifications.peers import Handler, make_message

pytestmark = pytest.mark.django_db(transaction=True)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's certificate that nobody vouches for, and another host's name in it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(clock.now() - timedelta(days=1)).not_valid_after(
        clock.now() + timedelta(days=1)
    )
    encoding = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(encoding))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def tried(**values: Any) -> Message:
    message = make_message(delivery_class=DeliveryClass.AT_MOST_ONCE, **values)
    drain_messages()
    message.refresh_from_db()
    return message


def test_a_mail_is_not_given_to_a_server_with_a_wrong_certificate(
    settings: Any, smtp: Handler, tmp_path: Path
) -> None:
    stranger = Handler()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = self_signed(tmp_path)
    server = Controller(stranger, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True)
    server.start()
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS = port, True
    message = tried()
    server.stop(no_assert=True)
    assert (message.state, stranger.contents) == (MessageState.QUEUED, [])
    assert "certificate" in message.delivery_attempts.get().answer.lower()


def test_a_mail_waits_while_the_servers_name_is_unknown(
    settings: Any, smtp: Handler, monkeypatch: Any
) -> None:
    def unknown(*_args: Any, **_options: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    settings.EMAIL_HOST = "mail.example.invalid"
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    message = tried()
    assert (message.state, smtp.contents) == (MessageState.QUEUED, [])


def test_the_copy_that_is_kept_is_what_was_sent(smtp: Handler) -> None:
    message = tried(body_text="The text.\n.A dot.\n", body_html="<p>The page.</p>")
    mail: Any = message_from_bytes(smtp.contents[0], policy=policy.default)
    text, page = (part.get_content() for part in mail.iter_parts())
    assert message.state == MessageState.ACCEPTED
    assert mail["Subject"] == message.subject_line
    assert text.split() == message.body_text.split()
    assert "The page." in page
