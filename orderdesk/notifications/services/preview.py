"""What a wording would look like: with a real order, or with sample values; and a test of it to a colleague."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from orderdesk.notifications.content import Content
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import Message, TemplateText
from orderdesk.notifications.rendering import LINK_MARKER, Rendered, render_with
from orderdesk.notifications.services.write import Letter, write_message


def content_for_preview(wording: TemplateText, number: str = "") -> Content:
    """The order's own content if the shop has an order of that number, else sample values."""
    with translation.override(wording.language):
        return find_sample(wording, number) or _samples(wording)


def find_sample(wording: TemplateText, number: str) -> Content | None:
    """The content of the shop's order of that number; None without a number or such an order."""
    if not (number and settings.MESSAGE_SAMPLE):
        return None
    found: Content | None = import_string(settings.MESSAGE_SAMPLE)(number, wording.kind, [wording.shop_id])
    return found


def _samples(wording: TemplateText) -> Content:
    samples = {**KINDS[wording.kind].samples, "shop": wording.shop.name, "link": LINK_MARKER}
    return Content(samples, rows=[("면 셔츠 × 2", "₩48,000")], totals=[(_("Total"), "₩48,000")])


def preview(wording: TemplateText, number: str = "") -> Rendered:
    """The message as it would be sent with this version, the private link left out."""
    content = content_for_preview(wording, number)
    return render_with(wording, wording.kind, wording.language, wording.shop, content)


def standard(wording: TemplateText, number: str = "") -> Rendered:
    """The same message in the standard wording."""
    plain = TemplateText(
        shop=wording.shop, kind=wording.kind, channel=wording.channel, language=wording.language
    )
    return render_with(
        plain, wording.kind, wording.language, wording.shop, content_for_preview(wording, number)
    )


def send_test(wording: TemplateText, recipient: str) -> Message | None:
    """Queue this version with sample values to `recipient`; it stands on the shop's timeline, not on an order's."""
    letter = Letter(
        kind=wording.kind,
        channel=wording.channel,
        shop=wording.shop,
        subject=("shop", wording.shop_id),
        customer=None,
        recipient=recipient,
        language=wording.language,
        content=content_for_preview(wording),
    )
    return write_message(letter, None, own=wording)
