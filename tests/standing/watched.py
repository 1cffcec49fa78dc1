"""Small rulebooks: one with tiers, movement and all that follows, with visits or without, one with classes alone."""

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.rulebooks.reign import Term
from tests.organisation.bank import open_bank
from tests.rulebooks.publishing import published

WATCHED: Final = """\
rulebook: watched-clients
title: {en: Watched clients, zh: 关注客户}
source: 示例制度, 第一条
facts:
  balance: {type: money, missing: zero, max_age: P35D, label: {en: Balance, zh: 余额}}
  overdue_days: {type: count, better: lower, missing: zero, label: {en: Days overdue, zh: 逾期天数}}
scorecard:
  method: weighted
  dimensions:
    financial: {weight: 100, indicators: {balance: {weight: 100, points: {0: 0, 100: 100}, between: linear}}}
tiers:
  order: [none, key, core]
  rules:
    core: {enter: {score: 80}, stay: {score: 76}}
    key: {enter: {score: 60}, stay: {score: 56}}
    otherwise: none
  ceilings: [{when: {overdue_days: {at_least: 30}}, at_most: key, reason: overdue_30}]
  movement:
    promotion: {needs: recognition}
    warning: {within: 3}
    demotion: {after_reviews: 2, plan: {open_within: P30D, runs: P2M, extensions: 1}}
recognition:
  experts: 0
  committee: {quorum: 2, majority: more_than_half}
  limits: {screening: P5D, assessment: P20D, vote: P30D, filing: P10D}
reviews: {every: {core: P3M, key: P3M}}
exits: [{when: {overdue_days: {at_least: 90}}, reason: overdue_90}]
exit_process:
  steps: [{step: notify, role: relationship_manager, within: P10D}]
examples:
  - {given: {balance: 80}, expect: {tier: core}}
  - {given: {balance: 79.99}, expect: {tier: key}}
  - {given: {balance: 56}, standing: {tier: core}, expect: {tier: key}}
  - {given: {balance: 100, overdue_days: 30}, expect: {tier: key}}
  - {given: {overdue_days: 90}, expect: {tier: none, exits: [overdue_90]}}
"""

_COVERAGE: Final = """\
coverage:
  counts: [visit]
  obligations: [{role: relationship_manager, when: {tier: {in: [key, core]}}, at_least: 2, per: month}]
"""
OWING: Final = WATCHED.replace("watched-clients", "owing-clients").replace("\nexits:", f"\n{_COVERAGE}exits:")
"""The first with visits that a tier is owed."""

CLASSES: Final = """\
rulebook: balance-classes
title: {en: Balance classes, zh: 余额分类}
source: 示例制度, 第二条
applies_to: {segment: corporate}
facts:
  segment: {type: choice, options: [corporate, retail], missing: refuse, label: {en: Segment, zh: 客群}}
  balance: {type: money, missing: zero, label: {en: Balance, zh: 余额}}
classifications:
  size: {order: [small, large], bands: {balance: {small: 0, large: 50}}}
examples:
  - {given: {segment: corporate, balance: 50}, expect: {size: large}}
  - {given: {segment: corporate, balance: 49.99}, expect: {size: small}}
"""


async def watched_bank(session: AsyncSession) -> None:
    """Open the bank and publish the two rulebooks that govern it."""
    await open_bank(session)
    for text in (WATCHED, CLASSES):
        await published(session, text, Term((), date(2026, 1, 1)))
