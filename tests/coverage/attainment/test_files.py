"""Coverage as a file."""

import csv
import io
from typing import Any

import orjson
import pytest

from tests.coverage.attainment.conftest import Until, Visited
from tests.coverage.attainment.november import CLIENT, at

NOVEMBER = {"period": "2026-11"}


async def test_a_csv_has_an_obligation_a_line_with_its_arithmetic(client: Any, visited: Visited, until: Until) -> None:
    until(at(9))
    await visited(at(3), "relationship_manager")
    answer = await client.get("/v1/coverage/export", params=NOVEMBER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["client_id"], row["role"], row["prorated_required"], row["credited"]) for row in rows] == [
        (CLIENT, "branch_president", "1", "0"),
        (CLIENT, "corporate_director", "2", "0"),
        (CLIENT, "relationship_manager", "3", "1"),
    ]
    assert rows[2]["arithmetic"] == "3 × 21/21"


async def test_a_csv_may_have_chinese_headings_for_a_spreadsheet(client: Any) -> None:
    answer = await client.get("/v1/coverage/export", params=NOVEMBER | {"language": "zh"})
    assert answer.content.decode("utf-8-sig").splitlines()[0].startswith("客户号,岗位,工号")


async def test_a_json_file_is_an_array_with_an_obligation_a_line(client: Any) -> None:
    answer = await client.get("/v1/coverage/export", params=NOVEMBER | {"format": "json"})
    assert [each["role"] for each in orjson.loads(answer.content)] == [
        "branch_president",
        "corporate_director",
        "relationship_manager",
    ]
    assert len(answer.text.splitlines()) == 5


async def test_a_file_without_an_obligation_is_whole(client: Any) -> None:
    answer = await client.get("/v1/coverage/export", params={"period": "2026-Q4", "format": "json"})
    assert orjson.loads(answer.content) == []


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_of_a_period_beyond_the_calendar_there_is_no_file_but_a_problem(client: Any, form: str) -> None:
    answer = await client.get("/v1/coverage/export", params={"period": "2199-12", "format": form})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tierbook:problem:beyond_calendar")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["query/period"]
