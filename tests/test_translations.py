from pathlib import Path

import pytest
from django.conf import settings

from orderdesk.operations.messages import Found, _in_template, missing, read_catalogue, unused

ROOT = Path(settings.BASE_DIR)
PO = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"


def in_template(text: str) -> list[tuple[str, str, str]]:
    found: list[Found] = list(_in_template(text))
    return [(message.msgid, message.plural, message.context) for message in found]


def test_every_string_of_the_source_has_a_korean_translation() -> None:
    assert missing(ROOT, PO) == []


def test_the_catalogue_holds_no_string_that_the_source_dropped() -> None:
    assert unused(ROOT, PO) == []


def test_translations_keep_the_placeholders_of_their_source() -> None:
    broken = [
        f"{message.id!r}: {error}" for message, errors in read_catalogue(PO).check() for error in errors
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{% load i18n %}{% translate "Cancel" %}', ("Cancel", "", "")),
        ('{% translate "It\'s (late)" as x %}', ("It's (late)", "", "")),
        (
            "{% blocktranslate with name=x %}Hello {{ name }}{% endblocktranslate %}",
            ("Hello %(name)s", "", ""),
        ),
        ('{% translate "May" context "month" %}', ("May", "", "month")),
        ('{{ _("Save") }}', ("Save", "", "")),
        (
            "{% blocktranslate count n=x %}{{ n }} order{% plural %}{{ n }} orders{% endblocktranslate %}",
            ("%(n)s order", "%(n)s orders", ""),
        ),
    ],
)
def test_strings_of_templates_are_found(template: str, expected: tuple[str, str, str]) -> None:
    assert in_template(template) == [expected]
