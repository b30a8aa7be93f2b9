"""A plain, separate reading of the rules: what the ledger's answers are held against."""

from tests.oracle.reading import (
    deadlines,
    established,
    figure,
    may_call,
    missing,
    obligations,
    refused_by,
    rights,
    turning_days,
)

__all__ = [
    "deadlines",
    "established",
    "figure",
    "may_call",
    "missing",
    "obligations",
    "refused_by",
    "rights",
    "turning_days",
]
