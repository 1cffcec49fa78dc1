# ruff: noqa: E501  one sentence, one line
"""Every part of a rulebook in words, with its source, in both languages."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.kernel.rulebook import Rulebook
from app.rulebooks.check import SoundRulebook, check
from app.rulebooks.document import RulebookDocument
from app.rulebooks.explain import Explanation, explain
from app.rulebooks.shipped import shipped_texts
from tests.generated import documents
from tests.rulebooks.processes import processed
from tests.rulebooks.seeded import SUMMED, WEIGHTED, Edit, edited


def explained(text: str) -> dict[str, Explanation]:
    sound = check(text).sound
    assert sound is not None
    return {each.part: each for each in explain(sound)}


def shipped(name: str) -> dict[str, Explanation]:
    return explained(next(text for text in shipped_texts() if text.startswith(f"rulebook: {name}\n")))


SAYS = {
    "applies_to": ("for clients where segment is corporate", "适用于segment为corporate的客户"),
    "facts.growth": (
        "a ratio; from -100%; where missing it counts as the worst, and the decision is incomplete",
        "比率；下限-100%；缺失时按最差值计，且结果标为不完整",
    ),
    "facts.listed": ("yes or no; where missing it counts as no", "是或否；缺失时按否计"),
    "classifications.size": (
        "the best of (deposits from 2亿: large; below 2亿: small), (listed no: small; yes: large)",
        "取最高：（deposits2亿（含）以上：large；低于2亿：小）、（listed否：小；是：large）",
    ),
    "classifications.standing": (
        "where size is large and rating at least medium, good; where (overdue at most 5 or growth over 0 and below 50%), (growth from 10%: fair; below 10%: poor); otherwise poor",
        None,
    ),
    "classifications.desk": (
        "by size and rating: size small(low: back, medium: back, high: front); size large(low: back, medium: front, high: front)",
        None,
    ),
    "scorecard": ("the weighted points of its dimensions, from 0 to 100", "各维度得分加权合计，0至100分"),
    "scorecard.strength": ("weighs 60% of the score", "占总分60%"),
    "scorecard.strength.deposits": (
        "deposits from 10亿: 100 points; from 1亿 to below 10亿: 50 points; below 1亿: 0 points; weighs 70% of strength",
        "deposits10亿（含）以上：100分；1亿（含）至10亿（不含）：50分；低于1亿：0分；占strength70%",
    ),
    "scorecard.conduct.growth": (
        "growth -20%: 0 points, 0: 40 points, 30%: 100 points, on straight lines between them and level beyond; weighs 50% of conduct",
        None,
    ),
    "scorecard.weights.public": ("where listed is yes: strength 50%, conduct 50%", None),
    "scorecard.weights.otherwise": ("for all others, the weights of the dimensions themselves", None),
    "tiers": (
        "from highest to lowest: gold, silver, none; a client gets the highest whose bounds all hold, and otherwise none",
        "由高到低：金、silver、none；归入门槛全部满足的最高一层，否则为none",
    ),
    "tiers.gold": ("to enter, score at least 80, conduct at least 50; to stay, score at least 70", None),
    "tiers.silver": ("to enter, score at least 50; to stay, score at least 50", None),
    "tiers.ceilings.overdue": ("where overdue at least 30, no tier above silver", None),
    "tiers.movement": (
        "a promotion needs recognition; a warning stands within 3 points of a stay bound; a demotion takes effect after 2 reviews in a row below the stay bound; an improvement plan is opened within 30 days and runs 3 months; nobody is demoted before its end",
        "升级须经认定；距保持门槛3分以内即预警；连续2次复核低于保持门槛后降级；改善计划须在30天内启动，为期3个月；期满前不降级",
    ),
    "recognition": (
        "2 experts give values of rating, growth; the committee casts at least 3 votes, abstentions included, and more than half of those for and against are for it; at most: the screening 5 days, the assessment 20 days, the vote 30 days, the filing 10 days",
        "由2名专家评定rating、growth；委员会表决不少于3票（含弃权），且赞成票超过赞成与反对票合计的半数；时限：初筛5天、评估20天、表决30天、备案10天",
    ),
    "coverage": (
        "a joint visit credits each role that attends; a part of a period owes pro rata of its working days, rounded up; fewer than 5 working days owe nothing; visits are entered until 5 days after a period, marked late; once more than 60% of the working days are over, less than 40% done is at risk; once more than 90% of the working days are over, less than 80% done is at risk",
        "联合拜访计入每个参与岗位；不足一期的按工作日折算，向上取整；不足5个工作日的不作要求；期满后5天内可补录，并注明；工作日过60%后，完成不足40%的列为有风险；工作日过90%后，完成不足80%的列为有风险",
    ),
    "coverage.obligations.1": (
        "Manager owes at least 1 a month (visit or contact) for every client; a visit by any holder of the role counts",
        "客户经理每月至少1次（拜访或联系）：所有客户；该岗位任何一人完成即可",
    ),
    "coverage.obligations.2": (
        "President owes at least 2 a quarter (visit or contact) where tier is gold; a visit by any holder of the role counts",
        "行长每季度至少2次（拜访或联系）：层级为金的；该岗位任何一人完成即可",
    ),
    "reviews": (
        "gold every 3 months; silver every 6 months; every year in full; reminders 14 days before; 5 days overdue: Manager is told",
        "金每3个月；silver每6个月；每年全面评估；提前14天提醒；逾期5天：通知客户经理",
    ),
    "warnings.late": ("where overdue at least 1, a warning stands: late", "overdue不低于1的，预警：late"),
    "exits.default": ("where overdue at least 90, an exit is proposed: default", None),
    "exit_process": (
        "once an exit is confirmed, one after the other: notify, hand_over",
        "退出经确认后，依次办理：告知、hand_over",
    ),
    "exit_process.notify": ("Manager, within 10 days of the confirmation", "客户经理，自确认之日起10天内"),
    "exit_process.hand_over": ("Manager, within 1 month of the step before", "客户经理，自上一步完成之日起1个月内"),
    "selection.five": ("the 5% of clients with the most deposits are looked at to carry 50% of it", None),
}


@pytest.mark.parametrize("part", SAYS)
def test_a_part_is_said_in_both_languages(part: str) -> None:
    en, zh = SAYS[part]
    says = explained(WEIGHTED)[part].says

    assert says.en == en
    assert zh is None or says.zh == zh


def test_every_part_is_explained_once_and_in_the_order_of_decision() -> None:
    parts = list(explained(WEIGHTED))

    assert len(parts) == len(set(parts))
    assert set(SAYS) < set(parts)
    sections = [part.partition(".")[0] for part in parts]
    assert list(dict.fromkeys(sections)) == [
        "applies_to",
        "facts",
        "classifications",
        "scorecard",
        "tiers",
        "recognition",
        "coverage",
        "reviews",
        "warnings",
        "exits",
        "exit_process",
        "selection",
    ]


def test_bounds_are_said_as_inclusive_lower_bounds() -> None:
    says = shipped("corporate-classes")["classifications.client_class"].says

    assert "from 2亿: class_1; from 5000万 to below 2亿: class_2; below 5000万: class_3" in says.en
    assert "2亿（含）以上：一类客户；5000万（含）至2亿（不含）：二类客户；低于5000万：三类客户" in says.zh


def test_source_and_mark_are_inherited_from_what_encloses_a_part() -> None:
    parts = shipped("strategic-clients")

    assert parts["facts.brand"].source == "银行战略客户分类分层管理细则"
    assert parts["scorecard.risk.credit_rating"].source == "银行战略客户分类分层管理细则, 识别标准"
    assert parts["selection.five_percent"].source == "综合金融服务"
    assert parts["scorecard.weights.young"].illustrative
    assert parts["tiers.movement"].illustrative
    assert not parts["facts.brand"].illustrative
    assert not parts["exits.no_strategic_fit"].illustrative


def test_notes_and_labels_are_the_documents_own() -> None:
    grade = shipped("staff-appraisal")["classifications.grade"]

    assert grade.label is not None
    assert grade.label.zh == "考评等次"
    assert grade.note is not None
    assert grade.note.en.startswith("70 to 80 is not defined")


def test_summed_points_are_said_without_weights() -> None:
    parts = explained(SUMMED)

    assert parts["scorecard"].says.en == "10 points and the points of all indicators added"
    assert parts["scorecard.work.on_time"].says.en == "on_time no: -5 points; yes: 5 points"
    assert parts["reviews"].says.en == "fail every 6 months; pass every year"


@pytest.mark.parametrize(
    ("gone", "en"),
    [
        ("    promotion: {needs: recognition}\n", "a promotion takes effect by itself; a warning stands"),
        (
            "    demotion: {after_reviews: 2, plan: {open_within: P30D, runs: P3M}}\n",
            "; a demotion takes effect after 1 review",
        ),
    ],
)
def test_what_movement_leaves_unsaid_is_said_all_the_same(gone: str, en: str) -> None:
    assert en in explained(edited(WEIGHTED, Edit(gone, "")))["tiers.movement"].says.en


@pytest.mark.parametrize(
    ("extensions", "en"),
    [
        ("1", "and runs 3 months; it may be extended once; nobody is demoted before its end"),
        ("2", "and runs 3 months; it may be extended 2 times; nobody is demoted before its end"),
    ],
)
def test_how_often_a_plan_may_be_extended_is_said(extensions: str, en: str) -> None:
    text = edited(WEIGHTED, Edit("runs: P3M}", f"runs: P3M, extensions: {extensions}}}"))

    assert explained(text)["tiers.movement"].says.en.endswith(en)


OTHER_COMMITTEES = {
    "{quorum: 1, majority: two_thirds}": "the committee casts at least 1 vote, abstentions included, and at least two thirds of those for and against are for it",
    "{quorum: 2, majority: unanimous}": "the committee casts at least 2 votes, abstentions included, and some are for it and none against",
}


@pytest.mark.parametrize("committee", OTHER_COMMITTEES)
def test_every_majority_is_said(committee: str) -> None:
    text = edited(WEIGHTED, Edit("{quorum: 3, majority: more_than_half}", committee))

    assert f"; {OTHER_COMMITTEES[committee]}; " in explained(text)["recognition"].says.en


@pytest.mark.parametrize(
    ("experts", "en", "zh"),
    [
        ("experts: 0", "no expert is asked; ", "不作专家评估；"),
        ("experts: 1\n  scores: [rating]", "1 expert gives values of rating; ", "由1名专家评定rating；"),
    ],
)
def test_how_many_experts_are_asked_is_said(experts: str, en: str, zh: str) -> None:
    says = explained(edited(WEIGHTED, Edit("experts: 2\n  scores: [rating, growth]", experts)))["recognition"].says

    assert says.en.startswith(en)
    assert says.zh.startswith(zh)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_construct_can_be_said(data: st.DataObject) -> None:
    content: dict[str, Any] = data.draw(processed(documents()))
    document = RulebookDocument.model_validate(content)

    for each in explain(SoundRulebook(document, Rulebook(name="any", facts={}), "")):
        assert each.says.en
        assert each.says.zh
        assert "None" not in each.says.en + each.says.zh
