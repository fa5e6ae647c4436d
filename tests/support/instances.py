"""An instance of a JSON schema, drawn from a seed: what the server's model answers.

Covers what pydantic emits: $ref and $defs (recursive ones too), anyOf, oneOf, allOf, enum, const, bounds, lengths,
formats, tuples, sets and mappings. Patterns are not drawn.
"""

import math
from random import Random

from pydantic import JsonValue

Schema = dict[str, JsonValue]

WORDS = (
    "the valve must be closed before each batch and a second person records the reading in the log within two hours "
    "of the end of a shift unless the supervisor has released the line in writing under section four"
).split()

DEEP = 4
"""Below this depth a union takes its simplest branch and an array its fewest items, so that recursion ends."""

_FORMATS = {
    "date": "2026-{m:02}-{d:02}",
    "date-time": "2026-{m:02}-{d:02}T08:{n:02}:00Z",
    "time": "08:{n:02}:00Z",
    "duration": "PT{n}M",
    "email": "clerk{n}@example.com",
    "uri": "https://example.com/{n}",
    "hostname": "host{n}.example.com",
    "ipv4": "192.0.2.{n}",
    "uuid": "00000000-0000-4000-8000-{n:012}",
}


def instance(schema: Schema, seed: int) -> JsonValue:
    """A value that satisfies the schema; equal seeds give equal values."""
    return _value(schema, schema, Random(seed), 0)


def violation(value: JsonValue) -> JsonValue:
    """The same value with what its schema cannot allow: a field gone and one too many, or no object at all."""
    if isinstance(value, dict) and value:
        return {**{name: value[name] for name in list(value)[1:]}, "unexpected": value[next(iter(value))]}
    return {"unexpected": [value]}


def _value(schema: Schema, root: Schema, rng: Random, depth: int) -> JsonValue:
    if "$ref" in schema:
        return _value(_resolve(str(schema["$ref"]), root), root, rng, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return rng.choice(_list(schema["enum"]))
    for union in ("anyOf", "oneOf"):
        if union in schema:
            branches = [_dict(branch) for branch in _list(schema[union])]
            return _value(_simplest(branches) if depth >= DEEP else rng.choice(branches), root, rng, depth)
    if "allOf" in schema:
        merged = {key: value for part in _list(schema["allOf"]) for key, value in _follow(_dict(part), root).items()}
        return _value({**merged, **{k: v for k, v in schema.items() if k != "allOf"}}, root, rng, depth)
    kind = schema.get("type", "string")
    match rng.choice(kind) if isinstance(kind, list) else kind:
        case "object":
            return _object(schema, root, rng, depth + 1)
        case "array":
            return _array(schema, root, rng, depth + 1)
        case "integer":
            return _integer(schema, rng)
        case "number":
            return _number(schema, rng)
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
    return _string(schema, rng)


def _object(schema: Schema, root: Schema, rng: Random, depth: int) -> JsonValue:
    required = _list(schema.get("required", []))
    drawn = {
        name: _value(_dict(part), root, rng, depth)
        for name, part in _dict(schema.get("properties", {})).items()
        if name in required or depth < DEEP
    }
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and "properties" not in schema:
        count = max(int(_bound(schema, "minProperties", 0)), 0 if depth >= DEEP else 2)
        drawn.update({f"{rng.choice(WORDS)}_{n}": _value(extra, root, rng, depth) for n in range(count)})
    return drawn


def _array(schema: Schema, root: Schema, rng: Random, depth: int) -> JsonValue:
    if "prefixItems" in schema:
        return [_value(_dict(part), root, rng, depth) for part in _list(schema["prefixItems"])]
    fewest = int(_bound(schema, "minItems", 0))
    most = int(_bound(schema, "maxItems", max(fewest, 3)))
    count = fewest if depth >= DEEP else rng.randint(max(fewest, min(1, most)), min(most, fewest + 3))
    items = _dict(schema.get("items", {}))
    drawn: list[JsonValue] = []
    tries = 0
    while len(drawn) < count and tries < 100:
        tries += 1
        item = _value(items, root, rng, depth)
        if not schema.get("uniqueItems") or item not in drawn:
            drawn.append(item)
    return drawn


def _integer(schema: Schema, rng: Random) -> JsonValue:
    step = int(_bound(schema, "multipleOf", 1))
    low, high = _range(schema, -math.inf, math.inf)
    low = low if low > -math.inf else (high - 9 * step if high < math.inf else 0)
    high = high if high < math.inf else low + 9 * step
    first, last = math.ceil(low / step), math.floor(high / step)
    first += "exclusiveMinimum" in schema and first * step == low
    last -= "exclusiveMaximum" in schema and last * step == high
    return rng.randint(first, last) * step


def _number(schema: Schema, rng: Random) -> JsonValue:
    if "multipleOf" in schema:
        return _integer(schema, rng)
    low, high = _range(schema, -math.inf, math.inf)
    low = low if low > -math.inf else (high - 1 if high < math.inf else 0)
    high = high if high < math.inf else low + 1
    return low + (high - low) * rng.uniform(0.1, 0.9)  # strictly inside, which exclusive bounds allow too


def _string(schema: Schema, rng: Random) -> JsonValue:
    form = schema.get("format")
    if isinstance(form, str) and form in _FORMATS:
        return _FORMATS[form].format(m=rng.randint(1, 12), d=rng.randint(1, 28), n=rng.randint(1, 59))
    fewest, most = int(_bound(schema, "minLength", 0)), int(_bound(schema, "maxLength", 10**6))
    start = int(rng.random() * len(WORDS))
    text = " ".join((WORDS + WORDS)[start : start + 6 + int(rng.random() * 9)])
    while len(text) < fewest:
        text += " " + rng.choice(WORDS)
    text = text[:most]
    return text if not text.endswith(" ") else text[:-1] + "."


def _range(schema: Schema, low: float, high: float) -> tuple[float, float]:
    """The bounds of a number, whether they belong to it or not."""
    lows = [_bound(schema, key, low) for key in ("minimum", "exclusiveMinimum")]
    highs = [_bound(schema, key, high) for key in ("maximum", "exclusiveMaximum")]
    return max(lows), min(highs)


def _resolve(ref: str, root: Schema) -> Schema:
    found: JsonValue = root
    for part in ref.removeprefix("#/").split("/"):
        found = _dict(found)[part.replace("~1", "/").replace("~0", "~")]
    return _dict(found)


def _follow(schema: Schema, root: Schema) -> Schema:
    return _resolve(str(schema["$ref"]), root) if "$ref" in schema else schema


def _simplest(branches: list[Schema]) -> Schema:
    plain = ("null", "boolean", "integer", "number", "string")
    return min(branches, key=lambda b: plain.index(str(b.get("type"))) if b.get("type") in plain else len(plain))


def _bound(schema: Schema, key: str, otherwise: float) -> float:
    value = schema.get(key)
    return value if isinstance(value, int | float) else otherwise


def _dict(value: JsonValue) -> Schema:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
