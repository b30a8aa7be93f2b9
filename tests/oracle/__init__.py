"""A plain, separate reading of the rules: what the ledger's answers are held against."""

from tests.oracle.account import RightRow
from tests.oracle.duties import Duty
from tests.oracle.reading import (
    CallingVerdict,
    Deadline,
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
    "CallingVerdict",
    "Deadline",
    "Duty",
    "RightRow",
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
