"""Words and colours of the order page that templates look up."""

from __future__ import annotations

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from orderdesk.accounts.privacy import mask_email, mask_phone
from orderdesk.events import registry
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.notifications.admin.message import REASONS
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import Message, MessageChannel, MessageState
from orders.admin.actions import ORDER_ACTIONS
from orders.reasons import label_of
from orders.terms import source_label

register = template.Library()

_LABELS = {action.name: action.label for action in ORDER_ACTIONS}
_MESSAGE_TONES: dict[str, str] = {
    MessageState.QUEUED: "waits",
    MessageState.CLAIMED: "moving",
    MessageState.HANDED_OVER: "moving",
    MessageState.ACCEPTED: "moving",
    MessageState.DELIVERED: "done",
    MessageState.BOUNCED: "bad",
    MessageState.COMPLAINED: "bad",
    MessageState.REJECTED: "bad",
    MessageState.UNKNOWN: "waits",
}
_REACTION_TONES: dict[str, str] = {
    ReactionState.DONE: "done",
    ReactionState.RUNNING: "moving",
    ReactionState.PENDING: "waits",
    ReactionState.GIVEN_UP: "bad",
}


@register.simple_tag
def action_label(name: str) -> str | Promise:
    """{% action_label "hand_over" %}"""
    return _LABELS.get(name, name)


@register.filter
def source_words(source: str) -> str:
    """A sales channel in the reader's words."""
    return source_label(source)


@register.filter
def reason_words(code: str) -> str:
    """A reason of cancelling in the reader's words."""
    return label_of(code)


@register.filter
def message_tone(state: str) -> str:
    """The colour of a message's state."""
    return _MESSAGE_TONES.get(state, "idle")


@register.filter
def reaction_tone(state: str) -> str:
    """The colour of a reaction's state."""
    return _REACTION_TONES.get(state, "idle")


@register.filter
def message_label(kind: str) -> str | Promise:
    """A kind of message in words."""
    known = KINDS.get(kind)
    return known.label if known else kind


@register.filter
def reason_label(reason: str) -> str | Promise:
    """Why a message was not sent, in words; what a server answered stays as it is."""
    return REASONS.get(reason, reason)


@register.filter
def masked_recipient(message: Message) -> str:
    """Where it went, masked."""
    mask = mask_email if message.channel == MessageChannel.EMAIL else mask_phone
    return mask(message.recipient)


@register.filter
def reaction_label(name: str) -> str:
    """A reaction in words."""
    return registry.reaction_label(name)


@register.filter
def retryable(reaction: Reaction) -> bool:
    """Whether trying again can help: it failed before."""
    failed = reaction.state == ReactionState.PENDING and reaction.attempts > 0
    return failed or reaction.state == ReactionState.GIVEN_UP


@register.simple_tag
def message_url(message: Message) -> str:
    """The message's own page with its rendered copy, where there is one."""
    try:
        return reverse("admin:notifications_message_change", args=[message.pk])
    except NoReverseMatch:
        return ""
