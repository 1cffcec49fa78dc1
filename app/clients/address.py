"""The address of one client: what is not one of the words that stand in its place."""

from typing import Final

from starlette.convertors import Convertor, register_url_convertor

from app.clients.schemas import WORDS


class _ClientId(Convertor[str]):
    """Leaves `/v1/clients/red-list` to its own route, so that other methods there are 405 and not a client's."""

    regex = rf"(?!(?:{'|'.join(WORDS)})$)[^/]+"

    def convert(self, value: str) -> str:
        """Take the text as it is; the route judges it."""
        return value

    def to_string(self, value: str) -> str:
        """Write it as it is."""
        return value


register_url_convertor("client", _ClientId())

ONE: Final = "/{client_id:client}"
"""The path of a route of one client."""
