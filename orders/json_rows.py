"""Small child rows as JSON inside the parent's own query, so that a page of many panels stays few queries."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.db.models.sql.compiler import SQLCompiler


class JsonRows(Subquery):
    """The rows of `queryset` (correlated by OuterRef) as a list of objects; None when there are none on PostgreSQL."""

    def __init__(self, queryset: QuerySet[Any], **fields: str | Expression) -> None:
        rows = queryset.annotate(row_object=JSONObject(**fields)).values("row_object")
        super().__init__(rows, output_field=JSONField())

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        template: str | None = None,
        **extra: Any,
    ) -> Any:
        gathered = (
            "JSONB_AGG(r.row_object)"
            if connection.vendor == "postgresql"
            else "JSON_GROUP_ARRAY(JSON(r.row_object))"
        )
        rows = f"(SELECT {gathered} FROM (%(subquery)s) r)"  # noqa: S608  one of the two words above
        return super().as_sql(compiler, connection, rows, **extra)
