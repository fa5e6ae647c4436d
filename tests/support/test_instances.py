"""What the server's model says satisfies the schema that was sent, as the class that the schema came from sees it."""

import json
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tests.support.instances import instance, violation


class Colour(Enum):
    red = "red"
    blue = "blue"


class Claim(BaseModel):
    text: str = Field(min_length=80, max_length=90)
    section: Literal["§ 1", "§ 2"]
    day: date | None = None


class Tree(BaseModel):
    name: str
    children: list["Tree"] = []


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(gt=0, lt=10)


class Dog(BaseModel):
    kind: Literal["dog"]
    weight: float = Field(gt=2.5, le=3)


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    short: str = Field(max_length=3)
    count: int = Field(ge=3, le=3)
    even: int = Field(multiple_of=2, gt=4, lt=8)
    below: int = Field(lt=-5)
    share: Annotated[float, Field(ge=0, lt=0.001)]
    colour: Colour
    fixed: Literal["only"]
    maybe: int | None
    claims: list[Claim] = Field(min_length=2, max_length=4)
    none: list[str] = Field(max_length=0)
    unique: set[Literal["a", "b", "c"]] = Field(min_length=2)
    pair: tuple[int, str]
    table: dict[str, list[int]]
    tree: Tree
    pet: Cat | Dog = Field(discriminator="kind")
    id: UUID
    yes: bool


@pytest.mark.parametrize("model", [Everything, Claim, Tree, Cat, Dog])
def test_an_instance_satisfies_the_class_the_schema_came_from(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    for seed in range(200):
        model.model_validate_json(json.dumps(instance(schema, seed)))


def test_equal_seeds_give_equal_values_and_others_differ() -> None:
    schema = Everything.model_json_schema()
    values = [json.dumps(instance(schema, seed)) for seed in (1, 1, 2)]
    assert values[0] == values[1] != values[2]


def test_an_optional_branch_is_taken_and_left_out() -> None:
    def maybes() -> Iterator[object]:
        for seed in range(30):
            value = instance(TypeAdapter(int | None).json_schema(), seed)
            yield value is None

    assert set(maybes()) == {True, False}


@pytest.mark.parametrize("model", [Everything, Claim, Tree])
def test_a_violation_is_seen(model: type[BaseModel]) -> None:
    for seed in range(20):
        with pytest.raises(ValidationError):
            model.model_validate(violation(instance(model.model_json_schema(), seed)))
