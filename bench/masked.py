#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""bench/masked.py [CASE...]: the longest stretches with interrupts masked, in instructions, and where they are.

Nothing is sampled: a plugin of QEMU's (masked_plugin.c) follows each CPU's PSTATE.I through every instruction of the
hypervisor. bench_host runs with the shell's commands, then with a guest that means harm in one way after the other
(tests/guest/hostile.c). Needs QEMU's interface to plugins as of version 7.2.
"""
import argparse
import bisect
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "bench"))

from harness import bundles                             # noqa: E402
from harness.machine import BenchError, Machine         # noqa: E402

ATTACKS = re.findall(r'\{"([^"]+)", \w+\}', (TOP / "tests/guest/hostile.c").read_text(encoding="utf-8"))
COMMANDS = """
zvm new -t guest
zvm run -n 0
bench sleep 1
zvm pause -n 0
zvm info
zvm info -n 0
zvm resume -n 0
zvm reset -n 0
zvm pause -n 0
kernel threads
zvm stop -n 0
zvm delete -n 0
help
"""
HOSTILE = """
zvm new -t guest
zvm run -n 0
bench sleep {ms}
zvm delete -f -n 0
"""
VECTORS = 16
VECTOR = 0x80


class Image:
    """The hypervisor's ELF: whose an address is, and where interrupts are masked and opened."""

    def __init__(self, elf):
        rows = [line.split() for line in self._tool("nm", "-n", elf).splitlines()]
        rows = [(int(row[0], 16), row[1], row[2]) for row in rows if len(row) == 3]
        self.place = {name: at for at, _, name in rows}
        functions = [(at, name) for at, kind, name in rows if kind in "tT" and not name.startswith("$")]
        self.starts = [at for at, _ in functions]
        self.names = [name for _, name in functions]
        self.code = self._tool("objdump", "-d", "--no-show-raw-insn", elf)

    @staticmethod
    def _tool(name, *words):
        return subprocess.run([f"aarch64-linux-gnu-{name}", *words], check=True, capture_output=True, text=True).stdout

    def name(self, at):
        """The function at an address, or which vector."""
        vectors = self.place["arch_vectors"]
        if vectors <= at < vectors + VECTORS * VECTOR:
            return f"vector {at - vectors:#x}"
        return self.names[max(bisect.bisect_right(self.starts, at) - 1, 0)]

    def points(self):
        """What the plugin is to look at, a line each: masked_plugin.c has the letters."""
        kinds = [("r", r"mrs\s+x\d+, daif"), ("m", r"msr\s+daifset, .*"), ("o", r"msr\s+daifclr, .*"),
                 ("d", r"msr\s+daif, x\d+"), ("e", r"eret\b.*"), ("w", r"wfi\b.*")]
        found, before = [], ""
        for at, text in re.findall(r"(?m)^\s*([0-9a-f]+):\s+(.*)$", self.code):
            found += [f"{kind} {at}" for kind, pattern in kinds if re.fullmatch(pattern, text.strip())]
            # arch_switch(), which is inline: the next thread's address.
            if re.match(r"ldr\s+x3, \[x1\]", text) and re.match(r"str\s+x3, \[x0\]", before):
                found.append(f"s {at}")
            before = text
        place = self.place
        found += [f"v {place['arch_vectors'] + n * VECTOR:x}" for n in range(VECTORS)]
        named = {"s": "arch_first_switch", "t": "z_thread_start", "b": "main", "a": "z_text_start", "z": "z_text_end"}
        found += [f"{kind} {place[name]:x}" for kind, name in named.items()]
        return "\n".join(found) + "\n"


def plugin(where):
    """masked_plugin.c, compiled for this machine."""
    done = where / "masked.so"
    source = TOP / "bench/masked_plugin.c"
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", done, source], check=True)
    return done


def archive(where, build, case, options):
    """The bundle of a case."""
    hostile, plan = build / "guest_hostile.bin", COMMANDS
    if case != "commands":
        hostile, plan = bundles.with_options(hostile, 0, 0, 1 << ATTACKS.index(case)), HOSTILE.format(ms=options.ms)
    vm = bundles.definition("guest.bin", options.vcpus, 8, "raw", "kernel-load = <0x0 0x40000000>;")
    return bundles.bundle(where, {"guest": vm}, {"guest.bin": hostile}, plan=plan)


def stretches(lines, image):
    """[{length, from, to, in}], the longest of each kind, longest first; and what the plugin was at odds with."""
    longest, odd = {}, []
    for line in lines:
        if line.startswith("#"):
            odd.append(line.strip())
            continue
        length, begin, end, *blocks = line.split()
        counts = collections.Counter()
        for block in blocks:
            at, count = block.split(":")
            counts[image.name(int(at, 16))] += int(count)
        row = {"length": int(length), "from": image.name(int(begin, 16)), "to": image.name(int(end, 16)),
               "in": dict(counts.most_common(8))}
        key = (row["from"], row["to"], counts.most_common(1)[0][0] if counts else "")
        if row["length"] > longest.get(key, {"length": 0})["length"]:
            longest[key] = row
    return sorted(longest.values(), key=lambda row: -row["length"]), odd


def measure(case, options, image, so):
    """The stretches of a case."""
    with tempfile.TemporaryDirectory(prefix="zvm-masked-") as where:
        where = pathlib.Path(where)
        (where / "points").write_text(image.points(), encoding="ascii")
        extra = ["-plugin", f"{so},points={where}/points,out={where}/out,above={options.above}"]
        Machine(options.build, "bench_host.bin", smp=options.smp, initrd=archive(where, options.build, case, options),
                extra=extra).run("HOST END", limit=900)
        rows, odd = stretches((where / "out").read_text(encoding="ascii").splitlines(), image)
    if odd:
        raise BenchError(f"{case}: the model of PSTATE.I is wrong: {odd[0]}")
    return rows


def main():
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("cases", metavar="CASE", nargs="*", help="commands, or an attack: " + ", ".join(ATTACKS))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--ms", type=int, default=50, help="virtual time of an attack (default 50)")
    # With more CPUs than one QEMU lets those run that do not wait, under -icount, and others only when they stop.
    parser.add_argument("--smp", type=int, default=1)
    parser.add_argument("--vcpus", type=int, default=8)
    parser.add_argument("--above", type=int, default=500, help="shorter ones are not looked at (default 500)")
    parser.add_argument("--top", type=int, default=3, help="how many of a case are shown (default 3)")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    results = {}
    try:
        with tempfile.TemporaryDirectory(prefix="zvm-plugin-") as where:
            so = plugin(pathlib.Path(where))
            image = Image(options.build / "bench_host.elf")
            for case in options.cases or ["commands", *ATTACKS]:
                results[case] = measure(case, options, image, so)
                for row in results[case][:options.top]:
                    busy = ", ".join(f"{name} {count}" for name, count in row["in"].items())
                    print(f"{case:16} {row['length']:6,}  {row['from']} to {row['to']}: {busy}", flush=True)
    except (BenchError, ValueError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"masked: {error}") from None
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
