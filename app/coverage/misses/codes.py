"""Why visits that are owed were not made: a closed list, as staff read it."""

from typing import Final, Literal, NamedTuple

Code = Literal["client_refused", "suspended", "client_closed", "other"]


class Label(NamedTuple):
    """What a code is called."""

    en: str
    zh: str


LABELS: Final[dict[str, Label]] = {
    "client_refused": Label("The client refused", "客户拒访"),
    "suspended": Label("Business is suspended", "业务暂停"),
    "client_closed": Label("The client closed down", "客户歇业"),
    "other": Label("Other reason", "其他原因"),
}
