"""Buttons on an object's page. Each opens a form in a dialog (or, without JavaScript, as its own page) and POSTs.

    ObjectAction("cancel", _("Cancel"), "orders.cancel_order", cancel, form_class=CancelForm,
                 why_not=lambda order: order.why_not("cancel"), outcome=cancel_outcome, tone="danger")

`perform(request, obj, cleaned)` calls one service and may return a sentence for the reader or a response of its own;
a DomainError becomes an error on the form, with everything typed kept.

With `preview(request, obj, cleaned)` a first submit only shows what would happen; the second must bring the preview's
token back (in `cleaned["token"]`), and shows the new preview when the first one no longer holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orderdesk.console import stale
from orderdesk.errors import Conflict, DomainError

if TYPE_CHECKING:
    from orderdesk.console.admin import ConsoleAdmin

Text = str | Promise
# The hidden field in which a preview comes back.
PREVIEWED = "previewed"


def _never_refused(_obj: Any) -> Text | None:
    return None


def _for_everybody(_user: Any, _obj: Any) -> Text | None:
    return None


def _nothing_to_tell(_obj: Any) -> list[Text]:
    return []


def _no_arguments(_request: HttpRequest, _obj: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One item of a preview: what, how much (minor units; None where no money moves), and the rule in words."""

    label: Text
    amount: int | None = None
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a second submit will do; `token` is equal only for equal outcomes."""

    token: str
    rows: Sequence[PreviewRow]
    total: int
    currency: str
    sentences: Sequence[Text] = ()
    total_label: Text = ""


@dataclass(frozen=True, slots=True)
class ObjectAction:
    """A verb on one object; `tone` is "", "primary" or "danger"; `key` a letter that opens it."""

    name: str
    label: Text
    permission: str
    perform: Callable[[HttpRequest, Any, dict[str, Any]], Text | HttpResponseBase | None]
    form_class: type[forms.BaseForm] = forms.Form
    why_not: Callable[[Any], Text | None] = _never_refused
    outcome: Callable[[Any], list[Text]] = _nothing_to_tell
    form_arguments: Callable[[HttpRequest, Any], dict[str, Any]] = _no_arguments
    submit: Text = ""
    tone: str = ""
    key: str = ""
    menu: bool = False
    hide_when_refused: bool = False
    preview: Callable[[HttpRequest, Any, dict[str, Any]], Preview] | None = None
    # Why this very person may not, though their role may: `not_you(user, obj)`.
    not_you: Callable[[Any, Any], Text | None] = _for_everybody

    @property
    def asks_first(self) -> bool:
        """Whether the first submit only shows the outcome; templates must not call `preview` itself."""
        return self.preview is not None

    def refusal(self, user: Any, obj: Any) -> Text | None:
        """The sentence against it for this user, or None."""
        return self.why_not(obj) or self.not_you(user, obj)


@dataclass(frozen=True, slots=True)
class Button:
    """An action as one object's page shows it; `why_not` greys it."""

    action: ObjectAction
    url: str
    why_not: Text | None


def buttons(admin: ConsoleAdmin, request: HttpRequest, obj: Any) -> list[Button]:
    """The actions this user may ever do here, allowed now or with the reason why not."""
    scope = admin.scope_of(obj)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    shown = []
    for action in admin.get_object_actions(request, obj):
        if not request.user.has_perm(action.permission, scope):
            continue
        if action.hide_when_refused and action.why_not(obj):
            continue
        reason = action.refusal(request.user, obj)
        shown.append(
            Button(action, reverse(admin.url_name("action"), args=[obj.pk, action.name]) + query, reason)
        )
    return shown


def action_page(admin: ConsoleAdmin, request: HttpRequest, object_id: str, name: str) -> HttpResponseBase:
    """GET: the form with its outcome. POST: do it, or the form again (409 stale or conflict, 422 refused)."""
    obj = admin.get_object(request, object_id)
    if obj is None:
        raise Http404
    action = next((each for each in admin.get_object_actions(request, obj) if each.name == name), None)
    if action is None:
        raise Http404
    if not request.user.has_perm(action.permission, admin.scope_of(obj)):
        raise PermissionDenied
    if request.method == "POST":
        return _submitted(admin, request, obj, action)
    return _page(admin, request, obj, action, _form(action, request, obj))


def _submitted(admin: ConsoleAdmin, request: HttpRequest, obj: Any, action: ObjectAction) -> HttpResponseBase:
    form = _form(action, request, obj)
    changed = stale.differences(obj, admin.get_stale_fields(), request.POST.get(stale.FIELD, ""))
    if changed is not None:
        return _page(admin, request, obj, action, form, status=409, changed=changed)
    if reason := action.refusal(request.user, obj):
        form.add_error(None, str(reason))
    if not form.is_valid():
        return _page(admin, request, obj, action, form, status=422)
    if "edit" in request.POST:
        return _page(admin, request, obj, action, form)
    try:
        unseen = _unseen(action, request, obj, form)
        if unseen is not None:
            return _page(admin, request, obj, action, form, preview=unseen)
        answer = action.perform(request, obj, form.cleaned_data)
    except Conflict as refusal:
        return _refused(admin, request, obj, action, form, refusal)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(admin, request, obj, action, form, status=422)
    return _done(admin, request, obj, action, answer)


def _unseen(action: ObjectAction, request: HttpRequest, obj: Any, form: forms.BaseForm) -> Preview | None:
    """The outcome that the reader must see before anything is done; None once they have seen this very one."""
    if action.preview is None:
        return None
    preview = action.preview(request, obj, form.cleaned_data)
    form.cleaned_data["token"] = preview.token
    return None if request.POST.get(PREVIEWED) == preview.token else preview


def _refused(
    admin: ConsoleAdmin,
    request: HttpRequest,
    obj: Any,
    action: ObjectAction,
    form: forms.BaseForm,
    refusal: Conflict,
) -> HttpResponseBase:
    """Somebody was quicker between our look and the lock: show the row as it is now."""
    fresh = admin.get_object(request, str(obj.pk)) or obj
    note = request.POST.get(stale.FIELD, "")
    form.add_error(None, str(refusal))
    changed = stale.differences(fresh, admin.get_stale_fields(), note) or []
    return _page(admin, request, fresh, action, form, status=409, changed=changed)


def _done(
    admin: ConsoleAdmin, request: HttpRequest, obj: Any, action: ObjectAction, answer: Any
) -> HttpResponseBase:
    if isinstance(answer, HttpResponseBase):
        return answer
    messages.success(request, str(answer) if answer else _("%(action)s: done.") % {"action": action.label})
    address = admin.after_action_url(request, obj)
    if request.headers.get("X-Fragment") == "dialog":
        # A followed redirect would fetch, and so use up, the page with the message.
        return HttpResponse(status=204, headers={"X-Location": address})
    return redirect(address)


def _form(action: ObjectAction, request: HttpRequest, obj: Any) -> forms.BaseForm:
    arguments = action.form_arguments(request, obj)
    if request.method == "POST":
        return action.form_class(request.POST, request.FILES, prefix=None, **arguments)
    return action.form_class(**arguments)


def _page(
    admin: ConsoleAdmin,
    request: HttpRequest,
    obj: Any,
    action: ObjectAction,
    form: forms.BaseForm,
    **extra: Any,
) -> TemplateResponse:
    fragment = request.headers.get("X-Fragment") == "dialog"
    frame = {} if fragment else admin.admin_site.each_context(request)
    context = {
        **frame,
        "title": action.label,
        "opts": admin.opts,
        "obj": obj,
        "action": action,
        "form": form,
        "why_not": action.refusal(request.user, obj),
        "outcome": action.outcome(obj),
        "seen": stale.seen(obj, admin.get_stale_fields()),
        "changed": extra.get("changed"),
        "preview": extra.get("preview"),
        "was_previewed": bool(request.POST.get(PREVIEWED)) and "edit" not in request.POST,
        "back_url": admin.after_action_url(request, obj),
        "fragment": fragment,
    }
    template = "admin/action_form.html" if fragment else "admin/action_page.html"
    # Tells the dialog that this is its next page.
    headers = {"X-Dialog": "next"} if fragment else None
    return TemplateResponse(request, template, context, status=extra.get("status", 200), headers=headers)
