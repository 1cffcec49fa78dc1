"""Scalars of a document. All are text until the fact they belong to says how to read them."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"),
    Field(description="Lower-case letters, digits and underscores, for example deposit_balance."),
]
MOST_LISTED = 1_000
"""Options, classes or tiers in one list: more is no list that staff wrote."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Amount = Annotated[
    str,
    WithJsonSchema({"type": ["string", "number", "boolean"], "examples": ["5000万", "2亿", "35%", "0.3", "AA", "yes"]}),
]
PeriodText = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": "^P[0-9YMWD]+$", "examples": ["P35D", "P3M", "P1Y"]})
]


class Part(BaseModel):
    """A part of a document: nothing but the named fields, and never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(Part):
    """A text in both languages, for bank staff."""

    en: Prose
    zh: Prose


def _both_languages(value: Any) -> Any:
    if isinstance(value, str) and value:
        return {"en": value, "zh": value}
    given = [value[name] for name in Label.model_fields if name in value] if isinstance(value, dict) else []
    return dict.fromkeys(Label.model_fields, given[0]) | value if len(given) == 1 else value


class WrittenLabel(Part):
    """A text in either language or in both; one alone stands for both."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    en: Prose = Field(default_factory=str)
    zh: Prose = Field(default_factory=str)


Title = Annotated[Label, BeforeValidator(_both_languages, json_schema_input_type=WrittenLabel | Prose)]
"""A label; one text alone stands for both languages."""


class Described(Part):
    """What any part may say of itself. `illustrative` marks figures that are ours and not the policy's."""

    label: Title | None = None
    source: Prose | None = None
    note: Title | None = None
    illustrative: bool = False
