"""Finds every translatable string of the source without GNU gettext, and keeps the catalogues in step with it."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCES = ("orderdesk", "orders", "returns", "feedback")
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
_CALL = re.compile(r"\b(?:_|gettext|ngettext|pgettext|npgettext)\((?=\s*u?['\"])")


@dataclass
class Found:
    """One translatable string: its plural and context if any, and the files it stands in."""

    msgid: str
    plural: str = ""
    context: str = ""
    places: set[str] = field(default_factory=set)


def source_messages(root: Path) -> dict[tuple[str, str], Found]:
    """All translatable strings of our Python and templates, by (context, msgid)."""
    messages: dict[tuple[str, str], Found] = {}
    for path, found in _everywhere(root):
        message = messages.setdefault((found.context, found.msgid), found)
        message.plural = message.plural or found.plural
        message.places.add(str(path.relative_to(root)))
    return messages


def _everywhere(root: Path) -> Iterator[tuple[Path, Found]]:
    for package in SOURCES:
        for path in sorted((root / package).rglob("*.py")):
            yield from ((path, found) for found in _in_tree(ast.parse(path.read_text())))
    folders = [root / "templates", *(root / package for package in SOURCES)]
    for folder in folders:
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
            yield from ((path, found) for found in _in_template(path.read_text()))


def _in_tree(tree: ast.AST) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            found = _from_call(name, [_literal(argument) for argument in node.args])
            if found:
                yield found


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _from_call(name: str, texts: list[str]) -> Found | None:
    if name in PLAIN and texts and texts[0]:
        return Found(texts[0])
    if name in PLURAL and len(texts) > 1 and texts[0]:
        return Found(texts[0], plural=texts[1])
    if name in CONTEXT and len(texts) > 1 and texts[1]:
        return Found(texts[1], context=texts[0])
    if name in CONTEXT_PLURAL and len(texts) > 2 and texts[1]:
        return Found(texts[1], plural=texts[2], context=texts[0])
    return None


def _in_template(text: str) -> Iterator[Found]:
    # Django turns a template into text that looks like Python calls between rows of X.
    source = templatize(text)
    for match in _CALL.finditer(source):
        call = _balanced(source[match.start() :])
        if call:
            yield from _in_tree(call)


def _balanced(source: str) -> ast.AST | None:
    """The call at the start of `source`: the shortest text up to a closing bracket that is Python."""
    for bracket in re.finditer(r"\)", source):
        try:
            return ast.parse(source[: bracket.end()])
        except (SyntaxError, ValueError):
            continue
    return None


def read_catalogue(po: Path) -> Catalog:
    with po.open("rb") as source:
        return read_po(source, locale=po.parent.parent.name)


def missing(root: Path, po: Path) -> list[str]:
    """Strings of the source that the catalogue lacks, leaves empty or marks as fuzzy."""
    catalogue = read_catalogue(po)
    lacking = []
    for (context, msgid), found in source_messages(root).items():
        message = catalogue.get(msgid, context or None)
        if message is None or message.fuzzy or not _complete(message.string):
            lacking.append(f"{msgid!r} in {', '.join(sorted(found.places))}")
    return lacking


def unused(root: Path, po: Path) -> list[str]:
    """Strings of the catalogue that the source no longer has."""
    wanted = set(source_messages(root))
    return [str(message.id) for message in read_catalogue(po) if message.id and _key(message) not in wanted]


def _key(message: object) -> tuple[str, str]:
    msgid = getattr(message, "id", "")
    return getattr(message, "context", None) or "", msgid if isinstance(msgid, str) else msgid[0]


def _complete(string: str | Iterable[str] | None) -> bool:
    return bool(string) if string is None or isinstance(string, str) else all(string)


def merge(root: Path, po: Path, translations: dict[str, str | list[str]]) -> list[str]:
    """Rewrite the catalogue as the source's strings with their translations, `translations` first.

    A plural's translation is `[msgid_plural, msgstr0]`. Returns the strings that still have none.
    """
    old = read_catalogue(po) if po.exists() else Catalog(locale=po.parent.parent.name)
    # The old date stays: a run that changes no string changes no line.
    new = Catalog(
        locale=po.parent.parent.name,
        project="orderdesk",
        header_comment="#",
        creation_date=old.creation_date,
        fuzzy=False,
    )
    lacking = []
    for (context, msgid), found in sorted(source_messages(root).items()):
        text = _translation(old, found, translations)
        lacking += [] if _complete(text) else [msgid]
        flags = ["python-format"] if "%(" in msgid else []
        identity = (msgid, found.plural) if found.plural else msgid
        places = [(place, 0) for place in sorted(found.places)]
        new.add(identity, text, locations=places, flags=flags, context=context or None)
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as target:
        write_po(target, new, width=110, omit_header=False, include_lineno=False)
    return lacking


def _translation(
    old: Catalog, found: Found, translations: dict[str, str | list[str]]
) -> str | tuple[str, ...]:
    given = translations.get(found.msgid)
    if given is None:
        message = old.get(found.msgid, found.context or None)
        kept = (message.string or "") if message and not message.fuzzy else ""
    else:
        kept = given if isinstance(given, str) else given[-1]
    if not found.plural:
        return kept if isinstance(kept, str) else next(iter(kept), "")
    return (kept,) if isinstance(kept, str) else tuple(kept)
