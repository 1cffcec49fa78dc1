"""The 360° view over HTTP."""

from decimal import Decimal

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.parameters import NOT_FOUND, Client
from app.clients.queries import company_of
from app.clients.reading import visible
from app.clients.team_wire import as_team
from app.clients.wire import as_detail
from app.http.routing import Router
from app.http.transaction import Reads
from app.organisation.telling import shown_to
from app.overview.gathering import gather
from app.overview.next_steps import LABELS, NextStep, next_steps
from app.overview.schemas import NextStepDetail, Overview, OwedDetail, TrendDetail, TrendPoint
from app.overview.trends import Trend
from app.rulebooks.parameters import Known
from app.rulebooks.schemas import BilingualText

router = Router(tags=["clients"])


@router.get(
    "/v1/clients/{client_id}/overview",
    operation_id="readOverview",
    summary="A client at a glance",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NOT_FOUND,
)
async def read_overview(client_id: Client, reads: Reads, known: Known) -> Overview:
    """All that is known of a client today, and what is to be done next (360° 视图)."""
    client = await visible(reads, client_id)
    glance = await gather(reads, known, client)
    overview = Overview(
        client=as_detail(client, await company_of(reads, client_id)),
        as_of=reads.today,
        facts=glance.facts,
        standings=list(glance.standings),
        moves=list(glance.moves),
        warnings=list(glance.warnings),
        plans=list(glance.plans),
        overrides=list(glance.overrides),
        owed=[OwedDetail(**each._asdict()) for each in glance.owed],
        team=as_team(client_id, reads.today, glance.team),
        contribution=_trend(glance.contribution),
        trend=_trend(glance.trend),
        next_steps=[_step(each) for each in next_steps(glance.stands_open())],
    )
    return await shown_to(reads, overview)


def _trend(found: Trend) -> TrendDetail:
    points = [TrendPoint(as_of=each.as_of, value=format(each.value, "f")) for each in found.points]
    return TrendDetail(
        fact=found.fact,
        since=found.since,
        points=points,
        change=_text(found.change),
        change_ratio=_text(found.change_ratio),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _step(step: NextStep) -> NextStepDetail:
    english, chinese = LABELS[step.code]
    label = BilingualText(en=english, zh=chinese)
    return NextStepDetail.model_validate(
        {"code": step.code, "label": label, "about": step.about, "due": step.due, "who": step.who}
    )
