"""Walking through pages, for tests."""

from collections.abc import Callable
from typing import TypeVar

from projections.asking import Page

Item = TypeVar("Item")


def walk(ask: Callable[[str | None], Page[Item]]) -> list[Item]:
    """All items of a list, page after page."""
    items: list[Item] = []
    cursor: str | None = None
    while True:
        page = ask(cursor)
        items.extend(page.items)
        if page.next is None:
            return items
        assert page.items, "an empty page that is not the last"
        cursor = page.next
