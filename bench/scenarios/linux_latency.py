# SPDX-License-Identifier: Apache-2.0
"""Wake-up latency of Debian's PREEMPT_RT kernel by cyclictest, bare and in a VM, beside loads of stress-ng.

Every sample is kept: figures are computed from the whole histogram, in instructions.
"""
from fractions import Fraction

from harness import judge, linux
from harness import plots as draw
from harness import report
from harness.machine import BenchError

NAME = "linux-latency"
TITLE = "Linux latency"
ORDER = 40
TARGETS = [linux.HOST]

KERNEL = "6.1-rt"
SAMPLES, QUICK = 30_000, 1_000
TARGET = [{"field": "mean", "percent": 1.0}, {"field": "min", "percent": 1.0}, {"field": "max", "percent": 3.0}]
HIGH, LOW, HALF = Fraction(9999, 10000), Fraction(1, 1000), Fraction(1, 2)
# Two CPUs with a load can't be measured for what they are (markdown() says why): fewer samples, and no row.
RECORD, LATE = 1_500, 20_000
LOADS_2 = ("idle", "cpu2", "io", "memory")
BIN = 25
# Of two CPUs the first is for real time only, as one configures it.
ISOLATED = "isolcpus=0 rcu_nocbs=0"
# Stands for samples beyond cyclictest's histogram.
BEYOND = 1 << 62

# Key, what it is, options of stress-ng. A file system in memory: there is no disk, so that the kernel's part is all.
CPU = "--cpu {} --cpu-method crc16"
LOADS = [
    ("idle", "idle", ""),
    *((f"cpu{n}", f"{n} CPU-bound stressor{'s' if n > 1 else ''}", CPU.format(n)) for n in (1, 2, 4, 8)),
    ("io", "I/O stressor", "--hdd 1 --hdd-bytes 16M --temp-path /dev/shm"),
    ("memory", "memory stressor", "--vm 1 --vm-bytes 16M"),
]
QUICK_LOADS = ("idle", "cpu2")
# With the definition's default, WFI gives the CPU away: what that costs is told beside.
TRAP_LOADS = ("idle", "cpu2")
NAMES = {key: label for key, label, _ in LOADS}


def script(keys, samples, vcpus):
    """What Linux runs."""
    cells = [f"cell {key} {samples if samples < RECORD or vcpus == 1 or key == 'idle' else RECORD} {options}\n"
             for key, _, options in LOADS if key in keys]
    return (linux.SOURCES / "latency.sh").read_text(encoding="utf-8") + "".join(cells)


def histograms(lines, vcpus):
    """{"LOAD.CPU": {latency: samples}} of a console."""
    found, cell = {}, None
    for line in lines:
        words = line.split()
        if words[:1] == ["CELL"]:
            most, beyond = int(words[3]), int(words[4])
            cell = found.setdefault(f"{words[1]}.{words[2]}", {})
            # Of one sample beyond the histogram the most is its value; of several the others are not known.
            cell.update({most: 1} if beyond == 1 else {BEYOND: beyond} if beyond else {})
        elif cell is not None and len(words) == 2 and words[0].isdigit():
            cell[int(words[0])] = int(words[1])
        else:
            cell = None
    if not found or len(found) % vcpus:
        raise BenchError("cyclictest has not ended:\n" + "\n".join(lines[-20:]))
    return found


def percentile(counted, part):
    """The least value that this part of the samples does not exceed."""
    rank, seen = part * sum(counted.values()), 0
    for value, count in sorted(counted.items()):
        seen += count
        if seen >= rank:
            return value
    raise ValueError("no samples")


def figures(counted):
    """Least, mean, most and so on of a histogram."""
    if BEYOND in counted:
        raise BenchError(f"{counted[BEYOND]} wake-ups are beyond cyclictest's histogram")
    n = sum(counted.values())
    return {"mean": round(sum(v * c for v, c in counted.items()) / n, 3), "min": min(counted), "max": max(counted),
            "p0.1": percentile(counted, LOW), "p99.99": percentile(counted, HIGH), "n": n}


def record(counted):
    """What can be said where some wake-ups wait for the other CPU's turn."""
    return {"p0.1": percentile(counted, LOW), "median": percentile(counted, HALF), "n": sum(counted.values()),
            "late": sum(count for value, count in counted.items() if value > LATE)}


def binned(counted):
    """For the plot."""
    bins = {}
    for value, count in counted.items():
        bins[value // BIN * BIN] = bins.get(value // BIN * BIN, 0) + count
    return {str(value): count for value, count in sorted(bins.items())}


def spent(lines):
    """{load: {reason: exits while it was measured}}."""
    marks = linux.exits(lines)
    return {label[6:]: {reason: marks["end." + label[6:]][reason] - count for reason, count in at.items()}
            for label, at in marks.items() if label.startswith("begin.")}


def measure(ctx, vcpus, where, keys):
    """One boot, all loads in turn. where: "bare", or how the VM waits."""
    samples = QUICK if ctx.quick else SAMPLES // vcpus
    tools = ctx.where / f"{where}-{vcpus}"
    tools.mkdir()
    files = {"usr/bin/nonzero": linux.compile_static(tools, linux.SOURCES / "nonzero.c", "nonzero")}
    image = linux.Image(ctx.build, tools / "image", linux.Guest(KERNEL, vcpus, main=script(keys, samples, vcpus), files=files,
                                                                append=ISOLATED if vcpus > 1 else ""))
    lines = image.run_bare(1200) if where == "bare" else image.run_vm(1200, wfi=where)
    return {"version": image.version, "cells": histograms(lines, vcpus), "exits": spent(lines)}


def runs(ctx):
    """A boot for each machine, number of CPUs, and way to wait."""
    keys = QUICK_LOADS if ctx.quick else tuple(NAMES)
    wanted = [("bare", 1, keys), ("native", 1, keys)]
    if not ctx.quick:
        wanted += [("bare", 2, LOADS_2), ("native", 2, LOADS_2), ("trap", 1, TRAP_LOADS)]
    return [(f"{where}-{vcpus}", lambda where=where, vcpus=vcpus, keys=keys: measure(ctx, vcpus, where, keys))
            for where, vcpus, keys in wanted]


def label_of(vcpus, load, cpu):
    """A row's name."""
    if vcpus == 1:
        return f"1 vCPU, {NAMES[load]}"
    beside = NAMES[load] if cpu == str(vcpus - 1) or load == "idle" else f"{NAMES[load]} on the other"
    return f"{vcpus} vCPUs, CPU {cpu}, {beside}"


def rows_of(vcpus, bare, vm, target):
    """A row for each load and CPU that both have."""
    return [{"key": f"{vcpus}.{key}", "label": label_of(vcpus, *key.split(".")), "unit": "instructions", "better": "lower",
             "bare": figures(counted), "zvm": figures(vm["cells"][key]), "target": target, "note": ""}
            for key, counted in bare["cells"].items()
            if key in vm["cells"] and (vcpus == 1 or key.startswith("idle."))]


def result(_, outcomes):
    """All rows; those with the trapped WFI have no target."""
    rows = rows_of(1, outcomes["bare-1"], outcomes["native-1"], TARGET)
    histogram = {f"1.{key}": {side: binned(outcomes[run]["cells"][key]) for side, run in
                              ((draw.BARE, "bare-1"), (draw.ZVM, "native-1"))} for key in outcomes["bare-1"]["cells"]}
    found = {"rows": rows, "histograms": histogram, "exits": outcomes["native-1"]["exits"],
             "version": outcomes["bare-1"]["version"]}
    if "bare-2" in outcomes:
        rows += rows_of(2, outcomes["bare-2"], outcomes["native-2"], TARGET)
        found["record"] = [{"label": label_of(2, *key.split(".")), "bare": record(counted),
                            "zvm": record(outcomes["native-2"]["cells"][key])}
                           for key, counted in outcomes["bare-2"]["cells"].items() if not key.startswith("idle.")]
        found["exits of 2"] = outcomes["native-2"]["exits"]
    if "trap-1" in outcomes:
        found["trap"] = rows_of(1, outcomes["bare-1"], outcomes["trap-1"], None)
    return found


# ---- the report ------------------------------------------------------------------------------------------------------

FIELDS = [("min", "min"), ("p0.1", "0.1 %"), ("mean", "mean"), ("p99.99", "99.99 %"), ("max", "max")]


def shown(row, side, field):
    """A figure of a row."""
    return report.figure((row[side] or {}).get(field)) or "-"


def table(rows):
    """Bare and VM of each figure, and the overheads; a star marks a target that is missed."""
    head = ["", *(f"{side} {name}" for _, name in FIELDS for side in ("bare", "ZVM")),
            *(f"{name} +" for _, name in FIELDS)]
    lines = []
    for row in rows:
        late = {target["field"] for _, target in judge.missed([row])}
        more = [report.percent(judge.overhead(row, field)) + (" *" if field in late else "") for field, _ in FIELDS]
        lines.append([row["label"].partition(", ")[2], *(shown(row, side, field) for field, _ in FIELDS
                                                         for side in ("bare", "zvm")), *more])
    return report.table(head, lines)


def record_table(rows):
    """Where only part of the wake-ups says something."""
    lines = []
    for row in rows:
        cells = [report.figure(row[side][field]) for field in ("p0.1", "median") for side in ("bare", "zvm")]
        cells += [f"{row[side]['late']:,} of {row[side]['n']:,}" for side in ("bare", "zvm")]
        lines.append([row["label"].partition(", ")[2], *cells])
    return report.table(["", "bare 0.1 %", "ZVM 0.1 %", "bare median", "ZVM median", "bare late", "ZVM late"], lines)


def verdict(rows):
    """What is met and what is not, in words."""
    text = []
    for field, limit in (("mean", 1), ("min", 1), ("max", 3)):
        late = [row for row, target in judge.missed(rows) if target["field"] == field]
        worst = judge.worst(rows, field)
        if not any(target["field"] == field for row in rows for target in judge.targets(row)):
            continue
        said = (f"{field}: worst {report.percent(judge.overhead(worst, field))} ({worst['label'].partition(', ')[2]}), mean over "
                f"the rows {report.percent(judge.mean_overhead(rows, field))}")
        text.append(said + (f", {len(late)} of {len(rows)} rows above {limit} %" if late else f", all within {limit} %"))
    return "**" + "; ".join(text) + ".**"


def exits_table(exits, vcpus):
    """What the hypervisor was needed for while a load was measured."""
    reasons = [reason for reason in linux.REASONS if any(counts[reason] for counts in exits.values())]
    return report.table([f"exits, {vcpus} vCPU{'s' if vcpus > 1 else ''}", *reasons],
                        [[NAMES[load], *(report.figure(exits[load][reason]) for reason in reasons)]
                         for load in NAMES if load in exits])


def of_cpus(rows, vcpus):
    """The rows of a number of vCPUs."""
    return [row for row in rows if row["key"].startswith(f"{vcpus}.")]


def markdown(found):
    """Both machines, what the default WFI costs, and where exits come from."""
    one, two = of_cpus(found["rows"], 1), of_cpus(found["rows"], 2)
    parts = [
        f"cyclictest of Debian's rt-tests (`-m -p 95 -i 1000 -N`) on Debian's PREEMPT_RT kernel ({found['version']}), "
        f"{one[0]['bare']['n']:,} wake-ups a row, in instructions from the time that was asked for to the thread's "
        "own read of the clock. The same kernel, initramfs, devicetree and command line bare and in a VM. As one "
        'configures a VM for real time, its vCPUs are pinned and `wfi = "native"`. The reference system reports '
        "+2.4 % for the least and +6.2 % for the most. Loads are stress-ng's; files are in memory, as neither machine "
        "has a disk.",
        "One CPU:", table(one), verdict(one),
        "A wake-up has one exit, the timer's interrupt: acknowledged by the hypervisor and handed on in a list "
        f"register, {report.figure(judge.difference(one[0], 'p0.1'))} instructions. Setting the timer, the end of "
        "the interrupt, WFI and the switch of threads need none. So every kind of wake-up is later by that, the rare ones "
        "too; but which rare ones come at all differs between two boots that are some instructions "
        "apart, and the least and the most of a row are single wake-ups. The least: cyclictest's main thread has a "
        "timer of its own every 10 ms, and when its interrupt comes some 300 instructions before the other is due, the "
        "kernel serves both in one (a program that does the same in one thread has no such wake-up in 8,000). The "
        "0.1 % column is the least but for one wake-up in a thousand. The most: a wake-up that meets the tick and "
        "something else. Measured once with 10,000 wake-ups a row and the stressors started 10 ms later, on both sides: "
        "I/O 11,186 bare and 11,192 in the VM, memory 12,538 and 12,229, where the same two boots with the usual start "
        "had 12,083 and 13,384, 11,966 and 13,537."]
    if two:
        parts += [
            "Two CPUs, a thread of cyclictest on each (CPU 0 kept for real time: `" + ISOLATED + "`):",
            table(two), verdict(two),
            "With a load on two CPUs latency can't be measured here, bare or in a VM. QEMU executes the CPUs in turn, and "
            "an instruction of either is a nanosecond for both. A turn ends with the next timer of either CPU; who is at "
            "work when its timer expires waits for the other's turn, some hundred microseconds. With the load on both CPUs "
            "that is most wake-ups; with all of it on CPU 1, some. For the record, the wake-ups that do not wait, and "
            f"how many take more than {LATE:,} instructions:", record_table(found["record"])]
    if found.get("trap"):
        parts += ['The default, `wfi = "trap"`, by which an idle guest gives its CPU to others: a vCPU that waits has to be '
                  "switched to. A busy one does not wait, and pays nothing.", table(found["trap"])]
    parts += ["Exits while a row was measured (with cyclictest's start, and its wait for a full second):",
              exits_table(found["exits"], 1)]
    if found.get("exits of 2"):
        parts.append(exits_table(found["exits of 2"], 2))
    return "\n\n".join(parts)


def summary(found):
    """A line for each target, one and two vCPUs apart."""
    lines = []
    for vcpus in (1, 2):
        rows = of_cpus(found["rows"], vcpus)
        for target in TARGET if rows else ():
            field = target["field"]
            late = sum(missing == target for _, missing in judge.missed(rows))
            worst = judge.worst(rows, field)
            said = (f"worst {report.percent(judge.overhead(worst, field))} ({worst['label'].partition(', ')[2]}), "
                    f"mean {report.percent(judge.mean_overhead(rows, field))}")
            lines.append({"what": f"{TITLE}, {vcpus} vCPU{'s without a load' if vcpus > 1 else ''}",
                          "target": judge.describe(target, "instructions"),
                          "result": said + (f"; {late} of {len(rows)} rows miss it" if late else ""), "met": not late})
    return lines


def plots(found, directory):
    """Histograms, bare over VM; the overheads of all rows."""
    made = []
    for load, title in (("idle", "idle"), ("cpu2", "two CPU-bound stressors"), ("io", "an I/O stressor")):
        series = found["histograms"].get(f"1.{load}.0")
        if series:
            series = {side: series[side] for side in (draw.BARE, draw.ZVM)}
            made.append((draw.histograms(directory, f"{NAME}-{load}", f"PREEMPT_RT Linux, {title}", series,
                                         "instructions from deadline to thread (cyclictest at 1 kHz)", bins=BIN * 2),
                         f"Wake-ups of cyclictest at 1 kHz, PREEMPT_RT, 1 CPU, {title}: bare and in a VM"))
    made.append((draw.overhead_bars(directory, NAME, "cyclictest, mean", found["rows"], "mean", TARGET[0]["percent"]),
                 "Mean wake-up latency in a VM against bare"))
    return made
