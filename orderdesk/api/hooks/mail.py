"""What ESPs report of mails: delivered, bounced, complained. Anymail reads their formats; we settle the message."""

from __future__ import annotations

from typing import Any

from anymail import urls as anymail_urls
from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailCoreWebhookView
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from orderdesk.notifications.models import MessageState
from orderdesk.notifications.services.settle import Report, settle

S = MessageState
_STATES = {
    EventType.DELIVERED: S.DELIVERED,
    EventType.BOUNCED: S.BOUNCED,
    EventType.COMPLAINED: S.COMPLAINED,
    EventType.REJECTED: S.REJECTED,
    EventType.FAILED: S.REJECTED,
    EventType.SENT: S.ACCEPTED,
    EventType.QUEUED: S.ACCEPTED,
}
# A bounce for one of these says nothing about the address itself.
_PASSING = {RejectReason.TIMED_OUT, RejectReason.BLOCKED, RejectReason.OTHER}
_VIEWS: dict[str, type[AnymailCoreWebhookView]] = {
    pattern.name.removesuffix("_tracking_webhook"): pattern.callback.view_class
    for pattern in anymail_urls.urlpatterns
    if pattern.name and pattern.name.endswith("_tracking_webhook")
}


@method_decorator(csrf_exempt, name="dispatch")
class MailHook(View):
    """POST /hooks/anymail/<provider>/tracking/. Anymail verifies the caller and reads the events; no signal is used."""

    http_method_names = ("post", "head", "options")

    def head(self, _request: HttpRequest, esp: str) -> HttpResponse:
        """Some providers look whether the address exists."""
        _reader(esp)
        return HttpResponse()

    def post(self, request: HttpRequest, esp: str) -> HttpResponse:
        """200 settled or not ours, 403 not verified, 400 unreadable."""
        reader = _reader(esp)
        if not _guarded(reader):
            return HttpResponse("set ANYMAIL_WEBHOOK_SECRET", status=403)
        try:
            reader.run_validators(request)
        except AnymailWebhookValidationFailure:
            return HttpResponse(status=403)
        try:
            events = reader.parse_events(request) or []
        except (ValueError, KeyError, TypeError, AttributeError):
            return HttpResponse(status=400)
        for event in events:
            if isinstance(event, AnymailTrackingEvent) and event.event_type in _STATES:
                settle(_report(event))
        return HttpResponse()


def _reader(esp: str) -> Any:
    view = _VIEWS.get(esp)
    if view is None:
        raise Http404
    try:
        return view()
    except AnymailConfigurationError as error:
        raise Http404 from error


def _guarded(reader: Any) -> bool:
    """Whether somebody who is not the provider would be turned away."""
    return not reader.warn_if_no_basic_auth or bool(reader.basic_auth)


def _report(event: Any) -> Report:
    return Report(
        state=_STATES[event.event_type],
        header_id=str((event.metadata or {}).get("orderdesk_message", "")),
        provider_id=str(event.message_id or ""),
        reason=str(event.mta_response or event.description or event.reject_reason or ""),
        at=event.timestamp,
        for_good=event.reject_reason not in _PASSING,
    )
