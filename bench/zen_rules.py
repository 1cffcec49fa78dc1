"""The yardstick in zen-engine: `book.yaml` as a decision graph, from the tables of `by_hand.py`.

Two forms, both evaluated in batches, which is four times as fast as one by one: the one its editor leads to, a decision
table for each indicator, then sums, then a table of tiers; and the fastest there is, one node with everything in it.
"""

import json
from itertools import pairwise
from typing import Any, Final

from bench.by_hand import DIMENSIONS, POINTS

Graph = dict[str, Any]
Client = dict[str, int]

_POINT: Final = 10**4
_SCORE: Final = 10**12
_ONLY: Final = {"passThrough": True, "inputField": None, "outputPath": None, "executionMode": "single"}


class ZenRules:
    """One graph, loaded and ready."""

    def __init__(self, graph: Graph) -> None:
        """Load it."""
        import zen

        self._batches = zen.ZenEngine({"loader": {"type": "static", "content": {"bench": graph}}})
        self._one = zen.ZenEngine().create_decision(json.dumps(graph))

    def decide_all(self, clients: list[Client]) -> list[dict[str, Any]]:
        """Decide many."""
        requests: Any = [{"key": "bench", "context": client} for client in clients]
        answers: Any = self._batches.evaluate_batch(requests)
        return [answer["data"]["result"] for answer in answers]

    def decide(self, client: Client) -> dict[str, Any]:
        """Decide one."""
        answer: Any = self._one.evaluate(client)
        return dict(answer["result"])


def tables() -> Graph:
    """A decision table for each indicator, a node of sums, a table of tiers; one after the other."""
    points = [_node(name, "decisionTableNode", _points_table(name)) for name in POINTS]
    sums = _node("sums", "expressionNode", _expressions(_sums("")))
    return _graph([*points, sums, _node("tier", "decisionTableNode", _tier_table())])


def expressions() -> Graph:
    """One node of expressions."""
    points = {f"points__{name}": _ternary(name) for name in POINTS}
    content = _expressions({**points, **_sums("$."), "tier": _tier_expression()})
    return _graph([_node("all", "expressionNode", content)])


def _graph(steps: list[Graph]) -> Graph:
    nodes = [_node("request", "inputNode", {}), *steps, _node("response", "outputNode", {})]
    names = [node["id"] for node in nodes]
    edges = [{"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairwise(names)]
    return {"nodes": nodes, "edges": edges}


def _node(name: str, kind: str, content: Graph) -> Graph:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, "content": content}


def _expressions(values: dict[str, str]) -> Graph:
    return {**_ONLY, "expressions": [{"id": key, "key": key, "value": value} for key, value in values.items()]}


def _table(inputs: dict[str, str], output: str, rules: list[Graph]) -> Graph:
    return {
        **_ONLY,
        "hitPolicy": "first",
        "inputs": [{"id": key, "name": key, "field": field, "type": "expression"} for key, field in inputs.items()],
        "outputs": [{"id": "then", "name": "then", "field": output, "type": "expression"}],
        "rules": [{"_id": str(at), **dict.fromkeys(inputs, ""), **rule} for at, rule in enumerate(rules)],
    }


def _points_table(name: str) -> Graph:
    lowest, steps = POINTS[name]
    rules = [{"given": f">= {bound}", "then": str(worth * _POINT)} for bound, worth in reversed(steps.items())]
    return _table({"given": name}, f"points__{name}", [*rules, {"then": str(lowest * _POINT)}])


def _ternary(name: str) -> str:
    lowest, steps = POINTS[name]
    text = str(lowest * _POINT)
    for bound, worth in steps.items():
        text = f"({name} >= {bound} ? {worth * _POINT} : {text})"
    return text


def _sums(here: str) -> dict[str, str]:
    """Dimensions and score; `here` is how a node reads what it made itself."""
    found = {}
    for name, (_, lines) in DIMENSIONS.items():
        found[f"dimension__{name}"] = " + ".join(
            f"{here}points__{line} * {weight * 10**6}" for line, weight in lines.items()
        )
    terms = ((line, share * weight) for share, lines in DIMENSIONS.values() for line, weight in lines.items())
    return found | {"score": " + ".join(f"{here}points__{line} * {weight * 10**4}" for line, weight in terms)}


def _tier_table() -> Graph:
    inputs = {"score": "score", "risk": "dimension__risk", "financial": "dimension__financial"}
    rules = [
        {"score": f">= {70 * _SCORE}", "risk": f">= {60 * _SCORE}", "then": "'core'"},
        {"score": f">= {55 * _SCORE}", "then": "'key'"},
        {"financial": f">= {60 * _SCORE}", "then": "'potential'"},
        {"then": "'none'"},
    ]
    return _table(inputs, "tier", rules)


def _tier_expression() -> str:
    core = f"$.score >= {70 * _SCORE} and $.dimension__risk >= {60 * _SCORE}"
    potential = f"$.dimension__financial >= {60 * _SCORE} ? 'potential' : 'none'"
    return f"{core} ? 'core' : ($.score >= {55 * _SCORE} ? 'key' : ({potential}))"
