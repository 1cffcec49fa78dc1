"""A rulebook explained to people: what each part says, and where the policy says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.rulebooks.check import SoundRulebook
from app.rulebooks.document import RulebookDocument
from app.rulebooks.document.recognition import ExitProcessPart
from app.rulebooks.document.scorecards import ScorecardPart
from app.rulebooks.document.tiers import TiersPart, TriggerPart
from app.rulebooks.document.values import Described, Label
from app.rulebooks.wording.coverage import coverage_terms
from app.rulebooks.wording.parts import PartWording
from app.rulebooks.wording.recognition import RecognitionWording
from app.rulebooks.wording.text import Both


@dataclass(frozen=True, slots=True)
class Explanation:
    """One part of a rulebook in words.

    `part` is its place in the document, as `scorecard.financial.annual_revenue`. `source` and `illustrative` are its
    own or, where it says nothing, those of what encloses it; `illustrative` marks figures that are not the policy's.
    """

    part: str
    label: Label | None
    says: Label
    source: str
    note: Label | None
    illustrative: bool


def explain(sound: SoundRulebook) -> list[Explanation]:
    """Every part of a sound rulebook, in the order in which it decides."""
    return list(_Explainer(sound.document).parts())


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a part inherits from those that enclose it."""

    source: str
    illustrative: bool = False

    def within(self, part: Described) -> "_Origin":
        return _Origin(part.source or self.source, part.illustrative or self.illustrative)


class _Explainer:
    def __init__(self, document: RulebookDocument) -> None:
        self.document = document
        self.words = PartWording(document)
        self.recognition = RecognitionWording(self.words.words)
        self.top = _Origin(document.source)

    def parts(self) -> Iterator[Explanation]:
        """Facts, classes, score, tiers, and what follows from them."""
        document = self.document
        if document.applies_to is not None:
            yield self._bare("applies_to", self.words.applies(document.applies_to), self.top)
        for name, fact in document.facts.items():
            yield self._part(f"facts.{name}", fact, self.words.fact(fact), self.top)
        for name, each in document.classifications.items():
            yield self._part(f"classifications.{name}", each, self.words.classification(name, each), self.top)
        if document.scorecard:
            yield from self._scorecard(document.scorecard)
        if document.tiers:
            yield from self._tiers(document.tiers)
        if part := document.recognition:
            yield self._part("recognition", part, self.recognition.recognition(part), self.top)
        yield from self._consequences()

    def _scorecard(self, card: ScorecardPart) -> Iterator[Explanation]:
        yield self._part("scorecard", card, self.words.scorecard(card), self.top)
        of_card = self.top.within(card)
        for name, dimension in card.dimensions.items():
            yield self._part(f"scorecard.{name}", dimension, self.words.dimension(card, dimension), of_card)
            of_dimension = of_card.within(dimension)
            for each, line in dimension.indicators.items():
                says = self.words.indicator(each, line, name)
                yield self._part(f"scorecard.{name}.{each}", line, says, of_dimension)
        for at, profile in enumerate(card.weights):
            part = f"scorecard.weights.{profile.name or ('otherwise' if profile.otherwise else at + 1)}"
            yield self._bare(part, self.words.profile(profile), of_card)

    def _tiers(self, tiers: TiersPart) -> Iterator[Explanation]:
        of_tiers = self.top.within(tiers)
        yield self._part("tiers", tiers, self.words.tiers(tiers), self.top)
        for name, rule in tiers.rules.by_tier.items():
            yield self._part(f"tiers.{name}", rule, self.words.tier_rule(rule), of_tiers)
        for ceiling in tiers.ceilings:
            yield self._part(f"tiers.ceilings.{ceiling.reason}", ceiling, self.words.ceiling(ceiling), of_tiers)
        if tiers.movement:
            yield self._bare("tiers.movement", self.words.movement(tiers.movement), of_tiers)

    def _consequences(self) -> Iterator[Explanation]:
        document = self.document
        if coverage := document.coverage:
            of_coverage = self.top.within(coverage)
            yield self._part("coverage", coverage, coverage_terms(coverage), self.top)
            for at, each in enumerate(coverage.obligations, 1):
                says = self.words.obligation(each, coverage)
                yield self._part(f"coverage.obligations.{at}", each, says, of_coverage)
        if document.reviews:
            yield self._part("reviews", document.reviews, self.words.reviews(document.reviews), self.top)
        yield from self._triggers("warnings", document.warnings)
        yield from self._triggers("exits", document.exits)
        if document.exit_process:
            yield from self._exit_process(document.exit_process)
        for model in document.selection:
            yield self._part(f"selection.{model.name}", model, self.words.selection(model), self.top)

    def _exit_process(self, process: ExitProcessPart) -> Iterator[Explanation]:
        yield self._part("exit_process", process, self.recognition.exit_process(process), self.top)
        of_process = self.top.within(process)
        for at, each in enumerate(process.steps):
            says = self.recognition.exit_step(each, first=at == 0)
            yield self._part(f"exit_process.{each.step}", each, says, of_process)

    def _triggers(self, section: str, parts: list[TriggerPart]) -> Iterator[Explanation]:
        for each in parts:
            yield self._part(f"{section}.{each.reason}", each, self.words.trigger(section, each), self.top)

    @staticmethod
    def _part(place: str, part: Described, says: Both, enclosing: _Origin) -> Explanation:
        origin = enclosing.within(part)
        return Explanation(place, part.label, says.label(), origin.source, part.note, origin.illustrative)

    @staticmethod
    def _bare(place: str, says: Both, origin: _Origin) -> Explanation:
        return Explanation(place, None, says.label(), origin.source, None, origin.illustrative)
