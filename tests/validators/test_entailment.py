"""Entailment with real cross-encoders on disk: their weights are set so that what they say is known."""

import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.pipeline.check import check
from synthforge.records import Claim, Evidence, Example, Section, Span, Verdict
from synthforge.validators import entailment
from synthforge.validators.entailment import Entailment
from tests import rooms

ROOM = 48
"""Tokens that the models read."""
NEVER, MAYBE = ("never", (1.0, -1.0, 0.0, 0.0)), ("maybe", (0.0, 0.0, 1.0, -1.0))


def encoder(folder: Path, outputs: Sequence[str] = ("entailment",), kind: str = "BertForSequenceClassification") -> str:
    """A BERT of one layer with uniform attention: a text with "never" in it does not follow, with "maybe" it might."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    words = [*special, NEVER[0], MAYBE[0]]
    core = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=ROOM,
    )  # fmt: skip
    tokenizer.save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4,
        max_position_embeddings=ROOM, pad_token_id=0, num_labels=len(outputs), id2label=dict(enumerate(outputs)),
        label2id={name: n for n, name in enumerate(outputs)},
    )  # fmt: skip
    model = getattr(transformers, kind)(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if "LayerNorm.weight" in name else 0.0)
        bert = model if kind == "BertModel" else model.bert
        for number, (_, vector) in enumerate((NEVER, MAYBE), len(special)):
            bert.embeddings.word_embeddings.weight[number] = torch.tensor(vector)
        attention = bert.encoder.layer[0].attention
        for layer in (attention.self.value, attention.output.dense, bert.pooler.dense):
            layer.weight.copy_(torch.eye(4))
        if kind != "BertModel":
            row = outputs.index("entailment") if "entailment" in outputs else 0
            model.classifier.weight[row, 0], model.classifier.weight[row, 2] = -9.0, -4.6
            model.classifier.bias[row] = 4.0
    model.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return encoder(tmp_path_factory.mktemp("encoder"))


def claim(text: str, quote: str = rooms.RULES[0], section: str = "FP-07#FP-07 §1") -> Claim:
    return Claim(text=text, evidence=Evidence(section=section, quote=quote))


def stating(*texts: str, id: str = "a", **changes: object) -> Example:
    return rooms.example(id, turns=(rooms.turn(claims=tuple(map(claim, texts))),), **changes)


def doubt(code: str, place: str = "claim 1") -> Verdict:
    said = Span(place=place, start=0, end=1)
    return Verdict(stage="check", by="logic", outcome="uncertain", code=code, reason="?", said=said)


@pytest.mark.parametrize(
    ("texts", "outcome", "code"),
    [
        (["Drivers rest 10 hours."], "passed", ""),
        (["Drivers maybe rest 10 hours."], "uncertain", "entailment.unsure"),
        (["Drivers never rest 10 hours."], "failed", "entailment.low"),
        (["Drivers rest.", "Drivers maybe rest.", "They never do."], "failed", "entailment.low"),
        (["Drivers rest.", "Drivers maybe rest."], "uncertain", "entailment.unsure"),
    ],
)
def test_the_weakest_statement_decides(
    model: str, tmp_path: Path, texts: list[str], outcome: str, code: str
) -> None:  # fmt: skip
    verdict = Entailment(model=model).check(stating(*texts), rooms.run(tmp_path))
    assert (verdict.outcome, verdict.code) == (outcome, code)
    assert verdict.score is not None
    if code:
        place = len(texts) if "never" in texts[-1] or "maybe" in texts[-1] else 1
        assert verdict.said == Span(place=f"claim {place}", start=0, end=len(texts[place - 1]))
        assert (verdict.found, verdict.expected) == (texts[place - 1], rooms.RULES[0])


def test_scores_are_probabilities_of_four_digits(model: str, tmp_path: Path) -> None:
    texts = ("They do.", "Maybe they do: maybe.", "They never do.")
    said = Entailment(model=model).check_many([stating(text) for text in texts], rooms.run(tmp_path))
    low, high = said[2].score, said[0].score
    assert low is not None and high is not None and 0 < low < 0.2 < 0.8 < high < 1
    assert all(each.score == round(each.score or 0, 4) for each in said)


def test_the_premise_is_the_whole_sentence_and_what_leads_up_to_it(model: str, tmp_path: Path) -> None:
    texts = ("A driver never has to rest for 10 consecutive hours before a shift.", "A driver must rest.")
    corpus = rooms.sections(texts)
    key = "FP-07#FP-07 §1"
    cut = rooms.example(turns=(rooms.turn(claims=(claim("Drivers rest.", "rest for 10 consecutive hours", key),)),))
    run = rooms.run(tmp_path, corpus)
    assert Entailment(model=model).check(cut, run).code == "entailment.low"
    led = {key: s.model_copy(update={"lead_in": "This never applies."}) for key, s in corpus.items()}
    other = rooms.example(turns=(rooms.turn(claims=(claim("They rest.", texts[1], "FP-07#FP-07 §2"),)),))
    assert Entailment(model=model).check(other, run).outcome == "passed"
    assert Entailment(model=model).check(other, replace(run, sections=led)).code == "entailment.low"


def test_what_is_longer_than_the_model_reads_is_not_cut(model: str, tmp_path: Path) -> None:
    verdict = Entailment(model=model).check(stating("rest " * ROOM + "never"), rooms.run(tmp_path))
    assert (verdict.outcome, verdict.code, verdict.score) == ("uncertain", "entailment.too_long", None)
    short = Entailment(model=model, max_length=8).check(stating("Drivers rest."), rooms.run(tmp_path))
    assert short.code == "entailment.too_long"


def test_an_answer_without_quotes_is_not_its_business(model: str, tmp_path: Path) -> None:
    silent = rooms.example(turns=(rooms.turn(claims=(), decision="insufficient_information", missing="the hours"),))
    assert Entailment(model=model).check(silent, rooms.run(tmp_path)) == Entailment(model=model).passed()


# Doubts of earlier checks


@pytest.mark.parametrize(
    ("earlier", "fate"),
    [
        (doubt("modality.flip"), "kept"),
        (doubt("number.elsewhere"), "kept"),
        (doubt("number.unsupported"), "held"),
        (doubt("cfr.unverified"), "held"),
        (doubt("modality.flip", "answer"), "held"),
    ],
)
def test_doubts_about_what_a_statement_says_are_settled_and_no_others(
    model: str, tmp_path: Path, earlier: Verdict, fate: str
) -> None:
    example = stating("Drivers rest.", verdicts=[earlier])
    assert example.fate == "held"
    assert example.judged(Entailment(model=model).check(example, rooms.run(tmp_path))).fate == fate


def test_what_is_rejected_stays_so_whatever_was_doubted(model: str, tmp_path: Path) -> None:
    example = stating("They never rest.", verdicts=[doubt("modality.flip")])
    verdict = Entailment(model=model).check(example, rooms.run(tmp_path))
    assert (example.judged(verdict).fate, verdict.settles) == ("rejected", ())


# Outputs


@pytest.mark.parametrize("label", [None, "Entailment", 1, "1"])
def test_one_of_several_outputs_is_found_by_name_or_number(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, label: str | int | None
) -> None:
    nli = encoder(tmp_path_factory.mktemp("nli"), ("contradiction", "entailment", "neutral"))
    said = Entailment(model=nli, label=label).check_many(
        [stating("They do."), stating("They never do.", id="b")], rooms.run(tmp_path)
    )
    assert [verdict.code for verdict in said] == ["", "entailment.low"]


def test_outputs_that_none_is_meant_by_are_listed(tmp_path: Path) -> None:
    bare = encoder(tmp_path / "bare", ("LABEL_0", "LABEL_1"))
    with pytest.raises(StageError, match=r"has no output 'entailment' \(it has: LABEL_0, LABEL_1\)") as error:
        Entailment(model=bare).check(stating("They do."), rooms.run(tmp_path))
    assert "by its name or number from 0" in error.value.remedy
    assert Entailment(model=bare, label=0).check(stating("They do."), rooms.run(tmp_path)).outcome == "passed"


# Models that are not there


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"the model's folder '\./gone' does not exist"):
        Entailment(model="./gone").check(stating("They do."), rooms.run(tmp_path))


def test_a_model_without_a_head_is_refused(tmp_path: Path) -> None:
    bare = encoder(tmp_path / "bare", kind="BertModel")
    with pytest.raises(StageError, match=r"is no classifier \(it is: BertModel\)"):
        Entailment(model=bare).check(stating("They do."), rooms.run(tmp_path))


def test_a_broken_folder_says_what_belongs_there(model: str, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(model, tmp_path / "broken"))
    (broken / "model.safetensors").unlink()
    with pytest.raises(StageError, match="cannot load the model") as error:
        Entailment(model=str(broken)).check(stating("They do."), rooms.run(tmp_path))
    assert "config.json, *.safetensors" in error.value.remedy


def test_a_hub_out_of_reach_says_how_to_do_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(StageError, match="cannot load the model 'nobody/no-such-model'") as error:
        Entailment(model="nobody/no-such-model").check(stating("They do."), rooms.run(tmp_path))
    assert "hf download nobody/no-such-model --local-dir DIR" in error.value.remedy


def test_a_band_must_be_one(model: str) -> None:
    with pytest.raises(ValidationError, match=r"reject_below \(0.9\) is above accept_from \(0.8\)"):
        Entailment(model=model, reject_below=0.9)


# How often the model is asked


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of pairs of each time that the model was asked."""
    counts: list[int] = []
    real = entailment.probabilities

    def counted(model: object, pairs: Sequence[entailment.Pair], *rest: int) -> object:
        counts.append(len(pairs))
        return real(model, pairs, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(entailment, "probabilities", counted)
    return counts


def test_what_is_stated_twice_is_read_once(model: str, tmp_path: Path, asked: list[int]) -> None:
    examples = [stating("They do.", "They rest.", id="a"), stating("They rest.", id="b"), stating("They do.", id="c")]
    Entailment(model=model).check_many(examples, rooms.run(tmp_path))
    assert asked == [2]


def test_a_verdict_is_given_again_where_nothing_it_depends_on_has_changed(
    model: str, tmp_path: Path, asked: list[int]
) -> None:
    run = rooms.run(tmp_path)

    def checked(place: str, *, run: Run = run, doubted: bool = False) -> int:
        example = stating("They do.", verdicts=[doubt("modality.flip")] if doubted else [])
        check([example], {"entailment": Entailment(model=place)}, rooms.EDGE_CASES, run)
        return len(asked)

    assert (checked(model), checked(model)) == (1, 1)
    moved = Path(shutil.copytree(model, tmp_path / "moved"))
    assert checked(str(moved)) == 1
    elsewhere: Mapping[str, Section] = {**run.sections, "x": rooms.sections(["Another rule of all."])["FP-07#FP-07 §1"]}
    assert checked(model, run=replace(run, sections=elsewhere)) == 1
    assert checked(model, doubted=True) == 2
    config = moved / "config.json"
    config.write_text(config.read_text().replace('"layer_norm_eps": 1e-12', '"layer_norm_eps": 1e-11'))
    assert checked(str(moved)) == 3


def test_neither_order_nor_company_changes_a_verdict(tmp_path: Path) -> None:
    import torch
    import transformers

    place = encoder(tmp_path / "random")
    torch.manual_seed(3)
    config = transformers.BertConfig.from_pretrained(place)
    transformers.BertForSequenceClassification(config).save_pretrained(place)
    check = Entailment(model=place, batch_size=3)
    examples = [stating("They rest. " * (n % 5 + 1), f"Maybe never {n}.", id=str(n)) for n in range(14)]
    run = rooms.run(tmp_path)
    all_at_once = dict(zip((e.id for e in examples), check.check_many(examples, run), strict=True))
    random.Random(5).shuffle(examples)
    assert [check.check(each, run) for each in examples] == [all_at_once[each.id] for each in examples]
