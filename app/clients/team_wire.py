"""A team as it goes over the wire."""

from dataclasses import asdict
from datetime import date
from typing import Any

from app.clients.team import Team
from app.clients.team_schemas import TeamDetail


def as_team(client_id: str, day: date, team: Team) -> TeamDetail:
    """Who covers a client on a day."""
    told = asdict(team)
    levels = [{**each, "members": [_member(one) for one in each["members"]]} for each in told.pop("rungs")]
    others = [_member(each) for each in told.pop("others")]
    return TeamDetail.model_validate({"client_id": client_id, "as_of": day, "levels": levels, "others": others} | told)


def _member(member: dict[str, Any]) -> dict[str, Any]:
    return {("from" if name == "from_day" else name): value for name, value in member.items()}
