"""Concentration as the API shows it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.kernel.concentration import Band, Carriers, Concentration, NothingCarried, by_band
from app.kernel.quantity import MEASURES, RATIO, render
from app.portfolio.concentration_schemas import (
    CarriedShare,
    ConcentrationReport,
    Group,
    Grouping,
    LorenzPoint,
    ModelFit,
)
from app.portfolio.measuring import Asked, Groups, Measured

_WHOLE: Final[int] = 10**RATIO.decimals


def as_report(
    asked: Asked,
    measured: Measured,
    spread: Concentration | NothingCarried,
    shares: Sequence[int],
    groups: Groups,
    bounds: Sequence[int],
) -> ConcentrationReport:
    """The whole report; heavy for many clients."""
    carries = spread if isinstance(spread, Concentration) else None
    show = _shower(measured)
    return ConcentrationReport(
        measure=asked.measure,
        rulebook=measured.published.name,
        as_of=asked.as_of,
        unit=asked.unit,
        clients=spread.clients,
        unknown=measured.unknown,
        idle=carries.idle if carries else spread.clients,
        idle_value=show(spread.idle_value),
        total=show(carries.total if carries else 0),
        gini=render(carries.gini(), RATIO) if carries else None,
        carriers=[_carried(share, carries.carrying(share), show) for share in shares] if carries else [],
        models=list(_models(measured, carries, show)) if carries else [],
        lorenz=[LorenzPoint(clients=each.clients, value=show(each.value)) for each in carries.lorenz()]
        if carries
        else [],
        groupings=[_grouping(name, labels, measured, show) for name, labels in sorted(groups.items())],
        bands=[_band(each, spread.clients, carries.total if carries else 0, show) for each in _bands(measured, bounds)],
    )


def _shower(measured: Measured) -> Callable[[int], str]:
    measure = MEASURES[measured.fact.kind]
    return lambda value: render(value, measure)


def _carried(share: int, carriers: Carriers, show: Callable[[int], str]) -> CarriedShare:
    return CarriedShare(
        share=render(share, RATIO),
        clients=len(carriers.selected),
        share_of_clients=render(carriers.share, RATIO),
        carried=show(carriers.carried),
    )


def _models(measured: Measured, spread: Concentration, show: Callable[[int], str]) -> Iterator[ModelFit]:
    for name, model in measured.selections():
        fit = spread.fit(model)
        yield ModelFit(
            name=name,
            clients=render(model.clients, RATIO),
            carry=render(model.carry, RATIO),
            holds=fit.holds,
            meant=fit.clients,
            carried=show(fit.carried),
            carried_share=render(fit.share, RATIO),
            needed=_carried(model.carry, fit.needed, show),
        )


def _grouping(name: str, labels: Mapping[str, str], measured: Measured, show: Callable[[int], str]) -> Grouping:
    counts: dict[str | None, list[int]] = {}
    for client_id, value in measured.values:
        found = counts.setdefault(labels.get(client_id), [0, 0])
        found[0] += 1
        found[1] += max(value, 0)
    total = sum(carried for _, carried in counts.values())
    groups = sorted(counts.items(), key=lambda each: (-each[1][1], each[0] or ""))
    return Grouping(
        by=name,
        groups=[_group(label, found[0], found[1], len(measured.values), total, show) for label, found in groups],
    )


def _bands(measured: Measured, bounds: Sequence[int]) -> Iterable[Band]:
    return by_band(measured.values, bounds) if bounds else ()


def _band(band: Band, clients: int, total: int, show: Callable[[int], str]) -> Group:
    label = None if band.low is None else show(band.low)
    return _group(label, band.clients, band.carried, clients, total, show)


def _group(label: str | None, count: int, carried: int, clients: int, total: int, show: Callable[[int], str]) -> Group:
    return Group(
        label=label,
        clients=count,
        share_of_clients=render(count * _WHOLE // clients if clients else 0, RATIO),
        value=show(carried),
        share_of_value=render(carried * _WHOLE // total, RATIO) if total else None,
    )
