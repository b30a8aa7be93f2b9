"""compose.yaml: servers, scheduler, sender of webhooks and PostgreSQL, with settings and commands that there are."""

from pathlib import Path
from typing import Any

import typer
import yaml

from api.cli.main import app
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def services() -> dict[str, dict[str, Any]]:
    """The services by their names."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return found


def test_it_has_what_a_deployment_needs() -> None:
    """Each of ours is the image of the Dockerfile beside it, and waits for the database."""
    found = services()
    assert [*found] == ["api-1", "api-2", "scheduler", "webhooks", "postgres"]
    for name in ("api-1", "api-2", "scheduler", "webhooks"):
        assert (found[name]["build"], found[name]["depends_on"]) == (
            ".",
            {"postgres": {"condition": "service_healthy"}},
        )
    assert len({found[name]["ports"][0] for name in ("api-1", "api-2")}) == 2


def test_it_names_settings_and_commands_that_there_are() -> None:
    """A mistyped setting would be passed over in silence, a mistyped command would restart for ever."""
    named = {name for service in services().values() for name in service["environment"] if name.startswith("LEDGER_")}
    assert named <= {f"LEDGER_{name.upper()}" for name in Settings.model_fields}
    for service in services().values():
        command: Any = typer.main.get_command(app)
        for word in service.get("command", ()):
            command = command.commands[word]
        assert "command" not in service or not hasattr(command, "commands"), "a group of commands does nothing"


def test_no_password_stands_in_it() -> None:
    """It is asked for when the services start."""
    database = services()["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert database.startswith("${LEDGER_POSTGRES_PASSWORD:?")
    assert database in services()["scheduler"]["environment"]["LEDGER_DATABASE_URL"]
