"""Classifications as they are written: one of bands, best_of, worst_of, options, choose, matrix, is."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.values import MOST_LISTED, Amount, Described, Name, Part, Title


class MatrixPart(Part):
    """A class for each row and column; rows and columns are options or classes."""

    rows: Name
    columns: Name
    cells: dict[Amount, dict[Amount, Name]] = Field(min_length=1)


Outcome = Annotated[
    "RulePart",
    BeforeValidator(lambda value: _class_alone(value), json_schema_input_type="RulePart | Name"),  # noqa: PLW0108  defined below
]
"""A rule, or the class alone."""


class BranchPart(Part):
    """`when … then …`, or `otherwise …` as the last branch."""

    when: ConditionPart | None = None
    then: Outcome | None = None
    otherwise: Outcome | None = None


class RulePart(Part):
    """Exactly one construct. Bands map a class to its inclusive lower bound; options map an option to its class."""

    bands: dict[Name, dict[Amount, Amount]] | None = Field(None, min_length=1, max_length=1)
    best_of: dict[Name, dict[Amount, Amount]] | None = Field(None, min_length=1)
    worst_of: dict[Name, dict[Amount, Amount]] | None = Field(None, min_length=1)
    options: dict[Name, dict[Amount, Amount]] | None = Field(None, min_length=1, max_length=1)
    choose: list[BranchPart] | None = Field(None, min_length=1)
    matrix: MatrixPart | None = None
    is_: Name | None = Field(None, alias="is", description="Always this class.")


class ClassificationPart(RulePart, Described):
    """A label for every client; `order` runs from worst to best."""

    order: list[Name] = Field(min_length=1, max_length=MOST_LISTED)
    labels: dict[Name, Title] = Field(default_factory=dict)


def _class_alone(value: Any) -> Any:
    return {"is": value} if isinstance(value, str) else value


BranchPart.model_rebuild()
