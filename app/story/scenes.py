"""The scenes: what a bank does with a client, and what arrives at the receiver because of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.receiver.answering import Delivered
from app.story.cast import CLIENT, COMMITTEE, EXPERTS, GOOD, OFFICERS, OPENED, OPINION, PROFILE, TEAM, UNITS, WORSE
from app.story.stage import Stage, StoryError

_BOOK: Final = "strategic-clients"
_A_MOMENT: Final = timedelta(seconds=2)

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Where the bank is."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Story:
    """The stage, and who tells."""

    stage: Stage
    say: Say
    show: Callable[[Delivered], None]

    def tell(self) -> None:
        """Tell it from beginning to end; raises StoryError where it goes otherwise."""
        for scene in (
            self.the_bank_opens,
            self.the_receiver_registers,
            self.the_client_is_classed,
            self.the_client_is_recognised,
            self.visits_fall_behind,
            self.a_review_falls_due,
            self.the_client_is_warned,
            self.the_receiver_is_away,
            self.all_of_it_adds_up,
        ):
            scene()

    def the_bank_opens(self) -> None:
        """Units, officers, the client and its team."""
        self.say(f"{len(OFFICERS)} officers in {len(UNITS)} units cover 北方重工, client {CLIENT} (机构人员与管户).")
        for unit, (kind, name, above) in UNITS.items():
            self._put(f"/v1/units/{unit}", {"kind": kind, "name": name, "parent_id": above, "from": OPENED})
        for officer, (unit, role) in OFFICERS.items():
            posting = {"unit_id": unit, "role": role, "from": OPENED}
            self._put(f"/v1/officers/{officer}", {"name": officer, "postings": [posting]})
        self._put(f"/v1/clients/{CLIENT}", PROFILE)
        for role, officer in TEAM.items():
            self._post(f"/v1/clients/{CLIENT}/assignments", {"officer_id": officer, "role": role})

    def the_receiver_registers(self) -> None:
        """From now on whatever happens arrives, signed."""
        made = self._post("/v1/webhooks", {"url": self.stage.receiver_url, "description": "the story's receiver"})
        self.stage.secrets.append(made["secret"])
        self.say(f"A receiver registers at {self.stage.receiver_url}: bodies are CloudEvents, signed (推送).")

    def the_client_is_classed(self) -> None:
        """Facts, an assessment, and what is owed from now on."""
        self._know(GOOD)
        done = self._post(f"/v1/clients/{CLIENT}/assessments", {})
        owed = {each["role"] for each in self._get(f"/v1/obligations?client_id={CLIENT}")["items"]}
        books = len(done["assessments"])
        self.say(f"Deposits of 2.3亿: class 1 (分类). {books} rulebooks decide, {len(owed)} roles owe it visits.")

    def the_client_is_recognised(self) -> None:
        """Nominated, assessed by experts, voted on; and its first review is planned."""
        order = {"rulebook": _BOOK, "level": "bank_wide", "tier": "core", "reason": "leads its industry"}
        path = f"/v1/nominations/{self._post(f'/v1/clients/{CLIENT}/nominations', order, 'E-director')['id']}"
        for expert in EXPERTS:
            self._post(f"{path}/opinions", OPINION, expert)
        for member in COMMITTEE:
            self._post(f"{path}/votes", {"choice": "for"}, member)
        self.say("Two experts score it, the committee votes: it is recognised as a core client (认定).")
        self._arrives("tier.changed")

    def visits_fall_behind(self) -> None:
        """One visit is made; past half of the month's working days, others are behind."""
        now = self._now()
        made = {"client_id": CLIENT, "kind": "visit", "participants": [{"officer_id": "E-rm"}]}
        self._post("/v1/visits", made | {"at": now.isoformat(), "purpose": "first call"})
        self.say("The relationship manager calls once (拜访). Three weeks pass, and nobody else does.")
        self.stage.jump(now.replace(day=24))
        self._arrives("coverage.at_risk")

    def a_review_falls_due(self) -> None:
        """Reminded two weeks before, and due in its time."""
        due = datetime.fromisoformat(self._review()["due_at"])
        self.say(
            f"A core client is reviewed every quarter (复核): next on {due.astimezone(ZONE):%Y-%m-%d}. Time passes."
        )
        self.stage.jump(due - timedelta(days=14) + _A_MOMENT)
        self._arrives("review.upcoming")
        self.stage.jump(due + _A_MOMENT)
        self._arrives("review.due")

    def the_client_is_warned(self) -> None:
        """The review finds it below what a core client stays at: a warning, and a plan to be opened."""
        self._know(WORSE)
        self.say("Profits are gone, deposits down to 1,000万. The review is done:")
        self._post(f"/v1/reviews/{self._review()['id']}/complete", {}, "E-director")
        for kind in ("review.completed", "warning.raised"):
            self._arrives(kind)
        [plan] = self._get(f"/v1/plans?client_id={CLIENT}")["items"]
        self.say(f"It is core still, with an improvement plan due by {plan['open_by']} (改善计划). It is opened:")
        measures = [{"text": "win back the settlement", "by": plan["open_by"]}]
        self._post(f"/v1/plans/{plan['id']}/open", {"owner": "E-rm", "measures": measures}, "E-director")
        self._arrives("plan.opened")

    def the_receiver_is_away(self) -> None:
        """What happens meanwhile is parked, not dropped."""
        [webhook] = self._get("/v1/webhooks")["items"]
        self._post(f"/v1/webhooks/{webhook['id']}/pause", {"reason": "the receiver is moved"})
        self.say("The receiver is paused; facts recover meanwhile, and the warning clears (推送暂停).")
        before = len(self.stage.inbox.arrived)
        self._know(GOOD)
        self._post(f"/v1/clients/{CLIENT}/assessments", {"rulebook": _BOOK})
        parked = self._get(f"/v1/webhooks/{webhook['id']}/deliveries?state=parked")["items"]
        self.say(f"Parked, not dropped (暂存): {len(parked)}. It resumes:")
        self._post(f"/v1/webhooks/{webhook['id']}/resume", {})
        self._arrives("warning.cleared", before)

    def all_of_it_adds_up(self) -> None:
        """The feed holds every event once; the ledger balances; the trail is whole."""
        feed = self._get("/v1/events?limit=200")["items"]
        arrived = {each.event["id"] for each in self.stage.inbox.arrived}
        self.say(f"The feed has {len(feed)} events in order; {len(arrived)} arrived since the receiver is there.")
        for command in (("ledger",), ("audit", "verify")):
            for line in self.stage.command(*command).splitlines():
                self.say(f"  {line}")

    def _review(self) -> Any:
        """The open review of the client under the rulebook."""
        items = self._get(f"/v1/reviews?client_id={CLIENT}&rulebook={_BOOK}")["items"]
        found = next((each for each in items if each["status"] in {"upcoming", "due", "overdue"}), None)
        if found is None:
            raise StoryError("no review is open")
        return found

    def _arrives(self, kind: str, after: int = 0) -> None:
        self.show(self.stage.inbox.wait_for(kind, CLIENT, after))

    def _know(self, facts: dict[str, str]) -> None:
        self._post(f"/v1/clients/{CLIENT}/facts", {"facts": facts, "source": "ledger"})

    def _now(self) -> datetime:
        return self.stage.now()

    def _get(self, path: str) -> Any:
        return self.stage.call("GET", path)

    def _put(self, path: str, body: Any) -> Any:
        return self.stage.call("PUT", path, body)

    def _post(self, path: str, body: Any, person: str | None = None) -> Any:
        return self.stage.call("POST", path, body, person)
