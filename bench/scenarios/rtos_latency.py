# SPDX-License-Identifier: Apache-2.0
"""The kernel benchmark in an RTOS guest: bench_el1, the same file on the bare machine and in a VM.

Every call is timed by itself, for the least and the most; what the scenario `kernel` measures in a loop is measured in a
second pass here (*.each in apps/bench).
"""
from harness import judge
from harness import plots as draw
from harness import report, rtos
from scenarios import kernel

NAME = "rtos-latency"
TITLE = "RTOS latency"
ORDER = 30
TARGETS = ["bench_el1", "exit_bench"]

TARGET = {"field": "mean", "percent": 1.0, "absolute": 2}
MEAN_LIMIT = 0.2
CPUS = 4

# What the kernel benchmark has no line for.
MORE = [
    ("work item submitted, to its handler", "work.submit"),
    ("timer start", "timer.start"),
    ("timer stop", "timer.stop"),
    ("timer due, to its handler, from idle", "timer.idle_handler"),
    ("timer due, to the woken thread, from idle", "timer.idle_thread"),
    ("interrupt to self raised, to its handler", "irq.handler"),
    ("interrupt to self raised, to the woken thread", "irq.thread"),
    ("interrupt enable at the controller", "irq.enable"),
    ("interrupt disable at the controller", "irq.disable"),
]

# Lines for which the guest has to be left: what for, and the instructions that this may cost beyond the bare machine's.
LEAVE = {
    "timer.handler": ("the timer's interrupt comes in", 30),
    "timer.thread": ("the same", 30),
    "timer.idle_handler": ("the same, and WFI, which may have to give the CPU to others", 80),
    "timer.idle_thread": ("the same two", 80),
    "irq.handler": ("sending an SGI is trapped", 120),
    "irq.thread": ("the same", 120),
    "irq.enable": ("a register of the emulated interrupt controller", 160),
    "irq.disable": ("two of its registers", 300),
}


def figures(lines, cpus):
    """{line: figures}; one by one where there is both."""
    found = kernel.figures(lines, cpus)
    return {key: found.get(f"{key}.each", value) for key, value in found.items() if not key.endswith(".each")}


def in_vm(ctx, cpus):
    """One run in a VM."""
    lines = rtos.in_vm(ctx, "bench_el1.bin", cpus)
    return {"figures": figures(lines, 1), "exits": rtos.exits(lines)[-1]}


def runs(ctx):
    """Bare, in a VM of a host of one CPU, and of several."""
    def bare():
        return figures(rtos.bare(ctx, "bench_el1.bin", "BENCH END"), 1)

    return [("bare", lambda: rtos.agreed(bare)), ("zvm", lambda: rtos.agreed(lambda: in_vm(ctx, 1))),
            (f"zvm{CPUS}", lambda: rtos.agreed(lambda: in_vm(ctx, CPUS)))]


def row(label, key, outcomes):
    """One line."""
    reason, budget = LEAVE.get(key, ("", None))
    return {"key": key, "label": label, "unit": "instructions", "better": "lower", "bare": outcomes["bare"].get(key),
            "zvm": outcomes["zvm"]["figures"].get(key), "target": TARGET, "leaves": reason, "budget": budget, "note": reason}


def result(_, outcomes):
    """Two groups of rows: those for which the guest is left, and the others."""
    rows = [row(label, key, outcomes) for label, key in [*((label, key) for label, key, _ in kernel.ROWS), *MORE]]
    stays = [r for r in rows if not r["leaves"]]
    several = [{**r, "zvm": outcomes[f"zvm{CPUS}"]["figures"].get(r["key"])} for r in stays]
    mean, of_all = judge.mean_overhead(stays), judge.mean_overhead(rows)
    return {"rows": rows, "exits": outcomes["zvm"]["exits"],
            "several": {r["key"]: r["zvm"] for r in several},
            "mean_of_all": None if of_all is None else float(of_all),
            "checks": [{"label": "mean over the lines for which the guest stays",
                        "value": None if mean is None else float(mean), "limit": MEAN_LIMIT, "unit": "%"}]}


def groups(found):
    """(rows for which the guest stays, rows for which it is left)."""
    return [r for r in found["rows"] if not r["leaves"]], [r for r in found["rows"] if r["leaves"]]


def failures(found):
    """A budget that is exceeded is a regression; the issue's target is a finding."""
    return [f"{r['label']}: {report.figure(judge.difference(r))} instructions more than bare, not {r['budget']}"
            for r in groups(found)[1] if judge.difference(r) > r["budget"]]


def equal(stays, field):
    """How many rows are the same to the instruction."""
    return sum(judge.difference(r, field) == 0 for r in stays)


def summary(found):
    """A line for each group, and the mean."""
    stays, leaves = groups(found)
    worst, mean, late = judge.worst(stays), found["checks"][0], judge.missed(stays)
    dearest, beyond = max(leaves, key=judge.difference), judge.missed(leaves)
    return [{"what": f"{TITLE}, {len(stays)} lines", "target": judge.describe(TARGET, "instructions"),
             "result": f"worst {report.percent(judge.overhead(worst))} ({worst['label']}); {equal(stays, 'mean')} the same "
                       "to the instruction" + (f"; {len(late)} miss it" if late else ""), "met": not late},
            {"what": f"{TITLE}, mean over these", "target": f"at most {mean['limit']:g} %",
             "result": report.percent(mean["value"], 3), "met": judge.check_met(mean)},
            {"what": f"{TITLE}, {len(leaves)} lines for which the guest is left", "target": judge.describe(TARGET, "instructions"),
             "result": f"{len(beyond)} miss it: an interrupt of the timer {report.figure(judge.difference(leaves[0]))} "
                       f"instructions more, dearest {report.figure(judge.difference(dearest))} ({dearest['label']})",
             "met": not beyond}]


def why(found, stays):
    """What differs, in words."""
    uneven = [r for r in stays if judge.difference(r, "max") > 0]
    several = [{**r, "zvm": found["several"][r["key"]]} for r in stays]
    all_fields = sum(all(judge.difference(r, field) == 0 for field in ("mean", "min", "max")) for r in stays)
    same = f"all {len(stays)}" if equal(stays, "mean") == len(stays) else f"{equal(stays, 'mean')} of {len(stays)}"
    text = [f"The means of {same} lines are the same to the instruction, and {all_fields} have the same least and most: "
            "what a kernel does with its own threads and objects takes no part of the hypervisor. A guest masks interrupts, "
            "acknowledges and ends them, reads the counter and sets its timer without leaving the CPU, and the host does "
            "nothing on a CPU where nobody else wants to run: it has no tick, and no time slice for a vCPU that is alone."]
    if uneven:
        most = max(uneven, key=lambda r: judge.difference(r, "max"))
        text.append(f"In {len(uneven)} of them the most is larger than on the bare machine, by at most "
                    f"{report.figure(judge.difference(most, 'max'))} instructions ({most['label']}): a timer of the host's "
                    "expired in one of the 1000 repetitions, in whichever line that fell into.")
    worst, apart = judge.worst(several), len(stays) - equal(several, "mean")
    text.append(f"On a host of {CPUS} CPUs, the guest on one of them, it is the same"
                + (f" but for {apart} lines, the worst {report.percent(judge.overhead(worst), 3)} ({worst['label']})." if apart
                   else " for all of them."))
    return " ".join(text)


def left(leaves):
    """The table of the rows for which the guest is left."""
    lines = []
    for r in leaves:
        cells = [report.figure(r[side][field]) for side in ("bare", "zvm") for field in ("mean", "min", "max")]
        lines.append([r["label"], *cells, report.figure(judge.difference(r)), report.figure(r["budget"]),
                      report.percent(judge.overhead(r), 1), r["leaves"]])
    head = ["operation", "bare: mean", "min", "max", "ZVM: mean", "min", "max", "more", "at most", "overhead", "why"]
    return report.table(head, lines)


def markdown(found):
    """Both groups, and what is behind the differences."""
    stays, leaves = groups(found)
    exits = ", ".join(f"{count:,} {name}" for name, count in found["exits"].items() if count)
    return "\n\n".join([
        report.overhead_table(stays, ("mean", "min", "max")), why(found, stays),
        f"For the other {len(leaves)} lines the guest has to be left: an interrupt comes in, or the processor has no way to "
        f"do for a guest what it does for a kernel. {sum(not judge.met(r, TARGET) for r in leaves)} of them are beyond the "
        f"target of {TARGET['percent']:g} % or {TARGET['absolute']} instructions. What is left is the way into the hypervisor "
        "and back, which a GICv3 asks for; each has a budget in instructions, and more is a regression. With these lines the "
        f"mean over all {len(found['rows'])} is {report.percent(found['mean_of_all'], 1)}.",
        left(leaves),
        f"The guest was left {sum(found['exits'].values()):,} times in all, from its start to its end: {exits}. The device "
        "accesses (mmio) are the console's, before and after the measurement, and those of the two lines about the "
        "interrupt controller."])


def plots(found, directory):
    """Overhead where the guest stays, instructions where it is left."""
    stays, leaves = groups(found)
    series = {draw.BARE: [r["bare"]["mean"] for r in leaves], draw.ZVM: [r["zvm"]["mean"] for r in leaves]}
    return [(draw.overhead_bars(directory, "rtos-latency", "RTOS latency in a VM", stays, limit=1.0),
             "Overhead of the mean, the same image on the bare machine and in a VM"),
            (draw.bars(directory, "rtos-latency-exits", "Where the guest has to be left", [r["label"] for r in leaves],
                       series, "instructions (less is better)"),
             "The lines that a guest cannot do by itself")]
