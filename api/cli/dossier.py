"""A dispute for somebody to read: a row of a list, and the dossier as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from projections.dossier import Dossier
    from projections.rulings import PastRuling

Told = dict[str, Any]
Row = Sequence[str]

TO_THE_MINUTE = len("2026-02-10T09:30")


def disputes_table(told: Sequence[Told]) -> "Table":
    """The disputes of a page."""
    from api.cli.console import table

    rows = [
        (one["dispute_id"], one["state"], one["account_id"], about(one), one["opened_by"], ", ".join(one["against"]),
         str(one["opened_on"]), _due(one, "answer"), _due(one, "ruling"))
        for one in told
    ]  # fmt: skip
    names = ("dispute", "state", "account", "about", "opened by", "against", "opened on", "answer due", "ruling due")
    return table(*names, rows=rows, styled=1)


def about(told: Told) -> str:
    """What is disputed, in few words."""
    subject = told["subject"]
    named = [subject[name] for name in ("opportunity_id", "contract_id", "line") if subject[name]]
    return ", ".join(named) or "the whole account"


def due_line(told: Told) -> str:
    """What is awaited of a dispute that is not closed, after a comma; nothing for one that is."""
    if told["state"] == "open":
        return f", answer due on {_due(told, 'answer')}, ruling on {_due(told, 'ruling')}"
    return f", ruling due on {_due(told, 'ruling')}" if told["state"] == "answered" else ""


def show_dossier(console: "Console", found: "Dossier") -> None:
    """The dossier, part by part; parts with nothing in them are left out."""
    from api import dispute_answers
    from api.cli.console import table

    told = dispute_answers.dossier(found)
    _show_head(console, told)
    _part(console, "Who claims what", table("party", "part", "holds", "may call", "says", rows=_claims(told)))
    names: Row = ("known", "holder", "right", "line", "status", "from", "until", "last day", "because")
    _part(console, "Rights on it, on both clocks", table(*names, rows=_rights(told["rights"]), styled=4))
    if told["evidence"]:
        _part(console, "Evidence", table("on", "party", "says", "points to", rows=_evidence(told)))
    if told["deciding_events"]:
        names = ("position", "event", "effective on", "recorded at", "rules", "", "id")
        _part(console, "What decides", table(*names, rows=_deciding(told), right=[0]))
    names = ("recorded at", "party", "moment", "knew", "did not know yet")
    _part(console, "Who knew what when", table(*names, rows=_knowledge(told)))
    if told["possible_rulings"]:
        _part(console, "What each ruling would change", table("outcome", "how", "would change", rows=_possible(told)))
    if found.ruling is not None:
        _show_ruling(console, told["ruling"], found.ruling)
    if told["withdrawn"]:
        console.print(f"Withdrawn on {told['withdrawn']['effective_on']}: {told['withdrawn']['reason']}\n")
    console.print(f"On {told['on']}, as known at position {told['position']}.")
    if told["possible_rulings"]:
        hint = f"`ledger dispute rule {told['dispute_id']} --outcome … --as-proposed --dry-run` tries one of them."
        console.print(hint, style="dim")


def _show_head(console: "Console", told: Told) -> None:
    console.print(f"{told['dispute_id']}: {told['state']}", style="bold")
    against = f", against {', '.join(told['against'])}" if told["against"] else ""
    console.print(
        f"on {told['account_id']}, about {about(told)}; opened by {told['opened_by']} on {told['opened_on']}{against}"
    )
    awaited = due_line(told)
    if awaited:
        console.print(awaited.removeprefix(", "))
    console.print()


def _part(console: "Console", title: str, shown: "Table") -> None:
    console.print(title, style="bold")
    console.print(shown)
    console.print()


def _due(told: Told, what: str) -> str:
    day = told[f"{what}_due_on"]
    return f"{day or 'no day'}{' (overdue)' if told[f'{what}_overdue'] else ''}"


def _claims(told: Told) -> Iterator[Row]:
    for one in told["claims"]:
        holds = [f"{right['line'] or right['kind']} {right['status']}" for right in one["holds"]]
        verdicts = [f"{_business(verdict)}: {_verdict(verdict)}" for verdict in one["verdicts"]]
        yield one["party_id"], one["role"], "; ".join(holds), "; ".join(verdicts), one["says"] or "nothing yet"


def _rights(told: Told) -> Iterator[Row]:
    for part, word in (("known_then", "then"), ("known_now", "now"), ("on_the_day", "on the day")):
        held = told[part]
        moment = f"{held['on']}, as known at {held['known_at']} ({word})"
        for right in held["items"]:
            rules = ", ".join(dict.fromkeys(reason["rule"] for reason in right["reasons"]))
            yield (
                moment, right["holder"], right["kind"], right["line"] or "", right["status"], str(right["from"]),
                str(right["until"] or "open"), str(right["deadline_on"] or ""), rules,
            )  # fmt: skip
        if not held["items"]:
            yield moment, "nobody", "", "", "", "", "", "", ""


def _evidence(told: Told) -> Iterator[Row]:
    for one in told["evidence"]:
        points = [*([one["document_ref"]] if one["document_ref"] else []), *one["event_ids"]]
        yield str(one["effective_on"]), one["party_id"], one["says"], ", ".join(points)


def _deciding(told: Told) -> Iterator[Row]:
    for one in told["deciding_events"]:
        remarks = [
            *(["evidence"] if one["evidence"] else []),
            *(["not known then"] if one["cited_now"] and not one["cited_then"] else []),
            *(["counts no more"] if one["withdrawn"] else []),
        ]
        yield (
            str(one["position"]), one["type"], str(one["effective_on"]), one["recorded_at"][:TO_THE_MINUTE],
            ", ".join(one["rules"]), ", ".join(remarks), one["event_id"],
        )  # fmt: skip


def _knowledge(told: Told) -> Iterator[Row]:
    events = {one["event_id"]: one for one in told["deciding_events"]}
    for one in told["knowledge"]:
        later = [events[event_id] for event_id in one["not_yet_known"]]
        missed = ", ".join(f"{each['type']} of {each['effective_on']} ({each['position']})" for each in later)
        yield (
            one["recorded_at"][:TO_THE_MINUTE], one["party_id"] or "", one["what"].replace("_", " "),
            f"{len(one['known'])} of {len(one['known']) + len(later)}", missed,
        )  # fmt: skip


def _possible(told: Told) -> Iterator[Row]:
    sides = [one["party_id"] for one in told["claims"]]
    for one in told["possible_rulings"]:
        if one["refused"] is not None:
            rule = f" ({one['refused']['rule']})" if one["refused"]["rule"] else ""
            yield one["outcome"], one["says"], f"not possible: {one['refused']['detail']}{rule}"
            continue
        first, *others = [*_changes(one["difference"], sides)] or ["nothing"]
        yield one["outcome"], one["says"], first
        yield from (("", "", change) for change in others)


def _changes(difference: Told, sides: Sequence[str]) -> Iterator[str]:
    """What becomes of the sides' verdicts, and how many rights end and begin; the mark `contested` aside."""
    for change in difference["calling"]:
        named = [party for party in change["parties"] if party in sides]
        before, after = (_verdict(change[name]) for name in ("before", "after"))
        if named and before != after:
            yield f"{', '.join(named)} for {_business(change)}: {after} instead of {before}"
    ended, begun = (len(difference[name]["rights"]) for name in ("ended", "begun"))
    if ended or begun:
        yield f"{ended} intervals of rights end, {begun} begin"


def _show_ruling(console: "Console", told: Told, ruling: "PastRuling") -> None:
    from api.cli.console import table
    from api.cli.differing import Told as Difference

    console.print(f"Ruled on {told['effective_on']}: {told['outcome']}, by {', '.join(told['rules'])}", style="bold")
    console.print(told["reason"])
    for event in told["carried_out_by"]:
        console.print(f"carried out by {event['type']} ({event['event_id']})")
    console.print()
    difference = Difference()
    difference.add(ruling.difference)
    if difference.calling:
        names: Row = ("account", "who", "business", "before", "after")
        _part(console, "Who may call otherwise since", table(*names, rows=difference.calling))
    if difference.rights:
        names = ("", "account", "right", "holder", "line", "status", "from", "until", "last day")
        _part(console, "Rights that ended (-) and began (+)", table(*names, rows=difference.rights, styled=5))


def _business(told: Told) -> str:
    if told["contract_id"]:
        return f"renewal of {told['contract_id']}" + (f", {told['line']}" if told["line"] else "")
    return told["line"] or "in general"


def _verdict(told: Told | None) -> str:
    if told is None:
        return "-"
    asking = f", asking {told['agreement_of']}" if told["agreement_of"] else ""
    opening = f", opens {told['opens_on']}" if told["opens_on"] else ""
    return f"{told['verdict']} ({told['rule']}){asking}{opening}"
