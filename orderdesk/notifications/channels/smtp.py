"""SMTP with the hand-over committed between the server's 354 and the content (RFC 5321; RFC 1047 on why)."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.core.mail.utils import DNS_NAME

from orderdesk.notifications.channels import Answer, Deferred, HandOver, Lost, Parcel, Refused

CONNECT_SECONDS = 10
COMMAND_SECONDS = 30
# A server may take minutes over its final 250; giving up earlier would make outcomes unknown that were not.
REPLY_SECONDS = 600
# Answers to MAIL FROM that speak of our login or its rights, not of the message.
_OUR_TROUBLE = (530, 534, 535, 538, 454, 421)

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)

Build = Callable[[Parcel], EmailMultiAlternatives]


class _Hooked:
    """Mixed into smtplib's classes: `data` calls `hand_over` when the server is ready for the content."""

    hand_over: HandOver
    handed = False

    def data(self: Any, msg: bytes) -> tuple[int, bytes]:
        self.handed = False
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        self.hand_over()
        self.handed = True
        self.sock.settimeout(REPLY_SECONDS)
        self.send(_LEADING_DOT.sub(b"..", msg).removesuffix(b"\r\n") + b"\r\n.\r\n")
        answer: tuple[int, bytes] = self.getreply()
        self.sock.settimeout(COMMAND_SECONDS)
        return answer


class _Plain(_Hooked, smtplib.SMTP):  # type: ignore[misc]
    pass


class _Tls(_Hooked, smtplib.SMTP_SSL):  # type: ignore[misc]
    pass


class SmtpChannel:
    """One kept connection; opened at the first message and again after a failure."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.smtp: Any = None
        self.last_answer = ""

    def deliver(self, parcel: Parcel, hand_over: HandOver) -> Answer:
        sender, recipient, content = self._content(parcel)
        smtp = self._connection()
        smtp.hand_over, smtp.handed = hand_over, False
        try:
            return self._transaction(smtp, sender, recipient, content)
        except OSError as error:
            # smtplib's own exceptions are OSErrors too.
            self._drop()
            raise (Lost if smtp.handed else Deferred)(_words(error)) from error
        except (Deferred, Refused, Lost):
            raise
        except BaseException:
            # Overtaken, or the database is gone: the server waits for content that must not come, and only dropping
            # the line takes the mail back.
            self._drop()
            raise

    def _content(self, parcel: Parcel) -> tuple[str, str, bytes]:
        try:
            mail: Any = self.build(parcel)
            content = mail.message().as_bytes(linesep="\r\n")
            return sanitize_address(mail.from_email, "utf-8"), sanitize_address(mail.to[0], "utf-8"), content
        except (ValueError, TypeError) as error:
            raise Refused(f"render: {error}") from error

    def _transaction(self, smtp: Any, sender: str, recipient: str, content: bytes) -> Answer:
        code, reply = smtp.mail(sender, [f"size={len(content)}"] if smtp.has_extn("size") else [])
        if code // 100 != 2:
            raise self._no(code, reply, ours=code in _OUR_TROUBLE)
        code, reply = smtp.rcpt(recipient)
        if code // 100 != 2:
            raise self._no(code, reply)
        try:
            code, reply = smtp.data(content)
        except smtplib.SMTPDataError as error:
            raise self._no(error.smtp_code, error.smtp_error) from error
        if code // 100 != 2:
            raise self._no(code, reply)
        return Answer(f"{code} {_text(reply)}")

    def _no(self, code: int, reply: bytes | str, *, ours: bool = False) -> Exception:
        """What a refusal means, and the connection made fit for the next message."""
        words = f"{code} {_text(reply)}"
        handed = self.smtp.handed
        if code == 421 or code // 100 not in (4, 5):
            self._drop()
        else:
            self._reset()
        if ours or code == 421:
            return Deferred(words, whole_channel=True)
        if code // 100 == 4:
            return Deferred(words)
        if code // 100 == 5:
            return Refused(words)
        return Lost(words) if handed else Deferred(words)

    def _reset(self) -> None:
        try:
            self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _connection(self) -> Any:
        if self.smtp is None:
            try:
                self.smtp = _connect()
            except (OSError, smtplib.SMTPException) as error:
                raise Deferred(_words(error), whole_channel=True) from error
        return self.smtp

    def _drop(self) -> None:
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None

    def close(self) -> None:
        if self.smtp is None:
            return
        try:
            self.smtp.quit()
        except (OSError, smtplib.SMTPException):
            self.smtp.close()
        self.smtp = None


def _connect() -> Any:
    kind: Any = _Tls if settings.EMAIL_USE_SSL else _Plain
    context = ssl.create_default_context()
    extra = {"context": context} if settings.EMAIL_USE_SSL else {}
    smtp = kind(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        local_hostname=DNS_NAME.get_fqdn(),
        timeout=CONNECT_SECONDS,
        **extra,
    )
    try:
        smtp.sock.settimeout(COMMAND_SECONDS)
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER and settings.EMAIL_HOST_PASSWORD:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _text(reply: bytes | str) -> str:
    return (reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply))[:300]


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
