"""Orders by the million for benchmarks: rows from generators, no model instances, COPY on PostgreSQL."""

from orderdesk.operations.synthesise.run import Made, synthesise

__all__ = ["Made", "synthesise"]
