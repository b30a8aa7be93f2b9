"""Calling situations: who comes first on a line, what holds on the account, and who takes part in a contract."""

from datetime import date

import pytest

from policies.days import FOREVER, Span
from policies.kept import (
    ContractSituation,
    GeneralSituation,
    LineSituation,
    OpenDispute,
    OwnClaim,
    Situation,
)
from policies.parties import Parties
from policies.reasons import Reason
from policies.situations import Established, cover, first_established, merged, open_disputes, sweep
from tests.scenarios.telling import Telling, cited, history, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [forecast]"
OMAR = "2026-02-01 omar establishes opp-2 on gtx-pro expected 2026-05-31 [second]"

DAYS = [date(2026, 1, day) for day in range(1, 32)]


def situations(telling: Telling, business: str) -> list[Situation]:
    """What is kept of one business, in order of days."""
    kept = [each for each in telling.ledger.account("acme").kept if isinstance(each, Situation)]
    found = [each for each in kept if each.business == business]
    return sorted(found, key=lambda each: (each.valid_from, each.valid_until, repr(each.content)))


def days(found: list[Situation]) -> list[tuple[str, str]]:
    """From when to when."""
    return [(str(each.valid_from), str(each.valid_until)) for each in found]


def test_a_line_from_its_claim_to_its_lapse() -> None:
    """Reserved by clock and manager, then lapsed for ever."""
    telling = told(JANE, "2026-02-15 opp-1 handed over to omar [handover]")
    lines = situations(telling, "line:gtx-pro")
    assert {each.account_id for each in lines} == {"acme"}
    assert days(lines) == [
        ("2026-01-10", "2026-02-15"),
        ("2026-02-15", "2026-06-30"),
        ("2026-06-30", "9999-12-31"),
    ]
    first, second, third = (each.content for each in lines)
    assert isinstance(first, LineSituation)
    assert isinstance(second, LineSituation)
    assert isinstance(third, LineSituation)
    assert first.reserved is not None
    assert (first.reserved.opportunity_id, first.reserved.holder) == ("opp-1", "jane")
    assert (first.reserved.deadline_on, first.reserved.unshared, first.lapsed) == (date(2026, 6, 29), None, None)
    assert [rule for rule, _ in cited(telling, first.reserved.reasons)] == [
        "OM-ESTABLISHED",
        "OM-GRACE",
        "OM-QUALIFIED",
    ]
    assert second.reserved is not None
    assert second.reserved.holder == "omar"
    assert second.reserved.unshared == Reason("CALL-UNSHARED")
    assert cited(telling, second.reserved.reasons)[-1] == ("HANDOVER", "handover")
    assert (third.reserved, third.lapsed is None) == (None, False)
    assert third.lapsed is not None
    assert cited(telling, [third.lapsed]) == [("CALL-AFTER-LAPSE", "forecast")]
    assert dict(third.lapsed.facts)["lapsed_on"] == "2026-06-30"


def test_who_waits_on_a_line() -> None:
    """Told beside the line's situation: queued with the claim ahead, incomplete with what is missing."""
    telling = told(
        JANE,
        OMAR,
        "2026-02-10 mary appointed to opp-3",
        "2026-02-10 opp-3 forecasts gtx-pro expected 2026-03-31",
    )
    own = [each for each in situations(telling, "line:gtx-pro") if isinstance(each.content, OwnClaim)]
    assert days(own) == [("2026-02-01", "2026-06-30"), ("2026-02-10", "2026-06-30")]
    assert {each.account_id for each in own} == {"acme"}
    queued, incomplete = (each.content for each in own)
    assert isinstance(queued, OwnClaim)
    assert isinstance(incomplete, OwnClaim)
    assert (queued.opportunity_id, queued.holder, queued.status, queued.missing) == ("opp-2", "omar", "queued", ())
    assert queued.reason is not None
    assert cited(telling, [queued.reason]) == [("OM-QUEUE", "forecast")]
    assert (incomplete.holder, incomplete.status) == ("mary", "incomplete")
    assert incomplete.missing == ("an engagement", "an opportunity plan", "a coordination")
    assert incomplete.reason is not None
    assert incomplete.reason.rule == "OM-ESTABLISHED"


def test_who_takes_part_while_a_line_is_reserved() -> None:
    """Co-sell and prime partners of this line and sharers, each with its reason, day by day."""
    telling = told(
        "2026-01-10 jane establishes opp-1 on gtx-pro, rack expected 2026-03-31",
        "2026-02-01 south co-sells gtx-pro in opp-1 [co-sell]",
        "2026-02-10 north is resold for gtx-pro, rack in opp-1 [prime]",
        "2026-02-20 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-02-20 until 2026-03-01 [share]",
        "2026-02-20 mary accepts s-1 [yes]",
    )
    parts = []
    for each in situations(telling, "line:gtx-pro"):
        if isinstance(each.content, LineSituation) and each.content.reserved is not None:
            reserved = each.content.reserved
            named = [
                [(party, *cited(telling, [reason])) for party, reason in group]
                for group in (reserved.co_sell, reserved.prime, reserved.teaming)
            ]
            parts.append((str(each.valid_from), *named))
    south, north = ("south", ("CO-SELL", "co-sell")), ("north", ("PRIME", "prime"))
    sharers = [("jane", ("SHARE", "share yes")), ("mary", ("SHARE", "share yes"))]
    assert parts == [
        ("2026-01-10", [], [], []),
        ("2026-02-01", [south], [], []),
        ("2026-02-10", [south], [north], []),
        ("2026-02-20", [south], [north], sharers),
        ("2026-03-01", [south], [north], []),
    ]


def test_further_business_kept_from_partners_until_it_is_shared() -> None:
    """The first opportunity is named with the events that established it."""
    telling = told(
        JANE,
        "2026-02-01 jane establishes opp-2 on support expected 2026-05-31",
        "2026-03-01 opp-2 shared with south",
    )
    before, after, _ = situations(telling, "line:support")
    assert isinstance(before.content, LineSituation)
    assert isinstance(after.content, LineSituation)
    assert before.content.reserved is not None
    assert after.content.reserved is not None
    assert (str(before.valid_until), after.content.reserved.unshared) == ("2026-03-01", None)
    unshared = before.content.reserved.unshared
    assert unshared is not None
    assert (unshared.rule, unshared.facts) == ("CALL-UNSHARED", (("first", "opp-1"),))
    assert len(unshared.event_ids) == 5
    assert telling.facts.labels["forecast"] in unshared.event_ids


def test_the_account_day_by_day() -> None:
    """Who is in charge, who grows it, the first lapse, what is claimed, what is disputed."""
    telling = told(
        JANE,
        "2026-01-20 jane develops an account plan",
        "2026-01-20 jane executes the account plan",
        "2026-01-01 account elevated",
        "2026-02-01 mary put in charge",
        "2026-03-01 charge released",
        "2026-04-01 dispute d-1 opened by north on opp-1 line gtx-pro",
        "2026-05-01 dispute d-1 withdrawn",
    )
    told_by_day = []
    for each in situations(telling, "general"):
        assert isinstance(each.content, GeneralSituation)
        content = each.content
        told_by_day.append(
            (
                str(each.valid_from),
                content.major_account_manager[0] if content.major_account_manager else None,
                content.growth[0] if content.growth else None,
                content.lapsed is not None,
                content.claimed is not None,
                [dispute.dispute_id for dispute in content.disputes],
            )
        )
    assert told_by_day == [
        ("2026-01-10", None, None, False, True, []),
        ("2026-01-20", None, "jane", False, True, []),
        ("2026-02-01", "mary", None, False, True, []),
        ("2026-03-01", None, "jane", False, True, []),
        ("2026-04-01", None, "jane", False, True, ["d-1"]),
        ("2026-05-01", None, "jane", False, True, []),
        ("2026-06-30", None, None, True, False, []),
    ]
    assert {each.account_id for each in situations(telling, "general")} == {"acme"}


def test_what_is_claimed_on_the_account_and_why() -> None:
    """A live claim by its forecast, a right won by its forecast and award."""
    telling = told(JANE, "2026-03-15 opp-1 awarded gtx-pro on c-1 [award]", "2027-03-15 c-1 ended")
    claimed = []
    for each in situations(telling, "general"):
        assert isinstance(each.content, GeneralSituation)
        assert each.content.claimed is not None
        claimed.append((str(each.valid_from), str(each.valid_until), *cited(telling, [each.content.claimed])))
        assert each.content.claimed.facts == (("line", "gtx-pro"),)
    assert claimed == [
        ("2026-01-10", "2026-03-15", ("CALL-BEYOND-FORECAST", "forecast")),
        ("2026-03-15", "2027-03-15", ("CALL-BEYOND-FORECAST", "forecast award")),
    ]


def test_the_first_lapse_of_the_account() -> None:
    """Of several the earliest; a claim that never started lapses without a word."""
    telling = told(
        "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31 [later]",
        "2026-01-10 omar establishes opp-2 on support expected 2026-02-28 [earlier]",
        "2026-01-10 opp-3 forecasts rack expected 2026-01-31",
    )
    lapsed = [
        (str(each.valid_from), *cited(telling, [each.content.lapsed]))
        for each in situations(telling, "general")
        if isinstance(each.content, GeneralSituation) and each.content.lapsed is not None
    ]
    assert lapsed == [
        ("2026-05-30", ("CALL-AFTER-LAPSE", "earlier")),
        ("2026-06-30", ("CALL-AFTER-LAPSE", "earlier")),
    ]


def test_a_contract_day_by_day() -> None:
    """Its manager, who holds what was won, its lines as they are awarded, and who takes part."""
    telling = told(
        "2026-01-10 jane establishes opp-1 on gtx-pro, rack expected 2026-03-31",
        "2026-02-01 north is resold for rack in opp-1 [prime]",
        "2026-03-15 opp-1 awarded gtx-pro, cable on c-1 [award]",
        "2026-04-01 opp-1 awarded rack on c-1 [more]",
        "2026-05-01 south co-sells installation in opp-1 [co-sell]",
        "2026-06-01 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-06-01 [share]",
        "2026-06-01 mary accepts s-1 [yes]",
        "2026-07-01 opp-1 handed over to omar [handover]",
        "2027-03-15 c-1 ended",
    )
    told_by_day = []
    for each in situations(telling, "contract:c-1"):
        content = each.content
        assert isinstance(content, ContractSituation)
        assert content.opportunity_id == "opp-1"
        told_by_day.append(
            (
                str(each.valid_from),
                content.manager,
                content.holder,
                content.won,
                content.lines,
                [(party, line) for party, line, _ in content.co_sell],
                [(party, line) for party, line, _ in content.prime],
                [party for party, _ in content.teaming],
            )
        )
    north, south = [("north", "rack")], [("south", "installation")]
    assert told_by_day == [
        ("2026-03-15", "jane", "jane", ("gtx-pro",), ("cable", "gtx-pro"), [], north, []),
        ("2026-04-01", "jane", "jane", ("gtx-pro", "rack"), ("cable", "gtx-pro", "rack"), [], north, []),
        ("2026-05-01", "jane", "jane", ("gtx-pro", "rack"), ("cable", "gtx-pro", "rack"), south, north, []),
        (
            "2026-06-01",
            "jane",
            "jane",
            ("gtx-pro", "rack"),
            ("cable", "gtx-pro", "rack"),
            south,
            north,
            ["jane", "mary"],
        ),
        (
            "2026-07-01",
            "omar",
            "omar",
            ("gtx-pro", "rack"),
            ("cable", "gtx-pro", "rack"),
            south,
            north,
            ["jane", "mary"],
        ),
    ]
    last = situations(telling, "contract:c-1")[-1]
    assert str(last.valid_until) == "2027-03-15"
    assert isinstance(last.content, ContractSituation)
    assert cited(telling, last.content.reasons) == [("OM-WON", "award"), ("OM-WON", "more"), ("HANDOVER", "handover")]
    assert cited(telling, [reason for _, _, reason in (*last.content.co_sell, *last.content.prime)]) == [
        ("CO-SELL", "co-sell"),
        ("PRIME", "prime"),
    ]
    assert cited(telling, [reason for _, reason in last.content.teaming]) == [("SHARE", "share yes")] * 2


def test_a_contract_that_nobody_won() -> None:
    """It is live, with its manager and lines, and held by no one."""
    telling = told(JANE, "2026-06-30 opp-1 awarded gtx-pro on c-1")
    (only,) = situations(telling, "contract:c-1")
    assert days([only]) == [("2026-06-30", "9999-12-31")]
    assert only.account_id == "acme"
    assert only.content == ContractSituation("opp-1", "jane", None, (), (), (), ("gtx-pro",))


def test_a_contract_without_a_manager() -> None:
    """Nobody was ever appointed."""
    telling = told("2026-06-30 opp-1 awarded gtx-pro on c-1")
    (only,) = situations(telling, "contract:c-1")
    assert only.content == ContractSituation("opp-1", lines=("gtx-pro",))


def test_a_contract_that_ended_before_its_award_is_live_on_no_day() -> None:
    """Nothing is kept of it."""
    assert (
        situations(told(JANE, "2026-03-15 opp-1 awarded gtx-pro on c-1", "2026-03-01 c-1 ended"), "contract:c-1") == []
    )
    assert (
        situations(told(JANE, "2026-03-15 opp-1 awarded gtx-pro on c-1", "2026-03-15 c-1 ended"), "contract:c-1") == []
    )


def test_open_disputes_with_their_subjects() -> None:
    """From opening until the first ruling or withdrawal, by their ids; were there several, the first would count."""
    facts = history(
        JANE,
        "2026-03-15 opp-1 awarded gtx-pro on c-1",
        "2026-04-01 dispute d-2 opened by north on opp-1 line gtx-pro",
        "2026-04-02 dispute d-1 opened by north on contract c-1",
        "2026-04-03 dispute d-3 opened by north on the account",
        "2026-05-01 dispute d-2 withdrawn",
        "2026-05-03 dispute d-1 ruled",
    )
    (closed,) = (fact for fact in facts if fact.type == "dispute_withdrawn")
    later = closed.event.model_copy(update={"effective_on": date(2026, 5, 2)})
    second = type(closed)(99, closed.recorded_at, closed.actor, "second", later)
    assert open_disputes([*facts, second]) == [
        Span(date(2026, 4, 2), date(2026, 5, 3), OpenDispute("d-1", contract_id="c-1")),
        Span(date(2026, 4, 1), date(2026, 5, 1), OpenDispute("d-2", "opp-1", "gtx-pro")),
        Span(date(2026, 4, 3), FOREVER, OpenDispute("d-3")),
    ]


def _established(name: str, day: int, position: int, manager: str) -> Established:
    return Established((DAYS[day], position), name, manager, ())


@pytest.mark.parametrize(
    ("who", "on", "first"),
    [
        ("jane", date(2026, 3, 1), "opp-2"),
        ("north", date(2026, 2, 28), "opp-4"),
        ("nora", date(2026, 2, 28), "opp-4"),
        ("east", date(2026, 3, 1), "opp-4"),
        ("north", date(2026, 3, 1), "opp-5"),
        ("omar", date(2026, 3, 1), None),
    ],
)
def test_the_first_opportunity_of_a_party(who: str, on: date, first: str | None) -> None:
    """By date and position, among those whose manager acts as it on the day asked about."""
    parties: Parties = told("2026-03-01 nora registered as contact of east").ledger.world.parties
    entries = [
        _established("opp-1", 3, 1, "jane"),
        _established("opp-2", 2, 5, "jane"),
        _established("opp-3", 2, 6, "jane"),
        _established("opp-4", 1, 9, "nora"),
        _established("opp-5", 7, 9, "north"),
    ]
    found = first_established(who, on, entries, parties)
    assert (found.opportunity_id if found else None) == first


def _spans(*named: tuple[int, int, str]) -> list[Span[str]]:
    return [Span(DAYS[since], DAYS[until], value) for since, until, value in named]


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([[]], []),
        ([_spans((1, 5, "a"))], [(1, 5, [["a"]])]),
        ([_spans((1, 5, "a"), (5, 9, "b"))], [(1, 5, [["a"]]), (5, 9, [["b"]])]),
        ([_spans((1, 4, "a"), (6, 9, "b"))], [(1, 4, [["a"]]), (6, 9, [["b"]])]),
        (
            [_spans((1, 5, "a")), _spans((3, 9, "b"))],
            [(1, 3, [["a"], []]), (3, 5, [["a"], ["b"]]), (5, 9, [[], ["b"]])],
        ),
        ([_spans((3, 9, "a"), (1, 5, "b"))], [(1, 3, [["b"]]), (3, 5, [["a", "b"]]), (5, 9, [["a"]])]),
        ([_spans((1, 5, "a"), (3, 3, "b"))], [(1, 5, [["a"]])]),
    ],
)
def test_a_sweep_along_the_days(
    groups: list[list[Span[str]]], expected: list[tuple[int, int, list[list[str]]]]
) -> None:
    """For each stretch what is in effect, group by group, in the order of the group."""
    assert sweep(groups) == [(DAYS[since], DAYS[until], values) for since, until, values in expected]


def test_a_sweep_to_the_end_of_days() -> None:
    """What has no end is in effect for ever."""
    assert sweep([[Span(DAYS[1], FOREVER, "a")]]) == [(DAYS[1], FOREVER, [["a"]])]


def test_neighbours_of_equal_content_run_together() -> None:
    """Only if they touch and are the same."""

    def situation(since: int, until: int, line: str) -> Situation:
        return Situation("acme", "general", DAYS[since], DAYS[until], OwnClaim("opp-1", line, "queued"))

    assert merged([situation(1, 3, "a"), situation(3, 5, "a"), situation(6, 7, "a"), situation(7, 9, "b")]) == (
        situation(1, 5, "a"),
        situation(6, 7, "a"),
        situation(7, 9, "b"),
    )


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(1, 5, "a"), (5, 9, "b")], [(1, 5, "a"), (5, 9, "b")]),
        ([(1, 5, "a"), (3, 9, "b")], [(1, 5, "a"), (5, 9, "b")]),
        ([(1, 9, "a"), (3, 5, "b")], [(1, 9, "a")]),
        ([(1, 5, "a"), (1, 9, "b")], [(1, 9, "b")]),
        ([(1, 5, "b"), (1, 5, "a")], [(1, 5, "a")]),
        ([(1, 3, "a"), (5, 9, "b")], [(1, 3, "a"), (5, 9, "b")]),
        ([(1, 5, "a"), (2, 5, "b"), (3, 7, "c")], [(1, 5, "a"), (5, 7, "c")]),
    ],
)
def test_days_covered_by_any(spans: list[tuple[int, int, str]], expected: list[tuple[int, int, str]]) -> None:
    """Without overlap: the earlier and longer one stands, of equal ones the first by its events."""

    def span(since: int, until: int, event_id: str) -> Span[Reason]:
        return Span(DAYS[since], DAYS[until], Reason("CALL-BEYOND-FORECAST", (event_id,)))

    assert cover(span(*each) for each in spans) == [span(*each) for each in expected]
