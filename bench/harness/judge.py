# SPDX-License-Identifier: Apache-2.0
"""Overhead, and whether a row meets its target. All of it is exact: figures are taken as the decimals that they are written
as, and nothing is rounded before it is compared.

A row's target is {"field": "mean", "percent": 1.0, "absolute": 2} or a list of such; either limit may be left out, and
one of the two that is kept is enough. "better" says in which direction a difference is overhead.
"""
from fractions import Fraction


def exact(value):
    """The number that is written in the JSON, not its nearest binary fraction."""
    return Fraction(str(value))


def targets(row):
    """A row's targets, as a list."""
    target = row.get("target")
    return target if isinstance(target, list) else [target] if target else []


def _pair(row, field):
    bare, zvm = row.get("bare"), row.get("zvm")
    if not bare or not zvm or bare.get(field) is None or zvm.get(field) is None:
        return None
    return exact(bare[field]), exact(zvm[field])


def difference(row, field="mean"):
    """By how much the VM is worse than the bare machine, in the row's unit; None: one of the two was not measured."""
    pair = _pair(row, field)
    if pair is None:
        return None
    return pair[1] - pair[0] if row.get("better", "lower") == "lower" else pair[0] - pair[1]


def overhead(row, field="mean"):
    """The same in percent of bare, exact; None as well where bare is 0."""
    worse = difference(row, field)
    if worse is None:
        return None
    bare = _pair(row, field)[0]
    if bare == 0:
        return Fraction(0) if worse == 0 else None
    return worse * 100 / bare


def met(row, target):
    """Is it within the target? None: not measurable."""
    field = target.get("field", "mean")
    worse = difference(row, field)
    if worse is None:
        return None
    bare = _pair(row, field)[0]
    limits = [Fraction(0)]
    if target.get("percent") is not None:
        limits.append(abs(bare) * exact(target["percent"]) / 100)
    if target.get("absolute") is not None:
        limits.append(exact(target["absolute"]))
    return worse <= max(limits)


def missed(rows):
    """[(row, target)] of the targets that are not met, worst first."""
    found = [(row, target) for row in rows for target in targets(row) if met(row, target) is False]
    return sorted(found, key=lambda pair: -(overhead(pair[0], pair[1].get("field", "mean")) or 0))


def unmeasured(rows):
    """Rows that have a target and no figures."""
    return [row for row in rows if any(met(row, target) is None for target in targets(row))]


def mean_overhead(rows, field="mean"):
    """The mean of the rows' overheads, in percent; None if none has one."""
    found = [value for value in (overhead(row, field) for row in rows) if value is not None]
    return sum(found) / len(found) if found else None


def worst(rows, field="mean"):
    """The row with the largest overhead; None if none has one."""
    found = [row for row in rows if overhead(row, field) is not None]
    return max(found, key=lambda row: overhead(row, field)) if found else None


def check_met(check):
    """A figure of a whole scenario: {"label", "value", "limit", "unit"}, met up to its limit. None: not measured."""
    if check.get("value") is None:
        return None
    return exact(check["value"]) <= exact(check["limit"])


def describe(target, unit, base="bare"):
    """A target in words."""
    percent, absolute = target.get("percent"), target.get("absolute")
    parts = [f"{percent:g} %"] if percent is not None else []
    parts += [f"{absolute:,g} {unit}"] if absolute is not None else []
    return f"{target.get('field', 'mean')} within {' or '.join(parts) or '0'} of {base}"
