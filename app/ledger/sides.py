"""The sides of the ledger, in the order of what happens."""

from typing import Final

from app.events.adding_up import Balancing
from app.scheduler.adding_up import add_up_steps
from app.webhooks.adding_up import add_up_deliveries

SIDES: Final[tuple[Balancing, ...]] = (add_up_steps, add_up_deliveries)
