"""A lead for somebody to read: a row of a list, everything about one, and the figures as tables."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Told = dict[str, Any]

DETAILS = (
    "name", "organisation", "contact", "email", "phone", "region", "source", "target_list", "campaign", "interest",
    "expected_close_on",
)  # fmt: skip

STATES = ("captured", "responded", "worked", "qualified", "disqualified")


def leads_table(told: Sequence[Told]) -> "Table":
    """The leads of a page."""
    from api.cli.console import table

    rows = [
        (one["lead_id"], one["state"], str(one["since"]), one["responsible"] or "", one["name"] or "",
         one["organisation"] or "", one["source"] or "", one["campaign"] or "", one["account_id"] or "",
         one["opportunity_id"] or "")
        for one in told
    ]  # fmt: skip
    names = ("lead", "state", "since", "responsible", "name", "organisation", "source", "campaign", "account",
             "opportunity")  # fmt: skip
    return table(*names, rows=rows, styled=1)


def show_lead(console: "Console", told: Told) -> None:
    """Everything about a lead, part by part; parts with nothing in them are left out."""
    from api.cli.console import day, table

    console.print(f"{told['lead_id']}: {told['state']} since {told['since']}", style="bold")
    console.print(f"on {told['on']}, as known at position {told['position']}", style="dim")
    conversion = told["conversion"]
    if conversion is not None:
        console.print(f"Converted into {conversion['opportunity_id']} on {conversion['account_id']}.")
    rows = [
        (one["state"], one["responsible"] or "nobody", day(one["from"]), day(one["until"]))
        for one in told["steps"]
    ]  # fmt: skip
    _part(console, "Steps", table("state", "responsible", "from", "until", rows=rows, styled=0))
    if told["judgement"] is not None:
        _part(console, "Judged", table("on", "", "by", "because", rows=[_judged(told["judgement"])]))
    _part(console, "Known about it, and carried over", table("", "", rows=known_of(told["carried_over"])))
    said = [(str(one["effective_on"]), one["campaign"] or "", one["says"] or "") for one in told["responses"]]
    if said:
        _part(console, "Responses", table("on", "campaign", "says", rows=said))
    done = [
        (str(one["effective_on"]), one["party_id"], one["activity"]) for one in told["carried_over"]["activities"]
    ]  # fmt: skip
    if done:
        _part(console, "Activities", table("on", "by", "activity", rows=done))


def show_figures(console: "Console", told: Told) -> None:
    """The figures of all leads, then of each source, campaign and responsible party."""
    from api.cli.console import table

    names = ("captured", "responded", "qualified", "disqualified", "converted", "response %", "conversion %")
    right = range(1, len(names) + 1)
    console.print(table("", *names, rows=[("all", *_counts(told["all"]))], right=right))
    for part, word in (("by_source", "source"), ("by_campaign", "campaign"), ("by_responsible", "responsible")):
        rows = [(one[word] or "(none)", *_counts(one)) for one in told[part]]
        if rows:
            console.print()
            console.print(table(word, *names, rows=rows, right=right))
    days = told["all"]["average_days"]
    console.print()
    console.print(table("average days", *STATES, rows=[("", *(days[state] or "" for state in STATES))], right=right))


def _part(console: "Console", title: str, content: "Table") -> None:
    console.print(f"\n{title}", style="bold")
    console.print(content)


def _judged(told: Told) -> tuple[str, ...]:
    because = "; ".join([*told["criteria"], *([told["reason"]] if told["reason"] else [])])
    word = "qualified" if told["qualified"] else "disqualified"
    return str(told["effective_on"]), word, told["party_id"] or "", because


def known_of(told: Told) -> Iterator[tuple[str, str]]:
    """What is known about a lead, and goes over to its opportunity: a row for each detail."""
    for name in DETAILS:
        if told[name] is not None:
            yield name.replace("_", " "), str(told[name])
    if told["lines"]:
        yield "lines", ", ".join(told["lines"])
    if told["amount"] is not None:
        yield "amount", f"{told['amount']} {told['currency']}"
    for name, value in told["attributes"].items():
        yield name, str(value)


def _counts(told: Told) -> tuple[str, ...]:
    counted = (str(told[name]) for name in (*STATES[:2], *STATES[3:], "converted"))
    return (*counted, told["response_rate"] or "", told["conversion_rate"] or "")
