# SPDX-License-Identifier: Apache-2.0
"""Linux throughput: how much work a Linux does per second, bare and in a VM, in the areas of UnixBench.

The program is bench/linux/programs/throughput.c, one static binary. A line is a fixed amount of work, done once
unmeasured and then some times; its rate is work per second of virtual time, a billion instructions.
"""
import math
import re

from harness import judge, linux, plots as draw, report
from harness.machine import BenchError

NAME = "linux-throughput"
TITLE = "Linux throughput"
ORDER = 50
TARGETS = ["bench_host"]
BUNDLE = True

TARGET = {"field": "mean", "percent": 1.5}
INDEX_LIMIT = 0.3
# What the reference system reports for its own run of UnixBench, in percent: worst line and index.
REFERENCE = (5.7, 0.7)
REPETITIONS = 6
QUICK = {"lines": ["integer", "execl", "copy4096", "context", "spawn", "syscall"], "repetitions": 2, "percent": 40}

# What a line is called, what is counted, and the rate that scores 1000: the bare machine's when this was written (one
# CPU, for `across` two; Debian 12, Linux 6.1.0-56-cloud-arm64, gcc 12.2, QEMU 7.2). Another kernel or compiler shows.
LINES = {
    "integer": ("integer CPU", "rounds", 15900),
    "float": ("floating-point CPU", "rounds", 51450),
    "execl": ("execl", "programs", 3078),
    "copy256": ("file copy, 256 B blocks", "blocks", 257700),
    "copy1024": ("file copy, 1 KiB blocks", "blocks", 230500),
    "copy4096": ("file copy, 4 KiB blocks", "blocks", 164600),
    "pipe": ("pipe throughput", "transfers", 329500),
    "context": ("pipe-based context switching", "round trips", 67240),
    "across": ("context switching across CPUs", "round trips", 56500),
    "spawn": ("process creation", "processes", 6557),
    "script1": ("shell scripts, 1 at once", "scripts", 76.7),
    "script8": ("shell scripts, 8 at once", "times 8 scripts", 9.58),
    "syscall": ("system calls", "times 5 calls", 414600),
}
PROGRAMS = ["throughput", "integer", "float", "files", "pipes", "processes"]
# Exits that a running guest causes; the rest is shown as "other".
REASONS = ["irq", "wfx", "sysreg"]
BILLION = 10 ** 9

LINE = re.compile(r"TPT line=(\w+) unit=(.+) work=(\d+) check=([0-9a-f]+) ticks=([\d,]+)$")


def vcpus_text(count):
    """In words."""
    return f"{count} vCPU{'s' if count > 1 else ''}"


def commands(vcpus, quick):
    """The guest's script. What a kernel puts off after its start is done before anything is measured."""
    words = ["/bench/throughput", "-c", vcpus, "-r", QUICK["repetitions"] if quick else REPETITIONS]
    words += ["-w", QUICK["percent"], *QUICK["lines"]] if quick else []
    return f"mount -t tmpfs tmpfs /tmp\ncd /tmp\nsleep 15\n{' '.join(map(str, words))}\n"


def parse(lines):
    """{line: {"work", "check", "ticks": [...], and in a VM "exits": {reason: count}}}."""
    lines = [line.strip() for line in lines]
    marks, found = linux.exits(lines), {}
    for line in lines:
        if line.startswith("TPT error") or line.startswith("TPT start") and not line.endswith(f"frequency={BILLION}"):
            raise BenchError(f"from the guest: {line}")
        if match := LINE.search(line):
            name, _, work, check, ticks = match.groups()
            found[name] = {"work": int(work), "check": check, "ticks": [int(t) for t in ticks.split(",")]}
            if begin := marks.get(f"begin-{name}"):
                end = marks[f"end-{name}"]
                found[name]["exits"] = {reason: end[reason] - begin[reason] for reason in begin}
    if "TPT done" not in lines or not found:
        raise BenchError("the benchmark in the guest did not come to its end")
    return found


def measure(ctx, how, vcpus):
    """One Linux from its start to its end."""
    where = ctx.where / f"{how}-{vcpus}"
    where.mkdir()
    sources = [linux.SOURCES / "programs" / f"{name}.c" for name in PROGRAMS]
    binary = linux.compile_static(where, [*sources, "-lm"], "throughput", flags=["-std=gnu11"])
    image = linux.Image(ctx.build, where, linux.Guest(vcpus=vcpus, main=commands(vcpus, ctx.quick), programs=False,
                                                      files={"bench/throughput": binary}))
    lines = image.run_bare() if how == "bare" else image.run_vm()
    return {"kernel": image.version, "lines": parse(lines)}


def runs(ctx):
    """Bare and in a VM, with one CPU and with two."""
    return [(f"{how}-{vcpus}", lambda how=how, vcpus=vcpus: measure(ctx, how, vcpus))
            for vcpus in ([1] if ctx.quick else [2, 1]) for how in ("zvm", "bare")]


def rates(line):
    """Work per second: of all repetitions, of the slowest, of the fastest."""
    work, ticks = line["work"] * BILLION, line["ticks"]
    return {"mean": work * len(ticks) / sum(ticks), "min": work / max(ticks), "max": work / min(ticks), "n": len(ticks)}


def row_of(name, vcpus, bare, zvm):
    """The row of a line; both must have done the same work, and have come to the same result."""
    if any(bare[what] != zvm[what] for what in ("work", "check")):
        raise BenchError(f"{name}, {vcpus} vCPUs: another result in the VM than on the bare machine")
    label, unit, baseline = LINES[name]
    figures = {"bare": rates(bare), "zvm": rates(zvm)}
    return {"key": f"{name}.{vcpus}", "label": f"{label}, {vcpus_text(vcpus)}", "unit": f"{unit} per second",
            "better": "higher", **figures, "target": TARGET, "note": "",
            "vcpus": vcpus, "line": name, "work": bare["work"],
            "score": {side: 1000 * figures[side]["mean"] / baseline for side in figures},
            "ticks": {"bare": bare["ticks"], "zvm": zvm["ticks"]}, "exits": zvm["exits"]}


def index(rows, side):
    """Geometric mean of the scores."""
    return math.exp(math.fsum(math.log(row["score"][side]) for row in rows) / len(rows))


def indices(rows, vcpus):
    """The index with so many vCPUs."""
    rows = [row for row in rows if row["vcpus"] == vcpus]
    bare, zvm = index(rows, "bare"), index(rows, "zvm")
    return {"vcpus": vcpus, "bare": bare, "zvm": zvm, "overhead": (bare - zvm) * 100 / bare}


def result(_, outcomes):
    """A row per line and number of vCPUs, and the indices."""
    rows, counts = [], sorted({int(key.split("-")[1]) for key in outcomes})
    for vcpus in counts:
        bare, zvm = (outcomes[f"{how}-{vcpus}"]["lines"] for how in ("bare", "zvm"))
        if set(bare) != set(zvm):
            raise BenchError(f"measured on one side only: {', '.join(sorted(set(bare) ^ set(zvm)))}")
        rows += [row_of(name, vcpus, bare[name], zvm[name]) for name in LINES if name in bare]
    found = [indices(rows, vcpus) for vcpus in counts]
    return {"rows": rows, "indices": found, "kernel": outcomes["bare-1"]["kernel"],
            "checks": [{"label": f"index, {vcpus_text(one['vcpus'])}", "value": one["overhead"],
                        "limit": INDEX_LIMIT, "unit": "%"} for one in found]}


# ---- the report ------------------------------------------------------------------------------------------------------

def of(found, vcpus):
    """The rows with so many vCPUs."""
    return [row for row in found["rows"] if row["vcpus"] == vcpus]


def spread(row, side):
    """From the fastest repetition to the slowest, in percent of the mean."""
    ticks = row["ticks"][side]
    return (max(ticks) - min(ticks)) * 100 * len(ticks) / sum(ticks)


def more(row):
    """Instructions that the repetitions took longer in the VM."""
    return sum(row["ticks"]["zvm"]) - sum(row["ticks"]["bare"])


def summary(found):
    """Two lines."""
    rows = found["rows"]
    worst, late = judge.worst(rows), judge.missed(rows)
    text = ", ".join(f"{report.percent(one['overhead'], 3)} with {vcpus_text(one['vcpus'])}"
                     for one in found["indices"])
    return [{"what": f"{TITLE}, {len(rows)} lines", "target": f"each at most {TARGET['percent']:g} %",
             "result": f"worst {report.percent(judge.overhead(worst))} ({worst['label']}); reference {REFERENCE[0]:g} %"
                       + (f"; {len(late)} of them miss{'es' if len(late) == 1 else ''} it" if late else ""),
             "met": not late},
            {"what": f"{TITLE}, index", "target": f"at most {INDEX_LIMIT:g} %",
             "result": f"{text}; reference {REFERENCE[1]:g} %",
             "met": all(judge.check_met(check) for check in found["checks"])}]


def table(found, vcpus):
    """Scores, overhead, spread, exits."""
    rows, one = of(found, vcpus), next(one for one in found["indices"] if one["vcpus"] == vcpus)
    head = [vcpus_text(vcpus), "unit", "bare", "ZVM", "score, bare", "score, ZVM", "overhead", "spread, bare",
            "spread, ZVM"]
    lines = []
    for row in rows:
        bare, zvm = row["bare"]["mean"], row["zvm"]["mean"]
        digits = 3 if bare < 1000 else 1
        lines.append([LINES[row["line"]][0], row["unit"], report.figure(bare, digits), report.figure(zvm, digits),
                      f"{row['score']['bare']:.1f}", f"{row['score']['zvm']:.1f}",
                      report.percent(judge.overhead(row), 3) + (" *" if judge.missed([row]) else ""),
                      f"{spread(row, 'bare'):.2f} %", f"{spread(row, 'zvm'):.2f} %"])
    star = " *" if one["overhead"] > INDEX_LIMIT else ""
    lines.append(["**index**", "", "", "", f"**{one['bare']:.1f}**", f"**{one['zvm']:.1f}**",
                  f"**{report.percent(one['overhead'], 3)}**{star}", "", ""])
    return report.table(head, lines)


def exits_table(found):
    """Why the guest was left while a line was measured."""
    lines = []
    for row in found["rows"]:
        total = sum(row["exits"].values())
        other = total - sum(row["exits"][reason] for reason in REASONS)
        seconds = sum(row["ticks"]["zvm"]) / BILLION
        lines.append([row["label"], f"{seconds:.3f} s", *(f"{row['exits'][name]:,}" for name in REASONS), f"{other:,}",
                      f"{more(row):+,}", f"{spread(row, 'bare') / 100 * sum(row['ticks']['bare']):,.0f}"])
    return report.table(["line", "measured", *REASONS, "other", "instructions more than bare",
                         "spread of bare, in instructions"], lines)


def verdict(found):
    """Met or missed, in words."""
    rows, late = found["rows"], [row for row, _ in judge.missed(found["rows"])]
    worst = judge.worst([row for row in rows if row not in late] or rows)
    text = [f"{len(rows) - len(late)} of {len(rows)} lines are within {TARGET['percent']:g} %; the worst of them is "
            f"{report.percent(judge.overhead(worst), 3)} ({worst['label']})."]
    text += [f"*{row['label']}* misses it: {report.percent(judge.overhead(row))}." for row in late]
    for one in found["indices"]:
        text.append(f"The index with {vcpus_text(one['vcpus'])} is {report.percent(one['overhead'], 3)} "
                    f"({'met' if one['overhead'] <= INDEX_LIMIT else 'missed'}: at most {INDEX_LIMIT:g} %).")
    text.append(f"The reference system's worst line is {REFERENCE[0]:g} %, its index {REFERENCE[1]:g} %.")
    return " ".join(text)


def noise(found):
    """How much of it is the hypervisor."""
    rows = found["rows"]
    inside = [row for row in rows if abs(float(judge.overhead(row))) <= spread(row, "bare")]
    faster = [row for row in rows if more(row) < 0]
    text = (f"In {len(inside)} of the {len(rows)} lines the difference is smaller than that between two repetitions on "
            "the bare machine: Linux frees memory, ends grace periods of RCU and chooses whom to run depending on "
            "where its ticks fall, and in a VM they fall elsewhere.")
    if faster:
        text += f" In {len(faster)} of them the VM comes out faster for that reason."
    return text


def across(found):
    """Of the line that needs exits, what each costs."""
    rows = [row for row in found["rows"] if row["line"] == "across"]
    return [f"*{row['label']}* is the one line whose work itself leaves the guest: in "
            f"{row['work'] * row['zvm']['n']:,} round trips it sent {row['exits']['sysreg']:,} interrupts from CPU to "
            f"CPU (sysreg) and waited {row['exits']['wfx']:,} times (wfx). One of each together took "
            f"{more(row) / row['exits']['sysreg']:.0f} instructions more than on the bare machine, where sending an "
            "interrupt, waiting for it and taking it are one instruction each."
            for row in rows if row["exits"]["sysreg"]]


def markdown(found):
    """Tables, and what they say."""
    counts = [one["vcpus"] for one in found["indices"]]
    return "\n\n".join([verdict(found), *(table(found, vcpus) for vcpus in counts),
                        "Where it comes from: exits of the guest while a line was measured (its repetitions, 20 ms "
                        "before and after, and \"other\", the output of two marks), and instructions.",
                        exits_table(found), noise(found), *across(found)])


def plots(found, directory):
    """Overhead of each line and of the index, beside the target and the reference's figures."""
    measured = {row["line"] for row in found["rows"]}
    labels = [*(label for name, (label, _, _) in LINES.items() if name in measured), "index"]
    series = []
    for one, colour in zip(found["indices"], (draw.COLOURS[draw.ZVM], draw.OTHERS[1])):
        overheads = {LINES[row["line"]][0]: float(judge.overhead(row)) for row in of(found, one["vcpus"])}
        overheads["index"] = one["overhead"]
        series.append((vcpus_text(one["vcpus"]), colour, overheads))
    thick = 0.8 / len(series)

    def paint(axes):
        for i, (name, colour, overheads) in enumerate(series):
            places = {label: n + (i - (len(series) - 1) / 2) * thick for n, label in enumerate(labels)
                      if label in overheads}
            axes.barh(list(places.values()), [overheads[label] for label in places], height=thick * 0.9, label=name,
                      linewidth=0, color=colour)
            for label, place in places.items():
                axes.text(max(overheads[label], 0) + 0.04, place, report.percent(overheads[label], 3), va="center",
                          fontsize=8, color=draw.INK)
        for value, text in ((TARGET["percent"], "target"), (REFERENCE[0], "reference,\nworst line"),
                            (REFERENCE[1], "reference,\nindex")):
            axes.axvline(value, color=draw.MUTED, linewidth=1, linestyle=(0, (4, 3)))
            axes.text(value, -0.75, f"{text} {value:g} %", fontsize=8, color=draw.MUTED, ha="center", va="bottom")
        axes.axvline(0, color=draw.MUTED, linewidth=0.8)
        axes.set_yticks(range(len(labels)), labels, color=draw.INK)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlim(min([0.0, *(v * 1.1 for _, _, overheads in series for v in overheads.values())]), 6.6)
        axes.set_xlabel("less work per second in a VM than on the bare machine, percent (less is better)")
        axes.set_title("Linux throughput in a VM", pad=40)
        axes.grid(False, axis="y")
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.02))

    return [(draw._draw(directory, "linux-throughput", (draw.WIDTH, 1.6 + len(labels) * 0.42), paint),
             "Overhead of a Linux, line by line, the same files on the bare machine and in a VM; dashed: the target, "
             "and what the reference system reports for its worst line and its index")]
