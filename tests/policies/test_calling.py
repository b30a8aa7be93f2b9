"""Who may call: what an answer carries besides its verdict."""

from datetime import date

import pytest

from policies.calling import Question, Situations, Verdict, may_call, verdict_on
from policies.days import FOREVER
from policies.kept import GeneralSituation, Situation
from policies.parties import Parties
from policies.reasons import Reason
from tests.scenarios.telling import Telling, cited, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [forecast]"
OMAR = "2026-02-01 omar establishes opp-2 on gtx-pro expected 2026-05-31 [second]"
MAM = ("2026-01-01 account elevated", "2026-01-01 mary put in charge [charge]")
PLAN = ("2026-01-10 jane develops an account plan [plan]", "2026-01-10 jane executes the account plan [done]")
FEBRUARY = date(2026, 2, 15)


def call(
    telling: Telling, who: str, line: str | None = None, contract: str | None = None, on: date = FEBRUARY
) -> Verdict:
    """The answer of a ledger."""
    return telling.ledger.call("acme", who, on, line, contract)


@pytest.mark.parametrize(
    ("lines", "who", "line", "rule", "reasons", "opportunity"),
    [
        ([*MAM, JANE], "mary", "gtx-pro", "CALL-MAM", [("MAM-IN-CHARGE", "charge")], None),
        ([*MAM, JANE], "omar", "support", "CALL-MAM-AGREEMENT", [("MAM-IN-CHARGE", "charge")], None),
        ([JANE, *PLAN], "jane", "support", "CALL-GROWTH", [("GROWTH", "plan done")], None),
        ([JANE, *PLAN], "north", "support", "CALL-PARTNER-FREE", [("GROWTH", "plan done")], None),
        ([JANE, *PLAN], "omar", None, "CALL-GROWTH-AGREEMENT", [("GROWTH", "plan done")], None),
        (
            [JANE, "2026-02-01 south co-sells gtx-pro in opp-1 [part]"],
            "south",
            "gtx-pro",
            "CALL-CO-SELL",
            [("CO-SELL", "part")],
            "opp-1",
        ),
        (
            [JANE, "2026-02-01 north is resold for gtx-pro in opp-1 [part]"],
            "north",
            "gtx-pro",
            "CALL-PRIME",
            [("PRIME", "part")],
            "opp-1",
        ),
        (
            [
                JANE,
                "2026-02-01 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-02-01 [share]",
                "2026-02-01 mary accepts s-1 [yes]",
            ],
            "mary",
            "gtx-pro",
            "CALL-TEAMING",
            [("SHARE", "share yes")],
            "opp-1",
        ),
        ([], "omar", "gtx-pro", "CALL-OPEN", [], None),
    ],
)
def test_what_decided(
    lines: list[str], who: str, line: str | None, rule: str, reasons: list[tuple[str, str]], opportunity: str | None
) -> None:
    """The rule itself with the line asked for, then what it rests on."""
    telling = told(*lines)
    verdict = call(telling, who, line)
    assert verdict.rule == rule
    assert verdict.reasons[0].rule == rule
    assert verdict.opportunity_id == opportunity
    assert cited(telling, verdict.reasons[1:]) == reasons
    assert verdict.reasons[0] == Reason(rule, (), (("line", line),) if line else ())


def test_why_a_line_is_reserved() -> None:
    """The evidence, the clock and the manager; when it opens."""
    telling = told(JANE, OMAR)
    for who, rule, opens_on, waits in (
        ("jane", "CALL-OM", None, []),
        ("ravi", "CALL-RESERVED", date(2026, 8, 30), []),
        ("omar", "CALL-QUEUED", date(2026, 6, 30), [("OM-QUEUE", "forecast")]),
    ):
        verdict = call(telling, who, "gtx-pro")
        assert (verdict.rule, verdict.opens_on, verdict.opportunity_id) == (rule, opens_on, "opp-1")
        opening = (("opens_on", opens_on.isoformat()),) if opens_on else ()
        assert verdict.reasons[0] == Reason(rule, (), (("line", "gtx-pro"), *opening))
        rules = [reason.rule for reason in verdict.reasons[1 + len(waits) :]]
        assert rules == ["OM-ESTABLISHED", "OM-GRACE", "OM-QUALIFIED"]
        assert cited(telling, verdict.reasons[1 : 1 + len(waits)]) == waits


def test_why_a_line_is_open_after_a_lapse() -> None:
    """The lapse takes the place of the bare rule; one's own incomplete claim is still told."""
    telling = told(JANE, "2026-07-01 omar appointed to opp-2", "2026-07-01 opp-2 forecasts gtx-pro expected 2026-09-30")
    day = date(2026, 7, 15)
    verdict = call(telling, "ravi", "gtx-pro", on=day)
    assert cited(telling, verdict.reasons) == [("CALL-AFTER-LAPSE", "forecast")]
    assert dict(verdict.reasons[0].facts)["lapsed_on"] == "2026-06-30"
    own = call(telling, "omar", "gtx-pro", on=day)
    assert [reason.rule for reason in own.reasons] == ["CALL-AFTER-LAPSE", "OM-ESTABLISHED"]
    assert [(claim.opportunity_id, claim.holder, claim.status) for claim in own.incomplete] == [
        ("opp-2", "omar", "incomplete")
    ]
    assert verdict.incomplete == ()


def test_why_business_is_beyond_the_forecast_or_unshared() -> None:
    """The forecast that covers other business; the first opportunity without its name."""
    telling = told(JANE, "2026-02-01 jane establishes opp-2 on support expected 2026-05-31")
    beyond = call(telling, "omar", "rack")
    assert cited(telling, beyond.reasons) == [("CALL-BEYOND-FORECAST", "forecast")]
    assert [reason.facts for reason in beyond.reasons] == [(("line", "rack"),)]
    unshared = call(telling, "north", "support")
    assert unshared.opportunity_id == "opp-2"
    (reason,) = unshared.reasons
    assert (reason.rule, reason.facts) == ("CALL-UNSHARED", (("line", "support"),))
    assert telling.facts.labels["forecast"] in reason.event_ids


@pytest.mark.parametrize(
    ("who", "line", "rule", "reasons"),
    [
        ("jane", None, "CALL-RENEWAL", [("OM-WON", "award"), ("OM-WON", "award"), ("OM-QUALIFIED", "?")]),
        ("omar", None, "CALL-RENEWAL-RESERVED", [("OM-WON", "award"), ("OM-WON", "award"), ("OM-QUALIFIED", "?")]),
        ("mary", None, "CALL-MAM", [("MAM-IN-CHARGE", "charge")]),
        ("ravi", "gtx-pro", "CALL-TEAMING", [("SHARE", "share yes")]),
        ("north", "rack", "CALL-PRIME", [("PRIME", "prime")]),
        ("south", "installation", "CALL-CO-SELL-RENEWAL", [("CO-SELL", "co-sell")]),
        ("jane", "installation", "CALL-HANDS-OFF", []),
        ("omar", "installation", "CALL-RENEWAL-RESERVED", []),
    ],
)
def test_what_decided_a_renewal(who: str, line: str | None, rule: str, reasons: list[tuple[str, str]]) -> None:
    """The rule itself, then what it rests on; always the opportunity of the contract."""
    telling = told(
        *MAM,
        "2026-01-10 jane establishes opp-1 on gtx-pro, rack expected 2026-03-31",
        "2026-01-11 north is resold for rack in opp-1 [prime]",
        "2026-01-11 south co-sells installation in opp-1 [co-sell]",
        "2026-01-12 share s-1 on opp-1 proposed by jane, jane 60 / ravi 40, from 2026-01-12 [share]",
        "2026-01-12 ravi accepts s-1 [yes]",
        "2026-02-01 opp-1 awarded gtx-pro, rack on c-1 [award]",
    )
    verdict = call(telling, who, line, "c-1")
    assert (verdict.rule, verdict.opportunity_id, verdict.opens_on) == (rule, "opp-1", None)
    assert verdict.agreement_of == ("jane" if rule == "CALL-PRIME" else None)
    assert verdict.reasons[0].rule == rule
    assert dict(verdict.reasons[0].facts) == ({"line": line} if line else {})
    assert cited(telling, verdict.reasons[1:]) == reasons


def test_when_a_renewal_opens() -> None:
    """With the end of the contract, told in the first reason."""
    telling = told(JANE, "2026-02-01 opp-1 awarded gtx-pro on c-1", "2027-02-01 c-1 ended")
    verdict = call(telling, "omar", "gtx-pro", "c-1")
    assert verdict.reasons[0].facts == (("line", "gtx-pro"), ("opens_on", "2027-02-01"))


def test_as_new_business_in_general_nothing_is_said_of_the_line() -> None:
    """The question becomes one without line and contract."""
    telling = told(JANE)
    verdict = call(telling, "omar", "gtx-pro", "c-9")
    assert verdict.rule == "CALL-BEYOND-FORECAST"
    assert verdict.reasons[0].facts == ()


def test_in_general_the_day_still_tells_who_asks() -> None:
    """Somebody who changed sides is judged as they act on the day asked about."""
    telling = told(*MAM, "2026-02-01 mary registered as contact of north", "2026-03-01 mary registered as employee")
    rules = {on: call(telling, "north", None, "c-9", on=on).rule for on in (FEBRUARY, date(2026, 3, 1))}
    assert rules == {FEBRUARY: "CALL-MAM", date(2026, 3, 1): "CALL-MAM-AGREEMENT"}


TWO = "2026-01-10 jane establishes opp-1 on gtx-pro, rack expected 2026-03-31"
OTHER = "2026-01-20 omar establishes opp-2 on support expected 2026-06-30"
WON = "2026-02-01 opp-1 awarded gtx-pro on c-1"
WON_BOTH = "2026-02-01 opp-1 awarded gtx-pro, rack on c-1"
ACCOUNT, OPP_1, OPP_2 = ("dispute d-1 opened by north on " + what for what in ("the account", "opp-1", "opp-2"))
GTX, RACK, C_1 = ("dispute d-1 opened by north on " + what for what in ("line gtx-pro", "line rack", "contract c-1"))


@pytest.mark.parametrize(
    ("lines", "dispute", "who", "line", "contract", "contested"),
    [
        ([JANE], ACCOUNT, "omar", "gtx-pro", None, True),
        ([JANE], ACCOUNT, "omar", "rack", None, True),
        ([JANE], OPP_1, "omar", "gtx-pro", None, True),
        ([JANE], OPP_1, "omar", None, None, True),
        ([JANE], OPP_1, "omar", "rack", None, False),
        ([JANE], OPP_1 + " line gtx-pro", "omar", "gtx-pro", None, True),
        ([TWO], OPP_1 + " line rack", "omar", "gtx-pro", None, False),
        ([TWO], OPP_1 + " line rack", "omar", "rack", None, True),
        ([TWO], OPP_1 + " line rack", "omar", None, None, True),
        ([JANE, OMAR], OPP_2, "ravi", "gtx-pro", None, True),
        ([JANE, OTHER], OPP_2, "ravi", "gtx-pro", None, False),
        ([JANE], GTX, "omar", "gtx-pro", None, True),
        ([JANE], GTX, "omar", "rack", None, False),
        ([TWO], RACK, "omar", "rack", None, True),
        ([JANE, WON], C_1, "omar", None, "c-1", True),
        ([JANE, WON], C_1, "omar", "gtx-pro", "c-1", True),
        ([JANE, WON], C_1, "omar", "gtx-pro", None, False),
        ([JANE, WON], C_1, "omar", None, None, True),
        ([TWO, WON_BOTH], C_1 + " line rack", "omar", "rack", "c-1", True),
        ([TWO, WON_BOTH], C_1 + " line rack", "omar", None, "c-1", True),
        ([TWO, WON_BOTH], C_1 + " line rack", "omar", "gtx-pro", "c-1", False),
        ([TWO, WON_BOTH], C_1 + " line rack", "omar", "rack", None, False),
        ([JANE, WON], OPP_1, "omar", None, "c-1", True),
        ([JANE, WON], OPP_1 + " line gtx-pro", "omar", None, "c-1", True),
        ([TWO, WON], OPP_1 + " line rack", "omar", "gtx-pro", "c-1", False),
        ([JANE, WON], GTX, "omar", "gtx-pro", "c-1", True),
        ([JANE, WON], GTX, "omar", None, "c-1", False),
        ([JANE, WON, OTHER], OPP_2, "omar", None, "c-1", False),
    ],
)
def test_whether_an_answer_is_contested(
    lines: list[str], dispute: str, who: str, line: str | None, contract: str | None, contested: bool
) -> None:
    """By a dispute on the account, the deciding opportunity, or the line or contract asked for."""
    telling = told(*lines, f"2026-02-10 {dispute}")
    assert call(telling, who, line, contract).contested is contested


def test_a_second_dispute_counts_when_the_first_does_not() -> None:
    """Each is looked at by itself."""
    telling = told(
        TWO,
        "2026-02-10 dispute d-1 opened by north on opp-1 line rack",
        "2026-02-10 dispute d-2 opened by north on opp-1 line gtx-pro",
    )
    assert call(telling, "omar", "gtx-pro").contested


def test_nothing_known_is_open() -> None:
    """No situation at all: nobody holds anything."""
    assert may_call(Question("omar", "gtx-pro"), FEBRUARY, Situations()).rule == "CALL-OPEN"


def test_the_days_on_which_an_answer_may_change() -> None:
    """Every beginning and end after the day asked on, and the days on which parties change; never for ever."""
    parties: Parties = told("2026-03-01 nora registered as contact of east").ledger.world.parties
    general = Situation("acme", "general", date(2026, 1, 10), date(2026, 6, 30), GeneralSituation())
    line = Situation("acme", "line:gtx-pro", FEBRUARY, FOREVER, GeneralSituation())
    contract = Situation("acme", "contract:c-1", date(2026, 4, 1), date(2026, 6, 30), GeneralSituation())
    situations = Situations([line], [contract], [general], parties)
    assert situations.edges_after(date(2026, 2, 14)) == [
        FEBRUARY,
        date(2026, 3, 1),
        date(2026, 4, 1),
        date(2026, 6, 30),
    ]
    assert situations.edges_after(FEBRUARY) == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 6, 30)]
    assert situations.edges_after(date(2026, 3, 1)) == [date(2026, 4, 1), date(2026, 6, 30)]
    assert situations.edges_after(date(2026, 6, 30)) == []


def test_a_situation_holds_on_its_days() -> None:
    """From its first day up to its last, without it."""
    charge = GeneralSituation(("mary", Reason("MAM-IN-CHARGE")))
    situations = Situations(general=[Situation("acme", "general", date(2026, 2, 1), date(2026, 3, 1), charge)])
    rules = {
        day: verdict_on(Question("mary"), date.fromisoformat(day), situations).rule
        for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")
    }
    assert rules == {
        "2026-01-31": "CALL-OPEN",
        "2026-02-01": "CALL-MAM",
        "2026-02-28": "CALL-MAM",
        "2026-03-01": "CALL-OPEN",
    }


def test_an_opening_because_somebody_changes_sides() -> None:
    """A party registered anew opens a line too."""
    telling = told(
        "2026-01-10 north establishes opp-1 on gtx-pro expected 2026-03-31",
        "2026-03-01 zoe registered as contact",
        "2026-04-01 zoe registered as contact of north",
    )
    assert call(telling, "zoe", "gtx-pro").opens_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("who", "line", "rule"),
    [("omar", None, "CALL-RENEWAL"), ("omar", "rack", "CALL-RENEWAL"), ("ravi", "rack", "CALL-RENEWAL-RESERVED")],
)
def test_a_contract_with_lines_of_two_opportunities(who: str, line: str | None, rule: str) -> None:
    """Each line is its own opportunity's; the manager of either may call for the whole."""
    telling = told(
        JANE,
        "2026-01-10 omar establishes opp-2 on rack expected 2026-03-31",
        "2026-02-01 opp-1 awarded gtx-pro on c-1",
        "2026-02-01 opp-2 awarded rack on c-1",
    )
    assert call(telling, "jane", "gtx-pro", "c-1").rule == "CALL-RENEWAL"
    assert call(telling, who, line, "c-1").rule == rule
