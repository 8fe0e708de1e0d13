"""The look-up of a lost link: always the same answer, after the same time."""

from __future__ import annotations

import time

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from orderdesk.accounts.phones import phone_digits
from orderdesk.errors import DomainError
from orderdesk.events.actor import CUSTOMER
from orderdesk.notifications.content import single_line
from orderdesk.portal.answers import page
from orderdesk.portal.rates import allowed, visitor
from orders.models import Order
from orders.services.links import ask_to_resend_link

_HOUR = 3600
_PER_TARGET, _PER_VISITOR = 5, 20
# Several shops may have the same number; nobody has more than a few.
_MOST = 5
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_NO_NUMBER = _("This does not look like an order number. It stands in the mail or SMS about your order.")
_NO_CONTACT = _(
    "This is neither a mail address nor a phone number. Please type it as in name@example.com or 010-1234-5678."
)


class LookupForm(forms.Form):
    """An order number, and the mail address or phone number that was given with it."""

    number = forms.CharField(
        label=_("Order number"),
        max_length=40,
        error_messages={
            "required": _("Please type your order number. It stands in the mail or SMS about your order."),
            "max_length": _NO_NUMBER,
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    contact = forms.CharField(
        label=_("Mail address or phone number"),
        max_length=254,
        error_messages={
            "required": _("Please type the mail address or phone number that you ordered with."),
            "max_length": _NO_CONTACT,
        },
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def clean_number(self) -> str:
        """As it is looked for; sales channels have numbers of their own shapes, but none without a digit."""
        number: str = self.cleaned_data["number"]
        if "@" in number or not any(letter.isdigit() for letter in number):
            raise forms.ValidationError(_NO_NUMBER)
        return number

    def clean_contact(self) -> str:
        """A mail address in small letters, or a phone number as it was typed."""
        contact: str = self.cleaned_data["contact"].lower()
        if "@" in contact:
            forms.EmailField(error_messages={"invalid": _NO_CONTACT}).clean(contact)
        elif not _FEWEST_DIGITS <= len(phone_digits(contact)) <= _MOST_DIGITS:
            raise forms.ValidationError(_NO_CONTACT)
        return contact


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """Sends a link by mail or SMS if there is such an order, and never says whether there is.

    Exempt from CSRF: the form needs no login and gives nothing to whoever sends it.
    """
    form = LookupForm(_typed(request) if request.method == "POST" else None, label_suffix="")
    if request.method != "POST" or not form.is_valid():
        return page(request, "portal/lookup.html", {"form": form})
    if not allowed("lookup", visitor(request), _PER_VISITOR, _HOUR):
        return page(request, "portal/lookup.html", {"form": form, "too_many": True}, status=429)
    ends = time.monotonic() + settings.PORTAL_LOOKUP_SECONDS
    number, contact = form.cleaned_data["number"], form.cleaned_data["contact"]
    if allowed("lookup-target", phone_digits(contact) or contact, _PER_TARGET, _HOUR):
        _send_links(number, contact)
    # Finding an order takes longer than finding none: both answer at the same moment.
    time.sleep(max(ends - time.monotonic(), 0))
    return page(request, "portal/lookup_sent.html", {})


def _typed(request: HttpRequest) -> dict[str, str]:
    """What was typed, without the control characters that a copied number may bring along."""
    return {name: single_line(request.POST.get(name, "")) for name in LookupForm.base_fields}


def _send_links(number: str, contact: str) -> None:
    for order_id in _matches(number, contact)[:_MOST]:
        try:
            ask_to_resend_link(order_id, actor=CUSTOMER)
        except DomainError:
            # Locked by somebody else right now: the answer must not differ for that.
            continue


def _matches(number: str, contact: str) -> list[int]:
    orders = Order.objects.filter(number__in={number, number.upper()}, shop__is_active=True)
    if "@" in contact:
        orders = orders.filter(customer__email=contact)
    else:
        digits = phone_digits(contact)
        orders = (
            orders.filter(Q(customer__phone=digits) | Q(recipient_phone=digits)) if digits else orders.none()
        )
    return list(orders.order_by("-id").values_list("id", flat=True))
