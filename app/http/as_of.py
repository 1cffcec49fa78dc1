"""The day of a question."""

from typing import Annotated

from fastapi import Query

from app.http.types import Day

AsOf = Annotated[Day | None, Query(description="The day that counts; today where nothing is said.")]
"""The business date in a query."""
