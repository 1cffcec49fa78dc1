"""Lines that are read quickly are read as strictly as those that are not."""

import json
from zoneinfo import ZoneInfo

import pytest

from app.coverage.bulk_visits import lines as visit_lines
from app.coverage.bulk_visits.lines import read_lines
from app.http.lines import Line
from tests.coverage.visits.visited import told

SOUND = json.dumps(told(outside=[{"name": "王芳"}], summary="x"), separators=(",", ":"))


def _with(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


@pytest.mark.parametrize(
    "line",
    [
        SOUND,
        json.dumps(told(role="x")),
        json.dumps(json.loads(SOUND), indent=1).replace("\n", "\t"),
        _with('"kind":"visit"', '"kind" : "visit"'),
        _with('"kind":"visit"', '"kind":"visit","kind":"visit"'),
        _with('"kind":"visit"', '"kind":"visit","kind" \t:"visit"'),
        _with('"kind":"visit"', '"kind":"visit","k\\u0069nd":"visit"'),
        _with('"officer_id":', '"officer_id":"x","officer_id" :'),
        _with('"name":', '"name":"x","name":'),
        *(_with('"summary":"x"', f'"summary":{text}') for text in ('":x"', '"x\\":"', '"\\":\\":"', '"x "', '" : "')),
        *(
            _with('"x"', f'"{text}"')
            for text in (r"\u0000", r"x\u0000", r"\ud83d", r"\ud83d\ude00", r"\ude00\ud83d", "\x00")
        ),
        *(_with('"x"', text) for text in ("NaN", "1e999", "-0", "null", "[]", "[" * 40 + "]" * 40)),
        _with('"summary":', '"summ\\u0000ary":'),
        SOUND + "}",
        SOUND + "," + SOUND,
        "\ufeff" + SOUND,
        "[]",
        "{}",
        "null",
    ],
)
def test_a_line_is_read_as_the_strict_reading_has_it(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Line(1, line.encode())]
    quick = read_lines(lines, ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(visit_lines, "_surely_sound", lambda _: None)
    assert read_lines(lines, ZoneInfo("Asia/Shanghai")) == quick


@pytest.mark.parametrize("line", [SOUND, json.dumps(told()), json.dumps(told(summary='he said: "no"'))])
def test_the_usual_line_is_read_quickly(line: str) -> None:
    assert visit_lines._surely_sound(line.encode()) is not None


def test_bytes_that_are_no_text_are_refused() -> None:
    line = SOUND.encode().replace(b'"x"', b'"\xed\xa0\x80"')
    [read] = read_lines([Line(1, line)], ZoneInfo("Asia/Shanghai"))
    assert read.refusal is not None
    assert read.refusal["code"] == "malformed_json"
