"""Quotas: a partner may claim as much as the figures of the day allow, and not one line more."""

import pytest

from policies.quotas import Claimed, check_quota

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
