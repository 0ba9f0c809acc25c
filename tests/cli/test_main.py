"""One frame for every command: streams, documents, exit codes and wording."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bellwether import __version__
from bellwether.cli import main


def test_people_get_the_result_and_its_next_step(run_line) -> None:
    code, out, err = run_line("answer")

    assert code == 0
    assert out == "Half.\n name  n\n a     1\nnext: bellwether answer --refuse\n"
    assert err == "Thinking: 0 of 2\nThinking: done, 2 of 2\na note\n"


def test_programs_get_one_document_and_nothing_else(run_line) -> None:
    code, out, _ = run_line("answer --json")

    assert code == 0
    assert json.loads(out) == {
        "data": {"value": 0.5, "unknown": None, "at": "2026-11-24T12:00:00Z"},
        "meta": {
            "as_of": "2026-11-24T12:00:00Z",
            "generated_at": "2026-11-24T12:00:00Z",
            "source": "sample",
            "schema_version": 1,
            "asset": "BTC",
        },
    }


def test_an_answer_that_says_no_ends_with_3_and_still_is_an_answer(run_line) -> None:
    code, out, _ = run_line("answer --refuse --json")

    assert code == 3
    assert json.loads(out)["data"]["value"] == 0.5


def test_a_refused_gate_is_a_document_with_its_evidence(run_line) -> None:
    code, out, _ = run_line("fail gate --json")

    assert code == 3
    assert json.loads(out)["data"] == {
        "passed": False,
        "detail": "1 of 5 checks.",
        "hint": "Wait for more data.",
        "evidence": {"brier": 0.26},
    }


def test_quiet_leaves_only_the_result(run_line) -> None:
    _, out, err = run_line("answer --quiet")

    assert out.startswith("Half.")
    assert err == ""


def test_an_error_says_what_why_and_what_next_without_its_secret(run_line) -> None:
    code, out, err = run_line("fail store")

    assert code == 5
    assert out == ""
    assert err.splitlines() == [
        "✕ Could not reach postgresql://me:[hidden]@h/b.",
        "  Try again in a minute.",
        "  Details: --verbose · docs/errors.md#store-unavailable                   exit 5",
    ]


def test_an_error_is_a_problem_object_for_programs(run_line) -> None:
    code, out, _ = run_line("fail store --json")

    assert code == 5
    assert json.loads(out) == {
        "type": "docs/errors.md#store-unavailable",
        "title": "The database cannot be reached.",
        "detail": "Could not reach postgresql://me:[hidden]@h/b.",
        "hint": "Try again in a minute.",
        "exit_code": 5,
        "transient": True,
        "schema_version": 1,
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [("fail missing", 4), ("fail digest", 1), ("fail gate", 3), ("fail bug", 1), ("fail interrupt", 130)],
)
def test_the_exit_code_tells_what_happened(run_line, line: str, code: int) -> None:
    assert run_line(line)[0] == code


def test_nobody_sees_a_traceback_unless_asked(run_line) -> None:
    assert "Traceback" not in run_line("fail bug")[2]
    assert "ZeroDivisionError: division by zero" in run_line("fail bug --verbose")[2]


def test_an_interruption_says_that_nothing_is_lost(run_line) -> None:
    code, out, err = run_line("fail interrupt --json")

    assert code == 130
    assert json.loads(out)["type"] == "docs/errors.md#interrupted"
    assert "safe to repeat" in err


def test_the_options_may_stand_before_the_command(run_line) -> None:
    assert json.loads(run_line("--json answer")[1])["data"]["value"] == 0.5
    assert json.loads(run_line("files --json remove --yes")[1])["data"] == {"removed": 3}


def test_no_command_at_all_shows_the_help(run_line) -> None:
    code, out, err = run_line("files")

    assert code == 2
    assert "Deal with files." in out
    assert err == ""


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("anwser --json", "Did you mean 'answer'?"),
        ("answer --loud --json", "No such option: --loud"),
        ("fail --json", "Missing argument 'how'"),
        ("files delete --json", "No such command 'delete'"),
        ("files --json", "Missing command"),
    ],
)
def test_wrong_usage_is_a_problem_object_too(run_line, line: str, detail: str) -> None:
    code, out, _ = run_line(line)

    assert code == 2
    assert json.loads(out)["type"] == "docs/errors.md#usage"
    assert detail in json.loads(out)["detail"]


def test_without_a_terminal_a_dangerous_command_refuses(run_line) -> None:
    code, out, err = run_line("files remove")

    assert code == 2
    assert out == ""
    assert "Remove 3 files?" in err
    assert "Add --yes" in err


def test_yes_goes_on_without_asking(run_line) -> None:
    assert run_line("files remove --yes")[:2] == (0, "Removed 3 files.\n")


def test_in_actions_errors_and_summaries_reach_the_run_page(
    run_line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))

    _, out, err = run_line("fail store")
    run_line("answer")

    assert out == ""
    assert "::error::Could not reach postgresql://me:[hidden]@h/b.\n" in err
    assert (tmp_path / "summary.md").read_text() == "## Half\n"


def test_help_shows_the_examples_and_no_docstring_sections(run_line) -> None:
    code, out, _ = run_line("answer --help")

    assert code == 0
    assert "Answer a question." in out
    assert "$ bellwether answer --refuse" in out
    assert "--json" in out
    assert "Not for the help page" not in out


def test_the_overview_lists_every_command(run_line) -> None:
    code, out, _ = run_line("--help")

    assert code == 0
    assert all(name in out for name in ("answer", "fail", "files"))


def test_the_version_is_one_line(run_line) -> None:
    assert run_line("--version") == (0, f"bellwether {__version__}\n", "")


@pytest.mark.parametrize("entry", main.COMMANDS, ids=lambda entry: entry.name)
def test_a_registered_command_explains_itself(entry: main.Entry, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([entry.name, "--help"]) == 0
    assert "Usage: bellwether" in capsys.readouterr().out


def test_a_document_is_utf_8_whatever_the_terminal_speaks() -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    line = [sys.executable, "-m", "bellwether", "café"]

    as_json = subprocess.run([*line, "--json"], capture_output=True, check=False, env=environ)
    for_people = subprocess.run(line, capture_output=True, check=False, env=environ)

    assert json.loads(as_json.stdout.decode("utf-8"))["detail"] == "No such command 'café'."
    assert for_people.stderr.decode("ascii").startswith("? No such command 'caf?'.")


@pytest.mark.parametrize("line", ["nothing --json", "--version", "--help"])
def test_a_reader_that_has_left_is_no_reason_for_a_traceback(line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-m", "bellwether", *line.split()],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    os.close(writing)
    assert done.returncode == 1
    assert done.stderr == ""


def test_the_overview_imports_nothing_heavy() -> None:
    program = (
        "import sys; from bellwether.cli.main import run; run(['--help']); "
        "heavy = {'polars', 'pandera', 'scipy', 'sklearn', 'numpy', 'pydantic', 'structlog', 'psycopg',"
        " 'onnxruntime'}; print(*sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == ""
