from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.models import Shop, User
from orderdesk.accounts.roles import Role
from orders.models import ImportRun, ImportState, Order
from orders.services.importing.background import run_due_imports
from tests.builders import make_shop, make_user
from tests.orders.sources.samples import csv_file, csv_row

pytestmark = pytest.mark.django_db
LIST = "/admin/imports/"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def lead(shop: Shop) -> User:
    return make_user(shop, Role.LEAD)


@pytest.fixture
def desk(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def upload(desk: Client, shop: Shop, path: Path, **values: Any) -> ImportRun:
    file = SimpleUploadedFile("orders.csv", path.read_bytes(), content_type="text/csv")
    answer = desk.post(LIST, {"shop": shop.pk, "file": file} | values)
    assert answer.status_code == 302
    return ImportRun.objects.latest("pk")


def test_the_page_lives_at_its_address(desk: Client) -> None:
    assert reverse("imports:list") == LIST
    assert desk.get(LIST).status_code == 200


def test_an_upload_becomes_a_draft_with_guessed_columns_and_verdicts(
    desk: Client, shop: Shop, tmp_path: Path
) -> None:
    run = upload(
        desk, shop, csv_file(tmp_path / "o.csv", csv_row(), csv_row(order_number="A-2", quantity="x"))
    )
    page = desk.get(reverse("imports:show", args=[run.pk]))
    assert (run.state, run.mapping["product"]) == (ImportState.DRAFT, "product")
    assert [bool(verdict.complaint) for verdict in page.context["verdicts"]] == [False, True]
    assert Order.objects.count() == 0


def test_a_started_import_is_done_by_the_drain(desk: Client, shop: Shop, tmp_path: Path) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv"))
    desk.post(reverse("imports:start", args=[run.pk]))
    assert run_due_imports() == 1
    run.refresh_from_db()
    assert (run.state, run.counts["orders"], Order.objects.get().shop) == (ImportState.DONE, 1, shop)
    assert run_due_imports() == 0


def test_progress_answers_a_poll_with_nothing_new(desk: Client, shop: Shop, tmp_path: Path) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv"))
    desk.post(reverse("imports:start", args=[run.pk]))
    url = reverse("imports:show", args=[run.pk])
    first = desk.get(url, headers={"X-Fragment": "progress"})
    second = desk.get(url, headers={"X-Fragment": "progress", "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, second.status_code) == (200, 304)


def test_columns_can_be_chosen_by_hand(desk: Client, shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("nr,when,what,many,each\n7,2026-03-02,Shirt,1,10\n")
    run = upload(desk, shop, path)
    assert "trouble" in desk.get(reverse("imports:show", args=[run.pk])).context
    chosen = {
        "order_number": "nr",
        "placed_at": "when",
        "product": "what",
        "quantity": "many",
        "unit_price": "each",
    }
    desk.post(reverse("imports:columns", args=[run.pk]), chosen)
    page = desk.get(reverse("imports:show", args=[run.pk]))
    assert [verdict.number for verdict in page.context["verdicts"]] == ["7"]


def test_an_import_without_its_columns_does_not_start(desk: Client, shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("nr,when\n7,2026-03-02\n")
    run = upload(desk, shop, path)
    desk.post(reverse("imports:start", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportState.DRAFT


def test_a_draft_can_be_thrown_away_with_its_file(desk: Client, shop: Shop, tmp_path: Path) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv"))
    kept = Path(run.upload.path)
    assert kept.exists()
    desk.post(reverse("imports:discard", args=[run.pk]))
    assert (ImportRun.objects.count(), kept.exists()) == (0, False)


def test_a_draft_whose_file_is_gone_says_so(desk: Client, shop: Shop, tmp_path: Path) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv"))
    Path(run.upload.path).unlink()
    page = desk.get(reverse("imports:show", args=[run.pk]))
    assert (page.status_code, bool(page.context["trouble"])) == (200, True)


def test_rejected_rows_are_shown_and_downloaded(desk: Client, shop: Shop, tmp_path: Path) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv", csv_row(quantity="x")))
    desk.post(reverse("imports:start", args=[run.pk]))
    run_due_imports()
    shown = desk.get(reverse("imports:show", args=[run.pk])).context["rejects"]
    assert [reject.code for reject, _column, _text in shown] == ["bad_number"]
    answer = desk.get(reverse("imports:rejects", args=[run.pk]))
    assert "2,quantity" in answer.getvalue().decode()


def test_the_template_reads_as_an_order(desk: Client, shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    path.write_bytes(desk.get(reverse("imports:template")).content)
    run = upload(desk, shop, path)
    page = desk.get(reverse("imports:show", args=[run.pk]))
    assert [(verdict.number, verdict.complaint) for verdict in page.context["verdicts"]] == [("A-1001", "")]


@pytest.mark.parametrize("body", [b"", b"only one column\n1\n", b"\x1f\x8b no gzip at all"])
def test_a_file_that_is_none_is_refused_with_a_sentence(desk: Client, shop: Shop, body: bytes) -> None:
    answer = desk.post(LIST, {"shop": shop.pk, "file": SimpleUploadedFile("x.csv", body)})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.PACKER, Role.KITCHEN, Role.ANALYST, Role.POLICY_EDITOR])
def test_roles_that_may_not_import_stay_outside(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("imports:template")).status_code == 403


def test_another_shops_import_does_not_exist_here(
    desk: Client, shop: Shop, client: Client, tmp_path: Path
) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv"))
    foreign = make_shop()
    client.force_login(make_user(foreign, Role.LEAD))
    for name in ("show", "rejects"):
        assert client.get(reverse(f"imports:{name}", args=[run.pk])).status_code == 404
    for name in ("columns", "start", "discard"):
        assert client.post(reverse(f"imports:{name}", args=[run.pk])).status_code == 404
    file = SimpleUploadedFile("o.csv", b"a,b\n1,2\n")
    assert client.post(LIST, {"shop": shop.pk, "file": file}).status_code == 422


def test_reading_a_page_changes_nothing_and_deeds_need_a_post(
    desk: Client, shop: Shop, tmp_path: Path
) -> None:
    run = upload(desk, shop, csv_file(tmp_path / "o.csv"))
    for name in ("columns", "start", "discard"):
        assert desk.get(reverse(f"imports:{name}", args=[run.pk])).status_code == 405
