"""Phrases of section 11 for reviews, assessments, key players, closing plans and selection criteria."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ledger.recorded import Recorded
from policies.actions import read_actions
from policies.assessment import assessed, milestones
from policies.closing_plan import PlanVersion, closing_plans
from policies.figures import Figures
from policies.key_players import KeyPlayer, key_players
from policies.reviews import reviewing
from policies.selection_criteria import criteria_on, scorecard
from policies.staleness import last_activities
from tests.scenarios.phrases import Parts, several

Stated = tuple[str, dict[str, Any]]
Telling = Callable[[Sequence[Recorded], Parts, date], str]
"""What is told of the facts of an account on a day."""


def _action(part: Parts) -> dict[str, Any]:
    return {"action_id": part["action"], "what": "call them", "who": part["whom"], "due_on": part["until"]}


def _reviewed(part: Parts) -> Stated:
    data: dict[str, Any] = {
        "opportunity_id": part["opportunity"],
        "review_id": part["review"],
        "reviewed_by": part["who"],
        "answers": dict.fromkeys(several(part["others"]), "so") if "others" in part else {},
    }
    return "opportunity_reviewed", data | ({"actions": [_action(part)]} if "action" in part else {})


def _mapped(part: Parts) -> Stated:
    data: dict[str, Any] = {"opportunity_id": part["opportunity"]}
    data |= {"party_id": part["who"]} if "who" in part else {"player_id": part["player"], "name": part["player"]}
    named = {"role": "decision_role", "win": "personal_win", "receptivity": "receptivity"}
    data |= {field: part[word] for word, field in named.items() if word in part}
    return "key_player_mapped", data | {word: int(part[word]) for word in ("influence", "relationship") if word in part}


def _scored(part: Parts) -> Stated:
    scores = dict(each.split() for each in several(part["priced"]))
    return "customer_scored", {
        "scores": {criterion: int(score) for criterion, score in scores.items()},
        "scored_by": part["who"],
    }


def _milestone(*, met: bool) -> Callable[[Parts], Stated]:
    return lambda part: (
        "milestone_assessed",
        {"opportunity_id": part["opportunity"], "stage": part["stage"], "milestone": part["milestone"], "met": met},
    )


_MAPPED = (
    "[ as {role}][ wanting {win}][ receptivity {receptivity}][ influence {influence}][ relationship {relationship}]"
)

FACTS: Mapping[str, Callable[[Parts], Stated]] = {
    "{opportunity} reviewed as {review} by {who}[, answering {others}][, agreeing {action} for {whom} due {until}]": (
        _reviewed
    ),
    "action {action} on {opportunity} agreed for {whom} due {until}": lambda part: (
        "action_agreed",
        {"opportunity_id": part["opportunity"], **_action(part)},
    ),
    "action {action} on {opportunity} done": lambda part: (
        "action_done",
        {"opportunity_id": part["opportunity"], "action_id": part["action"]},
    ),
    "action {action} on {opportunity} dropped": lambda part: (
        "action_dropped",
        {"opportunity_id": part["opportunity"], "action_id": part["action"], "reason": "stated"},
    ),
    "{opportunity} assessed in {category} on {others}": lambda part: (
        "opportunity_assessed",
        {
            "opportunity_id": part["opportunity"],
            "answers": {part["category"]: dict.fromkeys(several(part["others"]), "so")},
        },
    ),
    "{opportunity} at {stage} meets {milestone}": _milestone(met=True),
    "{opportunity} at {stage} misses {milestone}": _milestone(met=False),
    f"party {{who}} mapped on {{opportunity}}{_MAPPED}": _mapped,
    f"player {{player}} mapped on {{opportunity}}{_MAPPED}": _mapped,
    "player {player} removed from {opportunity}": lambda part: (
        "key_player_removed",
        {"opportunity_id": part["opportunity"], "player_id": part["player"], "reason": "stated"},
    ),
    "closing plan {plan} drafted for {opportunity}[ on {others}]": lambda part: (
        "closing_plan_drafted",
        {
            "opportunity_id": part["opportunity"],
            "closing_plan_id": part["plan"],
            "parts": {name: [{"what": "this"}] for name in several(part["others"])} if "others" in part else {},
        },
    ),
    "closing plan {plan} adopted for {opportunity}": lambda part: (
        "opportunity_plan_adopted",
        {"opportunity_id": part["opportunity"], "closing_plan_id": part["plan"]},
    ),
    "selection criteria set to {others}": lambda part: (
        "selection_criteria_configured",
        {"criteria": [{"criterion": one, "says": one} for one in several(part["others"])], "reason": "stated"},
    ),
    "{who} scores the account {priced}": _scored,
}
"""Every phrase for a fact."""


def _of(facts: Iterable[Recorded], part: Parts) -> list[Recorded]:
    return [fact for fact in facts if getattr(fact.data, "opportunity_id", None) == part["opportunity"]]


def _listed(word: str, names: Iterable[str]) -> str:
    told = ", ".join(names)
    return f"{word} {told}" if told else ""


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts)) or "nothing"


def _review(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    found = reviewing(_of(facts, part), on)
    if found.latest is None:
        return "none"
    carried = (f"{one.action_id} {one.state(found.latest.held_on)}" for one in found.latest.carried_over)
    return _joined(found.latest.said.review_id, _listed("gaps", found.latest.gaps), _listed("carried", carried))


def _next_review(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    return _joined(*(f"{one.action_id} {one.state(on)}" for one in reviewing(_of(facts, part), on).actions))


def _actions(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    known = read_actions(_of(facts, part)).values()
    agreed = [one for each in known if (one := each.on(on)) is not None]
    return _joined(*(f"{one.action_id} {one.state(on)}" for one in agreed))


def _assessment(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    (found,) = (one for one in assessed(_of(facts, part), on) if one.category == part["category"])
    answered = (one.question for one in found.questions if one.answer is not None)
    return _joined(_listed("answered", answered), _listed("gaps", found.gaps))


def _milestones(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    (found,) = (one for one in milestones(_of(facts, part), on, [part["stage"]]) if one.stage == part["stage"])
    by = {state: [one.milestone for one in found.milestones if one.met is state] for state in (True, False)}
    return _joined(_listed("met", by[True]), _listed("not met", by[False]), f"{len(found.gaps)} gaps")


def _customer(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    card = scorecard("acme", facts, criteria_on(facts, on), on)
    return _joined(f"{card.total} of {card.out_of}", _listed("gaps", card.gaps))


def _key_players(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    found = key_players(_of(facts, part), on)
    named = ", ".join(map(_name, found.players))
    against = (
        f"{_name(one.player)} outweighed by {', '.join(map(_name, one.outweighed_by)) or 'nobody'}"
        for one in found.against
    )
    unknown = (f"{_name(one)} {gap}" for one in found.players for gap in one.gaps)
    return _joined(named, _listed("against", against), _listed("gaps", (*found.gaps, *unknown)))


def _name(player: KeyPlayer) -> str:
    return player.said.player_id or player.said.party_id or ""


def _closing_plan(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    found = closing_plans(_of(facts, part), on)
    if found.current is None:
        return "none"
    draft = "" if found.draft is None else f"draft {_version(found.draft)}"
    told = f"{_version(found.current)} {found.current.state}"
    return _joined(told, _listed("gaps", found.current.gaps), draft)


def _version(one: PlanVersion) -> str:
    return f"{one.closing_plan_id} version {one.version}"


def _stale(facts: Sequence[Recorded], part: Parts, on: date) -> str:
    found = last_activities(_of(facts, part), Figures(facts), on)
    return _joined(*(f"{one.activity} since {one.stale_from}" for one in found if one.is_stale(on)))


QUESTIONS: Mapping[str, Telling] = {
    "review of {opportunity}": _review,
    "for the next review of {opportunity}": _next_review,
    "actions on {opportunity}": _actions,
    "assessment of {opportunity} in {category}": _assessment,
    "milestones of {opportunity} at {stage}": _milestones,
    "the customer": _customer,
    "key players of {opportunity}": _key_players,
    "closing plan of {opportunity}": _closing_plan,
    "stale on {opportunity}": _stale,
}
"""Every phrase for a question."""
