"""The shipped rulebooks, decided by the kernel alone: no database, no HTTP."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import app.rulebooks
from app.kernel.decision import Decision, NotApplicable, Refusal, Standing
from app.kernel.quantity import SCORE, render
from app.kernel.score import Scorer
from app.kernel.tier import Bound, Ceiling, StayWarning
from app.rulebooks.check import SoundRulebook, load_sound

LIBRARY = Path(app.rulebooks.__file__).parent / "library"


@pytest.fixture(scope="session")
def library() -> Path:
    return LIBRARY


@cache
def _sound(name: str) -> SoundRulebook:
    return load_sound((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def shipped() -> Callable[[str], SoundRulebook]:
    """A shipped rulebook by name."""
    return _sound


@pytest.fixture(scope="session")
def decide() -> Callable[..., dict[str, Any]]:
    """Decides facts, as a caller writes them, by a shipped rulebook; the outcome in plain words."""

    def decided(name: str, facts: Mapping[str, Any], standing: str | None = None) -> dict[str, Any]:
        book = _sound(name).rulebook
        tiers = book.tiers.labels if book.tiers else ()
        encoded = {fact: book.facts[fact].encode(value) for fact, value in facts.items()}
        outcome = Scorer(book).decide(encoded, Standing(tiers.index(standing)) if standing else None)
        if isinstance(outcome, NotApplicable):
            return {"applies": False}
        if isinstance(outcome, Refusal):
            return {"applies": True, "refused": set(outcome.missing)}
        return {"applies": True, "refused": set(), **_in_words(outcome, tiers, _sound(name))}

    return decided


def _in_words(outcome: Decision, tiers: tuple[str, ...], sound: SoundRulebook) -> dict[str, Any]:
    labels = {each.name: each.labels for each in sound.rulebook.classifications}
    return {
        **{each.name: labels[each.name][each.rank] for each in outcome.classifications},
        "tier": tiers[outcome.tier.rank] if outcome.tier else None,
        "score": render(outcome.score.total, SCORE) if outcome.score else None,
        "dimensions": {each.dimension.name: render(each.score, SCORE) for each in outcome.score.dimensions}
        if outcome.score
        else {},
        "ceilings": [each.reason for each in outcome.tier.ceilings] if outcome.tier else [],
        "obligations": {(each.role, each.per): each.at_least for each in outcome.obligations},
        "review": str(outcome.review) if outcome.review else None,
        "stay_warnings": {_threat(each): each.reason for each in outcome.stay_warnings},
        "warnings": [each.reason for each in outcome.warnings],
        "exits": [each.reason for each in outcome.exits],
        "missing": {each.name for each in outcome.missing},
        "complete": outcome.complete,
    }


def _threat(warning: StayWarning) -> str | None:
    """What threatens the standing tier: a measure, or the reason of a ceiling."""
    cause = warning.cause
    return cause.measure if isinstance(cause, Bound) else cause.reason if isinstance(cause, Ceiling) else None
