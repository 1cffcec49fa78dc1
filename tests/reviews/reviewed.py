"""A small rulebook by whose tiers clients are reviewed, and what tests ask of reviews."""

from typing import Any, Final

import httpx2

REVIEWED: Final = """\
rulebook: reviewed-clients
title: {en: Reviewed clients, zh: 复核客户}
source: 示例制度, 第一条
facts:
  balance: {type: money, missing: zero, label: {en: Balance, zh: 余额}}
  overdue_days: {type: count, better: lower, missing: zero, label: {en: Days overdue, zh: 逾期天数}}
scorecard:
  method: weighted
  dimensions:
    financial: {weight: 100, indicators: {balance: {weight: 100, points: {0: 0, 100: 100}, between: linear}}}
tiers:
  order: [none, key, core]
  rules:
    core: {enter: {score: 80}}
    key: {enter: {score: 60}}
    otherwise: none
  movement:
    promotion: {needs: nothing}
    demotion: {after_reviews: 1}
reviews:
  every: {core: P3M, key: P6M}
  full_every: P1Y
  remind_before: [P14D, P3D]
  overdue_after: [{P5D: corporate_director}, {P15D: branch_president}]
coverage:
  counts: [visit]
  obligations:
    - {role: relationship_manager, when: {tier: {in: [key, core]}}, at_least: 2, per: month}
    - {role: branch_president, when: {tier: core}, at_least: 3, per: quarter}
exits: [{when: {overdue_days: {at_least: 90}}, reason: overdue_90}]
exit_process:
  steps: [{step: notify, role: relationship_manager, within: P10D}]
examples:
  - {given: {balance: 80}, expect: {tier: core}}
  - {given: {balance: 79.99}, expect: {tier: key}}
  - {given: {balance: 59.99}, expect: {tier: none}}
  - {given: {overdue_days: 90}, expect: {tier: none, exits: [overdue_90]}}
"""
PATH: Final = "/v1/reviews"
CORE: Final = "90"
KEY: Final = "70"
LESS: Final = "10"
"""Balances that earn the tiers."""


async def reviews(client: httpx2.AsyncClient, **query: str) -> Any:
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def still_open(client: httpx2.AsyncClient, client_id: str = "C-1") -> Any:
    """The one review of a client that is still to be done."""
    every = await reviews(client, client_id=client_id)
    [found] = [each for each in every if each["status"] in {"upcoming", "due", "overdue"}]
    return found


async def acted(client: httpx2.AsyncClient, review: Any, verb: str, status: int = 200, **body: Any) -> Any:
    answer = await client.post(f"{PATH}/{review['id']}/{verb}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(client: httpx2.AsyncClient, review: Any) -> Any:
    answer = await client.get(f"{PATH}/{review['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()
