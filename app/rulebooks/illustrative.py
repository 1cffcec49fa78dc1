"""Which parts of a document have figures that are ours and not the policy's."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.values import Described

_UNNAMED: Final = frozenset({"dimensions", "indicators", "by_tier"})
"""Steps that a place leaves out: `scorecard.financial.annual_revenue`."""


def illustrative_parts(document: RulebookDocument) -> Iterator[str]:
    """The places of the parts that are marked; `rulebook` where the document as a whole says so."""
    if document.illustrative:
        yield "rulebook"
    yield from _marked(document, ())


def _marked(value: Any, place: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, Described) and value.illustrative:
        yield ".".join(place)
    for name, part in _parts(value):
        yield from _marked(part, place if name in _UNNAMED else (*place, name))


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """What a value holds; what stands in a list is named by its reason or name, else numbered from 1."""
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value, 1):
            yield getattr(part, "reason", None) or getattr(part, "name", None) or str(number), part
