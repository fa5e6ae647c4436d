from tests.sources.files import read, texts

TEXT = """ACME FREIGHT
SOP-033 Yard movements
Version: 4
Effective date: 2025-08-15

1. Purpose

This procedure applies in the yards of the company and at its docks, on every day
of the year.

2. Yard traffic

2.1 Speed

Vehicles must not exceed 10 mph.

2.2 Backing
The driver must get out and look, whatever the weather is and whoever stands beside the trailer.

- mirrors
- camera
"""


def test_numbers_make_the_outline() -> None:
    document = read(TEXT, "sop.txt")
    assert texts(document) == {
        "SOP-033 §1": "This procedure applies in the yards of the company and at its docks, on every day of the year.",
        "SOP-033 §2.1": "Vehicles must not exceed 10 mph.",
        "SOP-033 §2.2": "The driver must get out and look, whatever the weather is "
        "and whoever stands beside the trailer.\n- mirrors\n- camera",
    }
    assert (document.title, document.edition) == ("SOP-033 Yard movements", "version 4")
    assert document.sections[1].path == ("Yard traffic", "Speed")
    assert document.sections[1].locator.line == 15


def test_numbered_steps_are_not_headings() -> None:
    document = read(
        "FP-07 Fuel\n\n1. Card\n\nDo:\n\n1. Insert the card into the reader.\n2. Wait for the light.\n",
        "f.txt",
    )
    assert texts(document) == {"FP-07 §1": "Do:\n1. Insert the card into the reader.\n2. Wait for the light."}


def test_capitals_and_underlines_are_headings() -> None:
    document = read("Manual\n======\n\nSafety\n------\n\nWear gloves.\n\nOIL LEVEL\n\nCheck daily.\n", "m.txt")
    assert list(texts(document)) == ["Manual > Safety", "OIL LEVEL"] or len(document.sections) == 2


def test_labels_start_lines_of_their_own() -> None:
    document = read("T-1042 Ticket\n\n1. Case\n\nIssue: the light was on.\nResolution: it was cleaned.\n", "t.txt")
    assert document.sections[0].text == "Issue: the light was on.\nResolution: it was cleaned."


def test_printed_line_numbers_and_running_heads_go_and_are_counted() -> None:
    body = "".join(f"This is sentence number {n} of the draft.\n{n}\n" for n in range(1, 41))
    document = read("I. \nINTRODUCTION\n\n" + body + "\nContains Nonbinding Recommendations\n\n" * 4, "d.txt")
    assert "sentence number 3 of the draft. This is sentence" in document.text
    assert any("40 printed line numbers" in w for w in document.warnings)
    assert any("4 repeated running heads" in w for w in document.warnings)
    assert document.sections[0].citation == "D §I ¶1"


def test_a_text_without_any_structure_is_cut_between_sentences() -> None:
    document = read("The pump must be checked every week by two people. " * 80, "notes.txt")
    assert [s.citation for s in document.sections] == [f"Notes ¶{n}" for n in range(1, len(document.sections) + 1)]
    assert all(s.text.endswith("people.") and len(s.text.split()) <= 250 for s in document.sections)


RST = """.. _module:

**********
The Module
**********

It heats with :py:meth:`~.Module.heat` and ``cool``. See `Docs <http://x>`_.

.. code-block:: python

    module.heat()

Limits
======

.. note::
    Never above **95 °C**.

Standalone
----------

Stop it::

    module.stop()

.. versionadded:: 2.3
"""


def test_restructured_text() -> None:
    document = read(RST, "module.rst")
    assert texts(document) == {
        "The Module": "It heats with Module.heat and cool. See Docs.\nmodule.heat()",
        "The Module > Limits": "Never above 95 °C.",
        "The Module > Limits > Standalone": "Stop it:\nmodule.stop()\n2.3",
    }
