"""Who may call: the verdict of the rules, read from the kept situations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.store.reading import Reader
from policies.calling import Verdict
from policies.obligations import Owed
from projections.asking import Moment, Page


@dataclass(frozen=True, slots=True)
class CallingQuestion:
    """A party asks for new business on a line, for new business in general, or for the renewal of a contract."""

    account_id: str
    party_id: str
    moment: Moment
    line: str | None = None
    contract_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallingAnswer:
    """The verdict on a question, and what the asking party owes on this account on that day."""

    question: CallingQuestion
    verdict: Verdict
    obligations: tuple[Owed, ...] = ()


def calling_right(
    reader: Reader,
    account_id: str,
    party_id: str,
    moment: Moment,
    line: str | None = None,
    contract_id: str | None = None,
) -> CallingAnswer:
    """Whether a party may call on an account, on that day, with what was known. Raises UnknownSubject."""
    raise NotImplementedError


def calling_rights(reader: Reader, questions: Sequence[CallingQuestion]) -> list[CallingAnswer]:
    """The same for many questions, in their order. Raises UnknownSubject for the first that names something unknown."""
    raise NotImplementedError


def callable_accounts(
    reader: Reader,
    party_id: str,
    moment: Moment,
    *,
    line: str | None = None,
    after: str | None = None,
    limit: int = 100,
) -> Page[CallingAnswer]:
    """The accounts on which a party may call (allowed or conditional), for a line or in general, by account id."""
    raise NotImplementedError
