# SPDX-License-Identifier: Apache-2.0
"""Many VMs: what an exit costs, how late a real-time task wakes up and how much of the host's memory is taken, with 1 to 16 VMs.

One VM runs the guest of the exit benchmark (tests/guest/exits.c) while the others are there (tests/guest/neighbour.c): idle, or
computing at a lower priority on its CPU, or computing on the other CPUs. Then all are neighbours, and tasks of 1 kHz run on
their CPU (apps/bench_host). Nobody looks at a guest's console while it measures.
"""
import re

from harness import bundles, report
from harness import plots as draw
from harness.machine import BenchError, Machine

NAME = "scale"
TITLE = "Many VMs"
ORDER = 80
TARGETS = ["bench_host", "guest_exits", "guest_neighbour"]

VMS = (1, 2, 4, 8, 16)
MEMORY = 4
ROWS_ONE, ROWS_TURN = 0, 2  # which rows of tests/guest/exits.c
WHAT = {"idle": 0, "tick": 1, "busy": 2, "call": 3}     # guest_option[0] of tests/guest/neighbour.c
FEW = 100                   # repetitions where others are busy on other CPUs
LOWER = 12                  # a priority below that of VMs, which is 10
TASKS, PERIODS, PERIOD = 10, 150, 997                   # see realtime.py
# A row must not grow by more than this from 1 VM to 16: where code and data lie moves no instruction, rounding of a mean does.
GROWTH_MAX = 2
VM_MAX, VCPU_MAX = 64 << 10, 16 << 10

ROWS = {"hvc": "HVC, PSCI_VERSION", "gicd_typer": "GICD_TYPER read", "isenabler": "GICR_ISENABLER0 write", "sgi_self": "SGI to self",
        "timer_spin": "virtual timer, spinning", "timer_wfi": "virtual timer, from WFI", "turn": "vCPU to vCPU on one CPU"}
# In plots, of as many as there is room for.
SHORT = {"hvc": "HVC", "gicd_typer": "GICD read", "sgi_self": "SGI to self", "timer_spin": "timer", "timer_wfi": "timer, WFI",
         "turn": "vCPU to vCPU"}
# The measured VM's CPU, and those of its neighbours, by the machine's number of CPUs.
CPU_OF = {1: (0, (0,)), 4: (1, (0, 2, 3))}
STATES = {(1, "idle"): "others idle, 1 CPU", (1, "busy"): "others busy at a lower priority, the same CPU",
          (4, "idle"): "others idle, 4 CPUs", (4, "busy"): "others busy on the other CPUs, least of 100"}
# What all VMs do beside the tasks, on the tasks' CPU; the last one's are on all four.
BESIDE = {"idle": "all idle", "tick": "a timer of 1 kHz in each", "busy": "all computing", "call": "all in hypercalls", "idle4": "all idle, 4 CPUs"}

FIGURES = re.compile(r"EXIT (\w+) mean=([\d.]+) min=(\d+) max=(\d+) n=(\d+)")
LATE = re.compile(r"HOST rt (\w+) .*\bwakeups=(\d+) missed=(\d+) sum=(\d+) min=(\d+) max=(\d+)")
USED = re.compile(r"HOST memory (\w+) used=(\d+)")
PART = re.compile(r"HOST run bench memory (\w+)")


# ---- the machines ----------------------------------------------------------------------------------------------------

def bundle(ctx, name, smp, plan, repetitions=0):
    """What is measured, and neighbours of every kind on every CPU that has some."""
    here, others = CPU_OF[smp]
    vms = {"one": bundles.definition("one.bin", 1, MEMORY, "raw", f"cpus = <{here}>;"),
           "turn": bundles.definition("turn.bin", 2, MEMORY, "raw", f"cpus = <{here} {here}>;")}
    files = {"one.bin": bundles.with_options(ctx.build / "guest_exits.bin", repetitions, ROWS_ONE),
             "turn.bin": bundles.with_options(ctx.build / "guest_exits.bin", repetitions, ROWS_TURN)}
    for what, option in WHAT.items():
        files[f"{what}.bin"] = bundles.with_options(ctx.build / "guest_neighbour.bin", option)
        for cpu in {*others, here}:
            vms[f"{what}{cpu}"] = bundles.definition(f"{what}.bin", 1, MEMORY, "raw", f"cpus = <{cpu}>;")
            vms[f"low{what}{cpu}"] = bundles.definition(f"{what}.bin", 1, MEMORY, "raw",
                                                        f"cpus = <{cpu}>; priority = <{LOWER}>;")
    return bundles.bundle(ctx.where / name, vms, files, plan="\n".join(plan))


def run_plan(ctx, name, smp, plan, repetitions=0):
    """The lines of bench_host, which must not have complained."""
    archive = bundle(ctx, name, smp, plan, repetitions)
    lines = Machine(ctx.build, "bench_host.bin", smp=smp, mem="512M", initrd=archive).run_host()
    if failed := [line for line in lines if "FAIL" in line]:
        raise BenchError(failed[0])
    return lines


def counts(ctx, dear=False):
    """Of VMs; fewer of them where each takes the emulator long."""
    return (VMS[0], VMS[-1]) if ctx.quick else VMS[::2] if dear else VMS


def rows_of(smp, state):
    """The rows that can be measured. A timer is late when the emulator runs the busy CPUs meanwhile."""
    return [row for row in ROWS if (smp, state) != (4, "busy") or not row.startswith("timer")]


def neighbours(first, count, names):
    """Lines that make so many VMs from id `first` on, of these definitions in turn, and start them."""
    made = [f"zvm new -t {names[i % len(names)]}" for i in range(count)]
    return made + [f"zvm run -n {first + i}" for i in range(count)]


def measured(ctx, smp, state):
    """{row: {VMs: figures}} of the VM whose exits are measured, and {VMs: bytes in use} before it runs."""
    prefix = "low" if (smp, state) == (1, "busy") else ""
    names = [f"{prefix}{state}{cpu}" for cpu in CPU_OF[smp][1]]
    plan = ["bench memory none"]
    dear = (smp, state) == (4, "busy")
    wanted = counts(ctx, dear)
    for count in wanted:
        for vm, wait in (("one", 10 if dear else 60), ("turn", 5 if dear else 20)):
            plan += [f"zvm new -t {vm}", *neighbours(1, count - 1, names), "bench sleep 3", f"bench memory {vm}{count}",
                     "zvm run -n 0", f"bench sleep {wait}", "bench follow 0", "bench delete_all"]
    plan += ["bench memory after"]
    figures, used, now = {}, {}, None
    for line in run_plan(ctx, f"exits{smp}{state}", smp, plan, FEW if dear else 0):
        if match := USED.search(line):
            used[match.group(1)] = int(match.group(2))
            now = int(re.sub(r"\D", "", match.group(1)) or 0)
        elif match := FIGURES.search(line):
            name, mean, low, high, n = match.groups()
            figures.setdefault(name, {})[str(now)] = {"mean": float(mean), "min": int(low), "max": int(high), "n": int(n)}
    missing = [row for row in ROWS if len(figures.get(row, {})) != len(wanted)]
    if missing:
        raise BenchError(f"{smp} CPUs, {state}: not measured with every number of VMs: {', '.join(missing)}")
    return {"figures": {row: figures[row] for row in rows_of(smp, state)}, "used": used}


def beside(ctx, what):
    """{VMs: how late the tasks wake up}: on one CPU, or all of four, with so many VMs that do all the same."""
    smp = 4 if what.endswith("4") else 1
    here, others = CPU_OF[smp]
    names = [f"{what.rstrip('4')}{cpu}" for cpu in dict.fromkeys([here, *others])]
    plan = []
    for count in (0, *counts(ctx)):
        start = f"{TASKS} {PERIODS // 5 if ctx.quick else PERIODS} {PERIOD} {here}"
        plan += [*neighbours(0, count, names), "bench sleep 5", f"bench rt start n{count} {start}", f"bench rt end n{count}",
                 "bench delete_all"]
    found = {}
    for line in run_plan(ctx, f"beside{what}", smp, plan):
        if match := LATE.search(line):
            count, missed, total, least, most = map(int, match.groups()[1:])
            found[match.group(1)[1:]] = {"mean": round(total / count, 2), "min": least, "max": most, "n": count, "missed": missed}
    return found


def runs(ctx):
    """The longest first."""
    states = [(1, "idle")] if ctx.quick else [(4, "busy"), *(state for state in STATES if state != (4, "busy"))]
    kinds = ["busy"] if ctx.quick else ["call", "busy", "tick", "idle", "idle4"]
    return [*((f"exits {smp} {state}", lambda smp=smp, state=state: measured(ctx, smp, state)) for smp, state in states),
            *((f"beside {what}", lambda what=what: beside(ctx, what)) for what in kinds)]


# ---- what came out ---------------------------------------------------------------------------------------------------

def field_of(smp, state):
    """With others that compute on other CPUs only the least of many is the path's own."""
    return "min" if (smp, state) == (4, "busy") else "mean"


def exits_of(outcomes):
    """[(smp, state, outcome)] in order."""
    return [(smp, state, outcomes[f"exits {smp} {state}"]) for smp, state in STATES if f"exits {smp} {state}" in outcomes]


def growth(points):
    """From the fewest VMs to the most."""
    by_count = sorted((int(count), value) for count, value in points.items())
    return by_count[-1][1] - by_count[0][1]


def from_two(smp, state, row):
    """Does a row have its step at the second VM? In WFI the CPU is somebody else's then, whose context must go."""
    return (smp, state) == (1, "busy") and row in ("timer_wfi", "turn")


def per_vm(used):
    """[(VMs, bytes of the host's memory beyond their RAM)] from what was in use with one vCPU in each."""
    pairs = sorted((int(name[3:]), value) for name, value in used.items() if re.fullmatch(r"one\d+", name))
    return [[count, value - used["none"] - count * (MEMORY << 20)] for count, value in pairs]


def result(_, outcomes):
    """Rows for every figure; what grows."""
    rows, grown, flat = [], [], {}
    for smp, state, outcome in exits_of(outcomes):
        field = field_of(smp, state)
        for row in rows_of(smp, state):
            label = ROWS[row]
            points = {count: figures[field] for count, figures in outcome["figures"][row].items()}
            flat[f"{row}.{smp}.{state}"] = points
            judged = {count: v for count, v in points.items() if not from_two(smp, state, row) or int(count) > 1}
            grown.append((growth(judged), f"{label}, {STATES[smp, state]}"))
            for count, figures in outcome["figures"][row].items():
                rows.append({"key": f"{row}.{smp}.{state}.{count}", "label": f"{label}, {STATES[smp, state]}, {count} VMs",
                             "unit": "instructions", "better": "lower", "bare": None, "zvm": figures, "target": None, "note": ""})
    late = {key.split()[1]: found for key, found in outcomes.items() if key.startswith("beside ")}
    for what, found in late.items():
        rows += [{"key": f"late.{what}.{count}", "label": f"wake-up of the RT task, {BESIDE[what]}, {count} VMs", "unit": "instructions",
                  "better": "lower", "bare": None, "zvm": figures, "target": None, "note": ""} for count, figures in found.items()]
    used = outcomes["exits 1 idle"]["used"]
    memory = per_vm(used)
    rows += [{"key": f"memory.{count}", "label": f"host memory beyond RAM, {count} VMs", "unit": "bytes", "better": "lower", "bare": None,
              "zvm": {"mean": value, "min": value, "max": value, "n": 1}, "target": None, "note": ""} for count, value in memory]
    worst = max(grown)
    return {"rows": rows, "flat": flat, "late": late, "memory": memory, "grows_most": list(worst),
            "left": used["after"] - used["none"],
            "checks": [{"label": f"growth of an exit's cost from 1 VM to {VMS[-1]}", "value": worst[0], "limit": GROWTH_MAX,
                        "unit": "instructions"},
                       {"label": "memory not back after delete", "value": abs(used["after"] - used["none"]), "limit": 0, "unit": "bytes"}]}


def failures(found):
    """Of the checks."""
    return [f"{check['label']}: {check['value']:g} {check['unit']}" for check in found["checks"] if check["value"] > check["limit"]]


def summary(found):
    """One line for exits, one for the task."""
    most, where = found["grows_most"]
    late = [(growth({count: f["max"] for count, f in points.items() if count != "0"}), what) for what, points in found["late"].items()]
    return [{"what": f"{TITLE}, exits with {VMS[-1]} of them", "target": f"at most {GROWTH_MAX} instructions more than with 1",
             "result": f"at most {report.figure(most)} more ({where})", "met": most <= GROWTH_MAX},
            {"what": f"{TITLE}, latest wake-up of the RT task with {VMS[-1]} of them", "target": "",
             "result": "; ".join(f"{BESIDE[what]}: {more:+,} against 1" for more, what in late), "met": None}]


# ---- what is said of it ----------------------------------------------------------------------------------------------

def exits_table(found, smp, state):
    """Rows against the number of VMs."""
    columns = sorted(found["flat"][f"hvc.{smp}.{state}"], key=int)
    points = {row: found["flat"].get(f"{row}.{smp}.{state}", {}) for row in ROWS}
    lines = [[label, *(report.figure(points[row][count]) if count in points[row] else "not measured" for count in columns)]
             for row, label in ROWS.items()]
    return report.table([STATES[smp, state], *(f"{count} VM{'s' if count != '1' else ''}" for count in columns)], lines)


def late_table(found):
    """Least and most of each."""
    columns = sorted(next(iter(found["late"].values())), key=int)
    lines = [[BESIDE[what], *(f"{points[count]['min']:,} to {points[count]['max']:,}" for count in columns)]
             for what, points in found["late"].items()]
    return report.table(["wake-up of the RT task, least to most", *(f"{count} VMs" if count != "1" else "1 VM" for count in columns)], lines)


def step(found):
    """What the second VM costs one that wakes up in the midst of it."""
    points = found["flat"]["timer_wfi.1.busy"]
    return points["2"] - points["1"]


def due_at_once(found):
    """How much later the task's latest wake-up is for each VM whose timer is due at the same time."""
    points = found["late"]["tick"]
    return round((points["16"]["max"] - points["1"]["max"]) / 15)


def markdown(found):
    """Tables and what is behind them."""
    most, where = found["grows_most"]
    there = [(smp, state) for smp, state in STATES if f"hvc.{smp}.{state}" in found["flat"]]
    (low, least), (high, largest) = found["memory"][0], found["memory"][-1]
    each = (largest - least) // (high - low)
    parts = [exits_table(found, smp, state) for smp, state in there]
    none = "none grows by one instruction" if most == 0 else f"the most that any grows by is {report.figure(most)} instructions ({where})"
    parts.append(
        f"No exit costs more because there are more VMs: from 1 to {VMS[-1]} {none}. There is no list of VMs on the exit path, a ready queue "
        "and its best thread are found without a search, and a VM's identifier in the TLB is its own as long as it lives.")
    if (1, "busy") in there:
        parts.append(
            "With busy neighbours on the same CPU there is one step, at the second VM: a guest that waits in WFI leaves the CPU to somebody, "
            f"who is preempted and whose context has to go before it can go on. That takes {report.figure(step(found))} instructions, with one "
            "neighbour as with fifteen.")
    if (4, "busy") in there:
        parts.append(
            "With busy neighbours on other CPUs the emulator runs the CPUs in turn, and their instructions are in the time of an exit during "
            "which it turns: so that table has the least of 100, which is the path's own. A timer's interrupt cannot be measured so: its CPU is run "
            "when the emulator has been round the others. Nor can contention of CPUs for a lock, which on hardware is a matter of time.")
    parts.append(late_table(found))
    if "tick" in found["late"]:
        parts.append(
            "The task preempts whatever guest there is, and of how many does not matter: the lines are flat within the odd end of a time slice that "
            "falls into a wake-up. One thing demands more: timers. When those of several VMs are due in the same moment as the task, one interrupt "
            f"serves them all, about {due_at_once(found)} instructions for each.")
    parts.append(
        f"Each VM takes {each:,} bytes of the host's memory beyond its RAM, its translation tables among them; {found['left']:,} bytes are not "
        "back after all were deleted.")
    return "\n\n".join(parts)


def plots(found, directory):
    """Exits, lateness, memory: against the number of VMs."""
    def lines(points, field=None):
        return [(int(count), value[field] if field else value) for count, value in sorted(points.items(), key=lambda p: int(p[0]))]

    drawn = []
    for smp, state in STATES:
        if f"hvc.{smp}.{state}" in found["flat"]:
            series = {SHORT[row]: lines(found["flat"][f"{row}.{smp}.{state}"]) for row in rows_of(smp, state) if row in SHORT}
            name = "scale" + ("" if (smp, state) == (1, "idle") else f"-{smp}-{state}")
            drawn.append((draw.lines(directory, name, f"Many VMs: {STATES[smp, state]}", series, "VMs", "instructions", log_x=True),
                          f"What an exit costs with 1 to {VMS[-1]} VMs, {STATES[smp, state]}: flat lines"))
    series = {BESIDE[what]: [point for point in lines(points, "max") if point[0]] for what, points in found["late"].items()}
    drawn.append((draw.lines(directory, "scale-late", "Latest wake-up of a real-time task beside many VMs", series, "VMs",
                             "instructions", log_x=True), "The latest of the wake-ups of the 1 kHz tasks, on the one CPU that all VMs share"))
    series = {"beyond RAM": [(count, value / 1024) for count, value in found["memory"]]}
    drawn.append((draw.lines(directory, "scale-memory", "Host memory for VMs beyond their RAM", series, "VMs", "KiB"),
                  "Structures, stacks, consoles and translation tables of VMs with one vCPU"))
    return drawn
