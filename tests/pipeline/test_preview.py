"""Preview and forecast: prompts as they are sent, drafts that the run uses again, and what all of it would cost."""

import re
from pathlib import Path

import pytest

from synthforge.__main__ import main

QUICK = ["recipes=quickstart", "orders=24", "until=check"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHFORGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")


def test_prompts_alone_ask_nobody(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["preview", *QUICK, "-n", "2", "--prompts", f"outputs={tmp_path}/out"]) == 0
    said = capsys.readouterr().out
    assert said.count("[system]") == said.count("[user]") == 2 and "<section 1 " in said
    assert "2 of the first wave's 24 orders; nothing was asked, nothing spent" in said
    assert "[draft]" not in said and not (tmp_path / "out").exists()


def test_drafts_come_with_verdicts_and_the_run_does_not_ask_for_them_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["preview", *QUICK, "-n", "8"]) == 0
    said = capsys.readouterr().out
    assert "8 requests were sent" in said and said.count("\n→ ") == 8
    assert "\n→ rejected" in said and re.search(r"\n  \w+: failed, \w+\.\w+: ", said)
    assert main([*QUICK, f"outputs={tmp_path}/out"]) == 0
    assert "16 of 24 replies asked for" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["-n"], ["-n", "none"], ["-n", "0"]])
def test_a_number_that_is_none_is_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", *QUICK, *words]) == 2
    assert "-n takes a whole number from 1 on" in capsys.readouterr().err


def test_a_forecast_says_what_a_priced_teacher_would_cost(capsys: pytest.CaptureFixture[str]) -> None:
    priced = ["teacher=server", "teacher.model=m", "+teacher.rate={input: 1, output: 10}"]
    assert main(["check", "recipes=quickstart", "orders=100", *priced]) == 0
    said = capsys.readouterr().out
    [line] = [line for line in said.splitlines() if line.startswith("cost of training")]
    assert "with m (100 requests)" in line
    dollars = float(line.split("$")[1].split()[0])
    tokens = int(said.split("100 requests, about ")[1].split()[0].replace(",", ""))
    assert dollars == pytest.approx((tokens * 1 + 100 * 700 * 10) / 1e6, abs=0.01)
    assert "no budget_usd is set" in said


def test_a_conversation_is_reckoned_with_two_requests_a_turn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "recipes=quickstart", "orders=40", "templates=[simulated_dialogue]"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "40 orders, " in line)
    requests = int(line.split("orders, ")[1].split()[0])
    assert 40 * 2 * 2 <= requests <= 40 * 2 * 4


def test_a_free_teacher_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "recipes=quickstart"]) == 0
    assert "cost: nothing, this teacher is free" in capsys.readouterr().out
