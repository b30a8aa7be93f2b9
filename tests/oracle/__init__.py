"""A plain, separate reading of the rules: what the ledger's answers are held against."""

from tests.oracle.account import RightRow
from tests.oracle.duties import Duty
from tests.oracle.reading import (
    CallingVerdict,
    Deadline,
    adjustments,
    closed_months,
    deadlines,
    entitlements,
    established,
    figure,
    left_out,
    may_call,
    missing,
    obligations,
    refused_by,
    rights,
    statement,
    streams,
    turning_days,
)
from tests.oracle.residuals import Entitlement, LeftOut, Stream
from tests.oracle.statements import Adjustment

__all__ = [
    "Adjustment",
    "CallingVerdict",
    "Deadline",
    "Duty",
    "Entitlement",
    "LeftOut",
    "RightRow",
    "Stream",
    "adjustments",
    "closed_months",
    "deadlines",
    "entitlements",
    "established",
    "figure",
    "left_out",
    "may_call",
    "missing",
    "obligations",
    "refused_by",
    "rights",
    "statement",
    "streams",
    "turning_days",
]
