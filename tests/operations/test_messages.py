from pathlib import Path

from orderdesk.operations.catalogue import compile_catalogues
from orderdesk.operations.messages import merge, missing, read_catalogue


def project(root: Path) -> Path:
    (root / "orders").mkdir()
    (root / "orders/a.py").write_text(
        'from x import _, ngettext\n_("Cancel")\nngettext("%(n)d day", "%(n)d days", n)\n'
    )
    (root / "templates").mkdir()
    (root / "templates/a.html").write_text('{% load i18n %}{% translate "Ship" %}')
    return root / "locale/ko/LC_MESSAGES/django.po"


def test_merging_lists_what_has_no_translation_yet(tmp_path: Path) -> None:
    po = project(tmp_path)
    assert merge(tmp_path, po, {"Cancel": "취소"}) == ["%(n)d day", "Ship"]
    assert len(missing(tmp_path, po)) == 2


def test_merging_keeps_earlier_translations_and_takes_plurals(tmp_path: Path) -> None:
    po = project(tmp_path)
    merge(tmp_path, po, {"Cancel": "취소"})
    assert merge(tmp_path, po, {"Ship": "발송", "%(n)d day": ["%(n)d days", "%(n)d일"]}) == []
    message = read_catalogue(po).get("%(n)d day")
    assert message is not None
    assert message.string == ("%(n)d일",)


def test_merging_again_changes_no_byte(tmp_path: Path) -> None:
    po = project(tmp_path)
    merge(tmp_path, po, {"Cancel": "취소"})
    before = po.read_bytes()
    merge(tmp_path, po, {})
    assert po.read_bytes() == before


def test_only_a_newer_catalogue_is_compiled(tmp_path: Path) -> None:
    merge(tmp_path, project(tmp_path), {"Cancel": "취소"})
    assert [compile_catalogues(tmp_path / "locale") for _ in range(2)] == [1, 0]
