"""Obligations: who owes what to whom, from when to when, and what it comes to on a day."""

from datetime import date

import pytest

from policies.kept import Obligation, Renewals
from policies.obligations import owed_on
from tests.scenarios.telling import Telling, cited, told

Owed = tuple[str, str, str, str]

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31"
MAM = ("2026-01-01 account elevated", "2026-02-01 mary put in charge [charge]")
RACK = "2026-01-10 jane establishes opp-1 on gtx-pro, rack expected 2026-03-31"
NORTH = "2026-02-01 north is resold for rack in opp-1 [part]"
SOUTH = "2026-02-01 south co-sells installation in opp-1 [part]"
AWARD = "2026-03-15 opp-1 awarded gtx-pro, rack on c-1, renewing every 12 months from 2027-03-15 [award]"


def kept(*lines: str) -> list[Obligation]:
    """Every obligation after these facts, in order of kind and first day."""
    return _obligations(told(*lines))


def _obligations(telling: Telling) -> list[Obligation]:
    found = [each for each in telling.ledger.account("acme").kept if isinstance(each, Obligation)]
    return sorted(found, key=lambda each: (each.kind, each.to_party_id or "", each.valid_from))


def spans(obligations: list[Obligation]) -> list[Owed]:
    """Who owes, in which state, since and until when."""
    return [(each.party_id, each.state, str(each.valid_from), str(each.valid_until)) for each in obligations]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([JANE], []),
        ([JANE, *MAM], [("jane", "open", "2026-02-01", "2026-06-30")]),
        ([JANE, *MAM, "2026-03-01 charge released"], [("jane", "open", "2026-02-01", "2026-03-01")]),
        (
            [JANE, *MAM, "2026-03-01 opp-1 handed over to omar"],
            [("jane", "open", "2026-02-01", "2026-03-01"), ("omar", "open", "2026-03-01", "2026-06-30")],
        ),
        ([JANE, *MAM, "2026-03-01 opp-1 handed over to mary"], [("jane", "open", "2026-02-01", "2026-03-01")]),
        (
            [
                JANE,
                *MAM,
                "2026-03-01 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-03-01 until 2026-04-01",
                "2026-03-01 mary accepts s-1",
            ],
            [
                ("jane", "open", "2026-02-01", "2026-03-01"),
                ("jane", "met", "2026-03-01", "2026-04-01"),
                ("jane", "open", "2026-04-01", "2026-06-30"),
            ],
        ),
        (
            [
                JANE,
                *MAM,
                "2026-03-01 share s-1 on opp-1 proposed by jane, jane 60 / omar 40, from 2026-03-01",
                "2026-03-01 omar accepts s-1",
            ],
            [("jane", "open", "2026-02-01", "2026-06-30")],
        ),
        (
            [JANE, *MAM, "2026-03-01 opp-1 forecasts gtx-pro, rack expected 2026-05-31"],
            [("jane", "open", "2026-02-01", "2026-08-30")],
        ),
        ([JANE, *MAM, "2026-03-15 opp-1 awarded gtx-pro on c-1"], [("jane", "open", "2026-02-01", "2026-03-15")]),
        (
            [JANE, *MAM, "2026-03-01 zoe registered as contact", "2026-04-01 zoe registered as employee"],
            [("jane", "open", "2026-02-01", "2026-06-30")],
        ),
        (
            [
                "2026-01-10 nora establishes opp-1 on gtx-pro expected 2026-03-31",
                MAM[0],
                "2026-02-01 strat put in charge",
                "2026-03-01 nora registered as contact of strat",
                "2026-04-01 nora registered as contact of east",
            ],
            [("nora", "open", "2026-02-01", "2026-03-01"), ("nora", "open", "2026-04-01", "2026-06-30")],
        ),
        ([RACK, *MAM, "2026-03-15 opp-1 awarded gtx-pro on c-1"], [("jane", "open", "2026-02-01", "2026-06-30")]),
        ([JANE, *MAM, "2026-02-10 opp-1 abandoned"], [("jane", "open", "2026-02-01", "2026-02-10")]),
        ([JANE, MAM[0], "2026-06-30 mary put in charge"], []),
        ([JANE, MAM[0], "2026-06-29 mary put in charge"], [("jane", "open", "2026-06-29", "2026-06-30")]),
    ],
)
def test_when_a_settlement_is_owed(lines: list[str], expected: list[Owed]) -> None:
    """By the manager of a live claim while somebody else is in charge; met while they share."""
    assert spans(kept(*lines)) == expected


def test_a_settlement_told() -> None:
    """By whom, to whom, on what, by which rules and facts."""
    telling = told(
        JANE,
        *MAM,
        "2026-03-01 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-03-01 [proposal]",
        "2026-03-01 mary accepts s-1 [acceptance]",
    )
    owed, met = _obligations(telling)
    for each in (owed, met):
        assert (each.kind, each.rule, each.hard) == ("settle_with_mam", "MAM-SETTLE", True)
        assert (each.to_party_id, each.account_id, each.opportunity_id) == ("mary", "acme", "opp-1")
        assert (each.contract_id, each.renewals) == (None, None)
        assert each.reasons[0].facts == (("major_account_manager", "mary"), ("since", "2026-02-01"))
    assert cited(telling, owed.reasons) == [("MAM-SETTLE", "charge")]
    assert cited(telling, met.reasons) == [("MAM-SETTLE", "charge"), ("SHARE-MAM", "proposal acceptance")]


def test_a_claim_that_starts_again_after_a_gap_owes_again() -> None:
    """Nothing is owed on the days between."""
    lines = (
        "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-01-31",
        "2026-02-01 opp-1 awarded gtx-pro on c-1",
        "2026-03-01 opp-1 forecasts gtx-pro, rack expected 2026-03-31",
        "2026-01-01 account elevated",
        "2026-01-15 mary put in charge",
    )
    assert spans(kept(*lines)) == [
        ("jane", "open", "2026-01-15", "2026-02-01"),
        ("jane", "open", "2026-03-01", "2026-06-30"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([RACK, NORTH, AWARD], [("jane", "open", "2026-03-15", "9999-12-31")]),
        ([RACK, NORTH, AWARD, "2028-03-15 c-1 ended"], [("jane", "open", "2026-03-15", "2028-03-15")]),
        ([RACK, NORTH, AWARD, "2026-05-01 north released from opp-1"], [("jane", "open", "2026-03-15", "2026-05-01")]),
        (
            [RACK, NORTH, AWARD, "2026-05-01 opp-1 handed over to omar"],
            [("jane", "open", "2026-03-15", "2026-05-01"), ("omar", "open", "2026-05-01", "9999-12-31")],
        ),
        ([RACK, NORTH.replace("02-01", "04-01"), AWARD], [("jane", "open", "2026-04-01", "9999-12-31")]),
        ([RACK, NORTH.replace("rack", "cable"), AWARD], []),
        ([RACK, SOUTH, AWARD], [("jane", "open", "2026-03-15", "9999-12-31")]),
        ([RACK, NORTH, "2026-03-15 opp-1 awarded gtx-pro, rack on c-1"], []),
        ([RACK, NORTH, AWARD.replace("2026-03-15", "2026-06-30")], []),
        (
            [
                RACK,
                NORTH,
                "2026-03-15 opp-1 awarded gtx-pro on c-1, renewing every 12 months from 2027-03-15",
                "2026-04-01 opp-1 awarded rack on c-1",
            ],
            [("jane", "open", "2026-04-01", "9999-12-31")],
        ),
        (
            [
                RACK,
                NORTH,
                "2026-03-15 opp-1 awarded gtx-pro, rack on c-1",
                "2026-05-01 opp-1 awarded cable on c-1, renewing every 12 months from 2027-03-15",
            ],
            [("jane", "open", "2026-05-01", "9999-12-31")],
        ),
        (
            [RACK, NORTH, "2026-02-10 north is resold for gtx-pro in opp-1", AWARD],
            [("jane", "open", "2026-03-15", "9999-12-31")],
        ),
    ],
)
def test_when_renewals_are_owed(lines: list[str], expected: list[Owed]) -> None:
    """On a contract won with renewal terms, while the partner takes part, once for all its lines."""
    owed = [each for each in kept(*lines) if each.kind != "copy_quotes_and_contracts"]
    assert spans(owed) == expected


@pytest.mark.parametrize(
    ("part", "kind", "rule", "to"),
    [
        (NORTH, "orchestrate_prime_renewal", "PRIME", "north"),
        (SOUTH, "include_co_sell_partner", "CO-SELL", "south"),
    ],
)
def test_a_renewal_duty_told(part: str, kind: str, rule: str, to: str) -> None:
    """By whom, to whom, on which contract, by which rules and facts."""
    telling = told(RACK, part, AWARD)
    (owed,) = [each for each in _obligations(telling) if each.kind == kind]
    assert (owed.rule, owed.hard, owed.party_id, owed.to_party_id) == (rule, True, "jane", to)
    assert (owed.account_id, owed.opportunity_id, owed.contract_id) == ("acme", "opp-1", "c-1")
    assert cited(telling, owed.reasons) == [(rule, "part"), ("OM-WON", "award"), ("OM-WON", "award")]
    assert owed.renewals == Renewals(date(2027, 3, 15), 12, date(2026, 3, 15))


def test_a_partner_that_comes_in_later_is_owed_from_then_on() -> None:
    """Renewal dates before it came in are not its own."""
    telling = told(
        RACK,
        AWARD,
        "2027-06-01 north is resold for rack in opp-1",
        "2028-03-01 c-1 renewed from 2028-03-15 until 2029-03-15 for rack",
    )
    (owed,) = _obligations(telling)
    assert owed.renewals == Renewals(date(2027, 3, 15), 12, date(2027, 6, 1), ((date(2028, 3, 15), date(2028, 3, 1)),))


def test_a_renewal_of_another_contract_meets_nothing() -> None:
    """Each contract has its own renewals."""
    telling = told(
        RACK,
        NORTH,
        AWARD,
        "2026-03-20 opp-1 awarded cable on c-2",
        "2027-03-01 c-2 renewed from 2027-03-15 until 2028-03-15 for cable",
    )
    (owed,) = _obligations(telling)
    assert owed.renewals is not None
    assert owed.renewals.met == ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([SOUTH], [("south", "open", "2026-02-01", "9999-12-31")]),
        (
            [SOUTH, "2026-02-10 south sends a quote on opp-1"],
            [("south", "open", "2026-02-01", "2026-02-10"), ("south", "met", "2026-02-10", "9999-12-31")],
        ),
        ([SOUTH, "2026-02-01 south sends a quote on opp-1"], [("south", "met", "2026-02-01", "9999-12-31")]),
        ([SOUTH, "2026-03-01 south released from opp-1"], [("south", "open", "2026-02-01", "2026-03-01")]),
        (
            [SOUTH, "2026-03-01 south released from opp-1", "2026-03-10 south sends a quote on opp-1"],
            [("south", "open", "2026-02-01", "2026-03-01")],
        ),
        (
            [SOUTH, "2026-02-10 south co-sells cable in opp-1", "2026-03-01 south sends a quote on opp-1"],
            [("south", "open", "2026-02-01", "2026-03-01"), ("south", "met", "2026-03-01", "9999-12-31")],
        ),
        (
            [
                SOUTH,
                "2026-02-10 south sends a quote on opp-1",
                "2026-03-01 south released from opp-1",
                "2026-04-01 south co-sells cable in opp-1",
            ],
            [
                ("south", "open", "2026-02-01", "2026-02-10"),
                ("south", "met", "2026-02-10", "2026-03-01"),
                ("south", "open", "2026-04-01", "9999-12-31"),
            ],
        ),
        ([NORTH], []),
        (
            [SOUTH, "2026-03-01 south is resold for installation in opp-1"],
            [("south", "open", "2026-02-01", "2026-03-01")],
        ),
    ],
)
def test_when_copies_are_owed(lines: list[str], expected: list[Owed]) -> None:
    """By a co-sell partner from its inclusion, met by the first copy, over with its release."""
    assert spans(kept(*lines)) == expected


def test_copies_told() -> None:
    """A courtesy, with the inclusion and the copy that met it."""
    telling = told(SOUTH, "2026-02-10 south sends a quote on opp-1 [quote]")
    owed, met = _obligations(telling)
    for each in (owed, met):
        assert (each.kind, each.rule, each.hard) == ("copy_quotes_and_contracts", "CO-SELL-COPIES", False)
        assert (each.account_id, each.opportunity_id, each.to_party_id, each.renewals) == ("acme", "opp-1", None, None)
        assert cited(telling, each.reasons) == [("CO-SELL-COPIES", "part quote")]


def _renewing(since: str, *met: tuple[str, str]) -> Obligation:
    met_on = tuple((date.fromisoformat(due), date.fromisoformat(on)) for due, on in met)
    renewals = Renewals(date(2027, 3, 15), 12, date.fromisoformat(since), met_on)
    days = {"valid_from": date(2026, 1, 1), "valid_until": date.max}
    return Obligation("k", "PRIME", "jane", "acme", "open", True, **days, renewals=renewals)


@pytest.mark.parametrize(
    ("obligation", "on", "expected"),
    [
        (_renewing("2026-03-15"), "2026-03-14", []),
        (_renewing("2026-03-15"), "2026-03-15", [("2027-03-15", "open", "2026-03-15")]),
        (_renewing("2026-03-15"), "2027-03-14", [("2027-03-15", "open", "2026-03-15")]),
        (
            _renewing("2026-03-15"),
            "2027-03-15",
            [("2027-03-15", "open", "2026-03-15"), ("2028-03-15", "open", "2027-03-15")],
        ),
        (
            _renewing("2026-03-15"),
            "2027-03-16",
            [("2027-03-15", "overdue", "2026-03-15"), ("2028-03-15", "open", "2027-03-15")],
        ),
        (
            _renewing("2026-03-15", ("2027-03-15", "2027-03-20")),
            "2027-03-19",
            [("2027-03-15", "overdue", "2026-03-15"), ("2028-03-15", "open", "2027-03-15")],
        ),
        (
            _renewing("2026-03-15", ("2027-03-15", "2027-03-20")),
            "2027-03-20",
            [("2027-03-15", "met", "2026-03-15"), ("2028-03-15", "open", "2027-03-15")],
        ),
        (_renewing("2026-03-15", ("2027-03-15", "2027-01-01")), "2027-02-01", [("2027-03-15", "met", "2026-03-15")]),
        (
            _renewing("2027-03-15"),
            "2027-03-15",
            [("2027-03-15", "open", "2027-03-15"), ("2028-03-15", "open", "2027-03-15")],
        ),
        (_renewing("2027-03-16"), "2027-03-16", [("2028-03-15", "open", "2027-03-16")]),
        (_renewing("2029-01-01"), "2029-01-01", [("2029-03-15", "open", "2029-01-01")]),
    ],
)
def test_what_a_renewal_duty_comes_to_on_a_day(
    obligation: Obligation, on: str, expected: list[tuple[str, str, str]]
) -> None:
    """An entry for each renewal date up to the one ahead, open since the award or the date before."""
    owed = owed_on(obligation, date.fromisoformat(on))
    assert [(str(each.due_on), each.state, str(each.since)) for each in owed] == expected
    assert all(each.obligation is obligation for each in owed)


def test_what_does_not_recur_is_told_as_it_is_kept() -> None:
    """Its state, since when, and no date by which."""
    (kept_one,) = kept(JANE, *MAM)
    (owed,) = owed_on(kept_one, date(2026, 3, 1))
    assert (owed.obligation, owed.state, owed.since, owed.due_on) == (kept_one, "open", date(2026, 2, 1), None)


def test_a_settlement_with_one_who_comes_to_act_as_a_party_of_the_share() -> None:
    """The share names strat: it settles from the day on which whoever is in charge acts as strat."""
    owed = kept(
        JANE,
        "2026-01-01 account elevated",
        "2026-02-01 ravi put in charge",
        "2026-02-01 share s-1 on opp-1 proposed by jane, jane 60 / strat 40, from 2026-02-01",
        "2026-02-01 strat accepts s-1",
        "2026-03-01 ravi registered as employee of strat",
    )
    assert [(each.state, str(each.valid_from), str(each.valid_until)) for each in owed] == [
        ("open", "2026-02-01", "2026-03-01"),
        ("met", "2026-03-01", "2026-06-30"),
    ]


def test_nothing_to_settle_with_oneself() -> None:
    """From the day on which whoever is in charge acts as the opportunity's manager."""
    owed = kept(
        "2026-01-10 strat establishes opp-1 on gtx-pro expected 2026-03-31",
        "2026-01-01 account elevated",
        "2026-02-01 ravi put in charge",
        "2026-03-01 ravi registered as employee of strat",
    )
    assert [(each.party_id, each.state, str(each.valid_until)) for each in owed] == [("strat", "open", "2026-03-01")]


def test_a_copy_given_by_a_partner_registered_anew() -> None:
    """It counts as the partner's, whatever it is registered as on the day."""
    owed = kept(
        JANE,
        SOUTH,
        "2026-03-01 south registered as partner of tier reseller",
        "2026-04-01 south sends a quote on opp-1",
    )
    assert [(each.state, str(each.valid_from)) for each in owed] == [("open", "2026-02-01"), ("met", "2026-04-01")]
