"""What every shipped rulebook owes its readers: no problem, both languages, a source, honest marks."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from app.kernel.columns.decide import decide_columns
from app.kernel.quantity import SCORE, parse
from app.rulebooks.check import SoundRulebook, check
from app.rulebooks.document.values import Described, Label

Shipped = Callable[[str], SoundRulebook]

NAMES = (
    "cooperation-plan",
    "corporate-classes",
    "enterprise-size",
    "national-size",
    "retail-tiers",
    "staff-appraisal",
    "strategic-clients",
    "value-classes",
)
OURS = {"cooperation-plan", "strategic-clients", "value-classes"}
"""Rulebooks with figures that are ours and not the policy's."""

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def parts_of(sound: SoundRulebook) -> Iterator[tuple[str, Described]]:
    """Every part of a document that staff read by its label."""
    book = sound.document
    yield from book.facts.items()
    yield from book.classifications.items()
    for name, dimension in book.scorecard.dimensions.items() if book.scorecard else ():
        yield name, dimension
        yield from dimension.indicators.items()
    if book.tiers:
        yield "tiers", book.tiers
        yield from book.tiers.rules.by_tier.items()
        yield from ((each.reason, each) for each in book.tiers.ceilings)
    if book.recognition:
        yield "recognition", book.recognition
    if book.exit_process:
        yield "exit_process", book.exit_process
        yield from ((each.name, each) for each in book.exit_process.steps)
    if book.coverage:
        yield "coverage", book.coverage
        yield from ((each.role, each) for each in book.coverage.obligations)
    yield from ((name, part) for name, part in (("scorecard", book.scorecard), ("reviews", book.reviews)) if part)
    yield from ((each.reason, each) for each in (*book.warnings, *book.exits))
    yield from ((each.name, each) for each in book.selection)


def texts_of(sound: SoundRulebook) -> Iterator[tuple[str, Label | None]]:
    """Every text of a document that comes in both languages."""
    book = sound.document
    yield "title", book.title
    yield from (("notes", note) for note in book.notes)
    yield from book.roles.items()
    for classification in book.classifications.values():
        yield from ((each, classification.labels.get(each)) for each in classification.order)
    if book.tiers:
        yield from ((each, book.tiers.labels.get(each)) for each in book.tiers.order)
    for name, part in parts_of(sound):
        yield name, part.label
        yield from ((name, part.note),) if part.note else ()


def test_these_rulebooks_are_shipped(library: Path) -> None:
    assert sorted(path.stem for path in library.glob("*.yaml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_checker_finds_no_problem(library: Path, name: str) -> None:
    report = check((library / f"{name}.yaml").read_text(encoding="utf-8"))
    assert [str(problem) for problem in report.problems] == []
    assert report.sound
    assert report.sound.document.rulebook == name


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_in_both_languages(shipped: Shipped, name: str) -> None:
    found = list(texts_of(shipped(name)))
    assert [where for where, text in found if text is None] == []
    assert [where for where, text in found if text and not CHINESE.search(text.zh)] == []
    assert [where for where, text in found if text and (not text.en or text.en == text.zh)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_rulebook_names_its_source_and_says_how_it_reads_it(shipped: Shipped, name: str) -> None:
    document = shipped(name).document
    assert CHINESE.search(document.source)
    assert document.notes
    assert document.effective_from == (date(2017, 12, 28) if name == "national-size" else None)


@pytest.mark.parametrize("name", NAMES)
def test_roles_that_are_named_have_labels(shipped: Shipped, name: str) -> None:
    document = shipped(name).document
    owed = {each.role for each in document.coverage.obligations} if document.coverage else set()
    told = {role for step in document.reviews.overdue_after for role in step.values()} if document.reviews else set()
    leading = {each.role for each in document.exit_process.steps} if document.exit_process else set()
    assert owed | told | leading == document.roles.keys()


@pytest.mark.parametrize("name", NAMES)
def test_figures_of_ours_are_marked(shipped: Shipped, name: str) -> None:
    sound = shipped(name)
    marked = {where for where, part in parts_of(sound) if part.illustrative}
    assert (sound.document.illustrative is not None) == (name in OURS)
    assert bool(marked) == (name in OURS)


def test_every_figure_of_strategic_clients_is_marked(shipped: Shipped) -> None:
    sound = shipped("strategic-clients")
    card, tiers = sound.rulebook.scorecard, sound.rulebook.tiers
    assert card
    assert tiers
    assert tiers.illustrative
    assert all(line.illustrative for dimension in card.dimensions for line in dimension.indicators)
    # facts hold no figures, the cadence and the concentration models are the policy's, and a misfit is a finding
    policy = sound.document.facts.keys() | {"reviews", "five_percent", "twenty_eighty", "no_strategic_fit"}
    assert [where for where, part in parts_of(sound) if not part.illustrative and where not in policy] == []


def test_the_policys_own_standard_of_cooperation_is_not_marked(shipped: Shipped) -> None:
    marks = {each.name: each.illustrative for each in shipped("cooperation-plan").rulebook.classifications}
    assert marks == {"strategic_standard": False, "plan_class": True, "managed_by": False}
    assert [each.illustrative for each in shipped("value-classes").rulebook.classifications] == [True]


@pytest.mark.parametrize("name", NAMES)
def test_the_columns_decide_the_examples_too(shipped: Shipped, name: str) -> None:
    sound = shipped(name)
    book, examples = sound.rulebook, sound.document.examples
    facts: dict[str, list[int | None]] = {
        f"fact__{fact.name}": [
            fact.encode(each.given[fact.name]) if fact.name in each.given else None for each in examples
        ]
        for fact in book.facts.values()
    }
    tiers = book.tiers.labels if book.tiers else ()
    standing = {"standing__tier": [tiers.index(each.standing.tier) if each.standing else None for each in examples]}
    frame = pl.LazyFrame(facts | standing, schema_overrides=dict.fromkeys(facts | standing, pl.Int64))
    rows = decide_columns(book, nw.from_native(frame)).collect().rows(named=True)
    for example, row in zip(examples, rows, strict=True):
        expected = expected_columns(example.expect)
        assert {column: row[column] for column in expected} == expected, example


def expected_columns(expect: Any) -> dict[str, object]:
    """What an example expects, as columns say it."""
    found: dict[str, object] = {f"class__{name}": label for name, label in expect.classes.items()}
    found |= {} if expect.tier is None else {"tier": expect.tier}
    found |= {} if expect.score is None else {"score": parse(expect.score, SCORE)}
    found |= {} if expect.complete is None else {"complete": expect.complete}
    found |= {"refused": True} if expect.refused else {}
    return found | {"applies": expect.applies is not False}
