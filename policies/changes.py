"""Changes: what is different about who holds what, said in a word, from the rights before and after.

An event begins and ends many intervals at once, past and future. What people ask is: what is different from today on?
So a change is told as of a day: the first day at or after it on which the two disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, TypeVar

from msgspec import Struct

from policies.days import FOREVER, next_day
from policies.kept import Right

OVER: Final = frozenset({"lapsed", "ended"})
RESERVING: Final = frozenset({"active", "in_grace"})

CHANGES: Final = {
    "right_began": "somebody holds a right that nobody held, or claims a line without evidence enough yet",
    "right_established": "an incomplete claim has all its evidence, and reserves its line",
    "right_queued": "a claim waits behind one established earlier",
    "became_first": "a claim that waited is the first in the queue now, and reserves its line",
    "right_won": "the line was awarded: the right goes on as long as the contract",
    "holder_changed": "a right moved to another holder",
    "deadline_moved": "the last day of grace is another one",
    "right_changed": "something else about a right is different, such as a share's percentage",
    "right_ended": "a right is over, without having lapsed",
    "right_lapsed": "a right is over because its time ran out",
    "right_revived": "a right that had lapsed is held again, because of what became known",
    "past_corrected": "only days that are over are different",
    "line_opened": "no live claim reserves the line any more",
    "line_reserved": "a live claim reserves the line now",
    "lapses_soon": "a right's last day of grace is near",
}
"""Every kind of change, and what it means."""

Subject = tuple[str, str, str, str]


class Change(Struct, frozen=True, gc=False):
    """One thing that is different on an account, on the days `[valid_from, valid_until)`.

    `right` is the kind of right, None for a change of a line; `days_left` is told with lapses_soon.
    """

    change: str
    account_id: str
    right: str | None
    opportunity_id: str | None
    line: str | None
    contract_id: str | None
    holder: str | None
    previous_holder: str | None
    status: str | None
    previous_status: str | None
    valid_from: date
    valid_until: date
    deadline_on: date | None = None
    previous_deadline_on: date | None = None
    days_left: int | None = None


def changes(before: Sequence[Right], after: Sequence[Right], on: date) -> list[Change]:
    """What is different between two states of one account's rights, as of a day, in a settled order.

    Each thing that a right can be about has one change at most: the first difference from the day on, or one that
    only corrects the past. A line has one as well, where it opened or became reserved.
    """
    kept_before, kept_after = frozenset(before), frozenset(after)
    subjects = sorted({subject_of(one) for one in kept_before ^ kept_after})
    found = [
        change
        for subject in subjects
        if (change := _changed(_about(subject, before), _about(subject, after), on)) is not None
    ]
    lines = sorted({one.line for one in kept_before ^ kept_after if one.kind == "opportunity_manager" and one.line})
    return found + [
        change for line in lines if (change := _of_line(_claims(line, before), _claims(line, after), on)) is not None
    ]


def lapses(rights: Sequence[Right], opportunity_id: str, line: str, deadline_on: date) -> list[Change]:
    """What is different on the day after a deadline, because time went by: the lapse, who moves up, whether it opens.

    Nothing, if by what is known the claim did not lapse then. Of several claims to the line that lapse on the same day
    each is told at its own notice, and what follows from all of them at that of one.
    """
    claims = _claims(line, rights)
    last, first = deadline_on, next_day(deadline_on)
    lapsing = sorted(
        one.opportunity_id or ""
        for one in claims
        if one.status == "lapsed" and _covers(one, first) and _was_live(one, claims, last)
    )
    if opportunity_id not in lapsing:
        return []
    tells_the_rest = opportunity_id == lapsing[0]
    found = []
    for subject in sorted({subject_of(one) for one in claims}):
        then, now = _on(_about(subject, claims), last), _on(_about(subject, claims), first)
        is_told = now is not None and (
            now.opportunity_id == opportunity_id or (tells_the_rest and now.opportunity_id not in lapsing)
        )
        if now is not None and is_told and _said(then) != _said(now):
            found.append(_told(then, now, now.valid_from, _end_of(now, _about(subject, claims))))
    if tells_the_rest and _reserved(claims, last) and not _reserved(claims, first):
        found.append(_line_told("line_opened", claims[0], first, _until_reserved(claims, first)))
    return found


def warning(rights: Sequence[Right], opportunity_id: str, line: str, deadline_on: date, on: date) -> list[Change]:
    """That a claim's last day of grace is near; nothing, if by what is known it is not live on the day."""
    return [
        _told(one, one, one.valid_from, next_day(deadline_on), "lapses_soon", (deadline_on - on).days)
        for one in _claims(line, rights)
        if one.opportunity_id == opportunity_id and one.status not in OVER and _covers(one, on)
    ]


def subject_of(right: Right) -> Subject:
    """What a right is about: of these, one account has one right on one day, whoever holds it."""
    several = right.holder if right.kind in {"co_sell_partner", "prime_partner", "teaming"} else ""
    if right.kind == "residual":
        several = right.contract_id or ""  # an opportunity may have been awarded in several contracts
    return (right.kind, right.opportunity_id or right.contract_id or "", right.line or "", several)


def _about(subject: Subject, rights: Iterable[Right]) -> list[Right]:
    return [one for one in rights if subject_of(one) == subject]


def _claims(line: str, rights: Iterable[Right]) -> list[Right]:
    return [one for one in rights if one.kind == "opportunity_manager" and one.line == line]


def _covers(right: Right, day: date) -> bool:
    return right.valid_from <= day < right.valid_until


def _on(rights: Iterable[Right], day: date) -> Right | None:
    return next((one for one in rights if _covers(one, day)), None)


def _was_live(lapsed: Right, claims: Iterable[Right], day: date) -> bool:
    return _is_live(_on(_about(subject_of(lapsed), claims), day))


def _reserved(claims: Iterable[Right], day: date) -> bool:
    return any(one.status in RESERVING and _covers(one, day) for one in claims)


def _is_live(right: Right | None) -> bool:
    return right is not None and right.status not in OVER


def _said(right: Right | None) -> tuple[object, ...] | None:
    """What of a right is worth telling; active and in grace differ by the day alone."""
    if right is None or not _is_live(right):
        return None
    status = "active" if right.status in RESERVING else right.status
    return (right.holder, status, right.deadline_on, right.contract_id, right.percent)


def _end_of(right: Right, rights: Sequence[Right]) -> date:
    """The day on which a right ends, the step from active to in grace not counted as an end."""
    end = right.valid_until
    while (follower := _on(rights, end)) is not None and _said(follower) == _said(right):
        end = follower.valid_until
    return end


State = TypeVar("State")


def _segments(
    before: Sequence[Right], after: Sequence[Right], said: Callable[[Sequence[Right], date], State]
) -> Iterator[tuple[date, date, State, State]]:
    """The stretches of days on which both states stay as they are."""
    starts = sorted({day for one in (*before, *after) for day in (one.valid_from, one.valid_until)} - {FOREVER})
    for start, end in zip(starts, [*starts[1:], FOREVER], strict=True):
        yield start, end, said(before, start), said(after, start)


def _changed(before: Sequence[Right], after: Sequence[Right], on: date) -> Change | None:
    """The first difference from the day on; else the last one before it."""
    past: Change | None = None
    for start, end, old, new in _segments(before, after, _on):
        if _said(old) == _said(new):
            continue
        if end > on:
            return _told(old, new, start, _end_of(new, after) if new is not None and _is_live(new) else end)
        past = _told(old, new, start, end, "past_corrected")
    return past


def _told(
    old: Right | None, new: Right | None, start: date, end: date, word: str | None = None, days_left: int | None = None
) -> Change:
    one = new if new is not None else old
    if one is None:
        raise ValueError("a change is about a right that is or was")
    live = new is not None and _is_live(new)
    return Change(
        change=word or _word(old, new),
        account_id=one.account_id,
        right=one.kind,
        opportunity_id=one.opportunity_id,
        line=one.line,
        contract_id=one.contract_id,
        holder=new.holder if new is not None and live else None,
        previous_holder=old.holder if old is not None and _is_live(old) else None,
        status=None if new is None else new.status,
        previous_status=None if old is None else old.status,
        valid_from=start,
        valid_until=end,
        deadline_on=None if new is None else new.deadline_on,
        previous_deadline_on=None if old is None else old.deadline_on,
        days_left=days_left,
    )


def _word(old: Right | None, new: Right | None) -> str:
    """The kind of a change from one state to another, of which one at least is live."""
    if new is None or not _is_live(new):
        return "right_lapsed" if new is not None and new.status == "lapsed" else "right_ended"
    if old is None or not _is_live(old):
        if old is not None and old.status == "lapsed":
            return "right_revived"
        return "right_queued" if new.status == "queued" else "right_began"
    if old.holder != new.holder:
        return "holder_changed"
    return _other_status(old, new)


def _other_status(old: Right, new: Right) -> str:
    if new.status == "won" and old.status != "won":
        return "right_won"
    if new.status == "queued" and old.status != "queued":
        return "right_queued"
    if new.status in RESERVING and old.status not in RESERVING:
        return {"queued": "became_first", "incomplete": "right_established"}.get(old.status, "right_changed")
    return "deadline_moved" if old.deadline_on != new.deadline_on else "right_changed"


def _of_line(before: Sequence[Right], after: Sequence[Right], on: date) -> Change | None:
    """Whether a line opened or became reserved, from the day on."""
    for start, end, was, is_now in _segments(before, after, _reserved):
        if was != is_now and end > on:
            one = (after or before)[0]
            if is_now:
                return _line_told("line_reserved", one, start, _until_open(after, start))
            return _line_told("line_opened", one, start, _until_reserved(after, start))
    return None


def _line_told(word: str, one: Right, start: date, end: date) -> Change:
    nobody = dict.fromkeys(("right", "opportunity_id", "contract_id", "holder", "previous_holder"))
    return Change(
        change=word,
        account_id=one.account_id,
        line=one.line,
        status=None,
        previous_status=None,
        valid_from=start,
        valid_until=end,
        **nobody,
    )


def _until_reserved(claims: Sequence[Right], day: date) -> date:
    """The first day from `day` on which the line is reserved again."""
    return min((one.valid_from for one in claims if one.status in RESERVING and one.valid_from > day), default=FOREVER)


def _until_open(claims: Sequence[Right], day: date) -> date:
    """The first day from `day` on which the line is reserved no more."""
    ends = sorted(one.valid_until for one in claims if one.status in RESERVING and one.valid_until > day)
    return next((end for end in ends if not _reserved(claims, end)), FOREVER)
