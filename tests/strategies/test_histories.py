"""The histories drawn reach every rule; and the oracle read over them day by day agrees with itself."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests import oracle
from tests.oracle.calling import may_call_on
from tests.oracle.reading import reading
from tests.strategies.histories import all_questions, histories, next_events, questions
from tests.strategies.recording import RecordedEvent, record

CALLING_RULES = {
    *("CALL-MAM", "CALL-OM", "CALL-CO-SELL", "CALL-PRIME", "CALL-TEAMING", "CALL-UNSHARED", "CALL-RESERVED"),
    *("CALL-QUEUED", "CALL-MAM-AGREEMENT", "CALL-GROWTH", "CALL-PARTNER-FREE", "CALL-GROWTH-AGREEMENT"),
    *("CALL-AFTER-LAPSE", "CALL-BEYOND-FORECAST", "CALL-OPEN"),
    *("CALL-CO-SELL-RENEWAL", "CALL-HANDS-OFF", "CALL-RENEWAL-RESERVED", "CALL-RENEWAL"),
}
RIGHTS = {
    *("incomplete", "active", "in_grace", "queued", "won", "lapsed", "ended"),
    *("major_account_manager", "growth", "co_sell_partner", "prime_partner", "teaming", "residual"),
}
DUTIES = {
    (kind, state)
    for kind in ("include_co_sell_partner", "orchestrate_prime_renewal")
    for state in ("open", "met", "overdue")
} | {(kind, state) for kind in ("settle_with_mam", "copy_quotes_and_contracts") for state in ("open", "met")}
EARNED = {
    *("share", "a share of two or more", "a share of nothing", "unassigned", "unassigned nothing", "an adjustment"),
    *("co_sell", "not_won", "contract_ended", "USD", "JPY", "BHD", "CLF"),
}
ONE_DAY = timedelta(days=1)
ROUNDS, HISTORIES_A_ROUND = 20, 60


def _seen_until(
    enough: Callable[[Counter[object]], bool], shown: Callable[[list[RecordedEvent]], Iterable[object]]
) -> Counter[object]:
    """In how many histories each thing is shown, drawn round after round until it is enough or the rounds are over.

    Hypothesis draws the histories of one round from the same few choices, and which it makes depends on the modules
    loaded beside this one: whether a rare thing comes up in a given round is chance, in twenty rounds it is not.
    """
    seen: Counter[object] = Counter()
    for number in range(ROUNDS):

        @seed(number)
        @settings(max_examples=HISTORIES_A_ROUND, derandomize=False, database=None)
        @given(histories())
        def look(history: list[RecordedEvent]) -> None:
            seen.update(shown(record(history)))

        look()
        if enough(seen):
            break
    return seen


def _accounts(recorded: list[RecordedEvent]) -> list[str]:
    return [each["account_id"] for each in recorded if each["type"] == "account_opened"]


def _met_in(recorded: list[RecordedEvent]) -> set[str | tuple[str, str]]:
    """Every calling rule, status or kind of right, and obligation with its state, that the history shows."""
    met: set[str | tuple[str, str]] = set()
    head = len(recorded)
    asked = all_questions(recorded)
    for account in _accounts(recorded):
        for on in oracle.turning_days(recorded, account, head)[::3]:
            rows = oracle.rights(recorded, on, head, account=account, include_over=True)
            met |= {row.status if row.kind == "opportunity_manager" else row.kind for row in rows}
            met |= {(each.kind, each.state) for each in oracle.obligations(recorded, on, head, account=account)}
            shown = reading(recorded, head).day(account, on)
            met |= {
                may_call_on(shown, each.party, each.line, each.contract_id).rule
                for each in asked
                if each.account == account
            }
    return met


@pytest.mark.slow
def test_every_rule_status_and_obligation_appears() -> None:
    """Each calling rule in at least eight histories."""

    def enough(seen: Counter[object]) -> bool:
        return set(seen) >= RIGHTS | DUTIES and all(seen[rule] >= 8 for rule in CALLING_RULES)

    seen = _seen_until(enough, _met_in)
    assert set(seen) >= RIGHTS | DUTIES
    assert {rule for rule in CALLING_RULES if seen[rule] < 8} == set()
    assert {each for each in seen if str(each).startswith("CALL-")} == CALLING_RULES


def _earned_in(recorded: list[RecordedEvent]) -> set[str]:
    """The kinds and currencies of what renewals earn, why lines are left out, and whether anything was adjusted."""
    rows, head = oracle.entitlements(recorded, len(recorded)), len(recorded)
    earned = {row.kind if row.base > 0 else f"{row.kind} nothing" for row in rows} | {row.currency for row in rows}
    earned = {"a share of nothing" if each == "share nothing" else each for each in earned}
    if any(row.percent is not None and row.percent < 100 and row.base > 0 for row in rows):
        earned.add("a share of two or more")
    if oracle.adjustments(recorded, date(2000, 1, 1), date(2100, 1, 1), head):
        earned.add("an adjustment")
    return earned | {each.reason for each in oracle.left_out(recorded, head)}


def test_everything_that_a_renewal_can_earn_appears() -> None:
    """Every kind and currency, every reason to leave a line out, and an adjustment."""
    assert set(_seen_until(EARNED.issubset, _earned_in)) >= EARNED


@given(histories(), st.data())
def test_nothing_changes_between_two_turning_days(history: list[RecordedEvent], data: DataObject) -> None:
    """Rights, verdicts and opening dates of a day that is no turning day are those of the day before."""
    recorded = record(history)
    question = data.draw(questions(recorded))
    turning = oracle.turning_days(recorded, question.account, len(recorded))
    on = data.draw(st.dates(date(2023, 9, 1), date(2025, 6, 1)).filter(lambda each: each not in turning))

    def answers(day: date) -> object:
        asked = oracle.may_call(
            recorded, question.party, question.account, day, len(recorded), question.line, question.contract_id
        )
        return asked, oracle.rights(recorded, day, len(recorded), account=question.account, include_over=True)

    assert answers(on) == answers(on - ONE_DAY)


@given(histories(), st.data())
def test_a_denial_opens_on_the_first_day_that_a_walk_day_by_day_finds(
    history: list[RecordedEvent], data: DataObject
) -> None:
    """And on no day where the walk finds none in the two years that follow."""
    recorded = record(history)
    question = data.draw(questions(recorded))
    on = data.draw(st.sampled_from(oracle.turning_days(recorded, question.account, len(recorded))))

    def asked(day: date) -> oracle.CallingVerdict:
        head = len(recorded)
        return oracle.may_call(
            recorded, question.party, question.account, day, head, question.line, question.contract_id
        )

    answer = asked(on)
    if answer.verdict != "denied":
        return
    days = (on + timedelta(days=number) for number in range(730))
    assert answer.opens_on == next((day for day in days if asked(day).verdict != "denied"), None)


@given(histories(), st.data())
def test_what_is_recorded_later_never_changes_an_answer_as_known_before(
    history: list[RecordedEvent], data: DataObject
) -> None:
    """The oracle sees nothing past the position."""
    recorded = record(history)
    known_at = data.draw(st.integers(1, len(recorded)))
    on = data.draw(st.sampled_from([each["effective_on"] for each in recorded]))
    before = recorded[:known_at]
    assert oracle.rights(recorded, on, known_at) == oracle.rights(before, on, known_at)
    assert oracle.obligations(recorded, on, known_at) == oracle.obligations(before, on, known_at)


@given(st.data())
def test_histories_can_be_drawn_step_by_step(data: DataObject) -> None:
    """What comes next takes up what was recorded, and ids never clash."""
    so_far: list[RecordedEvent] = []
    for _ in range(12):
        so_far = record([*_as_posted(so_far), *data.draw(next_events(so_far))])
    assert len({each["event_id"] for each in so_far}) == len(so_far)
    assert _accounts(so_far)


def _as_posted(recorded: list[RecordedEvent]) -> list[RecordedEvent]:
    return [
        {name: value for name, value in each.items() if name != "position"}
        | {"effective_on": each["effective_on"].isoformat()}
        for each in recorded
    ]
