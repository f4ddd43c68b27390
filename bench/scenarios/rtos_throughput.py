# SPDX-License-Identifier: Apache-2.0
"""Throughput of an RTOS guest: sys_bench, the same file on the bare machine and in a VM.

Semaphore, LIFO, FIFO, stack and memory slab, each by one thread, by two that wait for each other and by two that yield to
each other (the shape of Zephyr's sys_kernel); all of it without a tick, and again while a timer of 1 kHz runs.
"""
import re

from harness import judge
from harness import plots as draw
from harness import report, rtos
from harness.machine import BenchError

NAME = "rtos-throughput"
TITLE = "RTOS throughput"
ORDER = 44
TARGETS = ["sys_bench", "exit_bench"]

TARGET = {"field": "total", "percent": 1.0, "absolute": 2}
MEAN_LIMIT = 0.2
OBJECTS = {"sem": "semaphore", "lifo": "LIFO", "fifo": "FIFO", "stack": "stack", "slab": "memory slab"}
SHAPES = {"alone": "one thread", "block": "two threads, blocking", "yield": "two threads, yielding"}
WAYS = {"tickless": "", "timer": ", 1 kHz timer"}
# What the reference system reports for its own, in percent: worst line and mean.
REFERENCE = (8.7, 1.4)

LINE = re.compile(r"SYS (\w+) (\w+)\.(\w+) ticks=(\d+) n=(\d+) expired=(\d+)")
COUNTER = re.compile(r"SYS cycles_per_second (\d+)")


def figures(lines):
    """{line: figures}."""
    found = {}
    for line in lines:
        if match := COUNTER.search(line):
            rtos.check_counter(int(match.group(1)))
        if match := LINE.search(line):
            way, what, shape, *numbers = match.groups()
            total, n, expired = map(int, numbers)
            found[f"{what}.{shape}.{way}"] = {"total": total, "mean": total / n, "n": n, "expired": expired}
    return found


def in_vm(ctx):
    """The run in a VM. The guest has its exits counted at four points: twice in a row, which tells what the counting takes,
    then between and after the two ways of measuring."""
    lines = rtos.in_vm(ctx, "sys_bench.bin")
    counted = rtos.exits(lines)
    if len(counted) != 5:
        raise BenchError(f"exits were counted at {len(counted)} points, not 5")
    spans = [{name: b[name] - a[name] for name in a} for a, b in zip(counted, counted[1:])]
    return {"figures": figures(lines), "exits": counted[-1],
            "interrupts": {way: max(0, span["irq"] - spans[0]["irq"]) for way, span in zip(WAYS, spans[1:])}}


def runs(ctx):
    """Bare and in a VM."""
    def bare():
        return figures(rtos.bare(ctx, "sys_bench.bin", "SYS END"))

    def zvm():
        return in_vm(ctx)

    # Only the number of all exits can differ from run to run, which a quick run is not about.
    return [("bare", bare), ("zvm", zvm if ctx.quick else lambda: rtos.agreed(zvm))]


def result(_, outcomes):
    """A row for each line and way."""
    bare, zvm = outcomes["bare"], outcomes["zvm"]["figures"]
    wanted = {f"{what}.{shape}.{way}": f"{OBJECTS[what]}, {SHAPES[shape]}{WAYS[way]}"
              for way in WAYS for what in OBJECTS for shape in SHAPES}
    if missing := [key for key in wanted if key not in bare or key not in zvm]:
        raise BenchError(f"not measured: {', '.join(missing)}")
    rows = [{"key": key, "label": label, "unit": "instructions", "better": "lower", "bare": bare[key], "zvm": zvm[key],
             "target": TARGET, "note": ""} for key, label in wanted.items()]
    return {"rows": rows, "exits": outcomes["zvm"]["exits"], "interrupts": outcomes["zvm"]["interrupts"],
            "checks": [{"label": "mean over the lines", "value": round(float(judge.mean_overhead(rows, "total")), 6),
                        "limit": MEAN_LIMIT, "unit": "%"}]}


def of_way(found, way):
    """The rows measured so."""
    return [row for row in found["rows"] if row["key"].endswith(way)]


def summary(found):
    """Two lines."""
    rows, mean, late = found["rows"], found["checks"][0], judge.missed(found["rows"])
    worst = judge.worst(rows, "total")
    return [{"what": f"{TITLE}, {len(rows)} lines", "target": judge.describe({**TARGET, "field": "each"}, "instructions"),
             "result": f"worst {report.percent(judge.overhead(worst, 'total'), 3)} ({worst['label']})"
                       + (f"; {len(late)} miss it" if late else ""), "met": not late},
            {"what": f"{TITLE}, mean over these", "target": f"at most {mean['limit']:g} %",
             "result": report.percent(mean["value"], 4), "met": judge.check_met(mean)}]


def table(rows):
    """Ticks in all and of one operation."""
    lines = []
    for row in rows:
        bare, zvm = row["bare"], row["zvm"]
        star = " *" if judge.missed([row]) else ""
        lines.append([row["label"], f"{bare['n']:,}", *(report.figure(side["total"]) for side in (bare, zvm)),
                      *(report.figure(side["mean"], 3) for side in (bare, zvm)), str(zvm["expired"]),
                      report.percent(judge.overhead(row, "total"), 4) + star])
    head = ["operation", "times", "bare", "ZVM", "each, bare", "each, ZVM", "timer interrupts", "overhead"]
    return report.table(head, lines)


def explain(found):
    """What the overhead is made of."""
    text = []
    for way, heading in (("tickless", "Without a tick"), ("timer", "With the timer of 1 kHz")):
        rows = of_way(found, way)
        more = sum(judge.difference(row, "total") for row in rows)
        total = sum(row["bare"]["total"] for row in rows)
        left, expired = found["interrupts"][way], sum(row["zvm"]["expired"] for row in rows)
        why = "was never left" if not left else f"was left for {left:,} interrupts"
        if expired:
            why += (f", {expired:,} of them its own timer's that the lines saw, which is {report.figure(more / expired)} "
                    "instructions each")
        text.append(f"{heading} the {len(rows)} lines take {report.figure(total)} instructions on the bare machine and "
                    f"{report.figure(more)} more in the VM; the guest {why}.")
    worst, mean = judge.worst(found["rows"], "total"), found["checks"][0]["value"]
    text.append(f"The worst line is {report.percent(judge.overhead(worst, 'total'), 4)} ({worst['label']}), the mean over all "
                f"{len(found['rows'])} {report.percent(mean, 4)}; the reference system reports {REFERENCE[0]:g} % and "
                f"{REFERENCE[1]:g} %.")
    return " ".join(text)


def markdown(found):
    """The table and what is behind it."""
    exits = ", ".join(f"{count:,} {name}" for name, count in found["exits"].items() if count)
    return "\n\n".join([
        table(found["rows"]), explain(found),
        "Objects and threads are the guest kernel's own affair: none of these operations leaves the guest. What is left is the "
        "timer's interrupt, which the hypervisor takes and hands on. From its start to its end, console included, the guest "
        f"was left {sum(found['exits'].values()):,} times: {exits}."])


def plots(found, directory):
    """What an operation costs while the timer runs, and the overhead of each line."""
    rows = of_way(found, "timer")
    series = {draw.BARE: [row["bare"]["mean"] for row in rows], draw.ZVM: [row["zvm"]["mean"] for row in rows]}
    return [(draw.bars(directory, "rtos-throughput-each", "RTOS throughput: instructions per operation, 1 kHz timer running",
                       [row["label"].removesuffix(WAYS["timer"]) for row in rows], series, "instructions (less is better)"),
             f"Mean of {rows[0]['zvm']['n']:,} operations, the same image on the bare machine and in a VM"),
            (draw.overhead_bars(directory, "rtos-throughput", "RTOS throughput in a VM", found["rows"], field="total",
                                limit=1.0),
             "Overhead of the same lines, and of those without the timer")]
