# SPDX-License-Identifier: Apache-2.0
"""What it costs a guest to be a guest, in instructions, beside other hypervisors.

Runs a test guest (tests/guest/exits.c) in VMs of exit_bench, the hypervisor with a main() that runs them one by one. A
tick of the counter is an executed instruction, of the guest or the hypervisor, on whichever CPU. The same guest on the
bare machine gives the column "bare". A second run with few repetitions is traced instruction by instruction: how many
barriers, TLB operations, system-register writes and device accesses the hypervisor's part of each path has. Fails if a
row is over its budget.
"""
import re

from harness import bundles
from harness import plots as draw
from harness import report, trace
from harness.machine import BenchError, Machine

NAME = "exits"
TITLE = "Exits of guests"
ORDER = 20
TARGETS = ["exit_bench", "guest_exits", "zvm_host"]

CPUS = 3
IMAGE_MAX = 256 << 10
BOOT_MAX = 3_000_000
MEMORY_MAX = 64 << 10
MEMORY_VCPU_MAX = 16 << 10

# Operation, key, other hypervisors, budget. Bao and Xvisor: own payload (GICv3, GICv2); Xen 4.20, KVM (VHE, Linux 6.12):
# kvm-unit-tests' micro-benchmark less its loop and handler; all on the same QEMU, measured once and noted here.
PEERS = ["Bao", "Xvisor", "Xen 4.20", "KVM 6.12"]
ROWS = [
    ("HVC, PSCI_VERSION, round trip", "hvc", (195, 403, 465, 1244), 80),
    ("trapped ID register read", "id_register", (None, None, 412, 1587), 90),
    ("GICD_TYPER read", "gicd_typer", (225, 719, 593, 2011), 130),
    ("GICR_ISENABLER0 write", "isenabler", (3589, 2629, 733, 2157), 220),
    ("SGI to self, to the handler's entry", "sgi_self", (778, 2229, 1030, 2620), 110),
    ("virtual timer deadline to handler, spinning", "timer_spin", (201, 2177, 910, 4880), 20),
    ("the same from WFI, trapped", "timer_wfi", (None, 2973, 4190, 13010), 41),
    ("the same from WFI, native", "timer_wfi_native", (201, None, 910, None), 20),
    ("SGI to a vCPU on another CPU, both CPUs", "sgi_other", (797, 5053, 1550, 4290), 215),
    ("ping-pong of the two", "ping_pong", (1687, 10198, None, None), 430),
    ("vCPU to vCPU on one CPU, full context", "turn", (None, None, None, None), 880),
    ("device interrupt to an RT host task, guest running", "device_to_task", (None, None, None, None), 350),
]

# The VMs: name, vCPUs, guest_option[1] and [2], further properties.
VMS = [
    ("one", 1, (0, 0), "cpus = <1>;"),
    ("native", 1, (3, 0), 'cpus = <1>; wfi = "native";'),
    ("other", 2, (1, 0), "cpus = <1 2>;"),
    ("pingpong", 2, (1, 1), "cpus = <1 2>;"),
    ("turn", 2, (2, 0), "cpus = <1 1>;"),
    ("spin", 1, (4, 0), "cpus = <1>;"),
]
# Definitions come in the order of their names: this one is the first.
WAIT = ("await", 1, (0, 0), "")

RESULT = re.compile(r"EXIT (\w+) mean=([\d.]+) min=(\d+) max=(\d+) n=(\d+)")
FIRST = re.compile(r"EXIT first (\d+)")
MADE = re.compile(r"HOST vm=(\w+) vcpus=(\d+) memory=(\d+)")
STARTED = re.compile(r"HOST start=(\d+) zero=(\d+) image=(\d+)")


def image(build, options):
    """The guest with its options, the bytes."""
    return bundles.with_options(build / "guest_exits.bin", *options)


def bundle(build, where, repetitions, vms):
    """The VMs, packed."""
    texts = {name: bundles.definition(f"{name}.bin", vcpus, 4, "raw", f"kernel-load = <0x0 0x40000000>; {more}")
             for name, vcpus, _, more in vms}
    return bundles.bundle(where, texts, {f"{name}.bin": image(build, (repetitions, *options))
                                         for name, _, options, _ in vms})


def figures(lines):
    """{key: figures} of the lines of a run."""
    found = {}
    for line in lines:
        if match := RESULT.search(line):
            name, mean, low, high, n = match.groups()
            found[name] = {"mean": float(mean), "min": int(low), "max": int(high), "n": int(n)}
    return found


def run_bare(ctx, options):
    """The guest at EL1 without a hypervisor."""
    where = ctx.where / f"bare{options[1]}{options[2]}.bin"
    where.write_bytes(image(ctx.build, options))
    return figures(Machine(ctx.build, where, el=1, smp=2, mem="256M").run("EXIT END"))


def bare(ctx):
    """All that it measures there. What needs two vCPUs on one CPU is not."""
    found = {}
    for options in ((0, 0, 0), (0, 1, 0), (0, 1, 1)):
        found.update(run_bare(ctx, options))
    return found


def run_vms(ctx, vms, name="zvm", repetitions=0):
    """VMs in turn: (figures, {vm: facts})."""
    archive = bundle(ctx.build, ctx.where / name, repetitions, vms)
    lines = Machine(ctx.build, "exit_bench.bin", smp=CPUS, initrd=archive).run("HOST END")
    text = "\n".join(lines)
    if error := re.search(r"HOST error: .*|FAIL .*", text):
        raise BenchError(error.group())
    if "HOST cycles_per_second 1000000000" not in text:
        raise BenchError("the counter does not run at 1 GHz, a tick is not one instruction")
    facts = {}
    for part in text.split("HOST vm=")[1:]:
        vm, vcpus, memory = MADE.search("HOST vm=" + part).groups()
        start, zero, size = map(int, STARTED.search(part).groups())
        facts[vm] = {"vcpus": int(vcpus), "memory": int(memory), "image": size}
        if first := FIRST.search(part):
            facts[vm]["boot"] = zero + int(first.group(1)) - start
    return figures(lines), facts


def zvm(ctx):
    """All VMs."""
    found, facts = run_vms(ctx, VMS)
    return {"figures": found, "vms": facts}


def traced(ctx):
    """What the hypervisor's part of each path executes."""
    archive = bundle(ctx.build, ctx.where / "traced", 3, [WAIT, *VMS])
    return trace.trace(ctx.build, ctx.where, archive, CPUS, sorted(vm[0] for vm in VMS))


def runs(ctx):
    """The trace is the longest; a quick run is without it."""
    both = [("zvm", lambda: zvm(ctx)), ("bare", lambda: bare(ctx))]
    return both if ctx.quick else [("trace", lambda: traced(ctx)), *both]


def sizes(build, facts):
    """What is not a path."""
    rows = [("zvm_host.bin, bytes", (build / "zvm_host.bin").stat().st_size, IMAGE_MAX)]
    for name in ("one", "other"):
        vm = facts[name]
        rows.append((f"memory of a VM with {vm['vcpus']} vCPU{'s' if vm['vcpus'] > 1 else ''}, bytes", vm["memory"],
                     MEMORY_MAX + MEMORY_VCPU_MAX * vm["vcpus"]))
    rows.append(("from zvm run to the guest's first instruction", facts["one"]["boot"], BOOT_MAX))
    return [{"key": what, "label": what, "value": value, "budget": budget} for what, value, budget in rows]


def result(ctx, outcomes):
    """A VM's figures beside the bare machine's, the other hypervisors' and the budget."""
    measured, facts = outcomes["zvm"]["figures"], outcomes["zvm"]["vms"]
    missing = [key for _, key, _, _ in ROWS if key not in measured]
    if missing:
        raise BenchError(f"not measured: {', '.join(missing)}")
    rows = [{"key": key, "label": label, "unit": "instructions", "better": "lower", "bare": outcomes["bare"].get(key),
             "zvm": measured[key], "target": None, "budget": budget, "peers": dict(zip(PEERS, peers)),
             "trace": outcomes.get("trace", {}).get(key, {})} for label, key, peers, budget in ROWS]
    return {"rows": rows, "sizes": sizes(ctx.build, facts), "vms": facts}


def failures(found):
    """What is over its budget."""
    over = [f"{row['label']}: {row['zvm']['mean']:g}, not {row['budget']}" for row in found["rows"]
            if row["zvm"]["mean"] > row["budget"]]
    return over + [f"{size['label']}: {size['value']:,}, not {size['budget']:,}" for size in found["sizes"]
                   if size["value"] > size["budget"]]


def summary(found):
    """One line for all."""
    rows = found["rows"]
    over = sum(row["zvm"]["mean"] > row["budget"] for row in rows)
    compared = [row for row in rows if any(row["peers"].values())]
    cheaper = sum(all(row["zvm"]["mean"] < peer for peer in row["peers"].values() if peer) for row in compared)
    hvc = next(row for row in rows if row["key"] == "hvc")
    return [{"what": f"{TITLE}, {len(rows)} paths", "target": "each within its budget",
             "result": f"a hypercall {hvc['zvm']['mean']:g} instructions (Bao {hvc['peers']['Bao']}, Xen "
                       f"{hvc['peers']['Xen 4.20']}, KVM {hvc['peers']['KVM 6.12']:,}); {cheaper} of the {len(compared)} "
                       "that were measured elsewhere cheaper than all others",
             "met": over == 0}]


def markdown(found):
    """Both tables."""
    head = ["operation", "bare", *PEERS, "at most", "ZVM", *trace.KINDS]
    lines = [[row["label"], report.figure((row["bare"] or {}).get("mean"), 0),
              *(report.figure(row["peers"][peer]) for peer in PEERS), report.figure(row["budget"]),
              report.figure(row["zvm"]["mean"], 0), *(str(row["trace"].get(kind, "")) for kind in trace.KINDS)]
             for row in found["rows"]]
    others = [[size["label"], report.figure(size["budget"]), report.figure(size["value"])] for size in found["sizes"]]
    return report.table(head, lines) + "\n\n" + report.table(["beside them", "at most", "ZVM"], others)


def plots(found, directory):
    """Beside the others, where there are others."""
    rows = [row for row in found["rows"] if any(row["peers"].values())]
    series = {draw.ZVM: [row["zvm"]["mean"] for row in rows]}
    series.update({peer: [row["peers"][peer] for row in rows] for peer in PEERS})
    return [(draw.bars(directory, "exits", "What an exit costs a guest", [row["label"] for row in rows], series,
                       "instructions, log scale (less is better)", log=True),
             "From guest to guest, in instructions, on the same emulated machine; no bar: not measured there")]
