#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""bench/exits.py: what it costs a guest to be a guest, in instructions, beside other hypervisors.

Runs a test guest (tests/guest/exits.c) in VMs of exit_bench, the hypervisor with a main() that runs them one by one,
under -icount shift=0,sleep=off with a counter of 1 GHz: a tick is an executed instruction, of the guest or the
hypervisor, on whichever CPU. The same guest on the bare machine gives the column "bare". A second run with few
repetitions is traced instruction by instruction: how many barriers, TLB operations, system-register writes and device
accesses the hypervisor's part of each path has. Fails if a row is over its budget.
"""
import argparse
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import threading

import trace_exits

TOP = pathlib.Path(__file__).resolve().parents[1]
LIMIT = 300
CPUS = 3
OPTION = 32         # offset of guest_option in the image (tests/guest/lib/guest.ld)
IMAGE_MAX = 256 << 10
BOOT_MAX = 3_000_000
MEMORY_MAX = 64 << 10
MEMORY_VCPU_MAX = 16 << 10

# Operation, key, other hypervisors, budget. Bao and Xvisor: own payload (GICv3, GICv2); Xen 4.20, KVM (VHE, Linux 6.12):
# kvm-unit-tests' micro-benchmark less its loop and handler; all on the same QEMU, measured once and noted here.
ROWS = [
    ("HVC, PSCI_VERSION, round trip", "hvc", ("195", "403", "465", "1,244"), 80),
    ("trapped ID register read", "id_register", ("", "", "412", "1,587"), 90),
    ("GICD_TYPER read", "gicd_typer", ("225", "719", "593", "2,011"), 130),
    ("GICR_ISENABLER0 write", "isenabler", ("3,589", "2,629", "733", "2,157"), 220),
    ("SGI to self, to the handler's entry", "sgi_self", ("778", "2,229", "1,030", "2,620"), 280),
    ("virtual timer deadline to handler, spinning", "timer_spin", ("201", "2,177", "910", "4,880"), 150),
    ("the same from WFI, trapped", "timer_wfi", ("", "2,973", "4,190", "13,010"), 650),
    ("the same from WFI, native", "timer_wfi_native", ("201", "", "910", ""), 150),
    ("SGI to a vCPU on another CPU, both CPUs", "sgi_other", ("797", "5,053", "1,550", "4,290"), 400),
    ("ping-pong of the two", "ping_pong", ("1,687", "10,198", "", ""), 850),
    ("vCPU to vCPU on one CPU, full context", "turn", ("", "", "", ""), 900),
    ("device interrupt to an RT host task, guest running", "device_to_task", ("", "", "", ""), 350),
]
PEERS = ["Bao", "Xvisor", "Xen 4.20", "KVM 6.12"]

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
VM = """/dts-v1/;
/ {{
	compatible = "zvm,vm-v1";
	os = "raw";
	vcpus = <{vcpus}>;
	memory-mib = <4>;
	kernel = "{name}.bin";
	kernel-load = <0x0 0x40000000>;
	{more}
	devices {{
		uart0 {{ compatible = "arm,pl011"; }};
	}};
}};
"""

RESULT = re.compile(r"EXIT (\w+) mean=([\d.]+) min=(\d+) max=(\d+) n=(\d+)")
FIRST = re.compile(r"EXIT first (\d+)")
MADE = re.compile(r"HOST vm=(\w+) vcpus=(\d+) memory=(\d+)")
STARTED = re.compile(r"HOST start=(\d+) zero=(\d+) image=(\d+)")


def image(build, options, where):
    """The guest with its options."""
    data = bytearray((build / "guest_exits.bin").read_bytes())
    struct.pack_into("<3Q", data, OPTION, *options)
    where.write_bytes(data)


def bundle(build, where, repetitions, vms):
    """The VMs, packed."""
    definitions = []
    for name, vcpus, options, more in vms:
        image(build, (repetitions, *options), where / f"{name}.bin")
        definitions.append(where / f"{name}.dts")
        definitions[-1].write_text(VM.format(name=name, vcpus=vcpus, more=more), encoding="utf-8")
    subprocess.run([TOP / "scripts/mkbundle", where / "bundle.cpio", *definitions], check=True)
    return where / "bundle.cpio"


def run(command, end):
    """A QEMU until it prints `end`; its lines."""
    lines, ended = [], False
    with subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as qemu:
        watchdog = threading.Timer(LIMIT, qemu.kill)
        watchdog.start()
        try:
            for line in qemu.stdout:
                lines.append(line)
                if line.startswith(end):
                    ended = True
                    break
        finally:
            watchdog.cancel()
            qemu.kill()
    if not ended:
        sys.exit(f"exits: no '{end}' from {' '.join(map(str, command))}; the console ends with:\n" + "".join(lines[-40:]))
    return lines


def results(lines):
    """{key: figures} of the lines of a run."""
    found = {}
    for line in lines:
        if match := RESULT.search(line):
            name, mean, low, high, n = match.groups()
            found[name] = {"mean": float(mean), "min": int(low), "max": int(high), "n": int(n)}
    return found


def measure_bare(build, where):
    """The guest at EL1 without a hypervisor. What needs two vCPUs on one CPU is not there."""
    found = {}
    for options in ((0, 0, 0), (0, 1, 0), (0, 1, 1)):
        image(build, options, where / "bare.bin")
        command = [TOP / "scripts/run", "--el", 1, "--smp", 2, "--mem", "256M", "--icount", where / "bare.bin"]
        found.update(results(run(command, "EXIT END")))
    return found


def measure(build, where):
    """The VMs. Figures, and {vm: facts}."""
    command = [TOP / "scripts/run", "--smp", CPUS, "--mem", "512M", "--icount", "--initrd", bundle(build, where, 0, VMS),
               build / "exit_bench.bin"]
    lines = run(command, "HOST END")
    text = "".join(lines)
    if error := re.search(r"HOST error: .*|FAIL .*", text):
        sys.exit(f"exits: {error.group()}\n" + "".join(lines[-40:]))
    if "HOST cycles_per_second 1000000000" not in text:
        sys.exit("exits: the counter does not run at 1 GHz, a tick is not one instruction")
    facts = {}
    for part in text.split("HOST vm=")[1:]:
        name, vcpus, memory = MADE.search("HOST vm=" + part).groups()
        start, zero, size = map(int, STARTED.search(part).groups())
        facts[name] = {"vcpus": int(vcpus), "memory": int(memory), "image": size}
        if first := FIRST.search(part):
            facts[name]["boot"] = zero + int(first.group(1)) - start
    return results(lines), facts


def table(found, bare, counts):
    """Rows as lists of cells, and what is over its budget."""
    over = []
    lines = []
    for label, key, peers, budget in ROWS:
        if key not in found:
            sys.exit(f"exits: {key} was not measured")
        mean = found[key]["mean"]
        if mean > budget:
            over.append(f"{label}: {mean:.0f}, not {budget}")
        c = counts.get(key, {})
        lines.append([label, f"{bare[key]['mean']:.0f}" if key in bare else "", *peers, str(budget), f"{mean:.0f}",
                      *(str(c.get(kind, "")) for kind in trace_exits.KINDS)])
    return lines, over


HEAD = ["operation", "bare", *PEERS, "at most", "ZVM", *trace_exits.KINDS]


def as_text(lines):
    """For a terminal."""
    widths = [max(len(row[i]) for row in [HEAD, *lines]) for i in range(len(HEAD))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))])
                     for row in [HEAD, *lines])


def as_markdown(lines):
    """For the documents."""
    text = ["| " + " | ".join(HEAD) + " |", "| --- |" + " ---: |" * (len(HEAD) - 1)]
    return "\n".join(text + ["| " + " | ".join(row) + " |" for row in lines])


def sizes(build, facts):
    """[(what, figure, budget)] of what is not a path."""
    rows = [("zvm_host.bin, bytes", (build / "zvm_host.bin").stat().st_size, IMAGE_MAX)]
    for name in ("one", "other"):
        vm = facts[name]
        rows.append((f"memory of a VM with {vm['vcpus']} vCPU{'s' if vm['vcpus'] > 1 else ''}, bytes", vm["memory"],
                     MEMORY_MAX + MEMORY_VCPU_MAX * vm["vcpus"]))
    rows.append(("from zvm run to the guest's first instruction", facts["one"]["boot"], BOOT_MAX))
    return rows


def rewrite(path, name, text):
    """Put a table between the markers of a document."""
    old = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    if old.count(begin) != 1 or old.count(end) != 1:
        sys.exit(f"exits: {path.relative_to(TOP)} has not one pair of markers {begin.strip()} {end}")
    before, rest = old.split(begin)
    path.write_text(before + begin + text + "\n" + end + rest.split(end)[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=__doc__.split("\n", 2)[2],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build", type=pathlib.Path, help="build directory (default: build)")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="write all results there")
    parser.add_argument("--no-trace", action="store_true", help="leave the counts of barriers and so on out")
    parser.add_argument("--update-readme", action="store_true",
                        help="rewrite the tables in README.md and docs/benchmarks.md")
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    with tempfile.TemporaryDirectory(dir=build) as directory:
        where = pathlib.Path(directory)
        bare = measure_bare(build, where)
        found, facts = measure(build, where)
        counts = {} if arguments.no_trace else trace_exits.trace(
            build, where, bundle(build, where, 3, [WAIT, *VMS]), CPUS, sorted(vm[0] for vm in VMS))
    lines, over = table(found, bare, counts)
    print("Mean of 1000 repetitions, in instructions (QEMU -icount shift=0,sleep=off); what the hypervisor's part of the\n"
          "path has of barriers and so on is from a trace.\n")
    print(as_text(lines), end="\n\n")
    for what, figure, budget in sizes(build, facts):
        print(f"{what}: {figure:,} (at most {budget:,})")
        if figure > budget:
            over.append(f"{what}: {figure}, not {budget}")
    if arguments.json:
        report = {"zvm": found, "bare": bare, "vms": facts, "trace": counts,
                  "budget": {key: budget for _, key, _, budget in ROWS},
                  "sizes": {what: [figure, budget] for what, figure, budget in sizes(build, facts)}}
        arguments.json.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if arguments.update_readme:
        rewrite(TOP / "README.md", "make bench, exits", as_markdown(lines))
        rewrite(TOP / "docs/benchmarks.md", "make bench, exits", as_markdown(lines))
    if over:
        print("\nexits: over budget:\n  " + "\n  ".join(over))
        return 1
    print(f"\nexits: all {len(ROWS)} rows are within their budgets")
    return 0


if __name__ == "__main__":
    sys.exit(main())
