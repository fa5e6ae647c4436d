"""How many pages a second does the PDF reader turn into blocks, beside bare text extraction by pdfium and by pypdf?

    python benchmarks/pdf.py [FOLDER | FILE.pdf ...] [--rounds 5]

CPU seconds of one process, so pages a second a core; every round runs all three after each other on all files, and
the fastest round of each counts: others on the machine make a round slower, never faster. Without arguments it reads
the packaged examples, which are short.
"""

import argparse
import io
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2

from synthforge.errors import RowError
from synthforge.readers import pdf

EXAMPLES = Path(__file__).parents[1] / "examples"


def reader(data: bytes) -> int:
    """Characters in the reader's blocks: text, headings, rows, places, account."""
    try:
        return sum(len(block.text) for block in pdf.read(data, "file.pdf").blocks)
    except RowError:
        return 0


def pdfium_text(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    count = 0
    for page in document:
        text = page.get_textpage()
        count += len(text.get_text_bounded())
        text.close()
        page.close()
    document.close()
    return count


def pypdf_text(data: bytes) -> int:
    return sum(len(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages)


TOOLS: dict[str, Callable[[bytes], int]] = {
    "synthforge reader": reader,
    "pdfium, text only": pdfium_text,
    "pypdf, text only": pypdf_text,
}


def found(paths: list[Path]) -> list[Path]:
    files = {file for path in paths for file in (path.rglob("*.pdf") if path.is_dir() else [path])}
    return sorted(files)


def seconds(tool: Callable[[bytes], int], files: list[bytes]) -> float:
    start = time.process_time()
    for data in files:
        tool(data)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[EXAMPLES])
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    files = [file.read_bytes() for file in found(args.paths)]
    pages = sum(len(pypdfium2.PdfDocument(data)) for data in files)
    rounds = [{name: seconds(tool, files) for name, tool in TOOLS.items()} for _ in range(args.rounds)]
    best = {name: min(taken[name] for taken in rounds) for name in TOOLS}
    characters = {name: sum(map(tool, files)) for name, tool in TOOLS.items()}
    print(f"{len(files)} files, {pages} pages, fastest of {args.rounds} rounds\n")
    print(f"{'':<20} {'pages/s':>8} {'of pdfium':>10} {'characters':>11}")
    for name, time_taken in best.items():
        ratio = best["pdfium, text only"] / time_taken
        print(f"{name:<20} {pages / time_taken:>8.0f} {ratio:>10.2f} {characters[name]:>11,}")


if __name__ == "__main__":
    main()
