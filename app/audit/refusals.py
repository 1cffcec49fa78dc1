"""The problems that the audit answers."""

from app.errors import Conflict, NotFound


class AuditEntryNotFound(NotFound):
    """There is no such entry, or it is of a unit that the caller does not see."""

    code = "audit_entry_not_found"
    title = "No such audit entry"


class ChainContradicted(Conflict):
    """The chain is not the one of the newest checkpoint, or that is damaged: nothing is signed until someone looked."""

    code = "audit_chain_contradicted"
    title = "The audit chain contradicts an earlier checkpoint"
