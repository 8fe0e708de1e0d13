"""What colleagues do around an order: notes, assignment, tags, tasks, links, messages, reactions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.models import Shop, User
from orderdesk.console.actions import ObjectAction, Text
from orderdesk.errors import DomainError
from orderdesk.events.dispatch import retry
from orderdesk.events.models import Reaction
from orderdesk.notifications.models import Message
from orderdesk.notifications.services.resend import resend_message
from orders.admin.actions.verbs import actor_of, mails, number_in, telling
from orders.models import Order, Task
from orders.services.desk import add_note, assign_order, report_problem, tag_order
from orders.services.links import ask_to_resend_link, revoke_links
from orders.services.locking import SUBJECT
from orders.services.tasks import close_task


class NoteForm(forms.Form):
    """Words for colleagues, or for the customer to read."""

    body = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("@username tells a colleague."),
    )
    visible = forms.BooleanField(label=gettext_lazy("The customer can read it"), required=False)


def _note(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    note = add_note(
        order.pk, cleaned["body"], actor=actor_of(request), visible_to_customer=cleaned["visible"]
    )
    told = ", ".join(str(user) for user in note.mentions.all())
    return (
        _("The note is written; %(people)s will see it.") % {"people": told}
        if told
        else _("The note is written.")
    )


class AssignForm(forms.Form):
    """A colleague of this shop, or nobody."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Assign to"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, shop: Shop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = User.objects.filter(is_active=True, memberships__shop=shop).order_by("name")


def _assign(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    person = cleaned["person"]
    assign_order(order.pk, person.pk if person else None, actor=actor_of(request))
    return _("Assigned to %(person)s.") % {"person": person} if person else _("Assigned to nobody.")


class TagForm(forms.Form):
    """The order's tags as words between commas."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Separated by commas. New words become tags of the shop."),
    )


def _tag_arguments(_request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"initial": {"tags": ", ".join(tag.name for tag in order.tags.all())}}


def _tag(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    tag_order(order.pk, cleaned["tags"].split(","), actor=actor_of(request))
    return _("The tags are set.")


class ProblemForm(forms.Form):
    """What went wrong in kitchen or warehouse."""

    detail = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


def _problem(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    report_problem(order.pk, cleaned["detail"], actor=actor_of(request))
    return _("The problem is reported; a task is open.")


def _problem_outcome(order: Order) -> list[Text]:
    return [
        _("The order is held where that is still possible, and colleagues get a task."),
        *mails(order, "order.held"),
    ]


class TaskForm(forms.Form):
    """What was done about it."""

    resolution = forms.CharField(
        label=gettext_lazy("What was done?"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


def _close_task(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    task = Task.objects.filter(order=order, pk=number_in(request, "task")).first()
    if task is None:
        raise Http404
    close_task(task.pk, actor=actor_of(request), resolution=cleaned["resolution"])
    return _("The task is settled.")


def _resend_link(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    ask_to_resend_link(order.pk, actor=actor_of(request))
    return _("The private link goes out again.")


def _revoke(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    count = revoke_links(order.pk, actor=actor_of(request))
    return _("Private links revoked: %(count)s.") % {"count": count}


def _revoke_outcome(_order: Order) -> list[Text]:
    return [
        _("Whoever holds a link to this order sees nothing with it from now on."),
        _("The next message to the customer carries a new link."),
    ]


class ResendForm(forms.Form):
    """The same message again, to another address if one is given."""

    recipient = forms.CharField(
        label=gettext_lazy("To another address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Empty: the customer's present mail or phone."),
    )


def _resend(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    rows = Message.objects.filter(subject_kind=SUBJECT, subject_id=order.pk)
    message = rows.filter(pk=number_in(request, "message")).first()
    if message is None:
        raise Http404
    present = order.customer.email if message.channel == "email" else order.customer.phone
    resend_message(message.pk, actor=actor_of(request), recipient=cleaned["recipient"] or present)
    return _("The message goes out again.")


def _retry(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    rows = Reaction.objects.filter(event__subject_kind=SUBJECT, event__subject_id=order.pk)
    reaction = rows.filter(pk=number_in(request, "reaction")).first()
    if reaction is None:
        raise Http404
    if not retry(reaction.pk):
        raise DomainError("running", _("It is running now or done already."))
    return _("It is tried again at once.")


DESK_ACTIONS = (
    ObjectAction(
        "note",
        gettext_lazy("Note"),
        "orders.add_note",
        _note,
        NoteForm,
        submit=gettext_lazy("Write"),
        key="n",
    ),
    ObjectAction(
        "assign",
        gettext_lazy("Assign"),
        "orders.assign_order",
        _assign,
        AssignForm,
        form_arguments=lambda _request, order: {
            "shop": order.shop,
            "initial": {"person": order.assigned_to_id},
        },
        menu=True,
        key="a",
    ),
    ObjectAction(
        "tags",
        gettext_lazy("Tags"),
        "orders.assign_order",
        _tag,
        TagForm,
        form_arguments=_tag_arguments,
        submit=gettext_lazy("Save"),
        menu=True,
    ),
    ObjectAction(
        "resend_link",
        gettext_lazy("Send the private link again"),
        "orders.manage_links",
        _resend_link,
        outcome=telling("link.requested"),
        menu=True,
    ),
    ObjectAction(
        "revoke_links",
        gettext_lazy("Revoke private links"),
        "orders.manage_links",
        _revoke,
        outcome=_revoke_outcome,
        tone="danger",
        menu=True,
    ),
    ObjectAction(
        "report_problem",
        gettext_lazy("Report a problem"),
        "orders.report_problem",
        _problem,
        ProblemForm,
        outcome=_problem_outcome,
        menu=True,
    ),
)
# On a row of the page (`?task=7`), not on the order as a whole.
ROW_ACTIONS = (
    ObjectAction(
        "close_task",
        gettext_lazy("Settle the task"),
        "orders.change_task",
        _close_task,
        TaskForm,
        tone="primary",
    ),
    ObjectAction(
        "resend_message",
        gettext_lazy("Send again"),
        "notifications.resend_message",
        _resend,
        ResendForm,
    ),
    ObjectAction("retry_reaction", gettext_lazy("Try again"), "events.retry_reaction", _retry),
)
