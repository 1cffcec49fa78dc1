"""Changes of classifications, in words."""

from app.rulebooks.changes.general import Mapping, Said, became, changed, rest, shown, union, where_clause

BY_VALUE = ("bands", "best_of", "worst_of", "options")


class ClassChanges:
    """Changes of classifications; `options` are the facts that are read option by option."""

    def __init__(self, options: frozenset[str]) -> None:
        self.options = options

    def changes(self, name: str, old: Mapping, new: Mapping) -> Said:
        """Changes of one classification, or of one of its branches."""
        if old.get("choose") != new.get("choose") and "choose" in old and "choose" in new:
            yield from self._branches(name, old["choose"], new["choose"])
            yield from rest(name, old, new, "choose", *BY_VALUE)
        else:
            yield from rest(name, old, new, *BY_VALUE)
        for construct in BY_VALUE:
            if construct in old and construct in new:
                yield from self._by_value(name, construct, old[construct], new[construct])
            else:
                yield from changed(f"{name}: {construct}", old.get(construct), new.get(construct))

    def _by_value(self, name: str, construct: str, old: Mapping, new: Mapping) -> Said:
        for subject in union(old, new):
            if subject not in old or subject not in new:
                now = subject in new
                entries = shown(new[subject] if now else old[subject])
                yield f"{name}: {'now' if now else 'no longer'} by {subject} ({entries})"
            elif construct == "options" or subject in self.options:
                yield from self._options(name, subject, old[subject], new[subject])
            else:
                yield from self._bounds(name, subject, old[subject], new[subject])
        if old == new:
            yield from changed(f"{name}: {construct}", old, new)

    @staticmethod
    def _bounds(name: str, subject: str, old: Mapping, new: Mapping) -> Said:
        for label in union(old, new):
            start = f"{name}: {label} by {subject}"
            if label not in new:
                yield f"{start} has no bound (was {old[label]})"
            elif label not in old:
                yield f"{start} starts at {new[label]} (had no bound)"
            elif old[label] != new[label]:
                yield f"{start} starts at {became(old[label], new[label])}"

    @staticmethod
    def _options(name: str, subject: str, old: Mapping, new: Mapping) -> Said:
        for option in union(old, new):
            if old.get(option) != new.get(option):
                leads = new.get(option, "nothing")
                yield f"{name}: {subject} {option} leads to {leads} (was {old.get(option, 'nothing')})"

    def _branches(self, name: str, old: list[Mapping], new: list[Mapping]) -> Said:
        """Branches are paired by their guards, and those whose guard is new by their outcomes."""
        before, after = _by_guard(old), _by_guard(new)
        for gone in [guard for guard in before if guard not in after]:
            come = next((guard for guard in after if guard not in before and after[guard] == before[gone]), None)
            if come is not None:
                yield f"{name}, {come} (was {gone}): {_outcome(after[come])}"
                before = {come if guard == gone else guard: rule for guard, rule in before.items()}
        for guard in union(before, after):
            yield from self._branch(f"{name}, {guard}", before.get(guard), after.get(guard))
        if before.keys() == after.keys() and list(before) != list(after):
            yield f"{name}: its branches are tried in another order"

    def _branch(self, name: str, old: Mapping | None, new: Mapping | None) -> Said:
        if old is None or new is None:
            yield f"{name}: {_outcome(new or old or {})}, {'removed' if new is None else 'new'}"
        elif old.keys() == new.keys() == {"is"} and old != new:
            yield f"{name}: {new['is']} (was {old['is']})"
        else:
            yield from self.changes(name, old, new)


def _outcome(rule: Mapping) -> str:
    return str(rule["is"]) if rule.keys() == {"is"} else shown(rule)


def _by_guard(branches: list[Mapping]) -> dict[str, Mapping]:
    found: dict[str, Mapping] = {}
    for branch in branches:
        guard = "otherwise" if "otherwise" in branch else where_clause(branch.get("when"))
        while guard in found:
            guard += ", again"
        found[guard] = branch.get("otherwise") or branch.get("then") or {}
    return found
