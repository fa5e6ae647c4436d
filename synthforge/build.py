"""A plain tree of settings → Recipe, or every reason why not."""

import difflib
import re
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from synthforge.errors import Finding, RecipeError
from synthforge.plugin import Plugin, locate
from synthforge.recipe import Recipe
from synthforge.where import Key, Where

M = TypeVar("M", bound=BaseModel)

HYDRA_ONLY = ("_partial_", "_args_", "_recursive_", "_convert_")
"""Keys of `hydra.utils.instantiate` that a recipe cannot use: a part is its class and its settings."""

MISSING = "???"
UNSET = "must be set: there is no default for it"


def build(tree: Mapping[str, Any], where: Where | None = None, findings: Sequence[Finding] = ()) -> Recipe:
    """The recipe that a plain tree describes.

    Raises:
        RecipeError: with `findings` and every further one, in the order of the recipe's fields.
    """
    builder = Builder(where or Where(), list(findings))
    values = builder.values(Recipe, tree, ())
    recipe = builder.model(Recipe, values, ())
    builder.conflicts(values)
    if recipe is None or builder.findings:
        order = {name: index for index, name in enumerate(Recipe.model_fields)}
        raise RecipeError(sorted(builder.findings, key=lambda f: order.get(f.key.split(".")[0], len(order))))
    return recipe


def slot(annotation: Any) -> tuple[type[Plugin] | None, bool]:
    """The plugin family that a field holds, if any, and whether it holds a set of them by name."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return slot(inner[1])[0], True
    if origin in (Union, types.UnionType):
        return next((family for each in inner if (family := slot(each)[0])), None), False
    if isinstance(annotation, type) and issubclass(annotation, Plugin):
        return annotation, False
    return None, False


class Builder:
    """Builds settings and parts from plain values, and gathers what is wrong with them."""

    def __init__(self, where: Where, findings: list[Finding]) -> None:
        self.where = where
        self.findings = findings
        self.faulty = {tuple(finding.key.split(".")) for finding in findings}

    def fault(self, path: Key, reason: str, place: Key = ()) -> None:
        self.faulty.add(path)
        self.findings.append(Finding(".".join(path), reason, self.where(place or path)))

    def values(self, kind: type[BaseModel], tree: Mapping[str, Any], path: Key) -> dict[str, Any]:
        """The tree with parts and nested settings built, without what is already known to be faulty."""
        result = {}
        for key, value in tree.items():
            field = kind.model_fields.get(key)
            inner = (*path, key)
            if value == MISSING:
                self.faulty.add(inner)
            if inner not in self.faulty:
                result[key] = self.value(field.annotation, value, inner) if field else value
        return result

    def value(self, annotation: Any, value: Any, path: Key) -> Any:
        family, many = slot(annotation)
        if family is None:
            if isinstance(value, dict) and isinstance(annotation, type) and issubclass(annotation, BaseModel):
                return self.values(annotation, value, path)
            return value
        if many and isinstance(value, dict):
            members = {name: member for name, member in value.items() if member is not None}
            return {name: self.part(family, member, (*path, name), True) for name, member in members.items()}
        if value is None or many:
            return value
        return self.part(family, value, path, False)

    def part(self, family: type[Plugin], value: Any, path: Key, member: bool) -> Plugin:
        """The part that `value` describes, or a stand-in for a faulty one."""
        if isinstance(value, Plugin):
            return value
        if not isinstance(value, dict):
            if path not in self.faulty:
                self.fault(path, f"should be a part: _target_ and its settings (got {brief(value)})")
            return stand_in(family)
        target = value.get("_target_") or family.usual
        if not isinstance(target, str) or target in ("", MISSING):
            self.fault(path, unselected(family, path, member))
            return stand_in(family)
        for key in HYDRA_ONLY:
            if key in value:
                reason = f"is not used here: a part is its class and its settings (remove {key})"
                self.fault((*path, key), reason)
        try:
            kind = locate(target, family)
        except LookupError as error:
            self.fault(path, str(error.args[0]), (*path, "_target_"))
            return stand_in(family)
        settings = {key: inner for key, inner in value.items() if key != "_target_" and key not in HYDRA_ONLY}
        return self.model(kind, self.values(kind, settings, path), path) or stand_in(kind)

    def model(self, kind: type[M], values: dict[str, Any], path: Key) -> M | None:
        """The validated model, or None after noting each reason why not."""
        try:
            return kind.model_validate(values, context={"roots": tuple(self.where.roots)})
        except ValidationError as error:
            for each in error.errors(include_url=False):
                loc = (*path, *(str(step) for step in each["loc"] if step != "[key]"))
                empty = kind is Recipe and len(loc) == 1 and each["type"] in ("missing", "too_short")
                spans = not each["loc"] and kind is Recipe  # `conflicts` says it with a key
                if not spans and not any(loc[: len(known)] == known for known in self.faulty):
                    self.fault(loc, self.none_of(loc[0]) if empty else reason(kind, each))
            return None

    def none_of(self, name: str) -> str:
        """Why a recipe cannot do without the part or the set that this field holds."""
        family, many = slot(Recipe.model_fields[name].annotation)
        if family is None or not many:
            return UNSET
        example = ", for example documents: {path: documents/**/*}" if name == "sources" else ""
        options = ", ".join(self.where.options(name))
        return f"at least one {spelled(family)} is needed{example}{options and f' (options: {options})'}"

    def conflicts(self, values: dict[str, Any]) -> None:
        """Checks that span several fields, with stand-ins for those that are faulty by themselves."""
        right: dict[str, Any] = {}
        for name, field in Recipe.model_fields.items():
            if name not in values:
                continue
            annotated: Any = Annotated[field.annotation, field]
            adapter: TypeAdapter[Any] = TypeAdapter(annotated)
            default = field.get_default(call_default_factory=True)
            candidates: list[Any] = [values[name], 1, 0.5, "x", {}, default]
            fitting = (adapter.validate_python(each) for each in candidates if fits(adapter, each))
            right[name] = next(fitting, None)
        for key, reason in Recipe.model_construct(**right).conflicts():
            path = tuple(key.split("."))
            if path not in self.faulty:
                self.fault(path, reason)


def fits(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def stand_in(family: type[Plugin]) -> Plugin:
    """An unvalidated part in place of a faulty one, so that everything around it can still be checked."""
    gaps = {name: lambda self: None for name in getattr(family, "__abstractmethods__", ())}
    if not gaps:
        return family.model_construct()
    kind: type[Plugin] = type(family.__name__, (family,), {"__module__": __name__, **gaps})
    return kind.model_construct()


def spelled(family: type[Plugin]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", family.__name__).lower()


def unselected(family: type[Plugin], path: Key, member: bool) -> str:
    what = spelled(family)
    if member:
        remedy = f"add '{path[-1]}' to the list in defaults"
    elif len(path) == 1:
        remedy = f"choose one in defaults (override /{path[-1]}: NAME)"
    else:
        remedy = f"choose one in defaults (/{path[-1]}@{'.'.join(path)}: NAME)"
    return f"sets up a {what} that is not selected: {remedy}, or give it a _target_"


def reason(kind: type[BaseModel], error: Any) -> str:
    """What pydantic found, in the project's words."""
    loc: tuple[Any, ...] = error["loc"]
    if error["type"] == "extra_forbidden":
        owner = model_at(kind, loc[:-1])
        fields = list(owner.model_fields)
        near = difflib.get_close_matches(str(loc[-1]), fields, n=1, cutoff=0.6)
        hint = f"; did you mean '{near[0]}'?" if near else "."
        takes = ", ".join(fields) or "no settings"
        return f"unknown key{hint} {owner.__name__} takes: {takes}"
    if error["type"] == "missing":
        return UNSET
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    said = lowered(error["msg"].removeprefix("Input ").removeprefix("Value "))
    hint = ""
    if error["type"] == "literal_error":
        near = difflib.get_close_matches(str(error["input"]), re.findall(r"'([^']*)'", said), n=1, cutoff=0.6)
        hint = f"; did you mean '{near[0]}'?" if near else ""
    return f"{said} (got {brief(error['input'])}){hint}"


def model_at(kind: type[BaseModel], loc: Sequence[Any]) -> type[BaseModel]:
    """The settings model that a location of pydantic's leads to."""
    for step in loc:
        field = kind.model_fields.get(str(step))
        inner = [field.annotation, *get_args(field.annotation)] if field else []
        kind = next((each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)), kind)
    return kind


def brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
