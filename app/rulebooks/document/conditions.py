"""Conditions as they are written: comparisons by name, and any, all, not, at_least_of."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from app.rulebooks.document.values import Amount, Part


class TestPart(Part):
    """Comparisons of one value, joined by AND. A bare value means `is`."""

    __test__ = False

    at_least: Amount | None = Field(None, description="This or more.")
    more_than: Amount | None = Field(None, description="More than this.")
    at_most: Amount | None = Field(None, description="This or less.")
    below: Amount | None = Field(None, description="Less than this.")
    is_: Amount | None = Field(None, alias="is", description="Exactly this.")
    in_: list[Amount] | None = Field(None, alias="in", min_length=1, description="One of these.")

    @model_validator(mode="after")
    def _compares(self) -> "TestPart":
        if not self.model_fields_set:
            raise ValueError("a comparison is needed: at_least, more_than, at_most, below, is or in")
        return self


def _bare_value(value: Any) -> Any:
    return {"is": value} if isinstance(value, str) else value


Test = Annotated[TestPart, BeforeValidator(_bare_value, json_schema_input_type=TestPart | Amount)]


class ChecklistPart(Part):
    """At least `count` of the conditions `of` (domain.md E6)."""

    count: int = Field(ge=1)
    of: list["ConditionPart"] = Field(min_length=1)


class ConditionPart(Part):
    """Every line must hold: a name with its test, or any / all / not / at_least_of."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)
    __pydantic_extra__: dict[str, Test]

    any_: list["ConditionPart"] | None = Field(None, alias="any", min_length=1)
    all_: list["ConditionPart"] | None = Field(None, alias="all", min_length=1)
    not_: "ConditionPart | None" = Field(None, alias="not")
    at_least_of: ChecklistPart | None = None

    @property
    def tests(self) -> dict[str, TestPart]:
        """The tests by the name they read."""
        return self.__pydantic_extra__
