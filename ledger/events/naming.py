"""Names that a rule lays down: an object of an event that holds others is refused by that rule, at the name."""

from collections.abc import Callable
from typing import Any, LiteralString

from pydantic import BaseModel

from ledger.events.base import broken


def only_names_of(model: type[BaseModel], rule: str, message: LiteralString) -> Callable[[Any], Any]:
    """A validator that lets an object with the names of a model pass, and everything that is no object."""
    names = frozenset(model.model_fields)

    def check(value: Any) -> Any:
        for name in value if type(value) is dict else ():
            if name not in names:
                raise broken(message, rule=rule, at=(str(name),))
        return value

    return check
