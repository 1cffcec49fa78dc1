"""Small sound rulebooks, and edits that seed faults into them."""

from dataclasses import dataclass

from app.rulebooks.check import Report, check

WEIGHTED = """\
rulebook: small
title: {en: Small, zh: 小}
source: a test
facts:
  segment: {type: choice, options: [corporate, retail], missing: refuse}
  deposits: {type: money, missing: zero, max_age: P35D, actionable: yes}
  growth: {type: ratio, min: -100%, missing: worst}
  rating: {type: grade, options: [low, medium, high], missing: worst}
  overdue: {type: count, better: lower, missing: zero}
  listed: {type: flag, missing: zero}
roles:
  manager: {en: Manager, zh: 客户经理}
  president: {en: President, zh: 行长}
applies_to: {segment: {in: [corporate]}}
classifications:
  size:
    order: [small, large]
    labels:
      small: {en: Small, zh: 小}
    best_of:
      deposits: {small: 0, large: 2亿}
      listed: {no: small, yes: large}
  standing:
    order: [poor, fair, good]
    choose:
      - when: {size: large, rating: {at_least: medium}}
        then: good
      - when:
          any:
            - {overdue: {at_most: 5}}
            - {growth: {more_than: 0, below: 50%}}
        then: {bands: {growth: {poor: min, fair: 10%}}}
      - otherwise: poor
  desk:
    order: [back, front]
    matrix:
      rows: size
      columns: rating
      cells:
        small: {low: back, medium: back, high: front}
        large: {low: back, medium: front, high: front}
scorecard:
  method: weighted
  dimensions:
    strength:
      weight: 60
      indicators:
        deposits:
          weight: 70
          points: {0: 0, 1亿: 50, 10亿: 100}
        rating:
          weight: 30
          points: {low: 0, medium: 50, high: 100}
    conduct:
      weight: 40
      indicators:
        growth:
          weight: 50
          points: {-20%: 0, 0: 40, 30%: 100}
          between: linear
        overdue:
          weight: 50
          points: {0: 100, 30: 0}
  weights:
    - {name: public, when: {listed: yes}, strength: 50, conduct: 50}
    - {otherwise: default}
tiers:
  order: [none, silver, gold]
  labels:
    gold: {en: Gold, zh: 金}
  rules:
    gold:
      enter: {score: 80, conduct: 50}
      stay: {score: 70}
    silver:
      enter: {score: 50}
    otherwise: none
  ceilings:
    - {when: {overdue: {at_least: 30}}, at_most: silver, reason: overdue}
  movement:
    promotion: {needs: recognition}
    warning: {within: 3}
    demotion: {after_reviews: 2, plan: {open_within: P30D, runs: P3M}}
recognition:
  experts: 2
  scores: [rating, growth]
  committee: {quorum: 3, majority: more_than_half}
  limits: {screening: P5D, assessment: P20D, vote: P30D, filing: P10D}
coverage:
  kinds: {visit: {en: Visit, zh: 拜访}, contact: {en: Call, zh: 联系}, talk: {en: Talk, zh: 会谈}}
  credit: each_role
  part_period: {by: working_days, round: up, min_days: 5}
  grace: P5D
  checkpoints: [{elapsed: 60%, done: 40%}, {elapsed: 90%, done: 80%}]
  obligations:
    - {role: manager, at_least: 1, per: month}
    - {role: president, when: {tier: gold}, at_least: 2, per: quarter}
reviews:
  every: {gold: P3M, silver: P6M}
  full_every: P1Y
  remind_before: [P14D]
  overdue_after: [{P5D: manager}]
warnings:
  - {when: {overdue: {at_least: 1}}, reason: late}
exits:
  - {when: {overdue: {at_least: 90}}, reason: default}
exit_process:
  steps:
    - {step: notify, role: manager, within: P10D, label: {en: Notify, zh: 告知}}
    - {step: hand_over, role: manager, within: P1M}
selection:
  - {name: five, rank_by: deposits, clients: 5%, carry: 50%}
examples:
  - given: {segment: corporate, deposits: 10亿, growth: 30%, rating: high}
    expect: {size: large, standing: good, tier: gold, score: 100, review: P3M}
  - given: {segment: corporate}
    expect: {size: small, standing: poor, tier: none, complete: no, review: none}
  - given: {segment: corporate, deposits: 10亿, growth: -20%, rating: low}
    standing: {tier: gold}
    expect: {tier: silver}
"""
"""Every section and every construct, and nothing wrong with it."""

SUMMED = """\
rulebook: appraisal
title: {en: Appraisal, zh: 考评}
source: a test
facts:
  leadership: {type: number, max: 50, missing: refuse}
  on_time: {type: flag, missing: zero}
classifications:
  grade:
    order: [fail, pass]
    bands: {score: {fail: min, pass: 60}}
scorecard:
  method: points
  base: 10
  dimensions:
    work:
      indicators:
        leadership: {points: {0: 0, 50: 50}, between: linear}
        on_time: {points: {no: -5, yes: 5}}
reviews:
  by: grade
  every: {fail: P6M, pass: P1Y}
examples:
  - {given: {leadership: 50}, expect: {grade: fail, score: 55}}
  - {given: {leadership: 50, on_time: yes}, expect: {grade: pass, score: 65}}
"""
"""A scorecard of summed points."""


@dataclass(frozen=True)
class Edit:
    """One change of a text: `old`, found once, becomes `new`."""

    old: str
    new: str

    def apply(self, text: str) -> str:
        assert text.count(self.old) == 1, f"{self.old!r} stands {text.count(self.old)} times"
        return text.replace(self.old, self.new)


def edited(text: str, *edits: Edit) -> str:
    for edit in edits:
        text = edit.apply(text)
    return text


def place_of(text: str, mark: str) -> tuple[int, int]:
    """The line and column (from 1) at which `mark` stands, which it must do once; `⟦` marks the spot inside it."""
    before, _, after = mark.rpartition("⟦")
    assert text.count(before + after) == 1, f"{before + after!r} stands {text.count(before + after)} times"
    at = text.index(before + after) + len(before)
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def codes(report: Report) -> list[str]:
    return [str(problem.code) for problem in report.problems]


def checked(text: str, *edits: Edit) -> Report:
    return check(edited(text, *edits))
