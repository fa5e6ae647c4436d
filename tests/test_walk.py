import os
from pathlib import Path

import pytest

from synthforge.walk import as_regex, matching


def names(pattern: str, root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in matching(pattern, root)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for name in ("c/a.md", "c/x/b.md", "c/x/y/d.txt", "c/.hidden.md", "c/.git/e.md", "other/f.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("c/**/*", ["c/a.md", "c/x/b.md", "c/x/y/d.txt"]),
        ("c/**/*.md", ["c/a.md", "c/x/b.md"]),
        ("c/*.md", ["c/a.md"]),
        ("c/*/*.md", ["c/x/b.md"]),
        ("c/[ab].md", ["c/a.md"]),
        ("c/x/[!a].md", ["c/x/b.md"]),
        ("c/.*.md", ["c/.hidden.md"]),
        ("c/a.md", ["c/a.md"]),
        ("c", []),
        ("nowhere/**/*", []),
    ],
)
def test_a_glob_means_what_a_shell_means(corpus: Path, pattern: str, found: list[str]) -> None:
    assert names(pattern, corpus) == found


def test_links_that_lead_round_in_circles_end(corpus: Path) -> None:
    for name in ("c/loop", "c/again", "c/x/up"):
        (corpus / name).symlink_to(corpus / "c")
    assert names("c/**/*", corpus) == ["c/a.md", "c/x/b.md", "c/x/y/d.txt"]


def test_a_link_to_a_folder_elsewhere_stands_for_itself(corpus: Path) -> None:
    (corpus / "c" / "out").symlink_to(corpus / "other")
    (corpus / "c" / "root").symlink_to("/")
    assert names("c/**/*.md", corpus) == ["c/a.md", "c/out", "c/root", "c/x/b.md"]


def test_of_two_ways_to_a_file_the_one_without_a_link_counts(corpus: Path) -> None:
    (corpus / "c" / "1 latest").symlink_to("a.md")
    (corpus / "c" / "1 archive").mkdir()
    (corpus / "c" / "1 archive" / "p.md").symlink_to("../x/b.md")
    assert names("c/**/*", corpus) == ["c/a.md", "c/x/b.md", "c/x/y/d.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_a_folder_that_cannot_be_listed_stands_for_itself(corpus: Path) -> None:
    (corpus / "c" / "x").chmod(0)
    try:
        assert names("c/**/*.md", corpus) == ["c/a.md", "c/x"]
    finally:
        (corpus / "c" / "x").chmod(0o755)


def test_brackets_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match=r"is no glob: bad character range z-a in '\[z-a\]x'"):
        as_regex("[z-a]x")
