"""What an import did, in figures."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from api.importing.problems import Reason


@dataclass(slots=True)
class FileCount:
    """The rows of one file: read, recorded (now or partly now), recorded before, rejected."""

    file: str
    rows: int = 0
    recorded: int = 0
    recorded_before: int = 0
    rejected: int = 0


@dataclass(slots=True)
class Summary:
    """What came of every row. Rejected rows count once for each reason; spellings count rows."""

    mapping: str
    files: list[FileCount] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    events_before: int = 0
    variants: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    position: int = 0
    seconds: float = 0.0

    @property
    def recorded(self) -> int:
        """Events recorded by this import."""
        return self.events.total()

    @property
    def rejected(self) -> int:
        """Rows rejected, in all files."""
        return sum(count.rejected for count in self.files)

    @property
    def events_per_second(self) -> float:
        """Events recorded by second of the whole import, reading included."""
        return self.recorded / self.seconds if self.seconds else 0.0

    def reject(self, count: FileCount, reasons: Iterable[Reason]) -> None:
        """Counts a row that was not taken."""
        count.rejected += 1
        self.reasons.update({reason.kind for reason in reasons})

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON values."""
        return {
            "mapping": self.mapping,
            "files": [
                {
                    "file": one.file,
                    "rows": one.rows,
                    "recorded": one.recorded,
                    "recorded_before": one.recorded_before,
                    "rejected": one.rejected,
                }
                for one in self.files
            ],
            "events": dict(sorted(self.events.items())),
            "events_recorded": self.recorded,
            "events_recorded_before": self.events_before,
            "variants": [
                {"written": written, "taken_as": taken, "rows": rows}
                for (written, taken), rows in sorted(self.variants.items())
            ],
            "rejects": dict(sorted(self.reasons.items(), key=lambda one: (-one[1], one[0]))),
            "position": self.position,
            "seconds": round(self.seconds, 3),
            "events_per_second": round(self.events_per_second),
        }
