# SPDX-License-Identifier: Apache-2.0
"""One image of the RTOS, on the bare machine at EL1 and in a VM: the same file, byte for byte.

The VM is of exit_bench, the hypervisor with a main() that runs the VMs of its bundle and prints what they print. It has
one vCPU on one CPU of the host and 16 MiB, as the type `zephyr` that is delivered.
"""
import re

from .bundles import bundle, definition
from .machine import BenchError, Machine

EXITS = re.compile(r"HOST exits (.*)")


def bare(ctx, image, end):
    """The lines of its console, up to the one that contains `end`."""
    return Machine(ctx.build, image, el=1).run(end)


def in_vm(ctx, image, cpus=1):
    """The lines of its console and the host's own, up to the VM's end. More CPUs: the VM is on the second."""
    where = ctx.where / f"vm{cpus}"
    archive = bundle(where, {"vm": definition(image, more=f"cpus = <{min(cpus - 1, 1)}>;")}, {image: ctx.build / image})
    return Machine(ctx.build, "exit_bench.bin", smp=cpus, initrd=archive).run_host()


def agreed(run, tries=6):
    """What two runs of a machine agree on: the first outcome that comes twice.

    A run is exact but for what machine.settle() says of an emulated CPU that waits.
    """
    seen = []
    for _ in range(tries):
        outcome = run()
        if outcome in seen:
            return outcome
        seen.append(outcome)
    raise BenchError(f"no two of {tries} runs have the same outcome")


def exits(lines):
    """[{reason: count}]: how often the guest was left, at each point at which the host says so; the last is its end."""
    return [{name: int(count) for name, count in (pair.split("=") for pair in match.group(1).split())}
            for match in map(EXITS.search, lines) if match]


def check_counter(hz):
    """Figures are instructions only if a tick is one."""
    if hz != 1_000_000_000:
        raise BenchError(f"the counter runs at {hz} Hz, a tick is not one instruction")
