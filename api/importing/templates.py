"""Templates: texts with names in braces, `{product} for {account}`; a doubled brace stands for itself."""

import re
from typing import NamedTuple

BUILT_IN = ("@mapping", "@file", "@key")
"""Names that every row knows: the mapping's, the file's, and the row's key."""

PERIOD = ("@period_from", "@period_until")
"""Names that an event knows which is repeated: the period that this one of its repetitions is for."""

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Name(NamedTuple):
    """A name in braces: a value of the file, else a column."""

    name: str


def parts(template: str) -> list[str | Name]:
    """The template as texts and names. Raises ValueError for a brace that stands alone or holds nothing."""
    found: list[str | Name] = []
    at = 0
    for match in _PART.finditer(template):
        _add(found, template[at : match.start()])
        at = match.end()
        if match[0] in ("{{", "}}"):
            _add(found, match[0][0])
        elif match[1] is None:
            raise ValueError(f"has a {match[0]!r} that stands alone; double it if it is meant as text")
        elif not match[1].strip():
            raise ValueError("has braces with no name in them")
        else:
            found.append(Name(match[1].strip()))
    _add(found, template[at:])
    return found


def _add(found: list[str | Name], text: str) -> None:
    if not text:
        return
    if found and isinstance(found[-1], str) and not isinstance(found[-1], Name):
        found[-1] += text
    else:
        found.append(text)
