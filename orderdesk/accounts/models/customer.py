from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models.scope import ShopOwnedQuerySet
from orderdesk.accounts.models.shop import Shop
from orderdesk.accounts.phones import phone_digits


class CustomerQuerySet(ShopOwnedQuerySet["Customer"]):
    """Customers of the shops one may see."""


class Customer(models.Model):
    """A buyer as one shop knows them; the same person in two shops is two customers."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="customers", verbose_name=_("shop"))
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    email = models.EmailField(_("mail"), blank=True, default="")
    # Digits with the country code's plus if given: 01012345678, +4915112345.
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    phone_tail = models.CharField(max_length=4, blank=True, default="", editable=False)
    language = models.CharField(
        _("language"), max_length=5, default="ko", choices=[("ko", "한국어"), ("en", "English")]
    )
    # The sales channel's own id of this person, so that an import finds them again.
    source_ref = models.CharField(_("channel's id"), max_length=80, blank=True, default="")
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects: ClassVar = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions: ClassVar = [("unmask_customer", "Can see a customer's full name, mail and phone")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shop", "source_ref"], name="customer_source_ref", condition=~models.Q(source_ref="")
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["shop", "email"], name="customer_email"),
            models.Index(fields=["shop", "phone"], name="customer_phone"),
            # Everybody whose phone ends so, without reading one row.
            models.Index(fields=["phone_tail", "shop", "id"], name="customer_by_phone_tail"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    def save(self, *args: object, **kwargs: object) -> None:
        self.normalise()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def normalise(self) -> None:
        """Bring mail and phone to the form that look-ups use; bulk writers call it themselves."""
        self.email = self.email.strip().lower()
        self.phone = phone_digits(self.phone)
        self.phone_tail = self.phone[-4:]


class ConsentChannel(models.TextChoices):
    EMAIL = "email", _("Mail")
    SMS = "sms", _("SMS")
    ALIMTALK = "alimtalk", _("KakaoTalk")
    PUSH = "push", _("Push")


class ConsentPurpose(models.TextChoices):
    SERVICE = "service", _("Service")
    ADVERTISING = "advertising", _("Advertising")
    ADVERTISING_NIGHT = "advertising_night", _("Advertising at night")


class Consent(models.Model):
    """One yes or no of a customer: to what, through which channel, when, to which wording, and where it was said."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(_("channel"), max_length=10, choices=ConsentChannel.choices)
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    granted = models.BooleanField(_("granted"))
    at = models.DateTimeField(_("when"))
    text_version = models.CharField(_("text version"), max_length=40)
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes: ClassVar = [
            models.Index(fields=["customer", "channel", "purpose", "-at"], name="consent_latest")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}: {'yes' if self.granted else 'no'}"
