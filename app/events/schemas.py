"""Shapes of the feed."""

from typing import Any

from pydantic import Field

from app.events.shapes import CloudEvent
from app.http.types import Wire


class FeedEvent(Wire):
    """An event and its place in the feed."""

    sequence: int | None = Field(description="Its place, without gaps; null for the moment until it has one.")
    event: CloudEvent


class FeedPage(Wire):
    """Events after a place in the feed."""

    items: list[FeedEvent]
    next_after: int = Field(description="Read on `after` this; nothing that the key may see is missed.")
    has_more: bool = Field(description="Whether more places are given already; else ask again later.")


class EventTypeDetail(Wire):
    """A type of event."""

    type: str
    description: str
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema of the whole event.")
    data_schema: dict[str, Any] = Field(description="JSON Schema of its `data`, which `dataschema` names.")


class EventTypeList(Wire):
    """The catalogue; types are added, never changed in meaning."""

    items: list[EventTypeDetail]
