# SPDX-License-Identifier: Apache-2.0
"""Tables, in Markdown and for a terminal, and the places of documents that they are written to.

What is generated stands between two comments of a document, `<!-- bench NAME: begin -->` and `<!-- bench NAME: end -->`;
everything else there is written by hand and stays.
"""
import re

from . import judge
from .machine import TOP, BenchError

REPORT = TOP / "docs/benchmarks.md"
README = TOP / "README.md"
PLOTS = TOP / "docs/benchmarks"
SUMMARY = "summary"


def figure(value, digits=1):
    """A figure as it is printed: thousands apart, a fraction only where there is one. Nothing: it was not measured."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    text = f"{float(value):,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value, digits=2):
    """An overhead as it is printed: none at all is 0, a small one has more digits."""
    if value is None or value == 0:
        return "" if value is None else "0 %"
    if abs(value) < 0.5 * 10.0 ** -digits:
        return f"{float(value):+.{digits + 2}f} %"
    return f"{float(value):+.{digits}f} %"


def table(head, rows):
    """Markdown: the first column is text, the others are figures."""
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def overhead_table(rows, fields=("mean",), what="operation"):
    """Markdown: bare, in a VM, and the overhead of each field of the rows; a star marks a target that is missed."""
    head = [what]
    for field in fields:
        of = "" if len(fields) == 1 else f"{field}, "
        head += [f"{of}bare", f"{of}ZVM", f"{of}overhead" if of else "overhead"]
    lines = []
    for row in rows:
        stars = {target.get("field", "mean") for _, target in judge.missed([row])}
        cells = [row["label"] + (f" ({row['note']})" if row.get("note") else "")]
        for field in fields:
            cells += [figure((row.get(side) or {}).get(field)) for side in ("bare", "zvm")]
            value = judge.overhead(row, field)
            cells.append("not measured" if value is None else percent(value) + (" *" if field in stars else ""))
        lines.append(cells)
    return table(head, lines)


def plain(markdown):
    """Markdown for a terminal: the columns of its tables in line."""
    out, block = [], []

    def flush():
        if not block:
            return
        cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in block]
        columns = max(map(len, cells))
        cells = [row + [""] * (columns - len(row)) for row in cells if not all(re.fullmatch(r":?-+:?", c) for c in row)]
        widths = [max(len(row[i]) for row in cells) for i in range(columns)]
        for row in cells:
            out.append("  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))]).rstrip())
        block.clear()

    for line in markdown.split("\n"):
        if line.startswith("|"):
            block.append(line)
        else:
            flush()
            out.append(line)
    flush()
    return "\n".join(out)


def markers(name):
    """The two lines around what is generated."""
    return f"<!-- bench {name}: begin -->\n", f"<!-- bench {name}: end -->"


def split(path, name):
    """(before, between, after) of a document: there must be one pair of markers, in order."""
    text = path.read_text(encoding="utf-8")
    begin, end = markers(name)
    at, to = text.find(begin), text.find(end)
    if text.count(begin) != 1 or text.count(end) != 1 or to < at:
        raise BenchError(f"{path.name} has not one pair of lines {begin.strip()} and {end}")
    at += len(begin)
    return text[:at], text[at:to], text[to:]


def rewrite(path, name, text):
    """Put a text between the markers of a document."""
    before, old, after = split(path, name)
    new = text.strip("\n") + "\n"
    if new != old:
        path.write_text(before + new + after, encoding="utf-8")


def section(scenario, result, images):
    """What is generated of a scenario's section. images: [(path as the document names it, caption)]"""
    parts = [scenario.markdown(result).strip("\n")]
    parts += [f"![{caption}]({path})\n\n*{caption}*" for path, caption in images]
    return "\n\n".join(parts)


# ---- the summary -----------------------------------------------------------------------------------------------------

def _yes(met):
    return {True: "yes", False: "**no**", None: ""}[met]


def _of_rows(title, rows, target):
    """One line of the summary: the rows that have this target."""
    field = target.get("field", "mean")
    late = [row for row, missing in judge.missed(rows) if missing == target]
    worst, mean = judge.worst(rows, field), judge.mean_overhead(rows, field)
    result = "not measured"
    if worst:
        result = f"worst {percent(judge.overhead(worst, field))} ({worst['label']}), mean {percent(mean)}"
    if late:
        result += f"; {len(late)} of {len(rows)} rows miss it"
    unmeasured = sum(judge.met(row, target) is None for row in rows)
    if unmeasured and worst:
        result += f"; {unmeasured} not measurable"
    return {"what": title, "result": result, "met": None if worst is None else not late}


def summary_of(scenario, result):
    """The lines of one scenario: what it says of itself by summary(result), else one for each target of its rows."""
    if hasattr(scenario, "summary"):
        return scenario.summary(result)
    groups = {}
    for row in result["rows"]:
        for target in judge.targets(row):
            text = judge.describe(target, row["unit"], row.get("sides", ["bare"])[0])
            groups.setdefault(text, (target, []))[1].append(row)
    lines = [{**_of_rows(scenario.TITLE, rows, target), "target": text} for text, (target, rows) in groups.items()]
    for check in result.get("checks", []):
        unit = check.get("unit", "%")
        value = "not measured" if check.get("value") is None else f"{figure(check['value'], 2)} {unit}"
        lines.append({"what": f"{scenario.TITLE}, {check['label']}", "result": value, "met": judge.check_met(check),
                      "target": f"at most {figure(check['limit'], 2)} {unit}"})
    return lines


def anchor(title):
    """How a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def summary(scenarios, results, link=""):
    """Markdown: every scenario's lines. link: the document with the sections, seen from where this is put."""
    lines = []
    for scenario in scenarios:
        if scenario.NAME not in results:
            continue
        target = f"{link}#{anchor(scenario.TITLE)}"
        for line in summary_of(scenario, results[scenario.NAME]):
            what = line["what"].replace(scenario.TITLE, f"[{scenario.TITLE}]({target})", 1)
            lines.append(f"| {what} | {line['target']} | {line['result']} | {_yes(line['met'])} |")
    return "\n".join(["| scenario | target | result | met |", "| --- | --- | --- | --- |", *lines])
