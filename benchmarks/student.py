"""What does tuning bring the embedded student? The quickstart over several seeds, base and tuned side by side.

    python benchmarks/student.py [--seeds 3] [KEY=VALUE ...]

Every seed draws other orders, other examples and another adapter; the documents held out stay those of the recipe.
"""

import argparse
import tempfile

import synthforge
from synthforge.evaluation.intervals import Interval

METRICS = (
    "decision_accuracy", "decision_accuracy_lenient", "citation_exact", "quote_exact", "format_compliance",
    "abstention_precision", "abstention_recall", "false_abstention",
)  # fmt: skip


def shown(interval: Interval) -> str:
    if interval.value is None or interval.low is None or interval.high is None:
        return "-"
    return f"{interval.value:5.1%} [{interval.low:.0%}-{interval.high:.0%}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="quickstart")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("overrides", nargs="*")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as outputs:
        runs = [
            synthforge.run(args.recipe, [f"seed={seed}", f"outputs={outputs}", *args.overrides])
            for seed in range(args.seeds)
        ]
    for metric in METRICS:
        print(f"\n{metric}")
        for seed, summary in enumerate(runs):
            base, tuned = summary.evaluation
            kept = f"trained on {summary.fates.kept}"
            print(
                f"  seed {seed}  base {shown(base.metrics[metric]):<22} tuned {shown(tuned.metrics[metric]):<22} {kept}"
            )


if __name__ == "__main__":
    main()
