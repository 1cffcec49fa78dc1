"""Every fault the checker knows, seeded one at a time into a sound document, and found at its own place alone."""

import pytest

from app.rulebooks.check import check
from app.rulebooks.problem import Code
from tests.rulebooks.faults import FAULTS, Fault
from tests.rulebooks.seeded import SUMMED, WEIGHTED, Edit, codes, edited, place_of

KNOT = """\
rulebook: knot
title: {en: A knot, zh: 结}
source: a test
facts:
FACTS
scorecard:
  method: points
  dimensions:
    sum:
      indicators:
INDICATORS
classifications:
  tied:
    order: [no, yes]
    choose:
      - {when: {score: {is: 30.5}}, then: yes}
      - {otherwise: no}
examples:
  - {given: {f0: no}, expect: {tied: no}}
"""
"""Whether whole points of 24 flags sum to one number between two whole ones: more cases than a search may try."""


def knot() -> str:
    facts = "\n".join(f"  f{at}: {{type: flag, missing: zero}}" for at in range(24))
    lines = "\n".join(f"        f{at}: {{points: {{no: 0, yes: {2 * at + 1}}}}}" for at in range(24))
    return KNOT.replace("FACTS", facts).replace("INDICATORS", lines)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_seeded_fault_is_found_at_its_place_and_nothing_else_is(fault: Fault) -> None:
    text = edited(fault.base, Edit(fault.old, fault.new))

    problems = check(text).problems

    assert sorted(each.code for each in problems) == sorted((fault.code, *fault.also)), "\n".join(map(str, problems))
    found = next(each for each in problems if each.code == fault.code)
    assert (found.line, found.column) == place_of(text, fault.at), str(found)
    assert fault.says in str(found)


@pytest.mark.parametrize("base", [WEIGHTED, SUMMED], ids=["weighted", "summed"])
def test_the_documents_that_faults_are_seeded_in_are_sound(base: str) -> None:
    assert check(base).problems == ()


def test_what_a_search_cannot_settle_is_said_to_be_open() -> None:
    problems = check(knot()).problems

    assert {each.code for each in problems} == {Code.UNPROVED}
    assert "could not be settled" in problems[0].message


def test_every_code_is_seeded() -> None:
    assert {fault.code for fault in FAULTS} | {Code.UNPROVED} == set(Code)
    assert len(FAULTS) >= 40


def test_many_faults_of_every_kind_are_reported_in_one_run() -> None:
    seeds = [
        Fault(Code.FIELD_UNKNOWN, "-100%, missing: worst", "-100%, misssing: worst", "⟦misssing"),
        Fault(Code.VALUE_NOT_ALLOWED, "overdue: {type: count", "overdue: {type: cuont", "⟦cuont"),
        Fault(Code.OPTION_DUPLICATE, "[low, medium, high]", "[low, medium, low, high]", "medium, ⟦low,"),
        Fault(Code.AMOUNT_INVALID, "large: 2亿}", "large: 2 Yi}", "⟦2 Yi"),
        Fault(Code.CLASS_UNKNOWN, "- otherwise: poor", "- otherwise: por", "- otherwise: ⟦por\n"),
        Fault(Code.NAME_UNKNOWN, "rows: size", "rows: sizes", "rows: ⟦sizes"),
        Fault(Code.WEIGHTS_SUM, "weight: 70", "weight: 60", "⟦indicators:\n        deposits"),
        Fault(Code.STAY_ABOVE_ENTER, "stay: {score: 70}", "stay: {score: 85}", "⟦85"),
        Fault(Code.TIER_UNKNOWN, "at_most: silver", "at_most: bronze", "⟦bronze"),
        Fault(Code.FIELD_MISSING, "manager, at_least: 1, per", "manager, per", "⟦{role: manager"),
        Fault(Code.ROLE_UNKNOWN, "role: president", "role: presidnet", "⟦presidnet"),
        Fault(Code.PERIOD_INVALID, "silver: P6M}", "silver: P6}", "⟦P6}"),
        Fault(Code.CONDITION_EMPTY, "{overdue: {at_least: 90}}", "{}", "when: ⟦{}"),
        Fault(Code.EXAMPLE_INVALID, "expect: {size: small,", "expect: {size: smal,", "⟦smal,"),
    ]
    text = edited(WEIGHTED, *(Edit(seed.old, seed.new) for seed in seeds))

    found = {(each.line, each.column, each.code) for each in check(text).problems}

    assert found == {(*place_of(text, seed.at), seed.code) for seed in seeds}


def test_a_part_that_is_left_out_does_not_move_the_places_of_those_after_it() -> None:
    first = Edit("    - {role: manager, at_least: 1, per: month}", "    - {role: manager, at_least: one, per: month}")
    text = edited(WEIGHTED, first, Edit("{tier: gold}, at_least: 2", "{tier: golden}, at_least: 2"))

    problems = check(text).problems

    assert [(each.line, each.column) for each in problems] == [
        place_of(text, "at_least: ⟦one"),
        place_of(text, "⟦golden"),
    ]


def test_problems_come_in_the_order_of_the_text() -> None:
    text = edited(WEIGHTED, Edit("weight: 70", "weight: 60"), Edit("large: 2亿}", "large: 2 Yi}"))

    assert codes(check(text)) == [Code.AMOUNT_INVALID, Code.WEIGHTS_SUM]
