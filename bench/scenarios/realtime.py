# SPDX-License-Identifier: Apache-2.0
"""Real time beside VMs: how late tasks of 1 kHz wake up, of the host and of an RTOS in a VM, whatever other VMs do.

apps/bench_host runs the tasks (its rt_meter.c) on the one CPU that all VMs share: nothing but what the hypervisor and its
guests do to that CPU is in the figures, to the instruction. The RTOS guest (apps/rt_guest) has the same meter inside.
"""
import re
import subprocess

from harness import bundles, judge, linux, report
from harness import plots as draw
from harness.machine import BenchError, Machine

NAME = "realtime"
TITLE = "Real time beside VMs"
ORDER = 60
TARGETS = ["bench_host", "rt_guest", "guest_hostile"]
BUNDLE = True

VMS = (1, 2, 4)
MEMORY = 128                # of a Linux VM, in MiB
LATER = 2000                # the target: worst of a load less worst of the idle host
# Tasks of 1 kHz whose deadlines are spread over the millisecond: 20,000 wake-ups in 1.25 seconds of virtual time.
TASKS, PERIODS, PERIOD = 16, 1250, 997
BIN = 25                    # of histograms, in instructions
CAUSES = 3
PERCENTILES = ("50", "99", "99.9", "99.99")

MAIN = """echo BENCH idle
read line
/bench/compile &
echo BENCH loaded
read line
"""

FIGURES = re.compile(r"(?:HOST rt|RT) (\w+) tasks=\d+ period=(\d+) wakeups=(\d+) missed=(\d+) sum=(\d+) min=(\d+) max=(\d+)")
VALUES = re.compile(r"(?:HOST rt|RT)-values (\w+) (.*)")
CAUSE = re.compile(r"HOST rt-cause (\w+) worst=(\d+) count=(\d+) in=(\w+) ec=(\w+) iss=(\w+) ipa=(\w+) pc=(\w+)")


# ---- the machines ----------------------------------------------------------------------------------------------------

def hostile(build):
    """The guest that means harm, all attacks, for ever and silent but for its flood."""
    return bundles.with_options(build / "guest_hostile.bin")


def linux_image(ctx, name):
    """Debian's Linux that waits for a line before it begins its load."""
    where = ctx.where / name
    where.mkdir(parents=True)
    program = linux.compile_static(where, linux.SOURCES / "programs/compile.c", "compile")
    return linux.Image(ctx.build, where / "linux",
                       linux.Guest("default", memory=MEMORY, main=MAIN, files={"bench/compile": program}, programs=False,
                                    append="cma=4M"))


def machine(ctx, name, plan, smp=1):
    """A host with every kind of VM in its bundle, and a plan."""
    image = linux_image(ctx, name)
    vms = {"linux": image.definition(pinned=False),
           "hostile": bundles.definition("hostile.bin", 1, 8, "raw", "kernel-load = <0x0 0x40000000>;"),
           "rtos": bundles.definition("rtos.bin", 1, 16, "zephyr", "priority = <2>;"),
           "small": bundles.definition("rtos.bin", 1, 16, "zephyr")}
    files = {"Image": image.kernel, "initrd.cpio.gz": image.initrd, "machine.dtb": image.dtb,
             "hostile.bin": hostile(ctx.build), "rtos.bin": ctx.build / "rt_guest.bin"}
    archive = bundles.bundle(image.where / "bundle", vms, files, plan="\n".join(plan))
    return Machine(ctx.build, "bench_host.bin", cpu=linux.CPU, smp=smp, mem=f"{5 * MEMORY + 512}M", initrd=archive)


def measure(ctx, label, cpu=0):
    """The line of a plan; a quick run has a tenth of the wake-ups."""
    return f"bench rt start {label} {TASKS} {PERIODS // 10 if ctx.quick else PERIODS} {PERIOD} {cpu}"


def linuxes(count):
    """Lines that make so many of them, to their idleness."""
    return [*["zvm new -t linux"] * count, *(f"zvm run -n {n}" for n in range(count)),
            *(f'bench follow {n} "BENCH idle"' for n in range(count)), "bench sleep 20"]


def loaded(count):
    """Lines that have them compile."""
    return [line for n in range(count) for line in (f"bench type {n} go", f'bench follow {n} "BENCH loaded"')]


def hostiles(count):
    """Lines that make so many of these, in place of what there was."""
    return ["bench delete_all", *["zvm new -t hostile"] * count, *(f"zvm run -n {n}" for n in range(count)), "bench sleep 5"]


# What a person does all the time, beside VM 0. Each line ends by itself; the guests run a little.
COMING_AND_GOING = """
    zvm new -t small
    zvm run -n 1
    bench sleep 2
    zvm info -n 1
    zvm new -t linux -m 256
    zvm run -n 2
    bench sleep 3
    zvm pause -n 1
    zvm info
    zvm reset -n 2
    zvm resume -n 1
    bench sleep 1
    zvm delete -f -n 2
    zvm stop -n 1
    zvm delete -n 1
"""


# ---- the runs --------------------------------------------------------------------------------------------------------

def parse(lines):
    """{label: figures} of what meters have printed; values: [[value, how often]]."""
    found = {}
    for line in lines:
        if match := FIGURES.search(line):
            label, *numbers = match.groups()
            keys = ("period", "wakeups", "missed", "sum", "min", "max")
            found[label] = {**dict(zip(keys, map(int, numbers))), "values": [], "causes": []}
        elif match := VALUES.search(line):
            found[match[1]]["values"] += [[int(n) for n in pair.split(":")] for pair in match[2].split()]
        elif match := CAUSE.search(line):
            found[match[1]]["causes"].append(cause(match))
    for label, f in found.items():
        if sum(n for _, n in f["values"]) != f["wakeups"]:
            raise BenchError(f"{label}: not every wake-up was printed")
    return found


def cause(match):
    """What a late wake-up was behind."""
    _, worst, count, where, ec, iss, ipa, pc = match.groups()
    return {"worst": int(worst), "count": int(count), "in": where, "ec": ec, "iss": iss,
            "at": pc if where == "host" else ipa}


def run(ctx, name, plan, smp=1):
    """A plan to its end."""
    return parse(machine(ctx, name, plan, smp).run_host(limit=900))


def beside(ctx, count):
    """So many VMs on the CPU: idle, compiling, hostile. With one of them, VMs that come and go as well."""
    plan = [measure(ctx, "host_idle"), "bench rt end host_idle", *linuxes(count)]
    plan += [measure(ctx, f"idle_{count}"), f"bench rt end idle_{count}", *loaded(count)]
    plan += [measure(ctx, f"compile_{count}"), f"bench rt end compile_{count}"]
    if count == 1:
        plan += [measure(ctx, "come_and_go"), "bench meanwhile" + COMING_AND_GOING + "bench rt end come_and_go"]
    plan += [*hostiles(count), measure(ctx, f"hostile_{count}"), f"bench rt end hostile_{count}", "bench delete_all"]
    return run(ctx, f"beside{count}", plan)


def four_cpus(ctx):
    """Four VMs on four CPUs: QEMU runs the CPUs in turn, and one's instructions are in the time of all."""
    plan = [measure(ctx, "smp_idle", 1), "bench rt end smp_idle", *linuxes(4), *loaded(4)]
    plan += [measure(ctx, "smp_compile", 1), "bench rt end smp_compile", *hostiles(4)]
    plan += [measure(ctx, "smp_hostile", 1), "bench rt end smp_hostile", "bench delete_all"]
    return run(ctx, "smp", plan, smp=4)


def label_of(ctx):
    """Which of the RTOS guest's two measurements."""
    return "short" if ctx.quick else "long"


def rtos_bare(ctx):
    """The RTOS alone, without a hypervisor."""
    lines = Machine(ctx.build, "rt_guest.bin", el=1, cpu=linux.CPU, mem="128M").run(f"RT done {label_of(ctx)}")
    return {"rtos_bare": parse(lines)[label_of(ctx)]}


def rtos_vm(ctx):
    """The same image in a VM of high priority: alone, and beside Linux that compiles."""
    until = f"RT done {label_of(ctx)}"
    alone = ["zvm new -t rtos", "zvm run -n 0", f'bench follow 0 "{until}"', "bench sleep 20", "bench delete_all"]
    found = {"rtos_alone": run(ctx, "rtos-alone", alone)[label_of(ctx)]}
    both = [*linuxes(1), *loaded(1), "zvm new -t rtos", "zvm run -n 1", f'bench follow 1 "{until}"', "bench sleep 20"]
    found["rtos_beside"] = run(ctx, "rtos-beside", both)[label_of(ctx)]
    return found


def runs(ctx):
    """The longest first."""
    counts = (1,) if ctx.quick else VMS
    jobs = [(f"beside {n}", lambda n=n: beside(ctx, n)) for n in sorted(counts, reverse=True)]
    jobs += [("rtos in a VM", lambda: rtos_vm(ctx)), ("rtos bare", lambda: rtos_bare(ctx))]
    return jobs if ctx.quick else jobs + [("four CPUs", lambda: four_cpus(ctx))]


# ---- what came out ---------------------------------------------------------------------------------------------------

def percentile(values, share):
    """The least value that so many percent of the wake-ups are not later than."""
    total, rank, below = sum(n for _, n in values), 0, 0
    rank = -(-total * judge.exact(share) // 100)
    for value, n in values:
        below += n
        if below >= rank:
            return value
    return values[-1][0]


def figures(f):
    """A measurement, without its single values."""
    bins = {}
    for value, n in f["values"]:
        bins[value // BIN * BIN] = bins.get(value // BIN * BIN, 0) + n
    return {"min": f["min"], "mean": round(f["sum"] / f["wakeups"], 3), "max": f["max"], "n": f["wakeups"], "missed": f["missed"],
            **{f"p{share}": percentile(f["values"], share) for share in PERCENTILES}, "bins": sorted(map(list, bins.items()))}


def function(ctx, pc):
    """Where in the host an address is; the image runs where it is linked."""
    done = subprocess.run(["aarch64-linux-gnu-addr2line", "-fe", ctx.build / "bench_host.elf", pc], check=False, text=True,
                          stdout=subprocess.PIPE)
    return done.stdout.partition("\n")[0] or pc


def behind(ctx, c):
    """A cause in words."""
    if c["in"] == "host":
        return f"the host, in {function(ctx, c['at'])}()"
    kind = int(c["ec"], 16)
    if kind in (0x20, 0x24):
        return f"the guest's access at {int(c['at'], 16) & ~3:#010x}"
    return {0x01: "the guest's WFI or WFE", 0x16: "a hypercall", 0x17: "a hypercall by SMC",
            0x18: "a system register of the guest's"}.get(kind, f"an exit of class {c['ec']}")


def vms(count):
    """How many, in words."""
    return f"{count} VM{'s' if count > 1 else ''}"


def labels():
    """[(key, label)] of the loads of the host, in the order of the table."""
    return [*((f"idle_{n}", f"{vms(n)}, idle Linux") for n in VMS), *((f"compile_{n}", f"{vms(n)}, Linux compiles") for n in VMS),
            ("come_and_go", "1 VM, Linux compiles; others come and go"),
            *((f"hostile_{n}", f"{vms(n)}, hostile") for n in VMS)]


def row(ctx, key, label, base, load):
    """One load against what is its base."""
    causes = [{"worst": c["worst"], "count": c["count"], "behind": behind(ctx, c)} for c in load["causes"][:CAUSES]]
    sides = ["bare", "VM"] if key.startswith("rtos") else ["the idle host", "this load"]
    return {"key": key, "label": label, "unit": "instructions", "better": "lower", "bare": figures(base), "zvm": figures(load),
            "target": {"field": "max", "absolute": LATER}, "note": "", "causes": causes, "sides": sides}


def result(ctx, outcomes):
    """Rows: loads of the host against the idle host, and the RTOS in a VM against the bare machine."""
    found = {}
    for name, outcome in sorted(outcomes.items(), reverse=True):
        # The idle host's figures are those of the first.
        if name.startswith("beside"):
            found.update(outcome)
    idle = found["host_idle"]
    rows = [row(ctx, key, label, idle, found[key]) for key, label in labels() if key in found]
    bare, guest = outcomes["rtos bare"]["rtos_bare"], outcomes["rtos in a VM"]
    rows += [row(ctx, "rtos_alone", "RTOS in a VM, alone", bare, guest["rtos_alone"]),
             row(ctx, "rtos_beside", "RTOS in a VM, beside Linux that compiles", bare, guest["rtos_beside"])]
    several = outcomes.get("four CPUs", {})
    # For the record only, and spread so wide that its histogram is longer than all the rest.
    return {"rows": rows, "several": {key: {k: v for k, v in figures(f).items() if k != "bins"}
                                      for key, f in several.items()}}


LATE = "later by"
HEAD = ["load", "min", "mean", "50 %", "99 %", "99.9 %", "99.99 %", "max", LATE, "missed"]


def line(label, f, later):
    """A line of a table."""
    return [label, *(report.figure(f[key]) for key in ("min", "mean", *(f"p{share}" for share in PERCENTILES), "max")), later,
            f"{f['missed']:,} of {f['n']:,}"]


def table(base, rows, what):
    """A base, and what was measured against it."""
    lines = [line(what, base, "")]
    for r in rows:
        star = " *" if judge.missed([r]) else ""
        lines.append(line(r["label"], r["zvm"], report.figure(judge.difference(r, "max")) + star))
    return report.table(HEAD, lines)


def groups(found):
    """(rows of the host's tasks, rows of the RTOS guest)."""
    return [r for r in found["rows"] if not r["key"].startswith("rtos")], [r for r in found["rows"] if r["key"].startswith("rtos")]


def verdict(rows):
    """In words: by how much the worst is later, and what it was behind."""
    worst = max(rows, key=lambda r: judge.difference(r, "max"))
    text = f"The latest wake-up of all came {report.figure(judge.difference(worst, 'max'))} instructions later than the idle host's"
    text += f" ({worst['label']})"
    late = len(judge.missed(rows))
    text += f"; {late} of {len(rows)} loads miss the target of {LATER:,}." if late else f"; the target is {LATER:,}."
    return text


def behind_table(rows):
    """What the latest wake-ups were behind."""
    lines = [[r["label"], c["behind"], f"{c['worst']:,}", f"{c['count']:,}"] for r in rows for c in r["causes"]]
    if not lines:
        return "No wake-up was more than 800 instructions late."
    return report.table(["load", "interrupts were masked by", "latest", "how often over 800"], lines)


def left(rows):
    """What is left where the target is missed, and why."""
    if not judge.missed(rows):
        return "Nothing that a guest does, or that is done to VMs, masks interrupts for longer than the target allows."
    return ("What is left is the work for a guest that has made hundreds of interrupts pending at once. An emulated write is "
            "worked off in steps between which interrupts are served, but choosing the interrupts for the list registers, when "
            "its vCPU comes onto the CPU, is one step. And the task wakes up with interrupts unmasked: one that became pending "
            "while the task's timer was served (the list registers' maintenance interrupt of such a guest, above all) is served "
            "before its first instruction. A guest that behaves has a few interrupts pending, as the other loads show.")


def markdown(found):
    """Tables of the host's tasks and of the RTOS guest's, and what was behind the latest."""
    host, guest = groups(found)
    parts = [
        table(host[0]["bare"], host, "idle host, no VM"), verdict(host),
        f"What was masked, or ran with interrupts masked, when a deadline passed; the {CAUSES} worst of each load. Where the "
        "guest's exit is named, the hypervisor was at work for it:", behind_table(host),
        left(host),
        f"The RTOS image of apps/rt_guest measures itself with the same meter. Its VM has a higher priority than the one with "
        "Linux on the same CPU, and here it is the bare machine that it is later than:",
        table(guest[0]["bare"], guest, "RTOS on the bare machine")]
    if found["several"]:
        names = {"smp_idle": "idle host of 4 CPUs", "smp_compile": "4 VMs on 4 CPUs, Linux compiles",
                 "smp_hostile": "4 VMs on 4 CPUs, hostile"}
        parts += ["On 4 CPUs the figures are not the hypervisor's alone: QEMU executes the CPUs in turn, an instruction of any of "
                  "them is a nanosecond for all, and so what the others did in their turns is part of the lateness. For the record:",
                  report.table([h for h in HEAD if h != LATE],
                               [[c for i, c in enumerate(line(name, found["several"][key], "")) if HEAD[i] != LATE]
                                for key, name in names.items()])]
    return "\n\n".join(parts)


def summary(found):
    """A line for the host's tasks, one for the RTOS."""
    lines = []
    for rows, what, base in zip(groups(found), ("a task of the host, any load", "an RTOS in a VM beside Linux"),
                                ("the idle host's", "the bare machine's")):
        worst = max(rows, key=lambda r: judge.difference(r, "max"))
        missed = sum(r["zvm"]["missed"] for r in rows)
        lines.append({"what": f"{TITLE}, {what}", "target": f"worst wake-up at most {LATER:,} instructions later than {base}",
                      "result": f"{report.figure(judge.difference(worst, 'max'))} later ({worst['label']}), {missed:,} periods missed",
                      "met": not judge.missed(rows)})
    return lines


def plots(found, directory):
    """How late, by load; the RTOS; the worst of each load."""
    host, guest = groups(found)
    shown = {r["key"]: r for r in host}
    most = max(n for n in VMS if f"compile_{n}" in shown)
    series = {"idle host": host[0]["bare"]["bins"], f"{vms(most)} compile": shown[f"compile_{most}"]["zvm"]["bins"],
              "VMs come and go": shown["come_and_go"]["zvm"]["bins"], f"{vms(most)} hostile": shown[f"hostile_{most}"]["zvm"]["bins"]}
    rtos = {draw.BARE: guest[0]["bare"]["bins"], "VM, alone": guest[0]["zvm"]["bins"],
            "VM, beside Linux": guest[1]["zvm"]["bins"]}
    names = ["idle host", *(r["label"] for r in host)]
    worst = {"99.99 %": [f["p99.99"] for f in (host[0]["bare"], *(r["zvm"] for r in host))],
             "worst": [f["max"] for f in (host[0]["bare"], *(r["zvm"] for r in host))]}
    return [(draw.bars(directory, "realtime-worst", "A real-time task beside VMs on its CPU", names, worst,
                       "instructions from the deadline to the task"), "Lateness of a 1 kHz task of the host, by load"),
            (draw.histograms(directory, "realtime", "A real-time task beside VMs on its CPU", series,
                             "instructions from the deadline to the task", bins=BIN), "How often a wake-up was how late"),
            (draw.histograms(directory, "realtime-rtos", "The task of an RTOS of high priority", rtos,
                             "instructions from the deadline to the task", bins=BIN),
             "The same image on the bare machine, in a VM, and in a VM beside Linux that compiles")]
