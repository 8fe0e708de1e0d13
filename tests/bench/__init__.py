"""The benchmark behind `make bench`: docs/operations.md says how to read it."""
