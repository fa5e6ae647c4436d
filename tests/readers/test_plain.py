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
    document = read("I. \nINTRODUCTION\n\n" + body + "\n\fContains Nonbinding Recommendations\n\n" * 4, "d.txt")
    assert "sentence number 3 of the draft. This is sentence" in document.text
    assert any("40 printed line numbers were left out, from line 5" in w for w in document.warnings)
    assert any("4 repeated running heads were left out, the first in line 85" in w for w in document.warnings)
    assert document.account.dropped == {"line numbers": 9 + 2 * 31, "running heads": 4 * 33}
    assert document.account.visible == document.account.extracted + sum(document.account.dropped.values())
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


def test_units_of_law_and_blanks_to_fill_in_are_not_running_heads() -> None:
    part = "PART {}—PUMPS\n\nSubpart A—General Duties\n\nIs it dry?\nYES ____ NO ____ MAYBE ____ it is.\n\n"
    document = read("".join(part.format(n) for n in range(5)), "l.txt")
    assert document.text.count("Subpart A—General Duties") == document.text.count("YES ____") == 5
    assert not document.account.dropped


def test_a_unit_of_law_heads_what_follows_even_below_other_lines() -> None:
    document = read("Rules\n\nPART 3—PUMPS\n\n3.1—[Reserved]\nSubpart B—Duties\n\n3.2—Check the pump.\n", "l.txt")
    assert document.sections[-1].path[-1] == "Subpart B—Duties"
    wrapped = read("Rules\n\nPART 3—PUMPS\n\nWhoever is bound by\nPart 11 of this chapter\n\nchecks it.\n", "l.txt")
    assert len(wrapped.sections) == 1


def test_sections_of_a_bill_end_in_a_full_stop() -> None:
    document = read(
        "SECTION 1. SHORT TITLE.\n\nThe Pump Act.\n\nSEC. 2. DUTIES.\n\nCheck it.\n\nSection 3. It binds.\n", "b.txt"
    )
    assert [(s.citation[-2:], s.text) for s in document.sections] == [
        ("§1", "The Pump Act."), ("§2", "Check it.\nSection 3. It binds.")
    ]  # fmt: skip


def test_a_form_feed_starts_a_page_and_not_a_line() -> None:
    document = read("Manual\n\n1. Card\n\nOne card.\n\f2. Pump\n\nTwo pumps.\n", "f.txt")
    assert [s.locator.line for s in document.sections] == [5, 8]


RST_TABLE = """:Version: 4

Module
======

.. list-table::
   :header-rows: 1

   * - Name
     - *Limit*
   * - Lid
     - 110 °C,
       never more

.. [1] A footnote.

.. note
   Not a directive.

.. image:: a.png
   :alt: none

:param x: the volume
"""


def test_restructured_tables_footnotes_fields_and_comments() -> None:
    document = read(RST_TABLE, "module.rst")
    assert document.sections[0].text == "Name | Limit\nLid | 110 °C, never more\n[1] A footnote.\nparam x: the volume"
    assert document.edition == "version 4"
    assert document.account.dropped == {"comments": 18, "rules": 6}
    assert [w.split(": ")[1] for w in document.warnings] == [
        "2 lines of comments were left out, from line 17",
        "1 images were left out, the first in line 20; text inside images is not read",
    ]
