"""The ``enlace`` command as a newcomer meets it: real processes, nothing set."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest

MANIFEST_SCHEMA: Final = (
    Path(__file__).parents[3] / "shared/reference/specs/slack-app-manifest.schema.2.0.0.json"
)


class Enlace:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ENLACE_")}
        kept.pop("PORT", None)
        self.folder = folder
        self.environment = kept | {"PYTHONWARNINGS": "error", "NO_COLOR": "1"}

    def __call__(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=self.folder,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Enlace:
    enlace = Enlace(tmp_path_factory.mktemp("enlace"))
    answer = enlace("ask", "--demo", "/project ACS-SF-001")
    assert answer.returncode == 0, answer.stderr
    return enlace


def test_the_first_answer(loaded: Enlace) -> None:
    answer = loaded("ask", "acssf1", "--lang", "es")
    assert answer.returncode == 0
    assert "Primera Reunión de Responsables" in answer.stdout
    assert "18.500,00 USD" in answer.stdout
    assert answer.stderr == ""


def test_the_readme_shows_what_is_answered(loaded: Enlace) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert loaded("ask", "/project ACS-SF-001").stdout.strip() in readme


def test_a_button_is_pressed(loaded: Enlace) -> None:
    answer = loaded("ask", "/project ACS-SF-001", "--press", "Funding", "--lang", "en")
    assert "USD 18,500.00" in answer.stdout
    wrong = loaded("ask", "/project ACS-SF-001", "--press", "Nonsense")
    assert wrong.returncode == 2
    assert "Funding" in wrong.stderr


@pytest.mark.parametrize(
    ("speaker", "place", "shown", "hidden"),
    [
        ("visitor", "dm", "", "Demoreda"),
        ("focal", "dm", "Lucía Demoreda", "(mobile)"),
        ("coordinator", "dm", "Lucía Demoreda", ""),
        ("demo-tt", "dm", "Lucía Demoreda", ""),
        ("visitor", "group", "", "Demoreda"),
        ("focal", "group", "Lucía Demoreda", ""),
    ],
)
def test_who_asks_decides_what_is_shown(
    loaded: Enlace, speaker: str, place: str, shown: str, hidden: str
) -> None:
    answer = loaded("ask", "/contact Mexico", "--as", speaker, "--in", place)
    assert answer.returncode == 0, answer.stderr
    assert shown in answer.stdout
    if hidden:
        assert hidden not in answer.stdout


def test_an_unknown_speaker_is_refused(loaded: Enlace) -> None:
    answer = loaded("ask", "/help", "--as", "nobody")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("enlace: --as")


def test_an_empty_folder_is_told_what_to_do(tmp_path: Path) -> None:
    answer = Enlace(tmp_path)("ask", "/help")
    assert answer.returncode == 2
    assert "--demo" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("ENLACE_TELEGRAM_TOKEN", "s3cr3t"), ("ENLACE_DATABASE_URL", "s3cr3t"), ("ENLACE_WEB_PORT", "s3cr3t")],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, variable: str, value: str) -> None:
    for command in (["run"], ["doctor"], ["ask", "x"], ["worker"]):
        answer = Enlace(tmp_path)(*command, **{variable: value})
        assert answer.returncode != 0
        assert answer.stderr.count("\n") == 1
        assert variable in answer.stderr
        assert value not in answer.stdout + answer.stderr


def test_the_doctor(loaded: Enlace, tmp_path: Path) -> None:
    good = loaded("doctor")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "operators: 1" in good.stdout
    bad = Enlace(tmp_path)("doctor")
    assert bad.returncode == 1
    assert "enlace db upgrade" in bad.stdout
    unreachable = loaded(
        "doctor",
        ENLACE_TELEGRAM_TOKEN="123456:ABCDEFGHIJKLMNOP",
        ENLACE_TELEGRAM_API_URL="http://127.0.0.1:9",
    )
    assert unreachable.returncode == 1
    assert "telegram" in unreachable.stdout
    assert "ABCDEFGHIJKLMNOP" not in unreachable.stdout + unreachable.stderr


def test_the_first_operator_is_made_before_anything_else(tmp_path: Path) -> None:
    enlace = Enlace(tmp_path)
    made = enlace("grant", "operator", "telegram:123456", "--name", "Ana Pérez")
    assert made.stdout == "Ana Pérez is now an operator.\n", made.stderr
    assert enlace("grants").stdout == "operator\t-\tAna Pérez\ttelegram:123456\n"
    wrong = enlace("grant", "operator", "123456")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "telegram:123456" in wrong.stderr
    assert enlace("revoke", "operator", "telegram:123456").returncode == 0


def test_the_manifest_is_made_of_the_commands(loaded: Enlace) -> None:
    answer = loaded("manifest", "slack", "--url", "https://bot.example.org")
    manifest = json.loads(answer.stdout)
    commands = {item["command"] for item in manifest["features"]["slash_commands"]}
    assert {"/project", "/contact", "/enlace"} <= commands
    assert len(commands) <= 50
    if MANIFEST_SCHEMA.exists():
        import jsonschema

        jsonschema.validate(manifest, json.loads(MANIFEST_SCHEMA.read_text("utf-8")))


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def test_the_service_starts_answers_and_stops(tmp_path: Path, port: int) -> None:
    enlace = Enlace(tmp_path)
    command = [sys.executable, "-m", "bot.cli", "run", "--demo"]
    environment = enlace.environment | {"ENLACE_WEB_PORT": str(port)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert f"http://127.0.0.1:{port}" in running.stdout.readline()
        assert "/project ACS-SF-001" in running.stdout.readline()
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            assert json.load(answer) == {"database": True, "schema": True}
        second = enlace("run", ENLACE_WEB_PORT="0")
        assert second.returncode == 2
        assert "another process" in second.stderr
        started = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.wait(15) == 0
        assert time.monotonic() - started < 10


def test_a_port_in_use_is_named(loaded: Enlace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = loaded("run", ENLACE_WEB_PORT=str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1].startswith("enlace: ENLACE_WEB_PORT")
