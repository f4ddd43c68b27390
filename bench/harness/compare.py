# SPDX-License-Identifier: Apache-2.0
"""What changed between two runs: every figure of one results.json against the same of another."""
import json
import math
import numbers
import re

from .judge import exact
from .machine import BenchError
from .report import figure

SCHEMA = 1


def read(path):
    """A results.json, or one line of what is wrong with it."""
    try:
        with open(path, encoding="utf-8") as stream:
            found = json.load(stream)
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise BenchError(f"{path}: no JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("scenarios"), dict):
        raise BenchError(f"{path}: no results of 'make bench'")
    if found.get("schema") != SCHEMA:
        raise BenchError(f"{path}: schema {found.get('schema')}, not {SCHEMA}: it was written by another version")
    return found


def _number(value):
    return isinstance(value, numbers.Number) and not isinstance(value, bool)


def _numeric(text):
    return re.fullmatch(r"-?\d+(\.\d+)?", str(text)) is not None


def _histogram(value):
    """Many numbers that belong together: a list of them or of pairs, or a count for each value."""
    if isinstance(value, list):
        return all(_number(one) or (isinstance(one, list) and all(map(_number, one))) for one in value)
    return isinstance(value, dict) and bool(value) and all(map(_numeric, value)) and all(map(_number, value.values()))


def leaves(value, path=()):
    """{path: number} of all below a value, and {path: list of pairs} of a histogram, which is one thing. Elements of a list
    go by their "key" where they have one."""
    if _number(value):
        return {path: value}
    if _histogram(value):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {path: [(str(name), inner) for name, inner in pairs]} if value else {}
    found = {}
    if isinstance(value, dict):
        for name, inner in value.items():
            found.update(leaves(inner, (*path, str(name))))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            name = str(inner["key"]) if isinstance(inner, dict) and "key" in inner else str(i)
            found.update(leaves(inner, (*path, name)))
    return found


def _directions(result):
    """{key of a row: +1 where more is worse, -1 where less is}."""
    rows = result.get("rows", []) if isinstance(result, dict) else []
    return {str(row["key"]): -1 if row.get("better") == "higher" else 1 for row in rows
            if isinstance(row, dict) and "key" in row}


# Figures of a row that say how good it is; its target, budget and number of repetitions do not.
NOT_JUDGED = {"n", "target", "budget", "peers"}


def changes(base, new):
    """[{"where", "old", "new", "verdict"}] of one scenario; "old" or "new" is None where it is not."""
    before, after = leaves(base), leaves(new)
    direction = {**_directions(base), **_directions(new)}
    found = []
    for path in before.keys() | after.keys():
        old, now = before.get(path), after.get(path)
        if old == now:
            continue
        verdict = "changed"
        many = isinstance(old, list) or isinstance(now, list)
        if path[0] == "rows" and old is not None and not many and not NOT_JUDGED & set(path[2:]):
            # What is no longer measured is no success.
            worse = now is None or (exact(now) - exact(old)) * direction.get(path[1], 1) > 0
            verdict = "worse" if worse else "better"
        found.append({"where": path[1:] if path[0] == "rows" else path, "old": old, "new": now, "verdict": verdict})
    return found


def _size(named):
    """The order of changes: the largest share first, one from nothing before all; what only one run has comes last."""
    name, change = named
    if not (_number(change["old"]) and _number(change["new"])):
        return 1, 0, 0, name, change["where"]
    grown = abs(exact(change["new"]) - exact(change["old"]))
    return 0, -grown / abs(exact(change["old"])) if change["old"] else -math.inf, -grown, name, change["where"]


def _keys(result):
    rows = result.get("rows", []) if isinstance(result, dict) else []
    return [str(row["key"]) for row in rows if isinstance(row, dict) and "key" in row]


def _vanished(name, base, new):
    """Lines about rows that only one of the two has, and what they are called."""
    lines = [f"{name}: row {key} vanished" for key in _keys(base) if key not in _keys(new)]
    lines += [f"{name}: row {key} appeared" for key in _keys(new) if key not in _keys(base)]
    return lines, set(_keys(base)) ^ set(_keys(new))


def _line(name, change):
    where = " ".join(change["where"])
    if isinstance(change["old"], list) or isinstance(change["new"], list):
        old, new = (side if isinstance(side, list) else [] for side in (change["old"], change["new"]))
        return f"{name}: {where}: {len(set(map(str, old)) ^ set(map(str, new)))} of its figures differ"
    if change["old"] is None:
        return f"{name}: {where}: {figure(change['new'], 4)}, not there before"
    if change["new"] is None:
        worse = " (worse)" if change["verdict"] == "worse" else ""
        return f"{name}: {where}: was {figure(change['old'], 4)}, no longer there{worse}"
    grown = exact(change["new"]) - exact(change["old"])
    share = f", {float(grown * 100 / abs(exact(change['old']))):+.2f} %" if change["old"] else ""
    sign = "+" if grown > 0 else "-"
    return (f"{name}: {where}: {figure(change['old'], 4)} -> {figure(change['new'], 4)} "
            f"({sign}{figure(abs(grown), 4)}{share}) {change['verdict']}")


def compare(base, new):
    """(lines, did something get worse) of two results."""
    lines = []
    for what in sorted(base.get("conditions", {}).keys() | new.get("conditions", {}).keys()):
        old, now = (side.get("conditions", {}).get(what) for side in (base, new))
        if old != now:
            lines.append(f"{what}: {old} -> {now}")
    one, other = base["scenarios"], new["scenarios"]
    lines += [f"{name}: only in the earlier run" for name in one if name not in other]
    lines += [f"{name}: only in the later run" for name in other if name not in one]
    found = []
    for name in sorted(one.keys() & other.keys()):
        moved, keys = _vanished(name, one[name], other[name])
        lines += moved
        found += [(name, change) for change in changes(one[name], other[name]) if change["where"][0] not in keys]
    lines += [_line(*named) for named in sorted(found, key=_size)]
    # A row that is no longer measured is no success either.
    gone = any(set(_keys(one[name])) - set(_keys(other[name])) for name in one.keys() & other.keys())
    return lines, gone or any(change["verdict"] == "worse" for _, change in found)
