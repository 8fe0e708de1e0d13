from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models.message import MessageChannel


class TemplateTextQuerySet(ShopOwnedQuerySet["TemplateText"]):
    """Own wordings of the shops one may see."""


class TemplateText(models.Model):
    """A shop's own wording of one kind of message: versions, of which the newest published one is used."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", verbose_name=_("shop"))
    kind = models.CharField(_("kind"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=MessageChannel.choices)
    language = models.CharField(_("language"), max_length=5, choices=[("ko", "한국어"), ("en", "English")])
    version = models.PositiveIntegerField(_("version"), editable=False)
    # Plain text with flat {placeholders} from the kind's allow-list; never a Django template.
    subject_line = models.CharField(_("subject"), max_length=200, blank=True, default="")
    body = models.TextField(_("text"))
    is_published = models.BooleanField(_("in use"), default=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar = TemplateTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("own wording")
        verbose_name_plural = _("own wordings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shop", "kind", "channel", "language", "version"], name="template_text_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}" if self.version else self.name

    @property
    def name(self) -> str:
        """Which message it words, as people say it: Order confirmed · Mail · 한국어."""
        kind = str(KINDS[self.kind].label) if self.kind in KINDS else self.kind
        return f"{kind} · {self.get_channel_display()} · {self.get_language_display()}"
