"""The made-up bank: head office, branches, sub-branches, outlets, and who serves where (domain.md B1, B9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.portfolio.demo.drawing import Draw

HEAD_OFFICE: Final = "HO"
OPENED: Final = "2010-01-01"
POSTED: Final = "2020-01-01"
_CITIES: Final = ("北京", "上海", "广州", "深圳", "杭州", "南京", "武汉", "成都", "西安", "沈阳", "青岛", "长沙")
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
_SUB_BRANCHES: Final = 4
_OUTLETS: Final = 3
_CLIENTS_OF_BRANCH: Final = 4_000
_CLIENTS_OF_MANAGER: Final = 650
_MOST_BRANCHES: Final = 36
_COMMITTEE: Final = 5


class UnitLine(NamedTuple):
    """A unit, as `tierbook import units` reads it."""

    unit_id: str
    kind: str
    name: str
    parent_id: str | None


class OfficerLine(NamedTuple):
    """A posting, as `tierbook import officers` reads it."""

    officer_id: str
    name: str
    unit_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Bank:
    """Units from the top down, who serves where, and for each outlet its relationship managers and its region."""

    units: tuple[UnitLine, ...]
    officers: tuple[OfficerLine, ...]
    managers: dict[str, tuple[str, ...]]
    regions: dict[str, str]

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets, which lead clients."""
        return tuple(self.managers)


def make_bank(clients: int, seed: int) -> Bank:
    """A bank large enough for so many clients."""
    branches = max(2, min(_MOST_BRANCHES, -(-clients // _CLIENTS_OF_BRANCH)))
    units = list(_units(branches))
    outlets = [each.unit_id for each in units if each.kind == "outlet"]
    managers = -(-clients // (len(outlets) * _CLIENTS_OF_MANAGER))
    officers = tuple(_officers(units, max(1, managers), Draw(seed, 0)))
    led = {unit: tuple(each.officer_id for each in officers if _manages(each, unit)) for unit in outlets}
    regions = {unit: _CITIES[(int(unit[1:3]) - 1) % len(_CITIES)] for unit in outlets}
    return Bank(tuple(units), officers, led, regions)


def _manages(officer: OfficerLine, unit: str) -> bool:
    return (officer.unit_id, officer.role) == (unit, "relationship_manager")


def _units(branches: int) -> Iterator[UnitLine]:
    yield UnitLine(HEAD_OFFICE, "head_office", "示例银行总行", None)
    for number in range(1, branches + 1):
        branch, city = f"B{number:02}", _CITIES[(number - 1) % len(_CITIES)]
        again = (number - 1) // len(_CITIES)
        name = f"{city}分行" if not again else f"{city}第{again + 1}分行"
        yield UnitLine(branch, "branch", name, HEAD_OFFICE)
        for below in range(1, _SUB_BRANCHES + 1):
            sub_branch = f"{branch}-S{below}"
            yield UnitLine(sub_branch, "sub_branch", f"{name}第{below}支行", branch)
            for outlet in range(1, _OUTLETS + 1):
                yield UnitLine(f"{sub_branch}-O{outlet}", "outlet", f"{name}第{below}支行第{outlet}网点", sub_branch)


def _officers(units: list[UnitLine], managers: int, draw: Draw) -> Iterator[OfficerLine]:
    number = 10_000
    for unit in units:
        for role in _roles(unit.kind, managers):
            number += 1
            yield OfficerLine(str(number), person_name(draw), unit.unit_id, role)


def _roles(kind: str, managers: int) -> list[str]:
    committee = ["committee_member"] * _COMMITTEE
    experts = ["industry_expert", "product_expert"]
    return {
        "head_office": ["head_office_president", "head_office_corporate", *experts, *committee],
        "branch": ["branch_president", "branch_president", "corporate_director", *experts, *committee],
        "sub_branch": ["sub_branch_head"],
        "outlet": ["outlet_head", "lobby_manager", *["relationship_manager"] * managers],
    }[kind]


def person_name(draw: Draw) -> str:
    """The name of nobody."""
    return draw.of(_SURNAMES) + "".join(draw.of(_GIVEN) for _ in range(1 + draw.below(2)))
