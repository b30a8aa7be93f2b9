"""The rule book for callers who see only what is their own: the same rules and figures, without positions of others."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from api import answers
from api.http.access import Access
from api.http.own import OwnView, Told, page, view
from api.http.sending import send
from policies.figures import DEFINITIONS
from policies.rulebook import RULES, Rule
from projections.figures import figures_on
from projections.problems import UnknownSubject


def rules(asked: Any, access: Access) -> Response:
    """Every rule, with its figures on the day."""
    seen = view(asked, access)
    figures_of_day = _figures(seen)
    return page(asked, seen, [_rule(one, figures_of_day) for one in RULES.values()])


def rule(asked: Any, access: Access) -> Response:
    """One rule. Raises UnknownSubject."""
    if asked.rule_id not in RULES:
        raise UnknownSubject("rule", asked.rule_id)
    return send(_rule(RULES[asked.rule_id], _figures(view(asked, access))))


def figures(asked: Any, access: Access) -> Response:
    """Every figure on the day."""
    seen = view(asked, access)
    return page(asked, seen, list(_figures(seen).values()))


def _figures(seen: OwnView) -> dict[str, Told]:
    found = figures_on(seen.access.read, seen.at)
    return {one.name: {**answers.figure(one), "event_id": None} for one in found}


def _rule(one: Rule, on_the_day: dict[str, Told]) -> Told:
    return {**answers.rule(one), "figures": [on_the_day[name] for name in one.figures if name in DEFINITIONS]}
