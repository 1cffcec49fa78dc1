# ruff: noqa: RUF001  one case, one line; full-width signs are what this is about
"""What a keyboard writes amiss is told as such, all at once; Chinese prose never is."""

import pytest

from app.rulebooks.check import check
from app.rulebooks.mistyped import Typed
from app.rulebooks.problem import Code
from app.rulebooks.shipped import shipped_texts
from tests.rulebooks.seeded import WEIGHTED, Edit, edited, place_of

PROSE = """\
title: {en: Classes， VIP：A, zh: 存款，余额：Ａ级}
source: 办法，第２条 and A，B：２０％
  continued，x：２０
notes:
  - 写 satisfied_by：each，否则 ２０％
  - {en: a，b, zh: a：b}
roles:
  manager: VP，A：２０％
labels:
  small: A，B
facts:
  a: {type: money, label: {en: A，B ２０％, zh: a：b}, note: "x：y，z: ２０％"} # ２０％，a：b
  b: {type: choice, options: ["１，２", 'a：b', １级, 大型、中型, a:b, {c: [d:e, f:g]}, h:i]}
  c:
    note: |
      a：b，２０％
    label:
      zh: ５０％
"""


def test_prose_comments_and_quoted_texts_are_never_taken_for_slips() -> None:
    assert Typed(PROSE).slips == []


@pytest.mark.parametrize("text", list(shipped_texts()))
def test_nothing_in_a_shipped_rulebook_is_taken_for_a_slip(text: str) -> None:
    assert Typed(text).slips == []


SEEDS = [
    (Edit("facts:\n", "facts：\n"), "⟦facts："),
    (Edit("{type: ratio, min: -100%", "{type：ratio，min: －100％"), "⟦type：ratio，min: －100％"),
    (Edit("deposits: {small: 0, large: 2亿}", "deposits: {small:0，large：２亿}"), "⟦small:0，large：２亿"),
    (Edit("weight: 70", "weight： ７０"), "⟦weight： ７０"),
    (Edit("clients: 5%", "clients: 5％"), "⟦5％"),
]


def test_slips_are_told_all_at_once_though_the_text_is_no_yaml() -> None:
    text = edited(WEIGHTED, *(edit for edit, _ in SEEDS))

    problems = check(text).problems

    places = {(each.line, each.column) for each in problems}
    assert {each.code for each in problems} == {Code.MISTYPED}
    assert {place_of(text, mark) for _, mark in SEEDS} <= places
    assert len(problems) == 11


def test_other_faults_stand_beside_slips_at_their_places_in_the_text_as_typed() -> None:
    text = edited(WEIGHTED, Edit("deposits: {small: 0, large: 2亿}", "deposits: {small:0，large： 2 Yi}"))

    problems = check(text).problems

    assert [each.code for each in problems] == [Code.MISTYPED] * 3 + [Code.AMOUNT_INVALID]
    assert (problems[-1].line, problems[-1].column) == place_of(text, "⟦2 Yi")


def test_where_the_indentation_was_mistyped_yaml_is_not_asked_how_deep_it_was() -> None:
    text = WEIGHTED.replace("  segment: {type", "\t segment: {type").replace("  size:\n", "　size:\n", 1)

    assert {each.code for each in check(text).problems} == {Code.MISTYPED}


def test_a_text_with_slips_that_cannot_be_read_leaves_no_document() -> None:
    assert check(WEIGHTED.replace("facts:", "facts：")).document is None


def test_thousands_of_slips_are_told_quickly_and_not_all() -> None:
    assert (
        0
        < len(check("facts:\n" + "".join(f"  f{at}: {{small:20，large：３０}}\n" for at in range(8000))).problems)
        <= 1500
    )
