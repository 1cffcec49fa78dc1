"""The digest is of what a document says, not of how it is laid out."""

import pytest

from app.rulebooks.check import check, load_sound
from tests.rulebooks.seeded import WEIGHTED, Edit, edited

SAME = {
    "a comment": Edit("facts:\n", "facts: # what rules may read\n"),
    "blank lines": Edit("facts:\n", "\n\nfacts:\n\n"),
    "quotes": Edit("source: a test", 'source: "a test"'),
    "block instead of flow": Edit("title: {en: Small, zh: 小}", "title:\n  en: Small\n  zh: 小"),
    "indentation": Edit("      small: {en: Small, zh: 小}", "         small: {en: Small,   zh: 小}"),
}
OTHER = {
    "a bound": Edit("large: 2亿}", "large: 3亿}"),
    "the writing of an amount": Edit("large: 2亿}", "large: 200000000}"),
    "a label": Edit("gold: {en: Gold", "gold: {en: Golden"),
    "a default written out": Edit("deposits: {type: money", "deposits: {type: money, min: 0"),
    "the order of options": Edit("options: [corporate, retail]", "options: [retail, corporate]"),
    "the order of fields": Edit("{role: manager, at_least: 1,", "{at_least: 1, role: manager,"),
    "an example": Edit("tier: gold, score: 100", "tier: gold"),
}


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_layout_and_comments_do_not_count(edit: Edit) -> None:
    assert check(edited(WEIGHTED, edit)).digest == check(WEIGHTED).digest


@pytest.mark.parametrize("edit", OTHER.values(), ids=OTHER)
def test_whatever_it_says_counts(edit: Edit) -> None:
    report = check(edited(WEIGHTED, edit))

    assert report.problems == ()
    assert report.digest != check(WEIGHTED).digest


def test_a_stored_document_loads_to_the_same_digest_and_decisions() -> None:
    sound = check(WEIGHTED).sound

    assert sound == load_sound(WEIGHTED)
    assert sound is not None
    assert sound.digest.startswith("sha256:")


@pytest.mark.parametrize("text", ["", "a: [", WEIGHTED.replace("score: 70", "score: 85")])
def test_what_was_never_sound_does_not_load(text: str) -> None:
    with pytest.raises(ValueError, match="stored rulebook"):
        load_sound(text)


def test_a_faulty_draft_has_a_digest_too() -> None:
    assert check(WEIGHTED.replace("weight: 70", "weight: 60")).digest.startswith("sha256:")
