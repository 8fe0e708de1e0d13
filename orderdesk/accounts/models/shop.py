from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models.scope import ShopOwnedQuerySet
from orderdesk.accounts.phones import format_phone
from orderdesk.money import known_currency

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from orderdesk.accounts.models.user import User


class OrderKind(models.TextChoices):
    PARCEL = "parcel", _("Parcel")
    FOOD = "food", _("Food")


class LegalRegime(models.TextChoices):
    KR_GOODS = "kr_goods", _("Korea, goods")
    KR_FOOD = "kr_food", _("Korea, food delivery")
    EU = "eu", _("European Union")
    NONE = "none", _("No statute")


def valid_zone(name: str) -> None:
    """A zone of the tz database."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


def valid_currency(code: str) -> None:
    """An ISO 4217 currency."""
    if not known_currency(code):
        raise ValidationError(_("“%(code)s” is not a currency."), params={"code": code})


class ShopQuerySet(ShopOwnedQuerySet["Shop"]):
    """Shops: a shop belongs to itself."""

    shop_path = "pk"

    def visible_to(self, user: User | AnonymousUser, perm: str | None = None) -> Self:
        """The shops where the user is a member (or, with `perm`, holds it)."""
        if user.is_anonymous:
            return self.none()
        return self if user.is_superuser else self.filter(pk__in=user.shop_ids(perm))


class Shop(models.Model):
    """One seller: what it sells, in which money, zone, language and law, and how customers reach it."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address name"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=OrderKind.choices, default=OrderKind.PARCEL)
    currency = models.CharField(_("currency"), max_length=3, default="KRW", validators=[valid_currency])
    country = models.CharField(_("country"), max_length=2, default="KR")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul", validators=[valid_zone])
    language = models.CharField(
        _("language"), max_length=5, default="ko", choices=[("ko", "한국어"), ("en", "English")]
    )
    legal_regime = models.CharField(
        _("law"), max_length=10, choices=LegalRegime.choices, default=LegalRegime.KR_GOODS
    )
    sender_email = models.EmailField(_("sender mail"), blank=True, default="")
    sender_phone = models.CharField(_("sender phone"), max_length=20, blank=True, default="")
    company_name = models.CharField(_("company name"), max_length=120, blank=True, default="")
    company_number = models.CharField(_("business number"), max_length=30, blank=True, default="")
    company_address = models.CharField(_("business address"), max_length=200, blank=True, default="")
    accent = models.CharField(
        _("accent colour"), max_length=7, default="#2f6f4f", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    # Steps a shop does not use are passed through and stamped as such.
    uses_preparing = models.BooleanField(_("uses the step “preparing”"), default=True)
    uses_ready = models.BooleanField(_("uses the step “ready”"), default=True)
    number_prefix = models.CharField(_("order number prefix"), max_length=8, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar = ShopQuerySet.as_manager()

    class Meta:
        verbose_name = _("shop")
        verbose_name_plural = _("shops")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def phone(self) -> str:
        """The sender's phone as people write it."""
        return format_phone(self.sender_phone)


class OpeningHours(models.Model):
    """When a shop is open on one weekday, in its own time; several rows make a break."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=[
            (0, _("Monday")),
            (1, _("Tuesday")),
            (2, _("Wednesday")),
            (3, _("Thursday")),
            (4, _("Friday")),
            (5, _("Saturday")),
            (6, _("Sunday")),
        ],
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering: ClassVar = ["weekday", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="opening_hours_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
