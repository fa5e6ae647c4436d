"""What a LoRA on 300 examples makes of the student, in domains, phrasings and a format it never saw."""

import argparse
import json
import re
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

# (things, [(attribute, unit, low, high)], people, [(base, past, ing, object)], event)
Domain = tuple[list[str], list[tuple[str, str, int, int]], list[str], list[tuple[str, str, str, str]], list[str]]
DOMAINS: dict[str, Domain] = {
    "CR": (
        [
            "wire sling",
            "lifting beam",
            "outrigger",
            "mobile crane",
            "shackle",
            "tag line",
            "chain hoist",
            "spreader bar",
        ],
        [
            ("wind speed", "km/h", 20, 70),
            ("rated load", "tonnes", 2, 90),
            ("rest period", "hours", 6, 14),
            ("exclusion radius", "metres", 3, 40),
            ("hook clearance", "cm", 10, 90),
            ("wear", "%", 2, 15),
        ],
        ["rigger", "banksman", "crane operator", "slinger"],
        [
            ("inspect", "inspected", "inspecting", "the sling"),
            ("sign", "signed", "signing", "the lift plan"),
            ("fit", "fitted", "fitting", "a tag line"),
            ("barricade", "barricaded", "barricading", "the swing area"),
            ("radio", "radioed", "radioing", "the banksman"),
            ("stow", "stowed", "stowing", "the boom"),
            ("ride", "rode", "riding", "the hook"),
            ("torque", "torqued", "torquing", "the bolts"),
        ],
        ["a tandem lift", "the daily lift", "a storm", "the boom check"],
    ),
    "NU": (
        [
            "seedling tray",
            "peat block",
            "cold frame",
            "graft union",
            "misting line",
            "potting bench",
            "bulb crate",
            "rootstock bundle",
        ],
        [
            ("soil moisture", "%", 15, 80),
            ("night temperature", "°C", 2, 25),
            ("feed dose", "ml", 5, 900),
            ("hardening time", "days", 3, 30),
            ("row spacing", "cm", 5, 60),
            ("shade period", "weeks", 1, 12),
        ],
        ["grower", "propagator", "nursery hand", "agronomist"],
        [
            ("water", "watered", "watering", "the plugs"),
            ("disinfect", "disinfected", "disinfecting", "the knives"),
            ("prune", "pruned", "pruning", "the rootstock"),
            ("quarantine", "quarantined", "quarantining", "new stock"),
            ("thin", "thinned", "thinning", "the seedlings"),
            ("mulch", "mulched", "mulching", "the beds"),
            ("smoke", "smoked", "smoking", "in the polytunnel"),
            ("aerate", "aerated", "aerating", "the compost"),
        ],
        ["the first frost", "the spring dispatch", "repotting", "grafting"],
    ),
    "PR": (
        [
            "offset plate",
            "ink fountain",
            "paper reel",
            "proof sheet",
            "blanket cylinder",
            "folding unit",
            "toner drum",
            "guillotine",
        ],
        [
            ("ink density", "points", 80, 190),
            ("drying delay", "minutes", 5, 240),
            ("reel weight", "kg", 50, 990),
            ("proof fee", "euros", 10, 400),
            ("register error", "µm", 10, 200),
            ("press speed", "rpm", 100, 950),
        ],
        ["press operator", "prepress clerk", "bindery hand", "finisher"],
        [
            ("proofread", "proofread", "proofreading", "the job ticket"),
            ("degrease", "degreased", "degreasing", "the rollers"),
            ("trim", "trimmed", "trimming", "the signatures"),
            ("calibrate", "calibrated", "calibrating", "the densitometer"),
            ("countersign", "countersigned", "countersigning", "the proof"),
            ("vent", "vented", "venting", "the solvent room"),
            ("override", "overrode", "overriding", "the guard"),
            ("purge", "purged", "purging", "the ink lines"),
        ],
        ["the night run", "a plate change", "make-ready", "the final pass"],
    ),
    "AP": (
        [
            "brood box",
            "queen cage",
            "honey super",
            "swarm trap",
            "pollen patty",
            "nucleus hive",
            "extractor",
            "smoker",
        ],
        [
            ("honey moisture", "%", 12, 22),
            ("mite count", "mites", 2, 40),
            ("syrup dose", "litres", 2, 15),
            ("hive distance", "metres", 2, 95),
            ("treatment time", "days", 4, 50),
            ("wax temperature", "°C", 30, 95),
        ],
        ["beekeeper", "apiarist", "hive warden", "queen breeder"],
        [
            ("weigh", "weighed", "weighing", "the hives"),
            ("requeen", "requeened", "requeening", "the colony"),
            ("scorch", "scorched", "scorching", "the boxes"),
            ("notify", "notified", "notifying", "the bee inspector"),
            ("veil", "veiled", "veiling", "all visitors"),
            ("uncap", "uncapped", "uncapping", "the frames"),
            ("feed", "fed", "feeding", "imported honey"),
            ("strain", "strained", "straining", "the crop"),
        ],
        ["the honey flow", "a hive move", "wintering", "the mite wash"],
    ),
}
OK, BAD = "compliant", "violation"
MISSING, HUMAN, ANSWERED = (
    "insufficient information to determine compliance status",
    "this scenario requires human review",
    "answered",
)
JUDGE = "Judge the case against the excerpt. Quote the rule, cite it, and give a decision."
ASK = "Answer the question from the excerpt. Quote the sentence, cite it, and answer."
SYSTEM = "You judge cases against the site's own rules and cite them."
KINDS = (
    ["numeric"] * 8
    + ["duty"] * 4
    + ["question"] * 3
    + ["rule absent"] * 3
    + ["fact absent"] * 2
    + ["discretion", "conflict"]
)


@dataclass
class Section:
    text: str
    quote: str
    cite: str
    kind: str
    slots: dict[str, Any]


@dataclass
class Item:
    prompt: str
    gold: str
    kind: str
    decision: str
    quote: str
    cite: str


def number(rng: Random, low: int, high: int) -> float:
    return round(rng.uniform(low, high), 1) if rng.random() < 0.15 else rng.randint(low, high)


def shown(value: float, unit: str) -> str:
    text = f"{value:g}"
    return f"{text}{unit}" if unit in ("%", "°C") else f"{text} {unit}"


def document(rng: Random, name: str) -> list[Section]:
    """Twelve sections of one invented document of the domain."""
    things, attributes, people, acts, events = DOMAINS[name]
    style, top = rng.randrange(5), rng.randint(1, 30)
    pairs = [(t, a) for t in things for a in attributes]
    out: list[Section] = []
    for (thing, (attribute, unit, low, high)), i in zip(rng.sample(pairs, 7), range(7), strict=True):
        limit, least = number(rng, low, high), rng.random() < 0.5
        v = shown(limit, unit)
        quote = rng.choice(
            (
                f"For every {thing}, the {attribute} is to be {'at least' if least else 'no more than'} {v}.",
                f"The {attribute} of any {thing} {('may not exceed', 'may not be less than')[least]} {v}.",
                f"A {thing} with a {attribute} {('above', 'below')[least]} {v} is to be taken out of use.",
                f"{rng.choice(people).capitalize()}s shall see to it that the {attribute} of the {thing} "
                f"is {('not over', 'not under')[least]} {v}.",
                f"When a {thing} is in service, its {attribute} must "
                f"{('stay within a maximum of', 'reach a minimum of')[least]} {v}.",
            )
        )
        out.append(
            Section(
                "",
                quote,
                "",
                "numeric",
                {"e": thing, "a": attribute, "u": unit, "v": limit, "least": least, "i": i},
            )
        )
    for base, past, ing, thing in rng.sample(acts, 3):
        who, event, must = rng.choice(people), rng.choice(events), rng.random() < 0.6
        quote = (
            rng.choice(
                (
                    f"{who.capitalize()}s shall {base} {thing} before {event}.",
                    f"Before {event}, the {who} must {base} {thing}.",
                    f"It is the duty of the {who} to {base} {thing} before {event}.",
                )
            )
            if must
            else rng.choice(
                (
                    f"{who.capitalize()}s may not {base} {thing} during {event}.",
                    f"During {event}, no {who} is permitted to {base} {thing}.",
                    f"{ing.capitalize()} {thing} during {event} is prohibited.",
                )
            )
        )
        out.append(
            Section(
                "",
                quote,
                "",
                "duty",
                {"who": who, "base": base, "past": past, "ing": ing, "o": thing, "ev": event, "must": must},
            )
        )
    for thing in rng.sample(things, 2):
        quote = rng.choice(
            (
                f"The {thing} is to be given reasonable protection, as the {rng.choice(people)} judges.",
                f"Use of a worn {thing} is decided case by case.",
                f"An appropriate {thing} should be chosen for each job.",
            )
        )
        out.append(Section("", quote, "", "discretion", {"e": thing}))
    rng.shuffle(out)
    for i, section in enumerate(out, 1):
        section.cite = [
            f"{name}-{top:02d} §{i // 4 + 1}.{i % 4 + 1}",
            f"{top} {name}R 39{i}.{i % 5 + 1}(a)({i})",
            f"MS.{name}.{top}.{i}v1",
            f"{name} Handbook > Part {i}",
            f"T-{1000 + top * 20 + i}",
        ][style]
        extra = rng.choice(
            (
                f"Records are kept by the {rng.choice(people)}.",
                f"It also covers hired {rng.choice(things)}s.",
                "",
                "",
                "",
            )
        )
        section.text = " ".join(filter(None, (section.quote, extra) if rng.random() < 0.6 else (extra, section.quote)))
    return out


def ask(rng: Random, section: Section, kind: str, person: str) -> tuple[str, str, str]:
    """Case text, check (or answer) and decision."""
    s = section.slots
    if kind == "discretion":
        text = rng.choice(
            (
                f"{person} wants to go on with a slightly worn {s['e']}.",
                f"{person} put some cover over the {s['e']}.",
            )
        )
        return f"{text} Is that acceptable?", "the rule leaves this to judgement", HUMAN
    if kind == "duty":
        done = rng.random() < 0.5
        when = f"{'before' if s['must'] else 'during'} {s['ev']}"
        text = (
            rng.choice(
                (
                    f"The {s['who']} {s['past']} {s['o']} {when}.",
                    f"{person}, a {s['who']}, {s['past']} {s['o']} {when}.",
                )
            )
            if done
            else rng.choice(
                (
                    f"The {s['who']} did not {s['base']} {s['o']} {when}.",
                    f"{person}, the {s['who']}, skipped {s['ing']} {s['o']}.",
                    f"{person} went through {s['ev']} without {s['ing']} {s['o']}.",
                )
            )
        )
        need = "required" if s["must"] else "prohibited"
        check = f"{s['ing']} {s['o']} was {'done' if done else 'not done'} and is {need}"
        return f"{text} Is this compliant?", check, OK if done == s["must"] else BAD
    if kind == "fact absent":
        return (
            f"{person} worked with the {s['e']} all morning. Is its {s['a']} compliant?",
            f"the case does not state the {s['a']}",
            MISSING,
        )
    if kind == "question":
        bound = "lowest" if s["least"] else "highest"
        answer = f"The {bound} {s['a']} of the {s['e']} is {shown(s['v'], s['u'])}."
        return f"What is the {bound} {s['a']} for a {s['e']}?", answer, ANSWERED
    gap = max(0.1, s["v"] * rng.choice((0.03, 0.08, 0.3, 0.6)))
    gap = round(gap, 1) if s["v"] != int(s["v"]) else max(1, round(gap))
    x = s["v"] if rng.random() < 0.07 else round(s["v"] + gap * rng.choice((-1, 1)), 1)
    if x <= 0:
        x = s["v"] + gap
    value, limit = shown(x, s["u"]), shown(s["v"], s["u"])
    if kind == "conflict":
        return (
            f"The log of the {s['e']} gives a {s['a']} of {value}, the tag gives {shown(x + gap, s['u'])}. "
            "Is this compliant?",
            "two records disagree",
            HUMAN,
        )
    text = rng.choice(
        (
            f"The {s['e']} showed a {s['a']} of {value}.",
            f"{person} read a {s['a']} of {value} at the {s['e']}.",
            f"During the check the {s['a']} of the {s['e']} came out at {value}.",
            f"{person} took over a {s['e']}. Its {s['a']} is {value}.",
        )
    )
    side = "less than" if x < s["v"] else "more than" if x > s["v"] else "equal to"
    check = f"{value} is {side} the required {'minimum' if s['least'] else 'maximum'} of {limit}"
    return f"{text} Is this compliant?", check, OK if x == s["v"] or (x > s["v"]) == s["least"] else BAD


def item(rng: Random, sections: list[Section]) -> Item:
    kind = rng.choice(KINDS)
    form = {
        "fact absent": "numeric",
        "question": "numeric",
        "conflict": "numeric",
        "rule absent": rng.choice(("numeric", "numeric", "duty")),
    }.get(kind, kind)
    section = rng.choice([s for s in sections if s.kind == form])
    rest = [s for s in sections if s is not section]
    # neighbours that share the thing or the attribute come first: these are the tempting ones
    rest.sort(
        key=lambda s: (
            (not ({s.slots.get("e"), s.slots.get("a")} & {section.slots.get("e", "?"), section.slots.get("a", "?")}))
            + rng.random()
        )
    )
    if form == "numeric" or form == "discretion":
        rest = [
            s
            for s in rest
            if not (s.kind == "discretion" and s.slots["e"] == section.slots.get("e"))
            and (form == "numeric" or s.slots.get("e") != section.slots["e"])
        ]
    excerpt = rest[: rng.randint(1, 4)] + ([] if kind == "rule absent" else [section])
    excerpt = excerpt if len(excerpt) > 1 else rest[:2]
    rng.shuffle(excerpt)
    person = rng.choice(("Anke", "Rolf", "Dina", "Tariq", "Marit", "Jo", "Pavel", "Sunita"))
    text, check, decision = ask(
        rng,
        section,
        "numeric" if kind == "rule absent" and form == "numeric" else form if kind == "rule absent" else kind,
        person,
    )
    lines = [f'Quote: "{section.quote}" [{section.cite}]', f"Check: {check}", f"Decision: {decision}"]
    quote, cite = section.quote, section.cite
    if kind == "rule absent":
        topic = (
            f"the {section.slots['a']} of the {section.slots['e']}"
            if form == "numeric"
            else f"{section.slots['ing']} {section.slots['o']}"
        )
        lines, quote, cite, decision = (
            ["Quote: none", f"Check: no section covers {topic}", f"Decision: {MISSING}"],
            "",
            "",
            MISSING,
        )
    elif kind == "question":
        lines[1] = f"Answer: {check}"
    rows = "\n".join(f"- {s.text} [{s.cite}]" for s in excerpt)
    return Item(
        f"{ASK if kind == 'question' else JUDGE}\n\nExcerpt:\n{rows}\n\n{text}",
        "\n".join(lines),
        kind,
        decision,
        quote,
        cite,
    )


def items(seed: int, n: int) -> list[Item]:
    rng = Random(seed)
    out: list[Item] = []
    while len(out) < n:
        sections = document(rng, rng.choice(list(DOMAINS)))
        out += [item(rng, sections) for _ in range(6)]
    return out[:n]


def messages(it: Item) -> list[dict[str, str]]:
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": it.prompt}]


def tune_bare(model: Any, tokenizer: Any, train: list[Item], args: argparse.Namespace, seed: int) -> Any:
    """The same LoRA in a plain loop that runs the head on the answers alone: a third of trl's time on a CPU."""
    import math

    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    rng = Random(seed)
    lora = LoraConfig(r=args.rank, lora_alpha=args.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
    tuned: Any = get_peft_model(model, lora)
    weights = [w for w in tuned.parameters() if w.requires_grad]
    adam = torch.optim.AdamW(weights, lr=args.rate, weight_decay=0.0)
    rows = []
    for it in train:
        prompt = tokenizer.apply_chat_template(messages(it), tokenize=False, add_generation_prompt=True)
        answer = tokenizer(it.gold + "<|im_end|>", add_special_tokens=False)["input_ids"]
        rows.append((tokenizer(prompt, add_special_tokens=False)["input_ids"], answer))
    order: list[int] = []
    warm = max(1, round(args.warmup * args.steps))
    for step in range(args.steps):
        while len(order) < args.batch:
            order += rng.sample(range(len(rows)), len(rows))
        part, order = order[: args.batch], order[args.batch :]
        length = max(len(rows[i][0]) + len(rows[i][1]) for i in part)
        ids = torch.zeros(len(part), length, dtype=torch.long)
        wanted = torch.zeros(len(part), length, dtype=torch.bool)
        for j, i in enumerate(part):  # padding stands at the right, where a causal model never looks
            prompt, answer = rows[i]
            ids[j, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
            wanted[j, len(prompt) : len(prompt) + len(answer)] = True
        hidden = tuned.base_model.model.model(input_ids=ids).last_hidden_state[:, :-1][wanted[:, 1:]]
        loss = torch.nn.functional.cross_entropy(model.lm_head(hidden), ids[:, 1:][wanted[:, 1:]])
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        done = (step - warm) / max(1, args.steps - warm)
        rate = args.rate * ((step + 1) / warm if step < warm else (1 + math.cos(math.pi * done)) / 2)
        for group in adam.param_groups:
            group["lr"] = rate
        adam.step()
        adam.zero_grad()
    return tuned.merge_and_unload().eval()


def tune(model: Any, tokenizer: Any, train: list[Item], args: argparse.Namespace, seed: int) -> Any:
    """LoRA through trl, as synthforge does it; returns the tuned model."""
    import tempfile

    from datasets import Dataset  # type: ignore[import-untyped]
    from peft import LoraConfig
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    data = Dataset.from_list([{"messages": [*messages(it), {"role": "assistant", "content": it.gold}]} for it in train])
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder,
            use_cpu=True,
            bf16=False,
            max_length=1024,
            assistant_only_loss=True,
            activation_checkpointing=False,
            report_to="none",
            per_device_train_batch_size=args.batch,
            max_steps=args.steps,
            learning_rate=args.rate,
            warmup_steps=args.warmup,
            seed=seed,
            data_seed=seed,
            lr_scheduler_type=args.schedule,
            disable_tqdm=True,
            logging_steps=20,
            save_strategy="no",
            weight_decay=0.0,
            max_grad_norm=1.0,
        )
        lora = LoraConfig(r=args.rank, lora_alpha=args.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
        trainer = SFTTrainer(model=model, args=config, train_dataset=data, processing_class=tokenizer, peft_config=lora)
        trainer.train()
    trained: Any = trainer.model
    return trained.merge_and_unload().eval()


def replies(model: Any, tokenizer: Any, test: list[Item]) -> list[str]:
    import torch

    order = sorted(range(len(test)), key=lambda i: len(test[i].prompt))
    out = [""] * len(test)
    for i in range(0, len(order), 40):
        part = order[i : i + 40]
        texts = [
            tokenizer.apply_chat_template(messages(test[j]), tokenize=False, add_generation_prompt=True) for j in part
        ]
        inputs = tokenizer(
            texts,
            return_tensors="pt",
            padding=True,
            padding_side="left",
            add_special_tokens=False,
            return_token_type_ids=False,
        )
        with torch.inference_mode():
            made = model.generate(**inputs, max_new_tokens=140, do_sample=False)
        for j, row in zip(part, made[:, inputs["input_ids"].shape[1] :], strict=True):
            out[j] = tokenizer.decode(row, skip_special_tokens=True)
    return out


FORMAT = re.compile(
    r'Quote: (?:none|"(?P<quote>.+)" \[(?P<cite>.+)\])\n(?:Check|Answer): .+\nDecision: (?P<decision>.+)'
)


def score(test: list[Item], said: list[str]) -> dict[str, float]:
    tally: dict[str, list[float]] = defaultdict(list)
    called = 0
    for it, text in zip(test, said, strict=True):
        found = FORMAT.fullmatch(text.strip())
        known = found is not None and found["decision"] in (OK, BAD, MISSING, HUMAN, ANSWERED)
        decision = found["decision"] if found else ""
        right = decision == it.decision
        tally["format"].append(known)
        tally["decision"].append(right)
        tally[f"decision/{it.kind}"].append(right)
        tally["all correct"].append(text.strip() == it.gold)
        if it.cite:
            cite, quote = (found["cite"] or "", found["quote"] or "") if found else ("", "")
            tally["citation"].append(cite == it.cite)
            tally["quote"].append(quote == it.quote)
            tally["grounded"].append(bool(quote) and quote in it.prompt)
        if it.decision == MISSING:
            tally["abstention recall"].append(right)
        called += decision == MISSING
    out = {name: 100 * sum(rows) / len(rows) for name, rows in tally.items()}
    right_calls = sum(tally["abstention recall"])
    return out | {"abstention precision": 100 * right_calls / called if called else 0.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--train", type=int, default=300)
    parser.add_argument("--test", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-3)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=int, default=32)
    parser.add_argument("--warmup", type=float, default=0.1)
    parser.add_argument("--schedule", default="cosine")
    parser.add_argument("--loop", choices=("trl", "bare"), default="trl")
    parser.add_argument("--base", action="store_true", help="score the untuned model too")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    test = items(99, args.test)
    runs = []
    for seed in range(args.seeds + (1 if args.base else 0)):
        model = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32)
        begun = time.process_time()
        name = "base" if args.base and seed == args.seeds else f"seed {seed}"
        if name != "base":
            fit = tune if args.loop == "trl" else tune_bare
            model = fit(model, tokenizer, items(1000 + seed, args.train), args, seed)
        tuned = time.process_time()
        said = replies(model, tokenizer, test)
        result = score(test, said)
        print(
            name,
            f"tuning {tuned - begun:.0f} CPU s, answering {time.process_time() - tuned:.0f} CPU s",
            {k: round(v, 1) for k, v in sorted(result.items())},
            flush=True,
        )
        if name != "base":
            runs.append(result)
        for it, text in list(zip(test, said, strict=True))[: args.show]:
            print("=" * 20, it.kind, "\n", it.prompt, "\n--- gold\n", it.gold, "\n--- said\n", text, sep="")
    if runs:
        names = sorted({key for run in runs for key in run})
        table = {
            k: (
                statistics.mean(r.get(k, 0.0) for r in runs),
                statistics.pstdev([r.get(k, 0.0) for r in runs]),
            )
            for k in names
        }
        for key, (mean, spread) in table.items():
            print(f"{key:28s} {mean:5.1f} ± {spread:.1f}")
        if args.json:
            args.json.write_text(json.dumps(table, indent=1) + "\n")


if __name__ == "__main__":
    main()
