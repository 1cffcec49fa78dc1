"""What concentration looks like over the wire. Shares are decimals between 0 and 1, values in the measure's unit."""

from pydantic import Field

from app.http.types import Day, Wire


class CarriedShare(Wire):
    """The fewest clients that carry a share of the measure, the largest first (C1)."""

    share: str
    clients: int
    share_of_clients: str = Field(description="Rounded up.")
    carried: str


class ModelFit(Wire):
    """Whether a selection model of the rulebook holds here: so many of the clients carry so much."""

    name: str
    clients: str = Field(description="The share of the clients that the model means.")
    carry: str = Field(description="The share of the measure that they should carry.")
    holds: bool
    meant: int = Field(description="Clients that the model means here.")
    carried: str
    carried_share: str = Field(description="Of the measure, rounded down.")
    needed: CarriedShare


class LorenzPoint(Wire):
    """So many clients, the smallest first, hold so much together."""

    clients: int
    value: str


class Group(Wire):
    """Clients of a class or tier, or of a band of the measure, with their shares (G5)."""

    label: str | None = Field(description="The class or tier, null for clients that have none; the band's lower bound.")
    clients: int
    share_of_clients: str
    value: str
    share_of_value: str | None = Field(description="Null where nobody carries anything.")


class Grouping(Wire):
    """Clients by a classification, or by `tier`, as of their last decision."""

    by: str
    groups: list[Group]


class ConcentrationReport(Wire):
    """How a measure is spread over the clients. What is unknown counts as 0; who has 0 or less carries nothing."""

    measure: str
    rulebook: str
    as_of: Day
    unit: str | None
    clients: int
    unknown: int = Field(description="Clients of whom the measure is not known.")
    idle: int = Field(description="Clients that carry nothing.")
    idle_value: str
    total: str = Field(description="What the others carry together.")
    gini: str | None = Field(description="0 where all carry the same, near 1 where one carries all.")
    carriers: list[CarriedShare]
    models: list[ModelFit]
    lorenz: list[LorenzPoint] = Field(description="From nobody to everybody, at full percents of the clients.")
    groupings: list[Grouping]
    bands: list[Group]


class SelectedClient(Wire):
    """A client among the fewest that carry the share, with its place."""

    place: int
    client_id: str
    value: str


class SelectedPage(Wire):
    """The largest first."""

    items: list[SelectedClient]
    next_cursor: str | None
