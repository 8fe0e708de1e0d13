"""docs/adding-a-gateway.md, done as it says: its files become modules, and its tests run."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

RECIPE = Path(__file__).resolve().parents[3] / "docs" / "adding-a-gateway.md"
FILES: dict[str, str] = dict(
    re.findall(r"^`([\w./]+)`:\n\n```python\n(.*?)```", RECIPE.read_text(), re.MULTILINE | re.DOTALL)
)
TEST = "tests/orders/gateways/test_paybox.py"
NAMES = re.findall(r"^def (test_\w+)", FILES[TEST], re.MULTILINE)


@pytest.fixture
def made(settings: Any) -> Iterator[ModuleType]:
    """The recipe's modules, the test's last."""
    settings.GATEWAYS = settings.GATEWAYS | {"paybox": "orders.gateways.paybox.GATEWAY"}
    settings.PAYBOX_API_URL = "https://paybox.test"
    names = []
    for path, text in FILES.items():
        name = path.removesuffix(".py").replace("/", ".")
        module = sys.modules[name] = ModuleType(name)
        names.append(name)
        exec(compile(text, path, "exec"), vars(module))
    yield sys.modules[names[-1]]
    for name in names:
        del sys.modules[name]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_the_recipes_own_tests_pass(made: ModuleType, name: str) -> None:
    check: Callable[[], object] = getattr(made, name)
    assert check() is None


def test_the_recipe_has_tests() -> None:
    assert len(NAMES) >= 3
