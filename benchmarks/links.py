"""How many cross-references are found in real documents, and how many lead to a section that the corpus holds?

    python benchmarks/links.py ../shared/corpora [--only regulation] [--sample 100] [--seed 0]

A reference is resolvable when the corpus holds its document, or its part of the law; the others point outside. Every
resolvable reference without a section is listed: a place that was removed or never was, or a fault to mend. The
sample is for the eye: whether the words say what the target says.
"""

import argparse
import random
import time
from collections import Counter
from pathlib import Path

from synthforge.links.directory import Directory
from synthforge.links.links import links
from synthforge.records import Document, Link, Section
from synthforge.sources.files import SUFFIXES, read_file
from synthforge.sources.unify import Entry, settle


def read(folder: Path, only: str) -> list[Document]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix.lower() in SUFFIXES]
    names = [(file, file.relative_to(folder).as_posix()) for file in files]
    read = sorted(
        (read_file(f, name, f.parent.name) for f, name in names if name.startswith(only)), key=lambda d: d.uri
    )
    found = [entry.named(document) for entry, document in zip(settle(map(Entry.of, read)), read, strict=True)]
    return found


def shown(link: Link, section: Section) -> str:
    text = section.text
    before, after = text[max(0, link.start - 45) : link.start], text[link.end : link.end + 35]
    led = "" if link.kind == "definition" else f": {link.section or 'no section'}"
    place = f"{section.citation[-40:]:<40} → {link.target}  [{link.kind}{led}]"
    return f"{place}\n      {before!r} ⟦{text[link.start : link.end]}⟧ {after!r}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--only", default="", help="what the paths of the files to read start with")
    parser.add_argument("--sample", type=int, default=0, help="links to print at random")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    documents = read(args.corpora, args.only)
    sections = [section for document in documents for section in document.sections]
    started = time.perf_counter()
    again = [links(section) for section in sections]
    spent = time.perf_counter() - started
    assert again == [links(section) for section in sections], "links() is not deterministic"
    directory = Directory()
    for section in sections:
        directory.add(section)
    resolved = {section.key: directory.resolved(section) for section in sections}

    total: Counter[str] = Counter()
    misses: list[str] = []
    print(f"{'references':>10} {'resolvable':>10} {'resolved':>8} {'outside':>8} {'defined':>8}  document")
    for document in documents:
        count: Counter[str] = Counter()
        for section in document.sections:
            for link in resolved[section.key]:
                kind = "defined" if link.kind == "definition" else "references"
                count[kind] += 1
                if kind == "defined":
                    continue
                inside = bool(link.section) or directory.holds(link.target)
                count["resolvable" if inside else "outside"] += 1
                count["resolved"] += bool(link.section)
                if inside and not link.section:
                    misses.append(f"{document.uri}: {shown(link, section)}")
        if count:
            row = [count[name] for name in ("references", "resolvable", "resolved", "outside", "defined")]
            print(f"{row[0]:>10} {row[1]:>10} {row[2]:>8} {row[3]:>8} {row[4]:>8}  {document.uri}")
        total.update(count)
    print(f"\n{dict(total)}")
    if total["resolvable"]:
        print(f"resolved {total['resolved'] / total['resolvable']:.2%} of the resolvable")
    print(f"{len(sections)} sections, {1000 * spent / max(1, len(sections)):.3f} ms a section")
    print(f"\n{len(misses)} misses", *misses, sep="\n  ")
    drawn = [(link, section) for section in sections for link in resolved[section.key]]
    for n, (link, section) in enumerate(random.Random(args.seed).sample(drawn, min(args.sample, len(drawn))), 1):
        print(f"{n:>4} {shown(link, section)}")


if __name__ == "__main__":
    main()
