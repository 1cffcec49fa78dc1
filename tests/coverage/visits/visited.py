"""A small rulebook that has visits, and what is told of one."""

from typing import Any, Final

import httpx2

CLIENT: Final = "C-1"
AT: Final = "2026-11-20T10:30:00+08:00"
"""The Friday before the clock's Sunday."""

VISITED: Final = """\
rulebook: visits
title: {en: Visits, zh: 拜访}
source: 示例制度, 第三条
applies_to: {segment: corporate}
facts:
  segment: {type: choice, options: [corporate, retail], missing: refuse, label: {en: Segment, zh: 客群}}
  balance: {type: money, missing: zero, label: {en: Balance, zh: 余额}}
classifications:
  class: {order: [small, large], bands: {balance: {small: 0, large: 50}}}
coverage:
  counts: [visit, contact]
  kinds: {visit: {en: Visit, zh: 拜访}, contact: {en: Contact, zh: 联系}, survey: {en: Survey, zh: 问卷}}
  obligations:
    - {role: relationship_manager, at_least: 3, per: month}
    - {role: branch_president, when: {class: large}, at_least: 1, per: month}
examples:
  - {given: {segment: corporate, balance: 50}, expect: {class: large}}
"""


def told(*officers: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    """A visit by these officers, by the client's manager where none is named."""
    people = [each if isinstance(each, dict) else {"officer_id": each} for each in officers or ("b1-s1-rm",)]
    return {"client_id": CLIENT, "at": AT, "kind": "visit", "participants": people, **more}


def refusal(answer: httpx2.Response) -> tuple[int, str, list[str]]:
    """The status, the code, and where it is wrong."""
    body = answer.json()
    return answer.status_code, body["type"].rpartition(":")[2], [each["pointer"] for each in body["errors"]]
