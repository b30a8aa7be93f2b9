"""Answers: what stands under `then` and `before`, held against what the policies say on the day."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.events.disputes import DisputeRuled
from ledger.money import from_minor
from policies.calling import Verdict
from policies.days import FOREVER
from policies.disputes import Dispute, due
from policies.home import pending
from policies.kept import Right
from policies.reasons import Reason, rendered
from policies.team import members_on, team
from policies.views import read_views, shown
from projections.lists import opportunity_row
from tests.policies.memory import MemoryLedger
from tests.scenarios.phrases import DAY, ID, MONTH, Parts, UnreadableError, read, several
from tests.scenarios.reviewing import QUESTIONS as REVIEWING
from tests.scenarios.reviewing import Telling
from tests.scenarios.selling import attention_told, funnel_told, progress_told
from tests.scenarios.statements import told_of_month

OVER = frozenset({"lapsed", "ended"})


@dataclass
class Answers:
    """Answers of a ledger on one day about one account; `labels` name its events."""

    ledger: MemoryLedger
    on: date
    account: str
    labels: Mapping[str, str]

    def check(self, text: str) -> None:
        """Assert what `question → answer; remark; …` says."""
        question, _, answer = text.partition(" → ")
        asked, part = read(QUESTIONS, question)
        expected, *remarks = answer.split("; ")
        asked(self, part, expected, remarks)

    def rights(self, kind: str, **named: str) -> list[Right]:
        """The rights of one kind that cover the day."""
        return [
            right
            for right in self.ledger.rights(self.account, self.on)
            if right.kind == kind and all(getattr(right, name) == value for name, value in named.items())
        ]

    def heed(self, remarks: Iterable[str], reasons: Iterable[Reason]) -> list[str]:
        """Assert the remarks about reasons, `because RULE, …` and `citing [label], …`; the others are left."""
        given, left = rendered(reasons), []
        assert all(reason["says"] for reason in given)
        for remark in remarks:
            if remark.startswith("because "):
                assert set(several(remark.removeprefix("because "))) <= {reason["rule"] for reason in given}
            elif remark.startswith("citing "):
                events = {self.labels[label.strip("[]")] for label in several(remark.removeprefix("citing "))}
                assert events <= {event_id for reason in given for event_id in reason["event_ids"]}
            elif remark.startswith("says "):
                assert remark.removeprefix("says ") in [reason["says"] for reason in given]
            else:
                left.append(remark)
        return left


def _call(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    ledger = answers.ledger
    verdict = ledger.call(answers.account, part["who"], answers.on, part.get("line"), part.get("contract"))
    left = answers.heed(remarks, verdict.reasons)
    assert expected == _told(verdict)
    told = ["contested"] if verdict.contested else []
    told += [f"still lacks {', '.join(claim.missing)}" for claim in verdict.incomplete if claim.missing]
    assert left == told
    assert verdict.reasons[0].rule == verdict.rule


def _told(verdict: Verdict) -> str:
    told = f"{verdict.verdict} {verdict.rule}"
    if verdict.agreement_of is not None:
        told += f" on {verdict.agreement_of}"
    if verdict.verdict == "denied":
        told += f", opens {verdict.opens_on}" if verdict.opens_on else ", no opening known"
    return told


def _claim(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    rights = answers.rights("opportunity_manager", opportunity_id=part["opportunity"], line=part["line"])
    assert answers.heed(remarks, (reason for right in rights for reason in right.reasons)) == []
    assert expected == (", ".join(map(_held, rights)) or "nobody")


def _held(right: Right) -> str:
    held = f"{right.holder} {right.status}"
    if right.status == "incomplete":
        held += f", lacks {', '.join(right.missing)}"
    elif right.status == "won":
        held += f" on {right.contract_id}"
    elif right.status not in OVER:
        deadline = "never" if right.deadline_on == FOREVER else right.deadline_on
        held += f", deadline {deadline}"
    return held


def _alone(kind: str) -> Callable[[Answers, Parts, str, list[str]], None]:
    def check(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
        rights = answers.rights(kind)
        assert answers.heed(remarks, (reason for right in rights for reason in right.reasons)) == []
        assert expected == (", ".join(right.holder for right in rights) or "nobody")

    return check


def _partner(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    words = {"co_sell_partner": "co-sells", "prime_partner": "is resold"}
    where = {"holder": part["who"], "opportunity_id": part["opportunity"], "line": part["line"]}
    rights = [right for kind in words for right in answers.rights(kind, **where)]
    assert answers.heed(remarks, (reason for right in rights for reason in right.reasons)) == []
    assert expected == (", ".join(words[right.kind] for right in rights) or "takes no part")


def _share(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    rights = answers.rights("teaming", opportunity_id=part["opportunity"])
    assert answers.heed(remarks, (reason for right in rights for reason in right.reasons)) == []
    shares = " / ".join(f"{right.holder} {right.percent}" for right in rights)
    agreements = sorted({right.agreement_id or "" for right in rights})
    assert expected == (f"{', '.join(agreements)} {shares}" if rights else "none")


def _owed(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    subject, whom = part["subject"], part.get("whom")
    owed = [
        owed
        for owed in answers.ledger.owed(answers.account, answers.on)
        if (owed.obligation.party_id, owed.obligation.kind) == (part["who"], part["kind"])
        and subject in (owed.obligation.opportunity_id, owed.obligation.contract_id)
        and whom == owed.obligation.to_party_id
        and (None if "until" not in part else date.fromisoformat(part["until"])) == owed.due_on
    ]
    left = answers.heed(remarks, (reason for each in owed for reason in each.obligation.reasons))
    assert expected == (", ".join(each.state for each in owed) or "nothing")
    assert left == (["a courtesy"] if any(not each.obligation.hard for each in owed) else [])


def _figure(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    value = answers.ledger.world.figures.at(part["figure"], answers.on).value
    assert expected == (str(value) if isinstance(value, int) else ", ".join(map(str, value)))
    assert remarks == []


def _dispute(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    dispute = answers.ledger.dispute(answers.account, part["dispute"], answers.on)
    assert expected == ("not open yet" if dispute is None else _standing(answers, dispute))
    assert remarks == []


def _standing(answers: Answers, dispute: Dispute) -> str:
    told: str = dispute.state
    if dispute.ending is not None:
        return told + (
            f" {dispute.ending.event.data.outcome}" if isinstance(dispute.ending.event, DisputeRuled) else ""
        )
    when = due(dispute, answers.ledger.world.figures, answers.on)
    if dispute.state == "open":
        told += f", answer {'overdue' if when.answer_overdue else 'due'} {when.answer_on}"
    return told + f", ruling {'overdue' if when.ruling_overdue else 'due'} {when.ruling_on}"


def _lead(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    lead = answers.ledger.lead(part["lead"], answers.on)
    assert remarks == []
    if lead is None:
        assert expected == "not there yet"
        return
    into = f" into {lead.opportunity_id}" if lead.opportunity_id else ""
    assert expected == f"{lead.state}{into}, {lead.responsible or 'nobody'} responsible"


def _residual(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    where = {"opportunity_id": part["opportunity"]} if "opportunity" in part else {}
    rights = answers.rights("residual", contract_id=part["contract"], **where)
    assert answers.heed(remarks, (reason for right in rights for reason in right.reasons)) == []
    assert expected == (", ".join(right.holder for right in rights) or "nobody")


def _live(meaning: Telling) -> Callable[[Answers, Parts, str, list[str]], None]:
    """What is read live: all of it, part by part, on the day."""

    def check(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
        facts = [fact for fact in answers.ledger.counting if fact.account_id in (answers.account, None)]
        assert meaning(facts, part, answers.on) == "; ".join((expected, *remarks))

    return check


def _sheet(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    sheet = answers.ledger.sheet(answers.account, part["opportunity"], answers.on)
    assert remarks == []
    value = None if sheet is None else getattr(sheet, part["field"])
    if part["field"] == "amount" and sheet is not None and value is not None:
        value = from_minor(value, sheet.currency or "")
    assert expected == ("nothing" if value is None else str(value))


def _shortfalls(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    sheet = answers.ledger.sheet(answers.account, part["opportunity"], answers.on)
    assert remarks == []
    told = [f"{miss.criterion} by {miss.short or 'each day'}" for miss in sheet.shortfalls] if sheet else []
    assert expected == (", ".join(told) or "nothing")


def _team(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    facts = answers.ledger.account(answers.account).facts.of_sheet(part["opportunity"])
    assert remarks == []
    assert expected == (
        ", ".join(f"{one.party_id} {one.role}" for one in members_on(team(facts), answers.on)) or "nobody"
    )


def _whole(remarks: list[str]) -> list[str]:
    """The remarks, a sentence put together again that has a semicolon."""
    found: list[str] = []
    for remark in remarks:
        if remark.startswith(("because ", "citing ", "says ")):
            found.append(remark)
        else:
            found[-1] += f"; {remark}"
    return found


def _attention(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    told, given = attention_told(answers.ledger, answers.account, part["opportunity"], answers.on)
    assert answers.heed(_whole(remarks), given) == []
    assert expected == told


def _funnel(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    assert [expected, *remarks] == funnel_told(answers.ledger, answers.on, part.get("who"))


def _progress(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    since = date.fromisoformat(part["day"])
    assert {expected, *remarks} == progress_told(answers.ledger, since, answers.on)


def _home(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    sheets = [one for one in answers.ledger.sheets(answers.on) if one.manager == part["who"]]
    found = pending(sheets, answers.on, answers.ledger.world.figures)
    assert remarks == []
    told = [f"{one.sheet.opportunity_id} {' and '.join(kind for kind, _ in one.why)}" for one in found]
    assert expected == (", ".join(told) or "nothing")


def _shown(answers: Answers, part: Parts, expected: str, remarks: list[str]) -> None:
    view = read_views(answers.ledger.log, answers.on).get(part["view"])
    assert remarks == []
    if view is None:
        assert expected == "not there"
        return
    rows = shown(view.data, map(opportunity_row, answers.ledger.sheets(answers.on)), answers.on)
    assert expected == (", ".join(str(row["opportunity_id"]) for row in rows) or "nothing")


QUESTIONS: Mapping[str, Callable[[Answers, Parts, str, list[str]], None]] = {
    "figure {figure}": _figure,
    "dispute {dispute}": _dispute,
    "lead {lead}": _lead,
    "{opportunity} deserves attention": _attention,
    "funnel[ of {who}]": _funnel,
    "progress since {day}": _progress,
    "shortfalls of {opportunity}": _shortfalls,
    "team of {opportunity}": _team,
    "home of {who}": _home,
    "view {view}": _shown,
    "in charge": _alone("major_account_manager"),
    "growth": _alone("growth"),
    "share on {opportunity}": _share,
    "residual of {contract}[ in {opportunity}]": _residual,
    "{who} for {line}": _call,
    "{who} in general": _call,
    "{who} for the renewal of {contract}[, line {line}]": _call,
    "{who} in {opportunity} for {line}": _partner,
    "{who} owes {kind}[ to {whom}] on {subject}[ due {until}]": _owed,
    **{template: _live(meaning) for template, meaning in REVIEWING.items()},
    "{field} of {opportunity}": _sheet,
    "{opportunity} {line}": _claim,
}
"""Every phrase for a question."""

LINE = re.compile(
    rf"(?:as known at \[(?P<label>[\w -]+)\], )?(?P<on>{DAY}) (?:at (?P<account>{ID}), )?(?P<text>.+ → .+)"
)

STATEMENT = re.compile(rf"(?:as known at \[(?P<label>[\w -]+)\], )?statement of (?P<month>{MONTH}) → (?P<told>.+)")


def check_line(ledger: MemoryLedger, line: str, labels: Mapping[str, str], positions: Mapping[str, int]) -> None:
    """Assert one line of answers, as known now or as known when a labelled event was recorded."""
    stated = STATEMENT.fullmatch(line)
    if stated is not None:
        known = ledger.known_at(positions[stated["label"]]) if stated["label"] else ledger
        assert told_of_month(known, stated["month"]) == (set(stated["told"].split("; ")) - {"nothing"})
        return
    found = LINE.fullmatch(line)
    if found is None:
        raise UnreadableError(line)
    known = ledger.known_at(positions[found["label"]]) if found["label"] else ledger
    Answers(known, date.fromisoformat(found["on"]), found["account"] or "acme", labels).check(found["text"])
