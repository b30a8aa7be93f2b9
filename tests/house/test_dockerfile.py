"""The Dockerfile: it copies what is there, all that the distribution needs, and starts a command that there is."""

import json
import re
import shlex
import tomllib
from pathlib import Path

from api.cli.main import app
from api.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def instructions() -> list[tuple[str, str]]:
    """The instructions in their order, continued lines put together."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(name, said.strip()) for name, _, said in (line.partition(" ") for line in text.splitlines()) if name]


def said(name: str) -> list[str]:
    """What is said to one kind of instruction."""
    return [text for each, text in instructions() if each == name]


def test_it_copies_what_there_is_and_all_that_is_packed() -> None:
    """A folder that is forgotten here would be missing from the image only."""
    copied = [part for text in said("COPY") if "--from" not in text for part in shlex.split(text)[:-1]]
    assert [one for one in copied if not (ROOT / one).exists()] == []
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*packed["packages"], "pyproject.toml", "requirements/build.txt", "requirements/run.txt"} == {*copied}


def test_it_starts_a_command_that_there_is() -> None:
    """`ledger serve`, on the port that it says and with settings that there are."""
    (entry,), (command,) = map(json.loads, said("ENTRYPOINT")), map(json.loads, said("CMD"))
    assert entry == ["ledger"]
    name, *options = command
    commands = {one.callback.__name__: one.callback for one in app.registered_commands if one.callback}
    assert name in commands
    assert {one for one in options if one.startswith("--")} <= {"--host", "--port"}
    assert options[options.index("--port") + 1] in said("EXPOSE")
    named = {one for text in said("ENV") for one in re.findall(r"\b(LEDGER_\w+)=", text)}
    assert named
    assert named <= {f"LEDGER_{one.upper()}" for one in Settings.model_fields}


def test_it_runs_as_nobody_in_particular() -> None:
    """The ledger needs no rights of its own; what it keeps, it keeps where it may write."""
    (user,), (folder,) = said("USER"), said("VOLUME")
    made = " ".join(said("RUN"))
    assert user not in {"root", "0"}
    assert (f"--uid {user}" in made, f"-o ledger -g ledger {folder}" in made) == (True, True)
    assert any(f"sqlite:///{folder}/" in text for text in said("ENV"))


def test_its_health_is_a_path_that_answers() -> None:
    """/livez, with the Python of the image and nothing that the image lacks."""
    (check,) = said("HEALTHCHECK")
    program = json.loads(check[check.index("[") :])
    assert program[0] == "python"
    compile(program[2], "HEALTHCHECK", "exec")
    assert re.search(r"127\.0\.0\.1:8000/livez'", program[2])
