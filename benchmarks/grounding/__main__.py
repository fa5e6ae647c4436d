"""How much of what teachers get wrong do the grounding checks catch, how much that is right do they stop, how fast?

    python benchmarks/grounding ../shared/grounding [--corpora ../shared/corpora] [--only 1,3] [--limit 100]

The checks are those of `validators: [grounding]` as packaged: rules only, no model is asked. The mistakes are those of
`synthforge calibrate` (corruption/), one in each example. *Rejected* failed a check, *uncertain* is held for a person
or a model (`strictness: strict` rejects it), *caught* is either; brackets hold Wilson's 95 % interval. Untouched
examples come first in a table: what is caught of them is the price. *Of passing* is what is caught of the mistakes in
examples that pass untouched: one in an example that is stopped anyway proves nothing.

1. Paraphrased: the sentences of a large model's answers to questions about a rulebook, on the passages that they cite
   (DPEL), halved by the first passage of the question. The rules were written against the development half; the
   held-out one is the result. The answers have no human labels, so what is stopped of them untouched is an upper bound
   of the false alarms. Then the same sentences without quotes, as `synthforge screen` reads them, under the citation of
   the question's other passage (near) or of any further one (far).
2. Extractive: sentences of real documents that say what must or may be done, as statement, quote and answer.
3. Quotes: which ones the quote check accepts, of sentences that were changed in one way or another, and for which of
   the others a run puts the source's own words before it checks (*repaired*).
4. Rank: how often the cited passage comes first of all by what a sentence says, and how often it reaches the share of
   the best one's score that the citation check asks for; and how often a wrong passage does.
5. ContractNLI: areas under the ROC curve, on whether a contract carries a hypothesis, with the sentences that the
   package finds for it ("contract"; positive: not entailed), and on whether its annotated sentences contradict the
   hypothesis or entail it ("evidence"; positive: contradicted).
6. Speed: CPU seconds of one process, and what the verdict store is worth.

Measured on data that is not here, and so left out: RAGTruth, WiCE, FaithBench, the test splits of ContractNLI and DPEL.
"""

import argparse
import functools
from collections.abc import Callable, Iterable
from pathlib import Path

import contracts
import documents
import quoted
import rulebook
import speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grounding", type=Path, help="the folder of dpel_dev.jsonl and contractnli_dev.json")
    parser.add_argument("--corpora", type=Path, help="the folder of the documents for table 2; left out without it")
    parser.add_argument("--only", default="1,2,3,4,5,6", help="numbers of the tables to make")
    parser.add_argument("--limit", type=int, default=300, help="at most so many mistakes of a kind in each set")
    args = parser.parse_args()
    book = functools.cache(lambda: rulebook.read(args.grounding / "dpel_dev.jsonl"))
    made = functools.cache(lambda: rulebook.planted(book(), args.limit))
    tables: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
        "1": ("Paraphrased", lambda: rulebook.detections(book(), made(), args.limit)),
        "2": ("Extractive", lambda: documents.detections(args.corpora, args.limit)),
        "3": ("Quotes", lambda: quoted.acceptance(book(), args.limit)),
        "4": ("Rank of the cited passage", lambda: rulebook.ranks(book())),
        "5": ("ContractNLI", lambda: contracts.areas(args.grounding / "contractnli_dev.json")),
        "6": ("Speed", lambda: speed.speed(book(), made())),
    }
    for number in args.only.split(","):
        title, lines = tables[number]
        if number == "2" and not args.corpora:
            print("2. Extractive: left out, there is no --corpora\n")
            continue
        print(f"{number}. {title}\n", *lines(), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
