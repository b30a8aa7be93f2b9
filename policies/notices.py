"""Notices: what is due to be announced of claims on a day, given what was announced before. They change no right.

Everything follows from the claims as they are known, the day, the figures and the announcements in the log: it does not
matter when somebody last looked, nor how often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from policies.days import FOREVER, plus_days
from policies.figures import Figures
from policies.kept import Right
from policies.rulebook import rule

GRACE_WARNING_ISSUED = "grace_warning_issued"
RIGHTS_LAPSED = "rights_lapsed"
RIGHTS_REVIVED = "rights_revived"

RUNNING = frozenset({"incomplete", "queued", "active", "in_grace"})
"""The statuses of a claim that still runs towards its deadline."""

ALIVE = RUNNING | {"won"}
"""The statuses of a claim that has neither lapsed nor ended otherwise."""

ClaimName = tuple[str, str]
"""(opportunity, line)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement about the claim of an opportunity on a line, due or made.

    `effective_on` is the day it is for: of a warning the day on which it falls due, of a lapse the first day without
    the claim, of a revival the day whose lapse it takes back. `deadline_on` is the last day of grace.
    """

    kind: str
    opportunity_id: str
    line: str
    deadline_on: date
    effective_on: date

    @property
    def claim(self) -> ClaimName:
        return (self.opportunity_id, self.line)


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is due. `turn` counts the lapses and revivals of the claim announced before it."""

    notice: Notice
    turn: int = 0


@dataclass(slots=True)
class Announced:
    """What was announced of one claim: its warnings, and its lapses and revivals in turn."""

    warnings: set[tuple[date, date]] = field(default_factory=set)
    """(deadline, the day the warning was for)."""
    last: Notice | None = None
    turns: int = 0

    @property
    def lapse(self) -> Notice | None:
        """The lapse that was announced and not taken back since."""
        return self.last if self.last is not None and self.last.kind == RIGHTS_LAPSED else None

    def take(self, notice: Notice) -> None:
        """Takes in the next announcement."""
        if notice.kind == GRACE_WARNING_ISSUED:
            self.warnings.add((notice.deadline_on, notice.effective_on))
        else:
            self.last = notice
            self.turns += 1


def announced(told: Iterable[Notice]) -> dict[ClaimName, Announced]:
    """Announcements in the order in which they were made, by claim."""
    found: defaultdict[ClaimName, Announced] = defaultdict(Announced)
    for notice in told:
        found[notice.claim].take(notice)
    return found


def by_claim(rights: Iterable[Right]) -> dict[ClaimName, list[Right]]:
    """The days of opportunity managers' claims, by claim; other rights are left out."""
    found: defaultdict[ClaimName, list[Right]] = defaultdict(list)
    for right in rights:
        if right.kind == "opportunity_manager" and right.opportunity_id is not None and right.line is not None:
            found[right.opportunity_id, right.line].append(right)
    return found


def due_notices(rights: Iterable[Right], told: Iterable[Notice], on: date, figures: Figures) -> list[Due]:
    """The notices that are due on a day and were not announced, claim by claim, in the order in which to tell them.

    `rights` are the claims' days as known, as far as `needed` says; `told` is what was announced of them, in order.
    """
    before = announced(told)
    due: list[Due] = []
    for claim, days in sorted(by_claim(rights).items()):
        known = before.get(claim) or Announced()
        due += [*revival_due(days, known), *lapse_due(days, known, on), *warnings_due(days, known, on, figures)]
    return due


def needed(right: Right, on: date, ahead: int) -> bool:
    """Whether a claim's days may decide what is due on a day: it has lapsed, or may have to be warned by then."""
    if right.valid_from > on:
        return False
    if right.status == "lapsed":
        return True
    return right.status in RUNNING and right.deadline_on is not None and on <= right.deadline_on <= plus_days(on, ahead)


def doubtful(told: Iterable[Notice], lapsed: Iterable[Right]) -> set[ClaimName]:
    """The claims announced as lapsed that stand as lapsed no more on that day: all their days have to be looked at."""
    standing = {(right.opportunity_id, right.line, right.valid_from) for right in lapsed if right.status == "lapsed"}
    lapses = ((claim, known.lapse) for claim, known in announced(told).items())
    return {claim for claim, lapse in lapses if lapse is not None and (*claim, lapse.effective_on) not in standing}


@rule("OM-GRACE")
def warnings_due(days: Sequence[Right], known: Announced, on: date, figures: Figures) -> list[Due]:
    """A claim that still runs is warned so many days before its deadline.

    A warning that was missed is made up for until the deadline has passed. There is none for a day on which the claim
    did not run yet towards this deadline.
    """
    standing = next((one for one in days if one.valid_from <= on < one.valid_until), None)
    if standing is None or standing.status not in RUNNING or standing.deadline_on is None:
        return []
    deadline_on = standing.deadline_on
    if not on <= deadline_on < FOREVER:
        return []
    since = min(one.valid_from for one in days if one.deadline_on == deadline_on)
    return [
        Due(_notice(GRACE_WARNING_ISSUED, standing, deadline_on, day))
        for day in warning_days(standing, deadline_on, figures)
        if since <= day <= on and (deadline_on, day) not in known.warnings
    ]


@rule("OM-GRACE")
def warning_days(right: Right, deadline_on: date, figures: Figures) -> list[date]:
    """The days on which a claim is warned, by the figure in effect on the day its clock starts."""
    value = figures.at("warning_days", clock_start_of(right, deadline_on, figures)).value
    ahead = (value,) if isinstance(value, int) else value
    return sorted({plus_days(deadline_on, -days) for days in ahead})


def farthest_warning(figures: Figures) -> int:
    """The largest number of days before a deadline by which any claim may have to be warned."""
    return max(max((value,) if isinstance(value, int) else value) for value in figures.ever("warning_days"))


@rule("OM-LAPSED", "OM-GRACE")
def lapse_due(days: Sequence[Right], known: Announced, on: date) -> list[Due]:
    """A claim that has lapsed by a day is announced, unless that very lapse is what was announced last."""
    lapsed = next((one for one in days if one.status == "lapsed" and one.valid_from <= on), None)
    if lapsed is None or (known.lapse is not None and known.lapse.effective_on == lapsed.valid_from):
        return []
    notice = _notice(RIGHTS_LAPSED, lapsed, deadline_of(lapsed), lapsed.valid_from)
    return [Due(notice, known.turns + len(revival_due(days, known)))]


@rule("OM-LATE-AWARD", "OM-ANCHOR", "OM-LAPSED")
def revival_due(days: Sequence[Right], known: Announced) -> list[Due]:
    """A lapse that was announced is taken back if the claim is known now to have been live or won on that very day."""
    lapse = known.lapse
    if lapse is None:
        return []
    standing = next((one for one in days if one.valid_from <= lapse.effective_on < one.valid_until), None)
    if standing is None or standing.status not in ALIVE:
        return []
    return [Due(_notice(RIGHTS_REVIVED, standing, lapse.deadline_on, lapse.effective_on), known.turns)]


def deadline_of(lapsed: Right) -> date:
    """The last day of grace of a claim that lapsed: as its reason says, else the day before."""
    said = _facts(lapsed, "OM-LAPSED").get("deadline")
    return plus_days(lapsed.valid_from, -1) if said is None else date.fromisoformat(said)


def clock_start_of(right: Right, deadline_on: date, figures: Figures) -> date:
    """The day a claim's clock starts: as its reason says; else (it is incomplete) the day whose grace ends with it."""
    facts = _facts(right, "OM-GRACE")
    said = facts.get("lost_on") or facts.get("anchor")
    if said is not None:
        return date.fromisoformat(said)
    starts = {plus_days(deadline_on, -days) for days in figures.ever("grace_days") if isinstance(days, int)}
    fitting = [day for day in starts if plus_days(day, figures.at("grace_days", day).days) == deadline_on]
    return max(fitting, default=deadline_on)


def _facts(right: Right, rule_id: str) -> dict[str, str]:
    """The facts of the reason by which a rule decided on a right."""
    return next((dict(reason.facts) for reason in right.reasons if reason.rule == rule_id), {})


def _notice(kind: str, right: Right, deadline_on: date, effective_on: date) -> Notice:
    return Notice(kind, right.opportunity_id or "", right.line or "", deadline_on, effective_on)
