"""Mail: by SMTP, by an ESP's API through anymail, or into whatever other backend Django is given."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formataddr
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from orderdesk.notifications.channels import Answer, Channel, Deferred, HandOver, Lost, Parcel, Refused
from orderdesk.notifications.channels.smtp import SmtpChannel
from orderdesk.notifications.content import single_line
from orderdesk.notifications.models import Message

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# The ESP answers that speak of the moment, not of the message.
_NOT_NOW = (408, 425, 429)
# Postmark says with HTTP 422 also what is wrong with the account, in its ErrorCode (postmarkapp.com/developer/api/overview):
# it is out of credit, awaits approval, or may not send; and, for one shop's sender, that nobody has confirmed the address.
_ACCOUNT_MAY_NOT = (405, 412, 413)
_SENDER_MAY_NOT = (400, 401)


def open_email() -> Channel:
    """The mail channel that the settings ask for."""
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return SmtpChannel(build_mail)
    if settings.EMAIL_BACKEND.startswith("anymail."):
        return ApiChannel()
    return BackendChannel()


def message_id(message: Message) -> str:
    """The Message-ID header of every attempt."""
    return f"<{message.header_id}@{_domain(sender(message)[1])}>"


def sender(message: Message) -> tuple[str, str]:
    """Name and address that the customer sees."""
    shop = message.shop
    return single_line(shop.name), shop.sender_email or settings.DEFAULT_FROM_EMAIL


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip("<> ") or "localhost"


def build_mail(parcel: Parcel) -> EmailMultiAlternatives:
    """The mail with text and HTML; ValueError when a header cannot be written."""
    message = parcel.message
    name, address = sender(message)
    mail = EmailMultiAlternatives(
        subject=message.subject_line,
        body=parcel.text,
        from_email=formataddr((name, address), charset="utf-8"),
        to=[message.recipient],
        headers={
            "Message-ID": message_id(message),
            "X-Orderdesk-Message": message.header_id,
            "Auto-Submitted": "auto-generated",
        },
    )
    if parcel.html:
        mail.attach_alternative(parcel.html, "text/html")
    return mail


class BackendChannel:
    """Any Django backend that takes a mail in one step: the demo mailbox, the console, memory."""

    def __init__(self) -> None:
        self.connection: Any = get_connection()

    def deliver(self, parcel: Parcel, hand_over: HandOver) -> Answer:
        mail = _built(parcel)
        hand_over()
        try:
            self.connection.send_messages([mail])
        except OSError as error:
            raise Lost(str(error)) from error
        return Answer(settings.EMAIL_BACKEND.rsplit(".", 2)[-2])

    def close(self) -> None:
        self.connection.close()


class ApiChannel:
    """An ESP's API through anymail: the hand-over is committed right before its POST."""

    def __init__(self) -> None:
        connection: Any = get_connection()
        connection.open()
        self.connection = connection
        self._post: Callable[..., Any] = connection.post_to_esp

    def deliver(self, parcel: Parcel, hand_over: HandOver) -> Answer:
        mail: Any = _built(parcel)
        mail.metadata = {"orderdesk_message": parcel.message.header_id}
        mail.anymail_status = None

        def post(payload: Any, message: Any) -> Any:
            hand_over()
            return self._post(payload, message)

        self.connection.post_to_esp = post
        try:
            self.connection.send_messages([mail])
        except AnymailRecipientsRefused as error:
            raise Refused(_sentence(error)) from error
        except AnymailAPIError as error:
            raise _api_failure(error) from error
        except AnymailError as error:
            raise Refused(_sentence(error)) from error
        status = mail.anymail_status
        return Answer(", ".join(sorted(status.status or [])), str(status.message_id or ""))

    def close(self) -> None:
        self.connection.close()


def _built(parcel: Parcel) -> EmailMultiAlternatives:
    try:
        return build_mail(parcel)
    except (ValueError, TypeError) as error:
        raise Refused(f"render: {error}") from error


def _api_failure(error: AnymailAPIError) -> Exception:
    code = getattr(error, "status_code", None)
    said = _postmarks_code(error) if code == 422 else 0
    # A wrong key, or an account that may not send, is the operator's trouble; no message may be thrown away for it.
    if code in (*_NOT_NOW, 401, 403) or said in _ACCOUNT_MAY_NOT:
        return Deferred(_sentence(error), whole_channel=True)
    if said in _SENDER_MAY_NOT:
        return Deferred(_sentence(error))
    if code and 400 <= code < 500:
        return Refused(_sentence(error))
    if code is None and _never_connected(error):
        return Deferred(_sentence(error), whole_channel=True)
    return Lost(_sentence(error))


def _postmarks_code(error: AnymailAPIError) -> int:
    """The `ErrorCode` of an answer in Postmark's shape; 0 for any other."""
    try:
        said = error.response.json()
    except (AttributeError, ValueError):
        return 0
    code = said.get("ErrorCode") if isinstance(said, dict) else None
    return code if isinstance(code, int) else 0


def _never_connected(error: BaseException | None) -> bool:
    names = {"NewConnectionError", "ConnectTimeout", "ConnectTimeoutError", "NameResolutionError"}
    while error is not None:
        parts = (error, *error.args, getattr(error, "reason", None))
        nested = [getattr(part, "reason", None) for part in parts]
        if any(type(part).__name__ in names for part in (*parts, *nested)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _sentence(error: Exception) -> str:
    return single_line(str(error))[:300]
