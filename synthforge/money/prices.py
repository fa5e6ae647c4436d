"""What tokens cost: a dated table of list prices by model, from which forecasts, the budget and the ledger are made."""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from synthforge.records import Usage

MILLION = 1_000_000

_DATE = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Long(Settings):
    """What a long prompt does to the price of every token of its request, those of the reply too."""

    above: int = Field(ge=1)
    """Tokens of the prompt, cached ones included, up to which nothing changes."""
    input: float = Field(gt=0)
    """Factor on `input`, `cache_read` and `cache_write`."""
    output: float = Field(gt=0)
    """Factor on `output`."""


class Price(Settings):
    """What one model's tokens cost, in US dollars per million."""

    input: float = Field(ge=0)
    """Tokens of the prompt that the provider's cache has no part in."""
    output: float = Field(ge=0)
    """Tokens of the reply; providers count the model's thinking among them."""
    cache_read: float | None = Field(default=None, ge=0)
    """Tokens of the prompt that were read from the provider's cache; null: as `input`."""
    cache_write: float | None = Field(default=None, ge=0)
    """Tokens of the prompt that were written to the provider's cache; null: as `input`."""
    batch: float = Field(default=0.5, gt=0, le=1)
    """Factor on all of it for the provider's batch interface; 1 where that gives no discount."""
    long: Long | None = None
    """Where a long prompt makes the whole request dearer; null: nowhere."""

    def cost(self, usage: Usage, batch: bool = False) -> float:
        """US dollars for the tokens of one request; a sum over several would pass for one with a long prompt."""
        read = self.input if self.cache_read is None else self.cache_read
        write = self.input if self.cache_write is None else self.cache_write
        plain = usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens
        prompt = plain * self.input + usage.cache_read_tokens * read + usage.cache_write_tokens * write
        reply = usage.output_tokens * self.output
        if self.long is not None and usage.input_tokens > self.long.above:
            prompt, reply = prompt * self.long.input, reply * self.long.output
        return (prompt + reply) / MILLION * (self.batch if batch else 1.0)


class Prices(Settings):
    """A price table: what it says, as of when, and who said so."""

    as_of: date
    """The day for which all of it was found to hold; what was read later is no older."""
    source: str
    """Where the prices are published."""
    models: dict[str, Price] = {}
    """By the model's name, as it is said to the provider."""

    def of(self, model: str) -> Price | None:
        """The price of a model, also when its name bears a provider before it or a date behind it; None: unknown."""
        return next((self.models[name] for name in _names(model) if name in self.models), None)


def _names(model: str) -> Iterator[str]:
    """`anthropic/claude-x-20260101` as it is, then without provider, without date, and without both."""
    for name in (model, _DATE.sub("", model)):
        yield name
        yield name.rpartition("/")[2]
