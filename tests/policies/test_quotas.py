"""Quotas: a partner may claim as much as the figures of the day allow, and not one line more."""

from datetime import date

import pytest

from policies.quotas import Claimed, check_quota, overtaken

FIGURES = {"partner_live_claims": 3, "partner_claims_per_day": 2}


@pytest.mark.parametrize(
    ("claimed", "says"),
    [
        (Claimed(live=3, that_day=2, anew=1), None),
        (Claimed(live=4, that_day=1, anew=1), "at most 3 live claims, and with these you would have 4"),
        (Claimed(live=3, that_day=3, anew=1), "at most 2 claims a day, and with these you would have made 3"),
        (Claimed(live=9, that_day=9, anew=0), None),
    ],
)
def test_a_partner_claims_no_more_than_its_quotas(claimed: Claimed, says: str | None) -> None:
    """By live claims, then by claims of the day; who claims nothing anew is let be."""
    refused = check_quota(claimed, FIGURES)
    assert refused is None if says is None else says in (refused or "")


def test_a_claim_is_overtaken_by_one_that_would_begin_before_it() -> None:
    """Not by one of the same day, nor by one that stood before it already, nor on another line."""
    early, since, late = date(2026, 1, 9), date(2026, 1, 10), date(2026, 1, 11)
    reserved = {"rack": since}
    assert overtaken({}, {"rack": early}, reserved) == "rack"
    assert overtaken({"rack": late}, {"rack": early}, reserved) == "rack"
    assert overtaken({"rack": early}, {"rack": early}, reserved) is None
    for after in ({}, {"rack": since}, {"rack": late}, {"gtx": early}):
        assert overtaken({}, after, reserved) is None
