"""Vendors' own schemas, checked without a library: what we send and what we take must fit them.

`facts.json` holds the few schemas we need, without their words; with the shared data beside the project, a test compares
them with the vendors' documents.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("ORDERDESK_REAL_DATA") or HERE.parents[4] / "shared" / "data") / "payloads"
FACTS: dict[str, dict[str, Any]] = json.loads((HERE.parent / "facts.json").read_text())
DOCUMENTS = {
    "toss": SHARED / "toss" / "openapi_toss-payments-server-api_10.0.0.json",
    "portone": SHARED / "portone" / "openapi_1.16.0.json.gz",
}
_PREFIX = "#/components/schemas/"
_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
_KEPT = [
    "type",
    "properties",
    "required",
    "enum",
    "const",
    "oneOf",
    "allOf",
    "items",
    "pattern",
    "$ref",
    "discriminator",
    "propertyName",
    "mapping",
    "additionalProperties",
]


def document(vendor: str) -> dict[str, Any]:
    """The vendor's whole list of schemas."""
    path = DOCUMENTS[vendor]
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    schemas: dict[str, Any] = json.loads(raw)["components"]["schemas"]
    return schemas


def bare(node: Any, *, names: bool = False) -> Any:
    """A schema without its words; `names`: keys are a vendor's names, not words of the schema language."""
    if isinstance(node, list):
        return [bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = node if names else {key: value for key, value in node.items() if key in _KEPT}
    return {key: bare(value, names=key in ("properties", "mapping")) for key, value in kept.items()}


def misfits(vendor: str, schema: str, value: Any) -> list[str]:
    """Where the value does not fit the vendor's schema; unknown fields of ours count."""
    return _misfits(FACTS[vendor], {"$ref": _PREFIX + schema}, value, schema)


def _misfits(known: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> list[str]:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_PREFIX)
        # A schema that we did not keep is about something that we neither send nor read.
        return _misfits(known, known[name], value, at) if name in known else []
    if "oneOf" in schema:
        return _one_of(known, schema, value, at)
    if "const" in schema:
        return [] if value == schema["const"] else [f"{at}: not {schema['const']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of the allowed"]
    return _typed(known, schema, value, at)


def _one_of(known: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> list[str]:
    choices = schema["oneOf"]
    if "discriminator" in schema and isinstance(value, dict):
        found = schema["discriminator"]["mapping"].get(value.get(schema["discriminator"]["propertyName"]))
        choices = [{"$ref": found}] if found else []
    tried = [_misfits(known, choice, value, at) for choice in choices]
    return [] if any(not each for each in tried) else (tried[-1] if tried else [f"{at}: no such choice"])


def _typed(known: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> list[str]:
    kind = schema.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{at}: {value!r} is no {kind}"]
    if kind == "string" and "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{at}: {value!r} has another form"]
    if kind == "array":
        return [each for item in value for each in _misfits(known, schema.get("items", {}), item, f"{at}[]")]
    if kind != "object":
        return []
    fields = schema.get("properties", {})
    missing = [f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value]
    inside = [
        each
        for name, item in value.items()
        if name in fields
        for each in _misfits(known, fields[name], item, f"{at}.{name}")
    ]
    return missing + inside


def strangers(vendor: str, schema: str, value: dict[str, Any]) -> list[str]:
    """Fields of ours that the vendor does not name."""
    return sorted(set(value) - set(FACTS[vendor][schema]["properties"]))
