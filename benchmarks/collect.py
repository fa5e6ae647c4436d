"""A folder of documents, collected twice through the real command: time, memory, what became of every file.

    python benchmarks/collect.py FOLDER

The second time nothing has changed; its share of the first is what the caches are worth.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECIPE = """# @package _global_
# Everything in one folder.
sources: {{all: {{path: {folder}/**/*}}}}
orders: 1
until: collect
"""


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        recipe = Path(home) / "all.yaml"
        recipe.write_text(RECIPE.format(folder=folder.absolute()))
        command = [sys.executable, "-m", "synthforge", str(recipe), f"outputs={home}/outputs"]
        seconds = []
        for _ in range(2):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            seconds.append(time.perf_counter() - started)
        run = max((Path(home) / "outputs" / "all").iterdir())
        intake = json.loads((run / "summary.json").read_text())["intake"]
    groups = intake["categories"].values()
    print(f"{sum(g['documents'] for g in groups):,} files, {sum(g['sections'] for g in groups):,} sections")
    print(f"{len(intake['errors'])} files without a section; {len(intake['needs_ocr'])} with pages that need OCR")
    left = sum(intake["dropped"].values())
    print(f"{intake['extracted']:,} of {intake['visible']:,} visible characters read, {left:,} left out on purpose")
    links = intake["links"]
    known = links.get("reference, resolved", 0)
    print(f"{links.get('reference', 0):,} references, {known:,} of them to a section of the corpus")
    print(f"first {seconds[0]:.1f} s, second {seconds[1]:.1f} s ({seconds[1] / seconds[0]:.2f} of it)")
    print(f"largest process {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
