"""Hostile and careless texts: always a problem with a place, never an exception."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rulebooks.check import check
from app.rulebooks.problem import Code
from app.rulebooks.shipped import shipped_texts
from app.rulebooks.source_text import MOST_CHARACTERS, read_source
from tests.rulebooks.seeded import WEIGHTED

SHIPPED = list(shipped_texts())
LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"

REFUSED = {
    "empty": ("", Code.VALUE_INVALID),
    "blank": ("  \n\n", Code.VALUE_INVALID),
    "a comment": ("# nothing yet\n", Code.VALUE_INVALID),
    "a list": ("- rulebook\n", Code.VALUE_INVALID),
    "a word": ("rulebook\n", Code.VALUE_INVALID),
    "an empty mapping": ("{}", Code.FIELD_MISSING),
    "a tag": ("rulebook: !!python/object/apply:os.system [ls]\n", Code.TAG),
    "a local tag": ("rulebook: !include secret\n", Code.TAG),
    "an alias": ("a: *b\n", Code.ALIAS),
    "a billion laughs": (LAUGHS, Code.ALIAS),
    "a merge key": ("a: &a {b: c}\nd: {<<: *a}\n", Code.ALIAS),
    "several documents": (f"{WEIGHTED}---\n{WEIGHTED}", Code.SEVERAL_DOCUMENTS),
    "deep lists": ("a: " + "[" * 5000, Code.TOO_DEEP),
    "deep mappings": ("{a: " * 5000, Code.TOO_DEEP),
    "too large": ("#" * (MOST_CHARACTERS + 1), Code.TOO_LARGE),
    "binary": ("\x7fELF\x02\x01\x01\x00", Code.NOT_YAML),
    "a NUL": ("rulebook: a\x00b\n", Code.NOT_YAML),
    "an escaped NUL": ('rulebook: "a\\0b"\n', Code.NOT_YAML),
    "a lone surrogate": ("rulebook: \ud800\n", Code.NOT_YAML),
    "an escaped surrogate": ('rulebook: "\\ud800"\n', Code.NOT_YAML),
    "a tab": ("facts:\n\ta: b\n", Code.MISTYPED),
    "an open bracket": ("a: [b\n", Code.NOT_YAML),
    "a directive": ("%YAML 9.9\n---\na: b\n", Code.NOT_YAML),
    "a list as a key": ("? [a]\n: b\n", Code.KEY_NOT_TEXT),
    "an empty key": ("? \n: b\n", Code.FIELD_UNKNOWN),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_rulebook_is_refused_with_a_place(text: str, code: Code) -> None:
    problems = check(text).problems

    assert code in {each.code for each in problems}
    assert all(each.line >= 1 and each.column >= 1 for each in problems)


def test_a_duplicate_key_is_found_at_its_second_place_and_hides_nothing() -> None:
    problems = check("rulebook: a\ntitle: b\nrulebook: c\n").problems

    assert [(each.line, each.column, each.code) for each in problems] == [
        (1, 1, Code.FIELD_MISSING),
        (1, 1, Code.FIELD_MISSING),
        (3, 1, Code.DUPLICATE_KEY),
    ]


def test_scalars_stay_text() -> None:
    text = "{amount: 49999999.99, region: NO, day: 2026-01-01, octal: 0123, nothing: null, empty: }"

    assert read_source(text).data == {
        "amount": "49999999.99",
        "region": "NO",
        "day": "2026-01-01",
        "octal": "0123",
        "nothing": "null",
        "empty": "",
    }


@pytest.mark.parametrize("text", [f"\ufeff{WEIGHTED}", WEIGHTED.replace("\n", "\r\n"), WEIGHTED.rstrip("\n")])
def test_editors_may_save_it_their_way(text: str) -> None:
    assert check(text).problems == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_places_count_characters_and_lines_whatever_ends_them(end: str) -> None:
    text = WEIGHTED.replace("zh: 小}\nsource", "zh: 小, xx: 大}\nsource").replace("\n", end)

    (problem,) = check(text).problems

    assert (problem.line, problem.column) == (2, 27)


def test_thousands_of_faults_are_reported_quickly_and_not_all() -> None:
    text = "facts:\n" + "".join(f"  f{at}: {{typ: flag}}\n" for at in range(8000))

    assert 0 < len(check(text).problems) <= 1000


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_no_text_breaks_the_check(text: str) -> None:
    assert check(text).problems


@settings(max_examples=200)
@given(st.text(alphabet="ab:-[]{}\n \"'&*!|>%#,?0.亿", max_size=60))
def test_no_punctuation_breaks_the_check(text: str) -> None:
    assert check(text).problems


PIECES = [
    *"[]{}:,-#&*!|>'\"%\n\t ",
    "0",
    "-1",
    "2亿",
    "min",
    "yes",
    "when",
    "score",
    "\x00",
    "\ud800",
    "~",
    "otherwise",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A shipped or seeded document with some stretches cut out, replaced or said twice."""
    text = draw(st.sampled_from([*SHIPPED, WEIGHTED, WEIGHTED, WEIGHTED]))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text) - 1))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        text = text[:start] + draw(st.sampled_from([*PIECES, "", text[start:end] * 2])) + text[end:]
    return text


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_no_damage_to_a_document_breaks_the_check(text: str) -> None:
    report = check(text)

    assert report.problems or report.sound


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_other_kind_of_value_breaks_the_check(data: st.DataObject) -> None:
    """A word of the document becomes a list, a mapping, an amount or another word."""
    words = sorted({word for word in WEIGHTED.replace(":", " ").split() if word.isalnum()})
    word = data.draw(st.sampled_from(words))
    other = data.draw(st.sampled_from([*words, "[a, b]", "{a: b}", "{}", "[]", "''", "-1", "1e999", "NaN", "9" * 70]))

    report = check(WEIGHTED.replace(word, other))

    assert report.problems or report.sound
