"""Account managers: who is in charge when, and which appointments are refused."""

from datetime import date

import pytest

from policies.account_managers import major_account_managers
from policies.days import FOREVER
from tests.scenarios.telling import cited, history, refusal, told

ELEVATED = "2026-01-01 account elevated"
MARY = "2026-02-01 mary put in charge"


def charges(*lines: str) -> list[tuple[str, str, str | None]]:
    """Who is in charge after these facts: who, since, until."""
    return [
        (span.value.party_id, str(span.since), None if span.until == FOREVER else str(span.until))
        for span in major_account_managers(history(*lines)).spans
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([ELEVATED], []),
        ([ELEVATED, MARY], [("mary", "2026-02-01", None)]),
        (["2026-02-01 account elevated", MARY], [("mary", "2026-02-01", None)]),
        (["2026-03-01 account elevated", ELEVATED, MARY], [("mary", "2026-02-01", None)]),
        ([ELEVATED, MARY, "2026-05-01 charge released"], [("mary", "2026-02-01", "2026-05-01")]),
        ([ELEVATED, MARY, "2026-02-01 charge released"], []),
        ([ELEVATED, "2026-01-15 charge released", MARY], [("mary", "2026-02-01", None)]),
        (
            [ELEVATED, MARY, "2026-05-01 charge released", "2026-05-01 omar put in charge"],
            [("mary", "2026-02-01", "2026-05-01"), ("omar", "2026-05-01", None)],
        ),
        (
            [ELEVATED, MARY, "2026-05-01 charge released", "2026-04-01 charge released"],
            [("mary", "2026-02-01", "2026-04-01")],
        ),
        (
            [ELEVATED, MARY, "2026-02-01 charge released", "2026-02-01 omar put in charge"],
            [("omar", "2026-02-01", None)],
        ),
    ],
)
def test_who_is_in_charge(lines: list[str], expected: list[tuple[str, str, str | None]]) -> None:
    """From an appointment on an elevated account until the next release."""
    assert charges(*lines) == expected


def test_why_somebody_is_in_charge() -> None:
    """The appointment and its day."""
    telling = told(ELEVATED, f"{MARY} [charge]")
    (right,) = telling.ledger.rights("acme", date(2026, 2, 1))
    assert (right.kind, right.holder, right.status) == ("major_account_manager", "mary", "active")
    assert (right.account_id, right.valid_from, right.valid_until) == ("acme", date(2026, 2, 1), FOREVER)
    assert cited(telling, right.reasons) == [("MAM-IN-CHARGE", "charge")]
    assert right.reasons[0].facts == (("party_id", "mary"), ("on", "2026-02-01"))


@pytest.mark.parametrize(
    ("lines", "rule", "detail", "pointer"),
    [
        (
            [ELEVATED, "2026-02-01 north put in charge"],
            "MAM-PARTNER",
            "north is neither an employee nor a partner of one of the two strategic tiers",
            "/data/party_id",
        ),
        (
            ["2026-02-02 account elevated", MARY],
            "MAM-MAJOR",
            "the account was not elevated to major on or before 2026-02-01",
            "/data/party_id",
        ),
        (
            [ELEVATED, MARY, "2026-03-01 omar put in charge"],
            "MAM-MAJOR",
            "mary is in charge since 2026-02-01; release them first",
            "/data/party_id",
        ),
        (
            [ELEVATED, MARY, "2026-01-15 omar put in charge"],
            "MAM-MAJOR",
            (
                "an appointment recorded already would then stand beside this one: "
                "omar is in charge since 2026-01-15; release them first"
            ),
            "/effective_on",
        ),
    ],
)
def test_an_appointment_refused(lines: list[str], rule: str, detail: str, pointer: str) -> None:
    """In words, at the field that is wrong."""
    refused = refusal(*lines)
    assert (refused.rule, refused.detail, refused.pointer) == (rule, detail, pointer)


def test_an_appointment_that_lost_its_elevation_does_not_stand_in_the_way() -> None:
    """What counted for nothing before is not laid at the new one's door."""
    lines = (
        "2026-01-01 account elevated [early]",
        "2026-01-05 mary put in charge",
        "2026-03-01 [early] retracted",
        "2026-02-01 account elevated",
    )
    told(*lines, "2026-02-10 omar put in charge")


def test_a_corrected_appointment_is_not_judged_beside_itself() -> None:
    """The corrected one is left out."""
    assert charges_now(ELEVATED, f"{MARY} [charge]", "2026-03-01 instead of [charge], omar put in charge") == [
        ("omar", "2026-03-01")
    ]


def charges_now(*lines: str) -> list[tuple[str, str]]:
    """Who holds the charge in the ledger after these facts, and since when."""
    kept = told(*lines).ledger.account("acme").kept
    return [
        (right.holder, str(right.valid_from)) for right in kept if getattr(right, "kind", "") == "major_account_manager"
    ]
