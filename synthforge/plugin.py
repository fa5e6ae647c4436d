"""The plugin convention: a part is a frozen pydantic model whose fields are its YAML keys.

A part derives from its family's base and implements one verb. It holds no clients and no state; what it may
touch is the `Run` it is handed. There is no registry: `_target_` is an import path, `locate` the one way in.
"""

import difflib
import hashlib
import importlib
import inspect
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

Cost = Literal["free", "cheap", "model", "money"]
COSTS: tuple[Cost, ...] = ("free", "cheap", "model", "money")


class Plugin(BaseModel):
    """Base of every part. `cost` orders the parts of a set, since YAML order carries no meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cost: ClassVar[Cost] = "free"

    usual: ClassVar[str] = ""
    """Import path of the class meant where `_target_` is left out; families without one insist on it."""

    @property
    def whole(self) -> bool:
        """False for the stand-in of a part that is faulty, and so not to be asked anything."""
        return all(name in self.__dict__ for name in type(self).model_fields)

    def identity(self) -> dict[str, Any]:
        """For stage keys: class, settings and, outside this package, the source of its module."""
        kind = type(self)
        identity = {"_target_": f"{kind.__module__}.{kind.__qualname__}", **self.model_dump(mode="json")}
        if not kind.__module__.startswith("synthforge."):
            source = inspect.getsource(inspect.getmodule(kind) or kind)
            identity["_code_"] = hashlib.sha256(source.encode()).hexdigest()
        return identity


P = TypeVar("P", bound=Plugin)


def in_order(parts: dict[str, P]) -> list[tuple[str, P]]:
    """The members of a set, cheapest first, then by name."""
    return sorted(parts.items(), key=lambda item: (COSTS.index(item[1].cost), item[0]))


def locate(target: str, family: type[P]) -> type[P]:
    """Import the class that `_target_` names and check that it is a concrete `family`; nothing is called.

    Raises:
        LookupError: with what was tried, what the module offers, and the nearest name.
    """
    module_name, _, name = target.rpartition(".")
    if not module_name or not all(part.isidentifier() for part in target.split(".")):
        raise LookupError(f"'{target}' is not an import path; write package.module.Class")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(error.name + ".")):
            raise LookupError(f"no module named '{error.name}' (in _target_ '{target}')") from error
        needed = f"'{module_name}' needs the package '{error.name}', which is not installed"
        raise LookupError(needed) from error
    except (ImportError, SyntaxError) as error:
        raise LookupError(f"'{module_name}' cannot be imported: {error}") from error
    found = getattr(module, name, None)
    if inspect.isclass(found) and issubclass(found, family):
        if gaps := sorted(getattr(found, "__abstractmethods__", ())):
            raise LookupError(f"'{target}' is not finished: it lacks {', '.join(gaps)}")
        return found
    offers = [
        n for n, c in vars(module).items()
        if inspect.isclass(c) and issubclass(c, family) and not inspect.isabstract(c)
    ]  # fmt: skip
    near = difflib.get_close_matches(name, offers, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ""
    listing = f" ({module_name} offers: {', '.join(sorted(offers))})" if offers else ""
    verb = "does not exist" if found is None else f"is not a {family.__name__}"
    raise LookupError(f"'{target}' {verb}{hint}{listing}")
