from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.durations import DAY, DurationField, days_in_words, minutes_in_words
from orderdesk.console.marks import exact, pill
from orderdesk.events.actor import Actor
from orderdesk.policies.admin.editors import Editor, actions_of, editor_of, register_editor
from orderdesk.policies.models import Policy, PolicyKind, PolicyStatus, TimingTerms
from orderdesk.policies.services.publish import new_draft, publish

TONES = {PolicyStatus.DRAFT: "waits", PolicyStatus.PUBLISHED: "done", PolicyStatus.SUPERSEDED: "idle"}
NOT_A_DRAFT = _("Only a draft can be published or changed. Make a new draft from this version.")


def only_drafts(policy: Policy) -> str | Promise | None:
    """Why a version cannot be changed, or None."""
    return None if policy.status == PolicyStatus.DRAFT else NOT_A_DRAFT


def _publish(request: Any, policy: Policy, _cleaned: dict[str, Any]) -> str | Promise:
    publish(policy.pk, actor=Actor.staff(request.user.pk))
    return _("Published. New orders are bound to this version; earlier orders keep theirs.")


def _publish_outcome(_policy: Policy) -> list[str | Promise]:
    return [
        _("From now on new orders are placed under this version."),
        _("Orders placed before keep the version they were placed under."),
    ]


class TimingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The timings of a draft, each in the unit that one thinks in."""

    acceptance_minutes = DurationField(label=_("Time to accept an order"), least=1, most=14 * DAY)
    unpaid_minutes = DurationField(label=_("Time to pay"), least=5, most=30 * DAY)

    class Meta:
        model = TimingTerms
        fields: ClassVar = ("acceptance_minutes", "acceptance_default", "unpaid_minutes", "completion_days")
        labels: ClassVar = {"completion_days": _("Days from delivery to automatic purchase confirmation")}


def _change_timings(_request: HttpRequest, policy: Policy, cleaned: dict[str, Any]) -> str | Promise:
    TimingTerms.objects.filter(policy=policy, policy__status=PolicyStatus.DRAFT).update(**cleaned)
    return _("The draft is saved.")


@admin.register(Policy)
class PolicyAdmin(ConsoleAdmin):
    """Versions of a shop's rules: drafts are edited and published, published versions only read."""

    list_display = ("name_cell", "status_cell", "shop_cell", "from_cell", "by_cell")
    list_select_related = ("shop", "published_by")
    chips: ClassVar = (
        ChoiceChip("kind", _("Kind"), PolicyKind.choices),
        ChoiceChip("status", _("Status"), PolicyStatus.choices),
    )
    list_template = "admin/policies/list.html"
    object_template = "admin/policies/policy.html"
    object_actions: ClassVar = (
        ObjectAction(
            "publish",
            _("Publish"),
            "policies.publish_policy",
            _publish,
            why_not=only_drafts,
            outcome=_publish_outcome,
            tone="primary",
        ),
    )
    empty_hint = _("No policy yet: orders follow the defaults. Make a draft to set your own rules.")

    @column(_("Policy"))
    def name_cell(self, policy: Policy) -> str:
        return str(policy)

    @column(_("Status"), css="state")
    def status_cell(self, policy: Policy) -> str:
        return pill(policy.get_status_display(), TONES[PolicyStatus(policy.status)])

    @column(_("Shop"), css="nowrap")
    def shop_cell(self, policy: Policy) -> str:
        return str(policy.shop)

    @column(_("In force from"), css="when")
    def from_cell(self, policy: Policy) -> str:
        return exact(policy.effective_from) if policy.effective_from else "—"

    @column(_("Published by"))
    def by_cell(self, policy: Policy) -> str:
        return str(policy.published_by or "—")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with a button for every kind of which a shop has no version yet."""
        page = super().changelist_view(request, extra_context)
        if getattr(page, "context_data", None) is not None:
            page.context_data["first_drafts"] = first_drafts(request)
        return page

    def object_context(self, request: HttpRequest, obj: Policy) -> dict[str, Any]:
        versions = Policy.objects.filter(shop=obj.shop, kind=obj.kind)
        before = versions.filter(version__lt=obj.version).order_by("-version").first()
        editor = editor_of(obj.kind)
        shown: dict[str, Any] = {"editor": editor, "status_tone": TONES[PolicyStatus(obj.status)]}
        shown["other_kinds"] = [choice for choice in PolicyKind.choices if choice[0] != obj.kind]
        if editor is not None:
            shown["terms"] = editor.rows(obj, before)
        if editor is not None and editor.context is not None:
            shown.update(editor.context(request, obj))
        return shown

    def get_object_actions(self, request: HttpRequest, obj: Any) -> tuple[ObjectAction, ...]:
        """Publishing, and the buttons of the kind."""
        return (*self.object_actions, *actions_of(obj.kind))

    def get_urls(self) -> list[URLPattern]:
        """One more address: a POST makes a draft for a shop."""
        view = self.admin_site.admin_view(require_POST(self.draft_view))
        draft = path("draft/<slug:slug>/<slug:kind>/", view, name="policies_policy_draft")
        return [draft, *super().get_urls()]

    def draft_view(self, request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
        if kind not in PolicyKind.values:
            raise Http404
        shop = get_object_or_404(Shop.objects.visible_to(request.user, "policies.change_policy"), slug=slug)
        return redirect(self.object_url(new_draft(shop.pk, kind)))


def first_drafts(request: HttpRequest) -> list[tuple[Shop, str, str]]:
    """(shop, kind, its name) without any version, in shops where the user may write drafts."""
    shops = list(Shop.objects.visible_to(request.user, "policies.change_policy").order_by("name"))
    known = set(Policy.objects.filter(shop__in=shops).order_by().values_list("shop_id", "kind").distinct())
    return [
        (shop, kind, str(label))
        for shop in shops
        for kind, label in PolicyKind.choices
        if (shop.pk, kind) not in known
    ]


def terms_in_words(policy: Policy, before: Policy | None) -> list[dict[str, Any]]:
    """Each timing in words, with what it was in the version before where that differs."""
    then = TimingTerms.objects.filter(policy=before).first() if before else None
    rows = []
    for name in TimingForm.Meta.fields:
        field = TimingForm.base_fields[name]
        now_text, then_text = _text(policy.timing, name), _text(then, name) if then else None
        rows.append(
            {
                "label": field.label,
                "value": now_text,
                "before": then_text if then_text != now_text else None,
            }
        )
    return rows


def _text(terms: TimingTerms, name: str) -> str:
    value = getattr(terms, name)
    if name.endswith("_minutes"):
        return minutes_in_words(value)
    if name.endswith("_days"):
        return days_in_words(value)
    return str(getattr(terms, f"get_{name}_display")())


register_editor(
    PolicyKind.TIMING,
    Editor(
        _("Timings"),
        terms_in_words,
        (
            ObjectAction(
                "timings",
                _("Change timings"),
                "policies.change_policy",
                _change_timings,
                form_class=TimingForm,
                why_not=only_drafts,
                form_arguments=lambda _request, policy: {"instance": policy.timing},
            ),
        ),
    ),
)
menu.register(
    _("Policies"),
    _("Versions"),
    "admin:policies_policy_changelist",
    "policies.view_policy",
    icon="policy",
    order=10,
)
