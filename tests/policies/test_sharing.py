"""Revenue shares: which agreement is in force when, and who may answer for it."""

from datetime import date

import pytest

from policies.days import FOREVER
from policies.sharing import ANSWERS, agreements
from tests.scenarios.telling import cited, history, refusal, told

JANE = "2026-01-10 jane establishes opp-1 on gtx-pro expected 2026-03-31"
S1 = "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / mary 40, from 2026-02-01"
S2 = "2026-02-20 share s-2 on opp-1 proposed by jane, jane 70 / omar 30, from 2026-03-01"


def in_force(*lines: str) -> list[tuple[str, str, str | None]]:
    """The agreements in force after these facts: id, since, until."""
    facts = history(*lines)
    answers: dict[str, list[object]] = {}
    for fact in facts:
        if isinstance(fact.event, ANSWERS):
            answers.setdefault(fact.event.data.agreement_id, []).append(fact)
    proposals = [fact for fact in facts if fact.type == "revenue_share_proposed"]
    parties = told(*lines).ledger.world.parties
    return [
        (span.value.agreement_id, str(span.since), None if span.until == FOREVER else str(span.until))
        for span in agreements(proposals, answers, parties)  # type: ignore[arg-type]  # recorded facts, all of them
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([S1], []),
        ([S1, "2026-01-25 mary accepts s-1"], [("s-1", "2026-02-01", None)]),
        ([S1, "2026-02-05 mary accepts s-1"], [("s-1", "2026-02-05", None)]),
        ([S1, "2026-02-05 mary accepts s-1", "2026-02-08 mary accepts s-1"], [("s-1", "2026-02-05", None)]),
        ([S1 + " until 2026-02-10", "2026-02-05 mary accepts s-1"], [("s-1", "2026-02-05", "2026-02-10")]),
        ([S1 + " until 2026-02-10", "2026-02-09 mary accepts s-1"], [("s-1", "2026-02-09", "2026-02-10")]),
        ([S1 + " until 2026-02-10", "2026-02-10 mary accepts s-1"], []),
        (
            [S1, "2026-01-25 mary accepts s-1", S2 + " until 2026-03-10", "2026-03-10 omar accepts s-2"],
            [("s-1", "2026-02-01", None)],
        ),
        ([S1, "2026-02-05 mary accepts s-1", "2026-03-01 jane ends s-1"], [("s-1", "2026-02-05", "2026-03-01")]),
        (
            [S1, "2026-02-05 mary accepts s-1", "2026-03-01 jane ends s-1", "2026-02-10 mary declines s-1"],
            [("s-1", "2026-02-05", "2026-02-10")],
        ),
        (
            [S1 + " until 2026-02-20", "2026-02-05 mary accepts s-1", "2026-03-01 jane ends s-1"],
            [("s-1", "2026-02-05", "2026-02-20")],
        ),
        ([S1, "2026-02-05 mary declines s-1", "2026-02-05 mary accepts s-1"], []),
        ([S1, "2026-02-05 mary accepts s-1", "2026-02-05 mary declines s-1"], []),
        (
            [
                "2026-01-20 share s-1 on opp-1 proposed by omar, jane 60 / mary 40, from 2026-02-01",
                "2026-02-03 jane accepts s-1",
                "2026-02-05 mary accepts s-1",
            ],
            [("s-1", "2026-02-05", None)],
        ),
        (
            [
                "2026-01-20 share s-1 on opp-1 proposed by nora, jane 60 / north 40, from 2026-02-01",
                "2026-02-03 jane accepts s-1",
            ],
            [("s-1", "2026-02-03", None)],
        ),
        (
            ["2026-03-01 share s-1 on opp-1 proposed by jane, jane 100, from 2026-02-01"],
            [("s-1", "2026-03-01", None)],
        ),
        (
            [S1, "2026-02-05 mary accepts s-1", S2, "2026-02-25 omar accepts s-2"],
            [("s-1", "2026-02-05", "2026-03-01"), ("s-2", "2026-03-01", None)],
        ),
        (
            [S1, "2026-02-05 mary accepts s-1", S2, "2026-02-25 omar accepts s-2", "2026-03-10 jane ends s-2"],
            [("s-1", "2026-02-05", "2026-03-01"), ("s-2", "2026-03-01", "2026-03-10")],
        ),
        (
            [S1 + " until 2026-02-15", "2026-02-05 mary accepts s-1", S2, "2026-02-25 omar accepts s-2"],
            [("s-1", "2026-02-05", "2026-02-15"), ("s-2", "2026-03-01", None)],
        ),
        (
            [S1, S2, "2026-03-10 omar accepts s-2", "2026-03-10 mary accepts s-1"],
            [("s-1", "2026-03-10", None)],
        ),
        (
            [S1, S2, "2026-03-10 mary accepts s-1", "2026-03-10 omar accepts s-2"],
            [("s-2", "2026-03-10", None)],
        ),
        ([S1, S2, "2026-02-05 mary accepts s-1"], [("s-1", "2026-02-05", None)]),
    ],
)
def test_when_an_agreement_is_in_force(lines: list[str], expected: list[tuple[str, str, str | None]]) -> None:
    """After its start, its proposal and every acceptance; until its end, a refusal, an ending or a later agreement."""
    assert in_force(JANE, *lines) == expected


def test_what_put_an_agreement_in_force() -> None:
    """The proposal and each acceptance, in the order of the parties; since when and until when."""
    telling = told(
        JANE,
        "2026-01-20 share s-1 on opp-1 proposed by jane, jane 50 / omar 30 / mary 20, from 2026-02-01 until 2026-05-01 "
        "[proposal]",
        "2026-02-03 omar accepts s-1 [omar]",
        "2026-02-02 mary accepts s-1 [mary]",
    )
    rights = [right for right in telling.ledger.rights("acme", date(2026, 2, 3)) if right.kind == "teaming"]
    assert [(right.holder, right.percent, right.agreement_id, right.status) for right in rights] == [
        ("jane", "50", "s-1", "active"),
        ("omar", "30", "s-1", "active"),
        ("mary", "20", "s-1", "active"),
    ]
    for right in rights:
        assert (right.opportunity_id, right.account_id, right.line) == ("opp-1", "acme", None)
        assert (str(right.valid_from), str(right.valid_until)) == ("2026-02-03", "2026-05-01")
        assert cited(telling, right.reasons) == [("SHARE", "proposal mary omar")]
        assert right.reasons[0].facts == (
            ("agreement_id", "s-1"),
            ("since", "2026-02-03"),
            ("until", "2026-05-01"),
        )


def test_an_open_end_is_no_fact() -> None:
    """A share without an end does not tell one."""
    telling = told(JANE, S1, "2026-02-05 mary accepts s-1")
    right = next(right for right in telling.ledger.rights("acme", date(2026, 2, 5)) if right.kind == "teaming")
    assert right.reasons[0].facts == (("agreement_id", "s-1"), ("since", "2026-02-05"))


@pytest.mark.parametrize("who", ["jane", "mary", "omar"])
def test_the_parties_and_the_proposer_may_answer(who: str) -> None:
    """The proposer too, if it has no part itself."""
    lines = (JANE, "2026-01-20 share s-1 on opp-1 proposed by omar, jane 60 / mary 40, from 2026-02-01")
    for answer in ("accepts", "declines", "ends"):
        told(*lines, f"2026-02-05 {who} {answer} s-1")


@pytest.mark.parametrize("answer", ["accepts", "declines", "ends"])
def test_nobody_else_may_answer(answer: str) -> None:
    """A party of another agreement is not one of this."""
    lines = (JANE, S1, "2026-01-20 share s-2 on opp-1 proposed by jane, jane 70 / omar 30, from 2026-03-01")
    refused = refusal(*lines, f"2026-02-05 omar {answer} s-1")
    assert (refused.rule, refused.pointer) == ("SHARE", "/data/party_id")
    assert refused.detail == "omar is not a party of agreement s-1"
    told(*lines, f"2026-02-05 omar {answer} s-2")


def test_who_answers_for_a_person_that_changed_sides() -> None:
    """Whoever the named person acts as on the day."""
    lines = (
        JANE,
        "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / nora 40, from 2026-02-01",
        "2026-03-01 nora registered as contact of east",
    )
    told(*lines, "2026-02-28 north accepts s-1")
    told(*lines, "2026-03-01 east accepts s-1")
    assert refusal(*lines, "2026-02-28 east accepts s-1").rule == "SHARE"
    assert refusal(*lines, "2026-03-01 north accepts s-1").rule == "SHARE"


def test_whom_a_share_names_on_the_day() -> None:
    """A person named stands for whom they act as, then and later; so does the one asked about."""
    telling = told(
        JANE,
        "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / nora 40, from 2026-02-01",
        "2026-02-01 north accepts s-1",
        "2026-03-01 nora registered as contact of east",
    )
    (span,) = telling.ledger.account("acme").opportunities["opp-1"].agreements
    parties = telling.ledger.world.parties
    for day, named in ((date(2026, 2, 28), "north"), (date(2026, 3, 1), "east")):
        found = {who for who in ("north", "east", "nora", "omar") if span.value.names(who, parties, day)}
        assert found == {named, "nora"}


def test_who_answers_for_an_organisation_on_the_day() -> None:
    """Whoever acts for it then."""
    lines = (
        JANE,
        "2026-01-20 share s-1 on opp-1 proposed by jane, jane 60 / north 40, from 2026-02-01",
        "2026-03-01 nora registered as contact of east",
    )
    told(*lines, "2026-02-28 nora accepts s-1")
    assert refusal(*lines, "2026-03-01 nora accepts s-1").rule == "SHARE"


def test_a_proposer_accepts_as_it_acts_on_the_day_of_the_proposal() -> None:
    """Nora proposes for north; that she leaves it later takes nothing back, that she had left it before does."""
    share = "2026-01-20 share s-1 on opp-1 proposed by nora, north 60 / mary 40, from 2026-02-01"
    yes = "2026-01-25 mary accepts s-1"
    assert in_force(share, yes, "2026-03-01 nora registered as contact") == [("s-1", "2026-02-01", None)]
    assert in_force("2026-01-19 nora registered as contact", share, yes) == []
