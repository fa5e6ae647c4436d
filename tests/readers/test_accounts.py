"""What a reader adds of its own is counted, so that it cannot hide what it loses."""

import importlib

import pytest

from synthforge.sections.blocks import solid

TABLE = "<tr><th>Agent</th><th>Use</th></tr><tr><td rowspan='2'>Acid</td><td>Yes</td></tr><tr><td>No</td></tr>"


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("table", "id,agent,use\nA-01,Acid,Yes\nA-02,Lye,No\n"),
        ("tree", '[{"id": "A-01", "use": {"at": ["top", "side"]}, "text": "%s"}, ["x", "y"]]' % ("rinse it " * 30)),
        ("tree", "rule: Rinse\nsteps:\n- open\n- close\n"),
        ("markdown", "# Acid\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n\n3. three\n"),
        ("html", f"<h1>Acids</h1><table>{TABLE}</table><ol><li>one</li></ol><ul><li>two</li></ul>"),
        ("xml", f"<x><title>Acids</title><table>{TABLE}</table></x>"),
    ],
)
def test_what_stands_in_the_blocks_is_the_files_or_counted_as_added(reader: str, text: str) -> None:
    suffix = ".yaml" if text.startswith("rule") else ".json"
    reading = importlib.import_module(f"synthforge.readers.{reader}").read(text.encode(), f"x{suffix}")
    extracted = sum(solid(block.text) for block in reading.blocks)
    assert reading.added > 0
    assert extracted - reading.added + sum(reading.dropped.values()) == reading.visible
