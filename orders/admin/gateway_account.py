from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.events.actor import Actor
from orders.models import GatewayAccount
from orders.services.gateway_accounts import Contract, companies, save_contract

PERMISSION = "orders.change_gatewayaccount"
COMPANIES = {
    "toss": _("Toss Payments"),
    "portone": "PortOne",
    "stripe": "Stripe",
    "simulator": _("Simulator"),
}


def company_name(code: str) -> str:
    """The payment company's name as people write it; the code of one without a name here."""
    return str(COMPANIES.get(code, code))


class ContractForm(forms.ModelForm):  # type: ignore[type-arg]
    """Secrets can be typed in and replaced; the page never holds the stored ones."""

    gateway = forms.ChoiceField(label=_("Payment company"))
    secret = forms.CharField(
        label=_("Secret key"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    webhook_secret = forms.CharField(
        label=_("Webhook secret"),
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = GatewayAccount
        fields = ("shop", "gateway", "channel", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # A declared field stays in the form although the page shows it as text.
            self.fields.pop("gateway", None)
        if "gateway" in self.fields:
            choice = self.fields["gateway"]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = [(code, company_name(code)) for code in companies()]
        row = self.instance
        self._hint("secret", stored=bool(row.secret_encrypted))
        self._hint("webhook_secret", stored=bool(row.webhook_secret_encrypted))

    def _hint(self, name: str, *, stored: bool) -> None:
        if name in self.fields:
            self.fields[name].help_text = (
                gettext("Stored. Leave empty to keep it.") if stored else gettext("Not stored yet.")
            )

    def clean_secret(self) -> str:
        """A contract without its key could send nothing."""
        given = str(self.cleaned_data.get("secret") or "")
        if not given and not self.instance.secret_encrypted:
            raise forms.ValidationError(gettext("Enter the secret key from the payment company's console."))
        return given

    def clean(self) -> dict[str, Any] | None:
        """A company that was taken out of settings since is no contract to save."""
        if self.instance.pk and self.instance.gateway not in companies():
            raise forms.ValidationError(gettext("This payment company is not known here."))
        cleaned: dict[str, Any] | None = super().clean()
        return cleaned


@admin.register(GatewayAccount)
class GatewayAccountAdmin(ConsoleAdmin):
    """A shop's contracts with payment companies: which key refunds are sent with."""

    form = ContractForm
    list_display = ("company_cell", "shop", "secret_cell", "webhook_cell", "is_active")
    list_select_related = ("shop",)
    search_fields = ("gateway",)
    fields = ("shop", "gateway", "secret", "webhook_secret", "channel", "is_active")
    stale_fields: ClassVar = ("gateway", "channel", "is_active")
    empty_hint = _("No payment company yet. Without one, refunds are paid by bank transfer.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose contract it is does not change under its payments."""
        return ("shop", "company_cell") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fields
        return ("shop", "company_cell", "secret", "webhook_secret", "channel", "is_active")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, PERMISSION)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Through the service: encrypted, with its event."""
        given = form.cleaned_data
        contract = Contract(
            gateway=obj.gateway,
            secret=given.get("secret", ""),
            webhook_secret=given.get("webhook_secret", ""),
            is_active=given["is_active"],
            channel=given.get("channel", ""),
        )
        saved = save_contract(obj.shop_id, contract, actor=Actor.staff(request.user.pk or 0))
        obj.pk = saved.pk

    @column(_("Payment company"))
    def company_cell(self, row: GatewayAccount) -> str:
        return company_name(row.gateway)

    @column(_("Secret key"))
    def secret_cell(self, row: GatewayAccount) -> str:
        return gettext("stored") if row.secret_encrypted else gettext("missing")

    @column(_("Webhook secret"))
    def webhook_cell(self, row: GatewayAccount) -> str:
        return gettext("stored") if row.webhook_secret_encrypted else gettext("missing")


menu.register(
    _("Settings"),
    _("Payment companies"),
    "admin:orders_gatewayaccount_changelist",
    PERMISSION,
    icon="settings",
    order=50,
)
