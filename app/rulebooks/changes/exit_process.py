"""Changes of the steps of an exit, in words."""

from app.rulebooks.changes.general import Mapping, Said, named, rest


def exit_process_changes(_: str, old: Mapping, new: Mapping) -> Said:
    """What changed of the steps, paired by their names."""
    yield from rest("exit process", old, new, "steps")
    yield from named("exit step", _by_name(old["steps"]), _by_name(new["steps"]), _step)


def _by_name(steps: list[Mapping]) -> dict[str, Mapping]:
    found: dict[str, Mapping] = {}
    for step in steps:
        name = step["step"]
        while name in found:
            name += ", again"
        found[name] = step
    return found


def _step(name: str, old: Mapping, new: Mapping) -> Said:
    yield from rest(f"exit step {name}", old, new)
