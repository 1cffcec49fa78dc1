"""Runs as the API shows them."""

from datetime import datetime

from app.portfolio.run_schemas import Progress, Run, RunMove, RunScope, Summary, Timings
from app.portfolio.schemas import Shocks
from app.portfolio.tables import PortfolioRun, PortfolioRunMove


def as_run(row: PortfolioRun, now: datetime) -> Run:
    """A run; `now` for how long it will take."""
    named = row.filter.get("client_ids")
    attributes = {name: value for name, value in row.filter.items() if name != "client_ids"}
    scope = dict.fromkeys(RunScope.model_fields) | attributes | {"clients_named": named and len(named)}
    return Run.model_validate(
        {name: getattr(row, name) for name in Run.model_fields if hasattr(row, name)}
        | {
            "by": row.measured_by.removeprefix("class__"),
            "filter": RunScope.model_validate(scope),
            "shocks": [Shocks.model_validate(each) for each in row.shocks],
            "progress": _progress(row, now),
            "timings": Timings(
                reading=round(row.reading_s, 3), scoring=round(row.scoring_s, 3), writing=round(row.writing_s, 3)
            ),
            "summary": Summary.model_validate(row.summary) if row.summary else None,
            "asked_by": row.person or row.key_name,
        }
    )


def as_move(row: PortfolioRunMove) -> RunMove:
    """A move of a run."""
    return RunMove(
        scenario=row.scenario or None,
        client_id=row.client_id,
        kind=row.kind,
        before=row.before,
        after=row.after,
        reasons=row.reasons,
    )


def _progress(row: PortfolioRun, now: datetime) -> Progress:
    share = None if row.total is None else row.done / row.total if row.total else 1.0
    eta = None
    if row.state == "running" and row.total and row.done and row.started_at:
        pace = (now - row.started_at).total_seconds() / row.done
        eta = max(0, round(pace * (row.total - row.done)))
    return Progress(total=row.total, done=row.done, share=share and round(share, 4), eta_seconds=eta)
