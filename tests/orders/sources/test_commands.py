import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orderdesk.accounts.models import Shop
from orders.models import ImportRun, Order
from tests.builders import make_order, make_shop
from tests.orders.sources.samples import csv_file, csv_row, olist, retail

pytestmark = pytest.mark.django_db


def run(*args: Any, **options: Any) -> tuple[int, dict[str, Any]]:
    """Exit status and the last line of standard output."""
    out, status = io.StringIO(), 0
    try:
        call_command("import_orders", *args, stdout=out, stderr=io.StringIO(), **options)
    except SystemExit as ended:
        status = int(str(ended.code))
    return status, json.loads(out.getvalue().splitlines()[-1])


def test_a_missing_shop_is_made_as_the_source_is(tmp_path: Path) -> None:
    status, said = run(olist(tmp_path / "o"), source="olist", shop="br")
    shop = Shop.objects.get(slug="br")
    assert (shop.currency, shop.time_zone, shop.language, shop.legal_regime) == (
        "BRL",
        "America/Sao_Paulo",
        "en",
        "none",
    )
    assert (status, said["orders"], said["reviews"], said["rejected"]) == (0, 1, 1, 0)


def test_the_last_line_has_every_count(tmp_path: Path) -> None:
    _status, said = run(retail(tmp_path / "r.csv"), source="online_retail", shop="uk")
    wanted = {"orders", "lines", "payments", "shipments", "reviews", "credits", "rejected", "seconds"}
    assert wanted | {"unchanged", "adjustments", "flags"} <= set(said)


def test_rejected_rows_go_to_the_file_and_set_the_exit_status(tmp_path: Path) -> None:
    make_shop(slug="kr")
    path, rejects = (
        csv_file(tmp_path / "o.csv", csv_row(quantity="x"), csv_row(order_number="2")),
        tmp_path / "bad.csv",
    )
    status, said = run(path, source="csv", shop="kr", rejects=rejects)
    assert (status, said["orders"], said["rejected"]) == (1, 1, 1)
    lines = rejects.read_text().splitlines()
    assert lines[0] == "line,column,reason,row"
    assert lines[1].startswith("2,quantity,")


def test_a_dry_run_writes_neither_shop_nor_orders(tmp_path: Path) -> None:
    _status, said = run(olist(tmp_path / "o"), source="olist", shop="br", dry_run=True)
    assert said["orders"] == 1
    assert (Shop.objects.count(), Order.objects.count(), ImportRun.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "source"), [("nothing.csv", "csv"), ("own.csv", "csv"), ("own.csv", "olist")]
)
def test_wrong_use_ends_with_two(tmp_path: Path, name: str, source: str) -> None:
    csv_file(tmp_path / "own.csv")
    with pytest.raises(CommandError) as ended:
        run(tmp_path / name, source=source, shop="nobody")
    assert ended.value.returncode == 2


@pytest.mark.parametrize(("kind", "rows"), [("csv", 2), ("jsonl", 1)])
def test_an_export_says_how_much_it_wrote(tmp_path: Path, kind: str, rows: int) -> None:
    order, out, path = make_order(quantities=(1, 1)), io.StringIO(), tmp_path / "out"
    call_command("export_orders", shop=order.shop.slug, format=kind, output=path, stdout=out)
    assert json.loads(out.getvalue())["rows"] == rows
    assert order.number in path.read_text()


def test_an_export_of_no_shop_is_wrong_use() -> None:
    with pytest.raises(CommandError) as ended:
        call_command("export_orders", shop="nobody")
    assert ended.value.returncode == 2
