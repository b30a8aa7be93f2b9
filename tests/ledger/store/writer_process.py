"""A writer as a program of its own: `python -m tests.ledger.store.writer_process URL MODE NUMBER COUNT`.

Prints `ready`, waits for a line, then writes COUNT units of work and prints a line of JSON for each that was committed:
the [event id, position] pairs of its events. In the mode `hang` it stops in the middle of a unit instead.
"""

import json
import random
import sys
import time

from ledger.events.base import Event
from ledger.store import Store, open_store
from ledger.store.errors import StoreError
from tests.ledger.store.facts import accounts_of, drafts, elevated, opened, party

# ruff: noqa: T201 - it tells the test that started it by printing

WRITERS = 8


class ChangedOurMindError(Exception):
    """A unit that is given up after its append."""


def events_for(mode: str, number: int, turn: int, chance: random.Random) -> list[Event]:
    """What this writer records at this turn: on the account that all share, on its own, on its neighbours', on none."""
    if mode == "same":
        return [elevated("shared")] * chance.randint(1, 4)
    choices = [
        [opened(f"own-{number}")] * chance.randint(1, 4),
        [elevated("shared"), elevated(f"own-{number}")],
        [elevated(f"own-{(number + step) % WRITERS}") for step in chance.sample(range(WRITERS), 3)],
        [party(f"party-{number}-{turn}"), elevated(f"own-{number}")],
        [elevated(f"new-{number}-{turn}-{each}") for each in range(50)],
    ]
    return chance.choice(choices)


def write_once(store: Store, events: list[Event], chance: random.Random) -> list[tuple[str, int]]:
    """Records the events in one unit; now and then it changes the world, or is given up at the last moment."""
    alone = chance.random() < 0.05
    with store.write(accounts_of(events), "exclusive" if alone else "shared") as unit:
        if alone:
            unit.bump_world()
        before = unit.account_positions(accounts_of(events))
        recorded = unit.append(drafts(*events))
        if any(one.position <= before.get(one.account_id or "", 0) for one in recorded):
            raise AssertionError("an account changed under its lock")
        if chance.random() < 0.1:
            raise ChangedOurMindError
    return [(one.event_id, one.position) for one in recorded]


def write(store: Store, mode: str, number: int, count: int) -> None:
    """Writes `count` units, each as often as it takes."""
    chance = random.Random(number)  # noqa: S311 - what to write
    done = 0
    while done < count:
        try:
            written = write_once(store, events_for(mode, number, done, chance), chance)
        except ChangedOurMindError:
            continue
        except StoreError as error:
            if not error.retryable:
                raise
            continue
        done += 1
        print(json.dumps(written), flush=True)


def hang(store: Store) -> None:
    """Appends to several accounts, and never comes to the end of the unit."""
    with store.write(["shared", "own-0"]) as unit:
        unit.append(drafts(*[opened("shared"), opened("own-0"), party("nobody")] * 20))
        print("appended", flush=True)
        time.sleep(600)


def main() -> None:
    """Does what the arguments say."""
    url, mode, number, count = sys.argv[1:]
    with open_store(url) as store:
        store.check()
        print("ready", flush=True)
        sys.stdin.readline()
        if mode == "hang":
            hang(store)
        write(store, mode, int(number), int(count))


if __name__ == "__main__":
    main()
