"""What should stand where the form refuses what does: Pydantic's error types in the words of policy staff."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

from app.rulebooks.document.conditions import TestPart

_LONGEST_SHOWN: Final = 60
_PATTERNS: Final = {
    "^[a-z][a-z0-9_]{0,63}$": "lower-case letters, digits and underscores, beginning with a letter (deposit_balance)",
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "lower-case words joined by hyphens (corporate-classes)",
}
_Context = Mapping[str, Any]
_WANTED: Final[dict[str, Callable[[_Context], str]]] = {
    "string_type": lambda _: "a plain text or number",
    "dict_type": lambda _: "a mapping: names, each with its value",
    "model_type": lambda _: "a mapping: fields, each with its value",
    "list_type": lambda _: "a list: [a, b], or lines that begin with a hyphen",
    "bool_type": lambda _: "yes or no",
    "bool_parsing": lambda _: "yes or no",
    "int_type": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "int_parsing_size": lambda _: "a smaller whole number",
    "string_pattern_mismatch": lambda context: _PATTERNS.get(context["pattern"], "another text"),
    "string_too_short": lambda _: "some text",
    "string_too_long": lambda context: f"at most {context['max_length']} characters",
    "too_short": lambda _: "at least one entry",
    "too_long": lambda context: f"no more than {context['max_length']}",
    "greater_than_equal": lambda context: f"{context['ge']} or more",
    "less_than_equal": lambda context: f"{context['le']} or less",
    "literal_error": lambda context: str(context["expected"]).replace("'", ""),
}


def wanted(detail: ErrorDetails) -> str:
    """The mend of an error: what to write."""
    if detail["input"] == "" and detail["type"] != "string_pattern_mismatch":
        return "write its value, or remove the line"
    if _lists_values(detail):
        return f"write {{in: [{', '.join(map(str, detail['input']))}]}}"
    say = _WANTED.get(detail["type"])
    if say is not None:
        return f"write {say(detail.get('ctx', {}))}"
    if detail["type"].startswith(("date", "int")):
        return "write a day, such as 2026-01-31"
    return detail["msg"].removeprefix("Value error, ").replace("Input should be", "write", 1)


def _lists_values(detail: ErrorDetails) -> bool:
    """Whether a list of values stands where a comparison is needed."""
    compares = detail.get("ctx", {}).get("class_name") == TestPart.__name__
    return compares and isinstance(detail["input"], list) and all(isinstance(each, str) for each in detail["input"])


def shown(value: Any) -> str:
    """What stands there now."""
    if isinstance(value, dict | list):
        kind = "a mapping" if isinstance(value, dict) else "a list"
        return kind if value else f"{kind} with nothing in it"
    if value == "":
        return "empty"
    return repr(value) if len(str(value)) <= _LONGEST_SHOWN else "so long a text"
