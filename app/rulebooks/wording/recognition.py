"""What is said of recognition and of exits, in English and Chinese."""

from typing import Final

from app.kernel.recognition import Majority, Step
from app.rulebooks.document.recognition import ExitProcessPart, ExitStepPart, LimitsPart, RecognitionPart
from app.rulebooks.wording.names import Wording
from app.rulebooks.wording.text import CLAUSES, LIST, Both, joined, period_in_words

_STEPS: Final[dict[Step, Both]] = {
    "screening": Both("the screening ", "初筛"),
    "assessment": Both("the assessment ", "评估"),
    "vote": Both("the vote ", "表决"),
    "filing": Both("the filing ", "备案"),
}
_MAJORITIES: Final[dict[Majority, Both]] = {
    "more_than_half": Both("more than half of those for and against are for it", "赞成票超过赞成与反对票合计的半数"),
    "two_thirds": Both(
        "at least two thirds of those for and against are for it", "赞成票不少于赞成与反对票合计的三分之二"
    ),
    "unanimous": Both("some are for it and none against", "有赞成票且无反对票"),
}


class RecognitionWording:
    """Says how a client becomes strategic, and how it leaves."""

    def __init__(self, words: Wording) -> None:
        self.words = words

    def recognition(self, part: RecognitionPart) -> Both:
        """Who judges what, what carries the vote, and how long each step may take."""
        quorum, carried = part.committee.quorum, _MAJORITIES[part.committee.majority]
        votes = "1 vote" if quorum == 1 else f"{quorum} votes"
        voted = Both(
            f"the committee casts at least {votes}, abstentions included, and {carried.en}",
            f"委员会表决不少于{quorum}票（含弃权），且{carried.zh}",
        )
        return joined([self._experts(part), voted, _limits(part.limits)], CLAUSES)

    def exit_process(self, part: ExitProcessPart) -> Both:
        """The steps in their order."""
        listed = joined((Both(each.step, each.label.zh if each.label else each.step) for each in part.steps), LIST)
        return Both("once an exit is confirmed, one after the other: ", "退出经确认后，依次办理：") + listed

    def exit_step(self, part: ExitStepPart, *, first: bool) -> Both:
        """Who owns a step, and how long it may take."""
        role, within = self.words.role(part.role), period_in_words(part.within)
        since = Both("the confirmation", "确认") if first else Both("the step before", "上一步完成")
        return Both(f"{role.en}, within {within.en} of {since.en}", f"{role.zh}，自{since.zh}之日起{within.zh}内")

    def _experts(self, part: RecognitionPart) -> Both:
        if not part.experts:
            return Both("no expert is asked", "不作专家评估")
        who = "1 expert gives" if part.experts == 1 else f"{part.experts} experts give"
        scores = joined(map(self.words.name, part.scores), LIST)
        return Both(f"{who} values of {scores.en}", f"由{part.experts}名专家评定{scores.zh}")


def _limits(part: LimitsPart) -> Both:
    limits = (said + period_in_words(getattr(part, step)) for step, said in _STEPS.items())
    return Both("at most: ", "时限：") + joined(limits, LIST)
