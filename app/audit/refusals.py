"""The problems that the audit answers."""

from app.errors import Conflict, NotFound, Unavailable


class AuditEntryNotFound(NotFound):
    """There is no such entry, or it is of a unit that the caller does not see."""

    code = "audit_entry_not_found"
    title = "No such audit entry"


class ChainContradicted(Conflict):
    """The chain is not the one of the newest checkpoint, or that is damaged: nothing is signed until someone looked."""

    code = "audit_chain_contradicted"
    title = "The audit chain contradicts an earlier checkpoint"


class CheckpointUnavailable(Unavailable):
    """The key that signs, or the folder of checkpoints, cannot be read: whoever runs the service has to mend that."""

    code = "audit_checkpoint_unavailable"
    title = "No checkpoint can be signed now"

    def __init__(self, setting: str, otherwise: str, error: OSError) -> None:
        """Name the setting, not the path: that is the server's own."""
        where = f"what {setting} names, or {otherwise} where it names nothing"
        super().__init__(f"{where}, cannot be used: {error.strerror}.", headers={"Retry-After": "60"})
