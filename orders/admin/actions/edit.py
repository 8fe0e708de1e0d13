"""Changes before packing, and corrections of contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.phones import format_phone, phone_digits
from orderdesk.console.actions import ObjectAction, Text
from orders.admin.actions.verbs import actor_of, number_in, refused
from orders.admin.unmask import UNMASK, record_access
from orders.models import Order, OrderLine
from orders.services.edit import (
    ADDRESS_FIELDS,
    change_address,
    change_line,
    correct_contact,
    write_staff_note,
)


class AddressForm(forms.Form):
    """Where the goods go and what the customer wished."""

    recipient_name = forms.CharField(label=gettext_lazy("Recipient"), max_length=120, required=False)
    recipient_phone = forms.CharField(label=gettext_lazy("Recipient's phone"), max_length=20, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=12, required=False)
    address1 = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    address2 = forms.CharField(label=gettext_lazy("Address, rest"), max_length=200, required=False)
    customer_note = forms.CharField(
        label=gettext_lazy("Customer's note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


def _address_arguments(request: HttpRequest, order: Order) -> dict[str, Any]:
    if request.method == "GET":
        # Whoever edits must see what is there; that is a look at personal data, and it is written down.
        record_access(request, order, "address", what="view")
    values = {name: getattr(order, name) for name in ADDRESS_FIELDS}
    return {"initial": values | {"recipient_phone": format_phone(order.recipient_phone)}}


def _address(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    change_address(order.pk, cleaned, actor=actor_of(request), version=order.version)
    return _("The delivery details are changed.")


class LineForm(forms.Form):
    """Another option, or fewer units."""

    options = forms.CharField(label=gettext_lazy("Options"), max_length=200, required=False)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"),
        min_value=1,
        help_text=gettext_lazy("Fewer only; more units are a new order."),
    )

    def __init__(self, *args: Any, line: OrderLine | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        if line is not None:
            self.initial = {"options": line.options, "quantity": line.quantity, **self.initial}
            self.fields["options"].label = _("Options of %(product)s") % {"product": line.name}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.line is None:
            raise forms.ValidationError(_("This line is not part of the order."))
        return cleaned | {"line": self.line.pk}


def _line_arguments(request: HttpRequest, order: Order) -> dict[str, Any]:
    wanted = number_in(request, "line")
    return {"line": next((line for line in order.lines.all() if line.pk == wanted), None)}


def _line(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    change_line(
        order.pk,
        cleaned["line"],
        actor=actor_of(request),
        options=cleaned["options"],
        quantity=cleaned["quantity"],
        version=order.version,
    )
    return _("The line is changed.")


def _line_outcome(_order: Order) -> list[Text]:
    return [
        _("The total follows by the line's own price; what was paid too much opens a task to give it back."),
        _("No message goes out."),
    ]


class ContactForm(forms.Form):
    """The customer's mail and phone; an empty field changes nothing."""

    email = forms.EmailField(label=gettext_lazy("Mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=20, required=False)


def _contact_arguments(request: HttpRequest, order: Order) -> dict[str, Any]:
    if not request.user.has_perm(UNMASK, order.shop):
        return {}
    if request.method == "GET":
        record_access(request, order, "mail, phone", what="view")
    customer = order.customer
    return {"initial": {"email": customer.email, "phone": format_phone(customer.phone)}}


def _contact(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    correct_contact(
        order.pk,
        actor=actor_of(request),
        email=cleaned["email"].lower() or None,
        phone=phone_digits(cleaned["phone"]) or None,
    )
    return _("The contact is corrected. Messages can be sent again from the timeline.")


class StaffNoteForm(forms.Form):
    """A note that stays on top of the order, for staff only."""

    text = forms.CharField(
        label=gettext_lazy("Staff note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 5})
    )


def _staff_note(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    write_staff_note(order.pk, cleaned["text"], actor=actor_of(request), version=order.version)
    return _("The staff note is saved.")


def _untold(_order: Order) -> list[Text]:
    return [_("No message goes out.")]


EDIT_ACTIONS = (
    ObjectAction(
        "edit_address",
        gettext_lazy("Edit delivery details"),
        "orders.edit_order",
        _address,
        AddressForm,
        refused("edit"),
        _untold,
        _address_arguments,
        submit=gettext_lazy("Save"),
        menu=True,
    ),
    ObjectAction(
        "correct_contact",
        gettext_lazy("Correct mail or phone"),
        "orders.edit_order",
        _contact,
        ContactForm,
        outcome=_untold,
        form_arguments=_contact_arguments,
        submit=gettext_lazy("Save"),
        menu=True,
    ),
    ObjectAction(
        "staff_note",
        gettext_lazy("Staff note"),
        "orders.edit_order",
        _staff_note,
        StaffNoteForm,
        outcome=_untold,
        form_arguments=lambda _request, order: {"initial": {"text": order.staff_note}},
        submit=gettext_lazy("Save"),
        menu=True,
    ),
)
LINE_ACTIONS = (
    ObjectAction(
        "change_line",
        gettext_lazy("Change a line"),
        "orders.edit_order",
        _line,
        LineForm,
        refused("edit"),
        _line_outcome,
        _line_arguments,
        submit=gettext_lazy("Save"),
    ),
)
