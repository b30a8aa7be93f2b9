"""Section 6 read plainly: which partners are included in an opportunity, for which lines, in which role."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.oracle.history import Fact


class Inclusion(NamedTuple):
    """A partner's place in an opportunity, for one line."""

    partner: str
    line: str
    role: str


def inclusions(facts: Sequence[Fact]) -> list[Inclusion]:
    """Who is included: a later inclusion of the partner for the line replaces the role, a release takes all lines."""
    return [
        Inclusion(fact.data["partner_id"], line, fact.data["role"])
        for index, fact in enumerate(facts)
        if fact.type == "partner_included"
        for line in dict.fromkeys(fact.lines())
        if not any(_replaces(later, fact, line) for later in facts[index + 1 :])
    ]


def _replaces(later: Fact, inclusion: Fact, line: str) -> bool:
    if later.data.get("partner_id") != inclusion.data["partner_id"]:
        return False
    return later.type == "partner_released" or (later.type == "partner_included" and later.names(line))


def included_since(facts: Sequence[Fact], partner: str, role: str) -> Fact | None:
    """The first inclusion in this role since the partner was last released."""
    since: Fact | None = None
    for fact in facts:
        if fact.data.get("partner_id") != partner:
            continue
        if fact.type == "partner_released":
            since = None
        if fact.type == "partner_included" and fact.data["role"] == role and since is None:
            since = fact
    return since
