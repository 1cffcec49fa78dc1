"""The published JSON Schema says what the checker takes, so that an editor does not refuse what is sound."""

import jsonschema_rs
import pytest

from app.rulebooks.check import check
from app.rulebooks.document import json_schema
from app.rulebooks.document.fields import fields_at
from app.rulebooks.source_text import read_source
from tests.rulebooks.seeded import SUMMED, Edit, edited

TITLES = ["{en: Small, zh: 小}", "存款", "{zh: 存款}", "{en: Deposits}"]
NO_TITLES = ["{}", "{en: Deposits, fr: Dépôts}", "[存款]"]


def titled(title: str) -> str:
    return edited(SUMMED, Edit("{en: Appraisal, zh: 考评}", title))


def suits_schema(text: str) -> bool:
    return jsonschema_rs.Draft202012Validator(json_schema()).is_valid(read_source(text).data)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_that_the_checker_takes_suits_the_schema(title: str) -> None:
    assert check(titled(title)).sound
    assert suits_schema(titled(title))


@pytest.mark.parametrize("title", NO_TITLES)
def test_a_title_that_the_checker_refuses_does_not(title: str) -> None:
    assert check(titled(title)).problems
    assert not suits_schema(titled(title))


@pytest.mark.parametrize("label", ["存款余额", "{zh: 存款余额}"])
def test_a_label_in_one_language_stands_for_both(label: str) -> None:
    text = edited(SUMMED, Edit("{type: flag, missing: zero}", f"{{type: flag, missing: zero, label: {label}}}"))

    report = check(text)

    assert suits_schema(text)
    assert report.sound is not None
    said = report.sound.document.facts["on_time"].label
    assert said is not None
    assert (said.en, said.zh) == ("存款余额", "存款余额")


def test_every_field_is_known_where_it_stands() -> None:
    assert "facts" in fields_at(())
    assert fields_at(("title",)) == ("en", "zh")
    assert fields_at(("exits", 0, "when", "any", 1, "overdue"))[:2] == ("at_least", "more_than")
    assert fields_at(("facts", "overdue", "no_such", 3)) == ()
    assert fields_at(("recognition", "limits")) == ("screening", "assessment", "vote", "filing")
    assert {"step", "role", "within"} < set(fields_at(("exit_process", "steps", 1)))
    assert "weight" in fields_at(("scorecard", "dimensions", "a", "indicators", "b"))
