"""The shape of every event: the envelope with its data, as models and as JSON Schemas that are published."""

import inspect
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.events.catalogue import TYPES, Data
from app.events.envelope import PREFIX, SOURCE, schema_name
from app.http.types import Moment

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class CloudEvent(BaseModel):
    """Something that happened, as CloudEvents 1.0 has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    specversion: Literal["1.0"]
    id: str = Field(
        pattern=f"^{PREFIX}[0-9a-f]{{32}}$", description="Follows from what happened: told twice, it is the same."
    )
    source: Literal["/tierbook"]
    type: str
    subject: str | None = Field(default=None, description="The client that it is about.")
    time: Moment = Field(description="The moment that it is about.")
    recordedtime: Moment = Field(description="When it was told; later, where nothing ran at its moment.")
    datacontenttype: Literal["application/json"]
    dataschema: str = Field(description="The `$id` of the JSON Schema of `data`.")
    unit: str | None = Field(default=None, description="The unit whose matter it is; left out for the whole bank's.")
    data: dict[str, Any]


def _envelope(kind: type[Data]) -> type[CloudEvent]:
    fields: dict[str, Any] = {
        "type": (Literal[kind.type], ...),
        "dataschema": (Literal[schema_name(kind.type)], ...),
        "data": (kind, ...),
    }
    return create_model(f"{kind.__name__}Event", __base__=CloudEvent, __doc__=meaning(kind), **fields)


def meaning(kind: type[Data]) -> str:
    """What an event of the type says, in a sentence."""
    return inspect.cleandoc(kind.__doc__ or "")


ENVELOPES: Final[Mapping[str, type[CloudEvent]]] = {name: _envelope(kind) for name, kind in TYPES.items()}
"""The whole event of each type."""

assert SOURCE == "/tierbook"  # noqa: S101  a Literal takes no constant


def event_schema(type_name: str) -> dict[str, Any]:
    """The JSON Schema of the whole event."""
    return {"$schema": DIALECT, **ENVELOPES[type_name].model_json_schema(mode="serialization")}


def data_schema(type_name: str) -> dict[str, Any]:
    """The JSON Schema of its data, whose `$id` is its `dataschema`."""
    own = {"$schema": DIALECT, "$id": schema_name(type_name)}
    return own | TYPES[type_name].model_json_schema(mode="serialization")
