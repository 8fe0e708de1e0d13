"""The house rules of docs/architecture.md, measured on the source itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("orderdesk", "orders", "returns", "feedback")
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "misc",
    "base",
    "lib",
    "manager",
    "managers",
}
TOP_LEVEL = {
    *(
        "orderdesk",
        "orders",
        "returns",
        "feedback",
        "templates",
        "static",
        "locale",
        "tests",
        "docs",
        "manage.py",
    ),
    *("requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt", "pyproject.toml"),
    *(
        "Makefile",
        "Procfile",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "compose.yaml",
        "Dockerfile",
        "LICENSE",
    ),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


SOURCE = python_files(*PACKAGES)
TESTS = python_files("tests")
TREES = {path: ast.parse(path.read_text()) for path in [*SOURCE, *TESTS]}


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def functions(paths: list[Path]) -> Iterator[tuple[Path, Function]]:
    for path in paths:
        for node in ast.walk(TREES[path]):
            if isinstance(node, Function):
                yield path, node


def code_lines(node: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return total
    text = node.body[0]
    return total - ((text.end_lineno or text.lineno) - text.lineno + 1)


def in_services(path: Path) -> bool:
    return "services" in path.parts or path.name == "services.py"


def test_no_function_is_longer_than_fifty_lines() -> None:
    assert [place(path, node) for path, node in functions([*SOURCE, *TESTS]) if code_lines(node) > 50] == []


def test_the_median_function_has_eight_lines_at_most() -> None:
    assert median(code_lines(node) for _, node in functions(SOURCE)) <= 8


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    assert [str(path) for path in TREES if len(path.read_text().splitlines()) > 400] == []


def test_files_are_named_after_what_they_hold() -> None:
    vague = [path for path in SOURCE if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES]
    assert [str(path.relative_to(ROOT)) for path in vague if path.parent.name != "settings"] == []


def test_the_top_level_stays_small() -> None:
    shown = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {"var", "build"}
    assert shown - TOP_LEVEL == set()


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        place(path, inner)
        for path, node in functions([*SOURCE, *TESTS])
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_functions_take_six_arguments_at_most() -> None:
    crowded = [
        place(path, node)
        for path, node in functions(SOURCE)
        if len(
            [
                a
                for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                if a.arg not in {"self", "cls"}
            ]
        )
        > 6
    ]
    assert crowded == []


def test_every_argument_and_result_has_a_type() -> None:
    bare = [place(path, node) for path, node in functions([*SOURCE, *TESTS]) if not is_typed(node)]
    assert bare == []


def is_typed(node: Function) -> bool:
    arguments = [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]
    named = [a for a in arguments if a is not None and a.arg not in {"self", "cls"}]
    return node.returns is not None and all(a.annotation is not None for a in named)


def test_nothing_is_left_to_do_later() -> None:
    later = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    assert [
        str(path) for path in TREES if path.name != Path(__file__).name and later.search(path.read_text())
    ] == []


def test_no_error_is_swallowed_in_silence() -> None:
    silent = [
        place(path, node)
        for path in SOURCE
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert silent == []


def test_only_models_and_services_write_a_status() -> None:
    written = [
        place(path, node)
        for path in SOURCE
        if not in_services(path) and "models" not in path.parts
        for node in ast.walk(TREES[path])
        if writes_status(node)
    ]
    assert written == []


def writes_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(
            isinstance(t, ast.Attribute) and t.attr == "status" and not on_self(t) for t in node.targets
        )
    is_update = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
    )
    return is_update and any(keyword.arg == "status" for keyword in node.keywords)  # type: ignore[attr-defined]


def on_self(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def transitions() -> set[str]:
    """Names of the methods that move an FSM field."""
    return {
        node.name
        for path, node in functions(SOURCE)
        if "models" in path.parts
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "transition"
    }


def test_only_services_call_transitions_of_an_order() -> None:
    names = transitions()
    callers = [
        place(path, node)
        for path in SOURCE
        if not in_services(path) and "models" not in path.parts
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
        if isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"order", "shipment", "obj", "refund", "payment"}
    ]
    assert callers == []


def test_public_functions_of_services_state_their_contract() -> None:
    silent = [
        place(path, node)
        for path in SOURCE
        if in_services(path) or path.name in {"policy.py", "money.py"}
        for node in TREES[path].body
        if isinstance(node, Function) and not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_every_model_says_in_a_sentence_what_a_row_is() -> None:
    silent = [
        place(path, node)
        for path in SOURCE
        if "models" in path.parts or path.name == "models.py"
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.ClassDef) and is_model(node) and ast.get_docstring(node) is None
    ]
    assert silent == []


def is_model(node: ast.ClassDef) -> bool:
    return any(ast.unparse(parent) in {"models.Model", "Model", "AbstractUser"} for parent in node.bases)


def awaited_kinds() -> dict[str, str]:
    """Event kinds that some reaction waits for, and where."""
    return {
        argument.value: place(path, node)
        for path, node in functions(SOURCE)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "on"
        for argument in decorator.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def recorded_patterns() -> list[re.Pattern[str]]:
    """What is recorded: texts with a dot outside of reactions; an f-string's holes match one word."""
    patterns = []
    for path in [path for path in SOURCE if "reactions" not in path.stem and "reactions" not in path.parts]:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value[:60]:
                patterns.append(re.compile(re.escape(node.value)))
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z_]+"
                    for p in node.values
                ]
                patterns.append(re.compile("".join(parts)))
    return [pattern for pattern in patterns if re.match(r"^\w+\\?\.", pattern.pattern)]


def test_every_kind_that_a_reaction_awaits_is_recorded_somewhere() -> None:
    patterns = recorded_patterns()
    orphans = {k: where for k, where in awaited_kinds().items() if not any(p.fullmatch(k) for p in patterns)}
    assert orphans == {}


@pytest.mark.parametrize(
    "pattern", [r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", r"<style\b", r"\sstyle=", r"\son\w+="]
)
def test_templates_hold_no_inline_script_or_style(pattern: str) -> None:
    # Mails have no stylesheet of their own: css-inline writes their style attributes from one, after rendering.
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "notifications" not in path.parts]
    inline = re.compile(pattern, re.IGNORECASE)
    assert [str(path.relative_to(ROOT)) for path in pages if inline.search(path.read_text())] == []


def every_test() -> list[tuple[Path, Function]]:
    return [(path, node) for path, node in functions(TESTS) if node.name.startswith("test_")]


def test_names_of_tests_are_sentences() -> None:
    assert [place(path, node) for path, node in every_test() if node.name.count("_") < 3] == []


def test_the_median_test_has_twelve_lines_at_most() -> None:
    assert median(code_lines(node) for _, node in every_test()) <= 12


def test_every_test_asserts_something() -> None:
    assert [place(path, node) for path, node in every_test() if not asserts(node)] == []


def asserts(node: Function) -> bool:
    """A plain assert, `pytest.raises`, a mock's assertion, or a call to one of our own `assert_…` and `expect_…`."""
    calls = [ast.unparse(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    told = [name for name in calls if re.search(r"raises$|(^|\.)_?(assert|expect|check)", name)]
    return bool(told) or any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
