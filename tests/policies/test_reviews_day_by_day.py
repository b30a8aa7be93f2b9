"""The sheet day by day: what the rules say of a day is what a reader finds who goes through the facts day after day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.recorded import Recorded
from policies.actions import read_actions
from policies.assessment import assessed, milestones
from policies.closing_plan import closing_plans
from policies.key_players import key_players
from policies.reviews import reviewing
from policies.selection_criteria import criteria_on, scorecard
from tests.policies.memory import parse_one

FIRST = date(2026, 2, 1)
DAYS = 12
NOW = datetime(2026, 3, 1, tzinfo=UTC)

Said = tuple[str, dict[str, Any]]

_NAMES = st.sampled_from(["a", "b", "c"])
_LATER = st.integers(0, 6)
_MAPPED = st.fixed_dictionaries(
    {"player_id": _NAMES, "name": st.just("x")},
    optional={"influence": st.integers(1, 5), "relationship": st.integers(-2, 2)},
)
_SAID: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    st.tuples(st.just("action_agreed"), st.tuples(_NAMES, _LATER)),
    st.tuples(st.just("action_done"), _NAMES),
    st.tuples(st.just("action_dropped"), _NAMES),
    st.tuples(
        st.just("opportunity_reviewed"), st.lists(st.tuples(_NAMES, _LATER), max_size=2, unique_by=lambda one: one[0])
    ),
    st.tuples(st.just("opportunity_assessed"), st.dictionaries(st.sampled_from(["importance", "demands"]), _NAMES)),
    st.tuples(st.just("milestone_assessed"), st.tuples(_NAMES, st.booleans())),
    st.tuples(st.just("key_player_mapped"), _MAPPED),
    st.tuples(st.just("key_player_removed"), _NAMES),
    st.tuples(st.just("closing_plan_drafted"), _NAMES),
    st.tuples(st.just("opportunity_plan_adopted"), _NAMES),
    st.tuples(st.just("customer_scored"), st.dictionaries(_NAMES, st.integers(0, 2), min_size=1)),
    st.tuples(st.just("selection_criteria_configured"), st.lists(_NAMES, min_size=1, unique=True)),
)
HISTORIES = st.lists(st.tuples(st.integers(0, DAYS - 1), _SAID), max_size=14)


def data_of(type_: str, said: Any, day: date, number: int) -> dict[str, Any]:
    """The data of an event."""
    own: dict[str, Any] = {"opportunity_id": "opp-1"}

    def action(name: str, later: int) -> dict[str, Any]:
        return {"action_id": name, "what": "x", "who": "jane", "due_on": (day + timedelta(days=later)).isoformat()}

    made: dict[str, Any] = {
        "action_agreed": lambda: own | action(*said),
        "action_done": lambda: own | {"action_id": said},
        "action_dropped": lambda: own | {"action_id": said, "reason": "x"},
        "opportunity_reviewed": lambda: (
            own
            | {
                "review_id": f"r-{number}",
                "reviewed_by": "mary",
                "answers": {},
                "actions": [action(*one) for one in said],
            }
        ),
        "opportunity_assessed": lambda: own | {"answers": {"solution": said}},
        "milestone_assessed": lambda: own | {"stage": said[0], "milestone": "shared_plan", "met": said[1]},
        "key_player_mapped": lambda: own | said,
        "key_player_removed": lambda: own | {"player_id": said, "reason": "x"},
        "closing_plan_drafted": lambda: own | {"closing_plan_id": said, "parts": {}},
        "opportunity_plan_adopted": lambda: own | {"closing_plan_id": said},
        "customer_scored": lambda: {"scores": said, "scored_by": "jane"},
        "selection_criteria_configured": lambda: {
            "criteria": [{"criterion": one, "says": "x"} for one in said],
            "reason": "x",
        },
    }
    told: dict[str, Any] = made[type_]()
    return told


def facts_of(drawn: Sequence[tuple[int, Said]]) -> list[Recorded]:
    """The facts, recorded in this order."""
    facts = []
    for number, (days, (type_, said)) in enumerate(drawn, 1):
        day = FIRST + timedelta(days=days)
        account = None if type_ == "selection_criteria_configured" else "acme"
        event = parse_one(type_, day.isoformat(), account, **data_of(type_, said, day, number))
        facts.append(Recorded(number, NOW, "jane", f"e-{number}", event))
    return facts


def told(facts: Sequence[Recorded], on: date) -> dict[str, Any]:
    """What the rules say of the day."""
    actions = [one for each in read_actions(facts).values() if (one := each.on(on)) is not None]
    plans = closing_plans(facts, on)
    return {
        "actions": {one.action_id: (one.state(on), one.due_on) for one in actions},
        "reviews": [one.held_on for one in reviewing(facts, on).reviews],
        "answers": {
            each.question: each.answer
            for one in assessed(facts, on)
            for each in one.questions
            if each.answer is not None
        },
        "milestones": {
            one.stage: each.met for one in milestones(facts, on) for each in one.milestones if each.met is not None
        },
        "players": {one.said.player_id: one.said.influence for one in key_players(facts, on).players},
        "plan": plans.current and (plans.current.closing_plan_id, plans.current.version, plans.current.state),
        "scores": {one.criterion: one.score for one in scorecard("acme", facts, criteria_on(facts, on), on).scores},
    }


class Reader:
    """Somebody who reads one day after the other, and on each first what is agreed and drafted, then the rest."""

    def __init__(self) -> None:
        self.actions: dict[str, list[Any]] = {}
        self.reviews: list[date] = []
        self.answers: dict[str, str] = {}
        self.milestones: dict[str, bool] = {}
        self.players: dict[str, int | None] = {}
        self.drafts: list[tuple[str, int]] = []
        self.adopted: tuple[str, int] | None = None
        self.scores: dict[str, int] = {}
        self.criteria = [one.criterion for one in criteria_on([], FIRST).criteria]

    def read(self, facts: Sequence[Recorded]) -> None:
        for fact in facts:
            self._agree(fact)
        for fact in facts:
            getattr(self, f"_{fact.type}", lambda _: None)(fact.data)

    def told(self, on: date) -> dict[str, Any]:
        actions = {
            name: (ended or ("overdue" if due < on else "open"), due) for name, (due, ended) in self.actions.items()
        }
        plan: Any = self.adopted and (*self.adopted, "adopted")
        if plan is None and self.drafts:
            plan = (*self.drafts[-1], "draft")
        return {
            "actions": actions,
            "reviews": self.reviews[::-1],
            "answers": self.answers,
            "milestones": self.milestones,
            "players": self.players,
            "plan": plan,
            "scores": {one: self.scores.get(one) for one in self.criteria},
        }

    def _agree(self, fact: Recorded) -> None:
        data: Any = fact.data
        if fact.type == "opportunity_reviewed":
            self.reviews.append(fact.effective_on)
        said = {"action_agreed": [data], "opportunity_reviewed": getattr(data, "actions", None) or ()}
        for one in said.get(fact.type, ()):
            self.actions.setdefault(one.action_id, [one.due_on, None])

    def _action_done(self, data: Any) -> None:
        self._end(data.action_id, "done")

    def _action_dropped(self, data: Any) -> None:
        self._end(data.action_id, "dropped")

    def _end(self, name: str, how: str) -> None:
        if name in self.actions and self.actions[name][1] is None:
            self.actions[name][1] = how

    def _opportunity_assessed(self, data: Any) -> None:
        self.answers.update(data.answers.model_dump(exclude_none=True).get("solution", {}))

    def _milestone_assessed(self, data: Any) -> None:
        self.milestones[data.stage] = data.met

    def _key_player_mapped(self, data: Any) -> None:
        self.players[data.player_id] = data.influence

    def _key_player_removed(self, data: Any) -> None:
        self.players.pop(data.player_id, None)

    def _closing_plan_drafted(self, data: Any) -> None:
        number = sum(name == data.closing_plan_id for name, _ in self.drafts) + 1
        self.drafts.append((data.closing_plan_id, number))

    def _opportunity_plan_adopted(self, data: Any) -> None:
        of_plan = [one for one in self.drafts if one[0] == data.closing_plan_id]
        if of_plan:
            self.adopted = of_plan[-1]

    def _customer_scored(self, data: Any) -> None:
        self.scores.update(data.scores)

    def _selection_criteria_configured(self, data: Any) -> None:
        self.criteria = [one.criterion for one in data.criteria]


@given(HISTORIES)
def test_each_day_is_as_a_reader_finds_it_who_goes_through_all_days(drawn: list[tuple[int, Said]]) -> None:
    """States, answers, maps, plans and scores, with facts recorded in any order."""
    facts = facts_of(drawn)
    reader = Reader()
    for days in range(DAYS):
        on = FIRST + timedelta(days=days)
        reader.read([fact for fact in facts if fact.effective_on == on])
        assert told(facts, on) == reader.told(on)


@given(st.lists(st.tuples(st.integers(0, DAYS - 1), _SAID), max_size=DAYS, unique_by=lambda one: one[0]), st.randoms())
def test_the_order_of_recording_does_not_matter(drawn: list[tuple[int, Said]], chance: Any) -> None:
    """Where no two facts fall on one day, what was recorded first changes nothing."""
    shuffled = list(drawn)
    chance.shuffle(shuffled)
    for days in range(DAYS):
        on = FIRST + timedelta(days=days)
        assert told(facts_of(drawn), on) == told(facts_of(shuffled), on)


@given(HISTORIES, st.integers(0, DAYS - 1))
def test_what_lies_ahead_says_nothing_yet(drawn: list[tuple[int, Said]], days: int) -> None:
    """A day is told by the facts up to it."""
    on = FIRST + timedelta(days=days)
    facts = facts_of(drawn)
    assert told(facts, on) == told([fact for fact in facts if fact.effective_on <= on], on)
