"""Free text: what people write, bounded in length and without control characters.

PostgreSQL can't store NUL, and terminals obey escapes, so no control character gets in;
multi-line text may hold tab and line breaks.
"""

import re
from typing import Annotated

from pydantic import StringConstraints

_NO_CONTROL = r"\x00-\x1f\x7f-\x9f"
_NO_CONTROL_BUT_LINES = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"

NAME_PATTERN = rf"^[^{_NO_CONTROL}]*[^\s{_NO_CONTROL}][^{_NO_CONTROL}]*$"
TEXT_PATTERN = rf"^[^{_NO_CONTROL_BUT_LINES}]*[^\s{_NO_CONTROL_BUT_LINES}][^{_NO_CONTROL_BUT_LINES}]*$"

NAME_LENGTH = 200
REFERENCE_LENGTH = 1_000
TEXT_LENGTH = 4_000

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=NAME_LENGTH)]
"""One line that is not blank: a name, a role, who authorised."""

Reference = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=REFERENCE_LENGTH)]
"""One line that points to something kept elsewhere: a document, a plan, an address."""

Text = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, max_length=TEXT_LENGTH)]
"""Words that are not blank: a reason, an activity, a claim."""

_CONTROL = re.compile(f"[{_NO_CONTROL_BUT_LINES}]")


def is_text(value: str) -> bool:
    """Whether the string could be a `Text`; in time linear in its length, which the pattern in Python's `re` is not."""
    return len(value) <= TEXT_LENGTH and not value.isspace() and value != "" and _CONTROL.search(value) is None
