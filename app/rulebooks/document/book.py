"""The whole document."""

from typing import Any

from pydantic import Field

from app.http.types import Day
from app.rulebooks.document.classifications import ClassificationPart
from app.rulebooks.document.conditions import ConditionPart
from app.rulebooks.document.coverage import CoveragePart, ExamplePart, SelectionPart
from app.rulebooks.document.facts import FactPart
from app.rulebooks.document.recognition import ExitProcessPart, RecognitionPart
from app.rulebooks.document.scorecards import ScorecardPart
from app.rulebooks.document.tiers import ReviewsPart, TiersPart, TriggerPart
from app.rulebooks.document.values import Name, Part, Prose, Slug, Title


class RulebookDocument(Part):
    """A policy as data: facts in; classes, score, tier, obligations and review cadence out."""

    rulebook: Slug = Field(description="Its name, for example corporate-classes.")
    title: Title
    source: Prose = Field(description="The policy, and where in it.")
    effective_from: Day | None = Field(
        None, description="The day from which it governs, unless publication says otherwise."
    )
    notes: list[Title] = Field(
        default_factory=list, description="Where the policy is silent or contradicts itself, and our reading."
    )
    illustrative: Title | None = Field(None, description="Says which figures are ours and not the policy's.")
    applies_to: ConditionPart | None = None
    facts: dict[Name, FactPart] = Field(min_length=1)
    roles: dict[Name, Title] = Field(default_factory=dict, description="Labels of the roles that obligations name.")
    classifications: dict[Name, ClassificationPart] = Field(default_factory=dict)
    scorecard: ScorecardPart | None = None
    tiers: TiersPart | None = None
    recognition: RecognitionPart | None = None
    coverage: CoveragePart | None = None
    reviews: ReviewsPart | None = None
    warnings: list[TriggerPart] = Field(default_factory=list)
    exits: list[TriggerPart] = Field(default_factory=list)
    exit_process: ExitProcessPart | None = None
    selection: list[SelectionPart] = Field(default_factory=list)
    examples: list[ExamplePart] = Field(default_factory=list)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a rulebook document, for editors and for generated forms."""
    schema = RulebookDocument.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Tierbook rulebook"}
