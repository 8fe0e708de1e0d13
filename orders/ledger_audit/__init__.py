"""The money of every order proved in SQL: each query finds rows that contradict each other, and must find none."""

from orders.ledger_audit.queries import QUERIES, Query
from orders.ledger_audit.run import Finding, Report, audit

__all__ = ["QUERIES", "Finding", "Query", "Report", "audit"]
