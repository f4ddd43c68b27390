# SPDX-License-Identifier: Apache-2.0
"""The life of the host and of a VM: from reset to the prompt, `new`, `run` to the guest's first instruction, `delete`, and what
a VM takes of the host's memory, against the size of memory.

apps/bench_host (lifecycle.c) reads the counter around the same calls as the shell's commands make. The guest
(tests/guest/neighbour.c) says when its first instruction was; with zeros behind it, it is as large as the image that it
stands for. The prompt is zvm_host's own (harness/gdb.py).
"""
import re
import struct

from harness import bundles, gdb, report
from harness import plots as draw
from harness.machine import BenchError, Machine

NAME = "lifecycle"
TITLE = "Lifecycle of a VM"
ORDER = 70
TARGETS = ["zvm_host", "bench_host", "guest_neighbour", "rtos"]

MIB = 1 << 20
PROMPT, WAITS = "zvm_host:~# ", "z_console_read"
CPUS, HOST_MEMORY = (1, 4), ("512M", "2G", "8G")
MEMORY = (4, 16, 64, 256, 1024)
VCPUS = (1, 2, 4, 8)
VM_MAX, VCPU_MAX = 64 << 10, 16 << 10
# Of Debian's linux-image-cloud-arm64 and the initramfs of the default bundle, rounded.
LINUX_IMAGE, LINUX_INITRD = 26 * MIB, 6 * MIB
IMAGE_SIZE = 16             # offset in the header of a Linux Image: what it needs when it runs
PLAN_SIZE = 4096
LATER = 2000
# Tasks of about 1 kHz, and for how many periods; see realtime.py.
TASKS, PERIODS, PERIOD = 10, 300, 997
KINDS = {"raw": "raw", "rtos": "RTOS", "linux": "Linux"}

LIFE = re.compile(r"HOST life (\w+) (.*)")
LIVES = re.compile(r"HOST lives count=(\d+)")
LATE = re.compile(r"HOST rt (\w+) .*\bwakeups=(\d+) missed=(\d+) sum=(\d+) min=(\d+) max=(\d+)")


# ---- the machines ----------------------------------------------------------------------------------------------------

def images(build):
    """{file of the bundle: what it holds}"""
    guest = (build / "guest_neighbour.bin").read_bytes()
    linux = bytearray(guest)
    struct.pack_into("<Q", linux, IMAGE_SIZE, LINUX_IMAGE)
    rtos = max((build / "rtos.bin").stat().st_size, len(guest))
    return {"raw.bin": guest, "rtos.bin": guest.ljust(rtos, b"\0"), "linux.bin": bytes(linux).ljust(LINUX_IMAGE, b"\0"),
            "initrd": bytes(LINUX_INITRD)}


def bundle(ctx, name, plan):
    """The three kinds of VM, and a plan."""
    vms = {"raw": bundles.definition("raw.bin", 1, 4, "raw"), "rtos": bundles.definition("rtos.bin", 1, 4),
           "linux": bundles.definition("linux.bin", 1, 64, "linux", 'initrd = "initrd";')}
    # Where in the archive the images lie, at a multiple of 8 or of 4, does not depend on it.
    text = "\n".join(plan).ljust(PLAN_SIZE, "\n")
    return bundles.bundle(ctx.where / name, vms, images(ctx.build), plan=text)


def sizes(ctx, kind):
    """Memory of a VM of a kind, in MiB: Linux needs more than its images have."""
    return [size for size in (MEMORY[:3] if ctx.quick else MEMORY) if kind != "linux" or size * MIB > LINUX_IMAGE + LINUX_INITRD]


def run_plan(ctx, name, plan, smp, mem):
    """The lines of bench_host, which must not have complained."""
    return Machine(ctx.build, "bench_host.bin", smp=smp, mem=mem, initrd=bundle(ctx, name, plan)).run_host()


def lives(lines):
    """What `bench life` has printed, in order."""
    return [{"kind": match.group(1), **{key: int(value) for key, value in (pair.split("=") for pair in match.group(2).split())}}
            for match in map(LIFE.search, lines) if match]


def measure_lives(ctx, smp):
    """Every kind with every size; before all, and as the last, the smallest, once more than it is asked for."""
    asked = [(kind, size, 1, 1) for kind in KINDS for size in sizes(ctx, kind)]
    if smp == 1:
        asked = [("raw", 4, 1, 1), *asked, *(("raw", 16, vcpus, 1) for vcpus in VCPUS), ("raw", 16, 1, 0)]
    plan = [f"bench life {kind} {size} {vcpus} {run}" for kind, size, vcpus, run in asked]
    return lives(run_plan(ctx, f"life{smp}", plan, smp, "512M" if ctx.quick else "3G"))


def measure_prompt(ctx):
    """zvm_host's, with and without VMs to make."""
    archive = bundle(ctx, "prompt", ["# zvm_host has no plan"])
    found = []
    for smp in CPUS[:1] if ctx.quick else CPUS:
        for mem in HOST_MEMORY[:1] if ctx.quick else HOST_MEMORY:
            for initrd in (None, archive):
                machine = Machine(ctx.build, "zvm_host.bin", smp=smp, mem=mem, initrd=initrd)
                before, count, printed = gdb.instructions_until(machine, ctx.build / "zvm_host.bin", WAITS)
                if not printed.endswith(PROMPT):
                    raise BenchError(f"zvm_host waits for a key before its prompt is out: {printed!r}")
                found.append({"cpus": smp, "memory": mem, "bundle": initrd is not None, "before": before, "instructions": count})
    return found


def measure_beside(ctx):
    """How late tasks of 1 kHz wake up while VMs come and go on their CPU."""
    start = f"{TASKS} {PERIODS // 5 if ctx.quick else PERIODS} {PERIOD} 0"
    plan = [f"bench rt start idle {start}", "bench rt end idle", f"bench rt start life {start}",
            f"bench lives 64 {' '.join(KINDS)}", "bench rt end life"]
    found = {}
    for line in run_plan(ctx, "beside", plan, 1, "1G"):
        if match := LIVES.search(line):
            found["lives"] = int(match.group(1))
        if match := LATE.search(line):
            count, missed, total, least, most = map(int, match.groups()[1:])
            found[match.group(1)] = {"mean": round(total / count, 2), "min": least, "max": most, "n": count, "missed": missed}
    return found


def runs(ctx):
    """The longest first."""
    jobs = [("lives", lambda: measure_lives(ctx, 1)), ("prompt", lambda: measure_prompt(ctx)),
            ("beside", lambda: measure_beside(ctx))]
    return jobs if ctx.quick else [jobs[0], ("lives, 4 CPUs", lambda: measure_lives(ctx, 4)), *jobs[1:]]


# ---- what came out ---------------------------------------------------------------------------------------------------

def row(key, label, value, unit="instructions"):
    """A figure that was there once, exactly."""
    return {"key": key, "label": label, "unit": unit, "better": "lower", "bare": None, "target": None,
            "zvm": {"mean": value, "min": value, "max": value, "n": 1}, "note": ""}


def split(points):
    """(of each MiB, of a VM without memory) by the smallest and the largest of [(MiB, instructions)]."""
    (low, least), (high, most) = points[0], points[-1]
    each = (most - least) / (high - low)
    return round(each), round(least - low * each)


def result(_, outcomes):
    """Rows for every figure, and what is proportional to what."""
    one = outcomes["lives"]
    cold, table, by_vcpus, never = one[0], one[1:-len(VCPUS) - 1], one[-len(VCPUS) - 1:-1], one[-1]
    rows = [row(f"prompt.{p['cpus']}.{p['memory']}.{'bundle' if p['bundle'] else 'alone'}",
                f"reset to prompt, {p['cpus']} CPUs, {p['memory']}{', bundle' if p['bundle'] else ''}", p["instructions"])
            for p in outcomes["prompt"]]
    for cpus, part in (("", table), (".4cpus", outcomes.get("lives, 4 CPUs", []))):
        for life in part:
            size = life["ram"] // MIB
            rows += [row(f"{what}.{life['kind']}.{size}{cpus}", f"{what}, {life['kind']}, {size} MiB{cpus and ', 4 CPUs'}",
                         life[what]) for what in ("new", "first", "delete")]
    rows += [row(f"memory.{life['vcpus']}", f"memory of a VM, {life['vcpus']} vCPUs", life["memory"], "bytes") for life in by_vcpus]
    rows += [row("new.cold", "new, raw, 4 MiB, the first", cold["new"]), row("delete.never", "delete, never run", never["delete"])]
    raw = [life for life in table if life["kind"] == "raw"]
    return {"rows": rows, "lives": table, "lives4": outcomes.get("lives, 4 CPUs", []), "cold": cold, "vcpus": by_vcpus,
            "never": never, "prompt": outcomes["prompt"], "beside": outcomes["beside"],
            "parts": {what: split([(life["ram"] // MIB, life[what]) for life in raw]) for what in ("new", "delete")},
            "checks": checks(one + outcomes.get("lives, 4 CPUs", []), outcomes["beside"])}


def checks(all_lives, beside):
    """What must be so."""
    later = beside["life"]["max"] - beside["idle"]["max"]
    over = max(life["memory"] - VM_MAX - VCPU_MAX * life["vcpus"] for life in all_lives)
    return [{"label": "memory of a VM beyond 64 KiB and 16 KiB for each vCPU", "value": max(over, 0), "limit": 0, "unit": "bytes"},
            {"label": "memory not back after delete", "value": max(abs(life["left"]) for life in all_lives), "limit": 0,
             "unit": "bytes"},
            {"label": "RT task's latest wake-up while VMs are made and deleted, beyond that of an idle host", "value": later,
             "limit": LATER, "unit": "instructions"}]


def failures(found):
    """Of these."""
    return [f"{check['label']}: {check['value']:,} {check['unit']}" for check in found["checks"] if check["value"] > check["limit"]]


def summary(found):
    """One line for all."""
    longest = max(p["instructions"] for p in found["prompt"])
    most = max(life["memory"] - VCPU_MAX * life["vcpus"] for life in found["vcpus"])
    return [{"what": f"{TITLE}, reset to prompt", "target": "", "result": f"at most {longest:,} instructions, whatever the memory",
             "met": None},
            {"what": f"{TITLE}, memory of a VM", "target": "64 KiB and 16 KiB for each vCPU, all back after delete",
             "result": f"{found['vcpus'][0]['memory']:,} bytes with 1 vCPU, {found['vcpus'][-1]['memory']:,} with "
                       f"{found['vcpus'][-1]['vcpus']}", "met": not failures(found) and most <= VM_MAX},
            {"what": f"{TITLE}, RT task's latest wake-up meanwhile", "target": f"at most {LATER:,} instructions later than on an idle host",
             "result": f"{found['checks'][-1]['value']:,} later", "met": found["checks"][-1]["value"] <= LATER}]


# ---- what is said of it ----------------------------------------------------------------------------------------------

def prompt_table(found):
    """CPUs and bundle against memory."""
    sizes_ = list(dict.fromkeys(p["memory"] for p in found["prompt"]))
    at = {(p["cpus"], p["bundle"], p["memory"]): p["instructions"] for p in found["prompt"]}
    lines = [[f"{cpus} CPU{'s' if cpus > 1 else ''}, {'with' if with_ else 'without'} a bundle",
              *(report.figure(at[cpus, with_, size]) for size in sizes_)] for cpus, with_ in dict.fromkeys(key[:2] for key in at)]
    return report.table(["reset to prompt, instructions", *(f"{size} of RAM" for size in sizes_)], lines)


def life_table(found):
    """Kind and memory against steps, on one CPU and on four."""
    four = {(life["kind"], life["ram"]): life for life in found["lives4"]}
    steps = ("new", "first", "delete")
    head = ["VM, one vCPU", "new", "run to first instruction", "delete", "tables, KiB"]
    head += ["4 CPUs: new", "run to first instruction", "delete"] if four else []
    lines = []
    for life in found["lives"]:
        other = four.get((life["kind"], life["ram"]), {})
        lines.append([f"{KINDS[life['kind']]}, {life['ram'] // MIB:,} MiB", *(report.figure(life[step]) for step in steps),
                      report.figure(life["tables"] >> 10), *(report.figure(other[step]) for step in steps if other)])
    return report.table(head, lines)


def memory_table(found):
    """Of the host's memory, by vCPUs."""
    lines = [[life["vcpus"], report.figure(life["memory"]), report.figure(VM_MAX + VCPU_MAX * life["vcpus"]),
              report.figure(life["left"])] for life in found["vcpus"]]
    return report.table(["vCPUs", "bytes beyond RAM and tables", "at most", "not back after delete"], lines)


def spread(found):
    """How much the prompt's time changes with memory, at most, for equal CPUs and bundle."""
    groups = {}
    for p in found["prompt"]:
        groups.setdefault((p["cpus"], p["bundle"]), []).append(p["instructions"])
    return max(max(group) - min(group) for group in groups.values())


def markdown(found):
    """Tables, and what grows with what."""
    new, delete = found["parts"]["new"], found["parts"]["delete"]
    idle, life = found["beside"]["idle"], found["beside"]["life"]
    linux = [one["first"] for one in found["lives"] if one["kind"] == "linux"]
    raw = [one["first"] for one in found["lives"] if one["kind"] == "raw"]
    warm = next(one for one in found["lives"] if one["kind"] == "raw")
    each = (found["vcpus"][-1]["memory"] - found["vcpus"][0]["memory"]) // (found["vcpus"][-1]["vcpus"] - found["vcpus"][0]["vcpus"])
    return "\n\n".join([
        prompt_table(found),
        f"RAM is mapped by blocks of 1 GiB and not touched, so its size changes the way to the prompt by {spread(found):,} "
        "instructions at most: pages for tables, and the digits of the banner. Nearly all of it is reading the machine's devicetree. "
        "With four CPUs the instructions of all of them while they start are in the figure, one after the other. The bundle's files "
        "are listed, not read. The counter is 0 at reset; QEMU's own "
        f"{found['prompt'][0]['before']} instructions before the image are in it.",
        life_table(found),
        f"`new` is {new[0]:,} instructions for each MiB and {new[1]:,} besides, `delete` {delete[0]:,} and {delete[1]:,}. What is "
        "for each MiB is clearing guest RAM, DC ZVA and then DC CIVAC for each line of 64 bytes, interrupts open; on hardware it is the "
        "memory's bandwidth. It is cleared twice, before the guest and after it: memory that was never a guest's is not clear, and "
        "what a guest has left must not wait for the next one. A VM that has never run is clear, and its `delete` takes "
        f"{found['never']['delete']:,}. Stage 2 does not grow with memory: RAM is mapped by blocks of 2 MiB, from 1 GiB on of 1 GiB. "
        f"The first VM after reset takes {found['cold']['new'] - warm['new']:,} more: a block of 2 MiB is split for the vCPUs' stacks.",
        f"`run` depends on the image, not on memory: {raw[0]:,} for the small one, to {max(linux):,} for {LINUX_IMAGE // MIB} MiB of "
        f"kernel and {LINUX_INITRD // MIB} MiB of initramfs, which are copied and cleaned from the caches. The rest is the guest's "
        "devicetree.",
        memory_table(found),
        f"A vCPU takes {each:,} bytes: its stack with a guard page, its context, its part of the interrupt controller. Of the rest "
        "32 KiB are the console's ring. All of it is back after `delete`.",
        f"All of this is preemptible. Tasks of 1 kHz on the same CPU wake up {idle['min']:,} to {idle['max']:,} instructions late on an "
        f"idle host, and {life['min']:,} to {life['max']:,} while {found['beside']['lives']} VMs of 64 MiB, of each kind in turn, are made, "
        f"run and deleted one after the other ({life['n']:,} wake-ups, {life['missed']} periods missed)."])


def plots(found, directory):
    """Against the VM's memory; against the host's."""
    def points(kind, what):
        return [(life["ram"] // MIB, life[what]) for life in found["lives"] if life["kind"] == kind]

    series = {"new": points("raw", "new"), "delete": points("raw", "delete"), "run, raw": points("raw", "first"),
              "run, Linux": points("linux", "first")}
    drawn = [(draw.lines(directory, "lifecycle", "The life of a VM", series, "memory of the VM, MiB", "instructions, log scale",
                         log_x=True, log_y=True),
              "What is proportional to memory is clearing it; `run` is to the guest's first instruction")]
    gib = {"512M": 0.5, "2G": 2, "8G": 8}
    series = {}
    for p in found["prompt"]:
        name = f"{p['cpus']} CPU{'s' if p['cpus'] > 1 else ''}{', bundle' if p['bundle'] else ''}"
        series.setdefault(name, []).append((gib[p["memory"]], p["instructions"]))
    drawn.append((draw.lines(directory, "lifecycle-prompt", "Reset to prompt", series, "memory of the machine, GiB", "instructions",
                             log_x=True), "From reset to the shell's prompt"))
    return drawn
