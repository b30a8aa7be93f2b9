"""Phrases: short lines in fixed words, such as `{who} engaged on {opportunity}`, read into their parts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

ID = r"[\w-]+"
DAY = r"\d{4}-\d{2}-\d{2}"
MONTH = r"\d{4}-\d{2}"
KINDS: Mapping[str, str] = {
    "day": DAY,
    "until": DAY,
    "month": MONTH,
    "currency": r"[A-Z]{3}",
    "priced": rf"{ID} [\d.]+(?:, {ID} [\d.]+)*",
    "lines": rf"{ID}(?:, {ID})*",
    "others": rf"{ID}(?:, {ID})*",
    "amount": r"-?[\d.]+",
    "numbers": r"\d+(?:, \d+)*",
    "shares": rf"{ID} [\d.]+(?: / {ID} [\d.]+)*",
    "lacking": r"an? [\w ]+(?:, an? [\w ]+)*",
    "text": r".+",
    "value": r"\S+",
}
"""What a part of a phrase looks like, by its name; every other part is one word."""

Parts = dict[str, str]


@dataclass  # not frozen: a context manager that passes it on sets its traceback
class UnreadableError(Exception):
    """A line that no phrase fits."""

    line: str

    def __str__(self) -> str:
        return f"no phrase fits: {self.line!r}"


@cache
def pattern(template: str) -> re.Pattern[str]:
    """The template as an expression: `{name}` is a part, `[…]` may be left out."""
    expression = ""
    for piece in re.split(r"(\{\w+\}|\[|\])", template):
        if piece.startswith("{"):
            name = piece[1:-1]
            expression += f"(?P<{name}>{KINDS.get(name, ID)})"
        else:
            expression += {"[": "(?:", "]": ")?"}.get(piece, re.escape(piece))
    return re.compile(expression)


def parts(template: str, text: str) -> Parts | None:
    """The named parts of a text that the template fits, those left out omitted; None if it does not fit."""
    found = pattern(template).fullmatch(text)
    return None if found is None else {name: part for name, part in found.groupdict().items() if part is not None}


def read(phrases: Mapping[str, Any], text: str) -> tuple[Any, Parts]:
    """What the first phrase that fits stands for, and the text's parts; raises UnreadableError."""
    for template, meaning in phrases.items():
        named = parts(template, text)
        if named is not None:
            return meaning, named
    raise UnreadableError(text)


def several(text: str) -> Sequence[str]:
    """The items of a list with commas."""
    return text.split(", ")
