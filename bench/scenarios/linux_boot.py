# SPDX-License-Identifier: Apache-2.0
"""From reset to the first instruction of Linux's /init, bare and in a VM: the same kernel, initramfs, devicetree and
command line."""
from harness import judge, linux
from harness import plots as draw
from harness import report

NAME = "linux-boot"
TITLE = "Linux boot"
ORDER = 55
TARGETS = [linux.HOST]

TARGET = {"field": "mean", "percent": 1.0}
KERNELS = {"default": "Debian's kernel", "6.1-rt": "Debian's PREEMPT_RT kernel"}
# Measured once, on the same emulated machine: Linux 6.12 as a guest of others, against bare at EL1.
PEERS = [("Xen 4.20", 831, 800), ("KVM, Linux 6.12", 914, 800)]
# What Linux tells of the CPU, and how many of a device's registers it finds.
FACTS = ("CPU features: detected", "GICv3: ", "hw-breakpoint: ")
MAIN = "echo BENCH mark boot\ndmesg | grep -E 'CPU features: detected|GICv3: |hw-breakpoint: '\n"


def cases(quick):
    """(kernel, vCPUs)."""
    return [("default", 1)] if quick else [(kernel, vcpus) for kernel in KERNELS for vcpus in (1, 2)]


def facts(lines):
    """What Linux has found, without its clock."""
    said = [line.partition("] ")[2] for line in lines]
    return sorted(line for line in said if line.startswith(FACTS) and "SPIs implemented" not in line)


def measure(ctx, kernel, vcpus):
    """One case."""
    guest = linux.Guest(kernel, vcpus, main=MAIN, programs=False)
    image = linux.Image(ctx.build, ctx.where / f"{kernel}-{vcpus}", guest)
    bare, vm = image.run_bare(), image.run_vm()
    found = {"version": image.version, "bare": linux.init_ticks(bare), "zvm": linux.init_ticks(vm),
             "run": linux.start_ticks(vm), "exits": linux.exits(vm)["boot"],
             "only bare": sorted(set(facts(bare)) - set(facts(vm))),
             "only zvm": sorted(set(facts(vm)) - set(facts(bare)))}
    if not ctx.quick:
        found["own tree"] = {"bare": linux.init_ticks(image.run_bare(same_tree=False)),
                             "zvm": linux.init_ticks(image.run_vm(same_tree=False))}
    return found


def runs(ctx):
    """One for each kernel and number of CPUs."""
    return [(f"{kernel}-{vcpus}", lambda kernel=kernel, vcpus=vcpus: measure(ctx, kernel, vcpus))
            for kernel, vcpus in cases(ctx.quick)]


def single(ticks):
    """A figure that was measured once: it is the same every time."""
    return {"mean": ticks, "min": ticks, "max": ticks, "n": 1}


def result(ctx, outcomes):
    """A row for each case."""
    rows = []
    for kernel, vcpus in cases(ctx.quick):
        one = outcomes[f"{kernel}-{vcpus}"]
        rows.append({"key": f"{kernel}-{vcpus}", "label": f"{KERNELS[kernel]}, {vcpus} CPU{'s' if vcpus > 1 else ''}",
                     "unit": "instructions", "better": "lower", "bare": single(one["bare"]), "zvm": single(one["zvm"]),
                     "target": TARGET, "note": ""})
    return {"rows": rows, "cases": {key: one for key, one in outcomes.items() if one}}


def million(ticks):
    """As it is printed."""
    return f"{ticks / 1e6:,.2f} M"


def markdown(found):
    """The times, and what was left for the hypervisor to do."""
    lines, exits = [], []
    first = next(iter(found["cases"].values()))
    reasons = [reason for reason in linux.REASONS if any(one["exits"][reason] for one in found["cases"].values())]
    for row in found["rows"]:
        one = found["cases"][row["key"]]
        own = one.get("own tree", {})
        lines.append([row["label"], million(one["bare"]), million(one["zvm"]), report.percent(judge.overhead(row), 3),
                      million(own["bare"]) if own else "", million(own["zvm"]) if own else "", million(one["run"])])
        exits.append([row["label"], *(report.figure(one["exits"][reason]) for reason in reasons)])
    peers = ", ".join(f"{name} {report.percent((guest - bare) * 100 / bare, 0)}" for name, guest, bare in PEERS)
    only, other = ("; ".join(text.rstrip(".") for text in first[f"only {side}"]) or "nothing"
                   for side in ("bare", "zvm"))
    return "\n\n".join([
        "Instructions from reset (bare, EL1) or the guest's first instruction (VM) to the first one of /init, which "
        "reads the counter. Kernel, initramfs, devicetree and command line are the same files for both; the last "
        "three columns are with the devicetrees that QEMU and ZVM make themselves (QEMU's describes PCI, flash "
        "memory and virtio slots, which Linux then probes), and `zvm run` until the guest's first instruction, in which "
        "the kernel is copied to its place.",
        report.table(["boot to /init", "bare", "ZVM", "overhead", "bare, QEMU's tree", "ZVM, its own tree", "`zvm run`"],
                     lines),
        f"For comparison, measured once with Linux 6.12 on the same emulated machine: {peers}.",
        "Exits of the whole boot, all vCPUs, and of the first steps of a shell:",
        report.table(["exits", *reasons], exits),
        f"CPU model: `{linux.CPU}`, so that the guest has what the bare machine has. What Linux reports of its CPU "
        f"only on the bare machine: {only}. Only in the VM: {other}. Physical places of kernel, initrd and "
        "devicetree differ, as two loaders choose them; that can make a guest's boot the shorter one."])


def plots(found, directory):
    """Bare beside ZVM."""
    rows = found["rows"]
    series = {name: [row[side]["mean"] / 1e6 for row in rows] for name, side in ((draw.BARE, "bare"), (draw.ZVM, "zvm"))}
    return [(draw.bars(directory, NAME, "From reset to /init", [row["label"] for row in rows], series,
                       "million instructions (less is better)"), "Linux, from reset to the first instruction of /init")]
