"""What a person sees while a run goes on."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from rich.console import Console

from synthforge.progress import Lines, Tally, Terminal, progress


def test_lines_are_said_at_every_tenth_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "pause", 0.0)
    stream = io.StringIO()
    lines = Lines(stream)
    lines.say("to work")
    with lines.bar("generate", 20) as bar:
        for _ in range(20):
            bar.advance()
    said = stream.getvalue().splitlines()
    assert said[:3] == ["to work", "generate: 2 of 20", "generate: 4 of 20"]
    assert len(said) == 10
    assert said[-1] == "generate: 18 of 20"


def test_a_stage_that_breaks_off_says_how_far_it_came() -> None:
    stream = io.StringIO()
    with pytest.raises(ZeroDivisionError), Lines(stream).bar("check", 9) as bar:
        bar.advance(4)
        raise ZeroDivisionError
    assert stream.getvalue().startswith("check: 4 of 9 in ")


def test_no_step_of_many_threads_is_lost() -> None:
    stream = io.StringIO()
    with Lines(stream).bar("generate", 4001) as bar, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: bar.advance(), range(4000)))
    assert "generate: 4000 of 4001 in " in stream.getvalue()


def test_a_terminal_shows_bars_inside_bars_and_text_as_it_is() -> None:
    stream = io.StringIO()
    terminal = Terminal(Console(file=stream, force_terminal=True, width=100, highlight=False))
    with terminal.bar("round 1", 2) as outer:
        with terminal.bar("generate", 3) as inner:
            inner.advance(3)
            terminal.say("kept [bold]21[/bold]")
        outer.advance()
    assert "kept [bold]21[/bold]" in stream.getvalue()
    assert "3/3" in stream.getvalue()
    assert terminal.bars.task_ids == []


def test_what_is_not_a_terminal_gets_lines() -> None:
    assert isinstance(progress(), Lines)
