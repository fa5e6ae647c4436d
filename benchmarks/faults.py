"""Which planted faults do the packaged checks catch? Orders over several seeds, added up by kind and answer style.

    python benchmarks/faults.py [--orders 1000] [--seeds 3]

The embedded teacher plants the faults (corruption/, written without sight of the checks) and notes them where no
check looks. Intervals are Wilson's, 95 %.
"""

import argparse
import tempfile
from collections import Counter

import synthforge
from synthforge.evaluation.intervals import wilson


def share(hits: int, n: int) -> str:
    found = wilson(hits, n)
    high = 1.0 if found.high is None else found.high
    return f"{hits:>5} / {n:<5} {found.value or 0:6.1%}  [{found.low or 0:.1%}, {high:.1%}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="quickstart")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    planted: Counter[tuple[str, str]] = Counter()
    caught: Counter[tuple[str, str]] = Counter()
    lost: Counter[str] = Counter()
    clean = 0
    with tempfile.TemporaryDirectory() as outputs:
        for seed in range(args.seeds):
            overrides = [f"seed={seed}", f"orders={args.orders}", "until=check", f"outputs={outputs}"]
            faults = synthforge.run(args.recipe, overrides).faults
            assert faults is not None, "the recipe's teacher plants no faults"
            for row in faults.planted:
                planted[row.kind, row.style] += row.planted
                caught[row.kind, row.style] += row.caught
            clean += faults.clean
            lost.update(faults.clean_lost)
    print(f"\n{args.recipe}: {args.seeds} seeds x {args.orders} orders\n")
    for style in ("extractive", "paraphrased"):
        print(style)
        for kind in sorted({kind for kind, _ in planted}):
            print(f"  {kind:<12} caught {share(caught[kind, style], planted[kind, style])}")
    print(f"\nclean examples rejected  {share(lost.total(), clean)}")
    for code, count in lost.most_common():
        print(f"  {code:<28} {count:>5}")


if __name__ == "__main__":
    main()
