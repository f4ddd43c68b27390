# SPDX-License-Identifier: Apache-2.0
"""A guest that means harm (tests/guest/hostile.c): the host, a neighbour and a 1 kHz task of the host go on."""
import re

import pytest

from zvm_exact import Guest, bundle
from zvm_guests import good, wait_state
from zvm_machine import BUILD, plain

# Host CPUs; those of the hostile guest's vCPUs, the neighbour's, the task's; by how many instructions the task may wake up
# later than on the idle host. On one CPU the figures are the hypervisor's alone; with several, QEMU runs them in turn, and
# an instruction of any of them is time for all.
SHAPES = {"one_cpu": (1, "0 0", 0, 0, 8000), "own_cpu": (3, "1 2", 2, 1, 40000), "same_cpu": (3, "1 2", 1, 1, 40000)}
# 4,000 wake-ups of tasks of 1 kHz, in a quarter of a second.
RT = "bench rt run {} 16 250 997 {}"


@pytest.mark.parametrize("shape", SHAPES)
def test_task_keeps_its_period(machine, tmp_path, shape):
    """Exactly repeatable: no period is missed, no wake-up is late, nobody waits for the guest."""
    smp, cpus, neighbours, task, later = SHAPES[shape]
    guests = [Guest("hostile", vcpus=2, mib=8, more=f"cpus = <{cpus}>;"),
              Guest("context", options=(1,), more=f"cpus = <{neighbours}>;", vm="neighbour")]
    plan = [RT.format("idle", task), "zvm new -t hostile", "zvm new -t neighbour", "zvm run -n 0", "zvm run -n 1",
            RT.format("beside", task), "zvm stop -n 0", "zvm stop -n 1", "bench follow 0", "bench follow 1"]
    m = machine(BUILD / "bench_host.bin", smp=smp, icount=True, initrd=bundle(tmp_path, guests, plan))
    m.expect(r"HOST END", timeout=400)
    text = plain(m.process.before)
    assert "HOST error" not in text, text[-2000:]
    rows = re.findall(r"HOST rt (\w+) .*wakeups=(\d+) missed=(\d+) .*max=(\d+)", text)
    (_, _, _, idle), (_, wakeups, missed, latest) = rows
    assert int(wakeups) == 4000 and missed == "0", text[-2000:]
    assert int(latest) <= int(idle) + later, [line for line in text.splitlines() if "rt-cause" in line]
    hostile, neighbour = re.split(r"HOST run bench follow 1", text)
    # Of its flood the end is kept.
    assert max(map(int, re.findall(r"hostile: round (\d+)", hostile)), default=0) > 1, hostile[-2000:]
    # It gets on; on a CPU of its own to where it tells of its registers.
    assert "ok access_trap" in neighbour and "FAIL" not in neighbour, neighbour[-2000:]
    progress = re.findall(r"context: CPU 0 round (\d+), (\d+) wrong", neighbour)
    assert (progress or shape != "own_cpu") and all(wrong == "0" for _, wrong in progress), neighbour[-2000:]


def test_shell_answers(machine, tmp_path):
    """At full speed, with the console flooded: the host's commands work, and the guest can be stopped and deleted."""
    guests = [Guest("hostile", vcpus=2, mib=8), Guest("context", options=(1,), vm="neighbour")]
    m = machine(BUILD / "zvm_host.bin", smp=2, initrd=bundle(tmp_path, guests))
    m.wait_prompt()
    for vm, name in enumerate(("hostile", "neighbour")):
        good(m, f"zvm new -t {name}")
        good(m, f"zvm run -n {vm}")
    for _ in range(5):
        good(m, "zvm info")
        good(m, "kernel threads")
        good(m, "uptime")
    m.type("zvm look 0\r")
    m.expect(r"hostile: round \d+", timeout=200)
    m.type("\x18")
    m.wait_prompt()
    m.type("zvm look 1\r")
    m.expect(r"context: CPU 0 round \d+, 0 wrong", timeout=200)
    m.type("\x18")
    m.wait_prompt()
    good(m, "zvm stop -n 0")
    wait_state(m, 0, "stopped")
    good(m, "zvm delete -n 0")
    good(m, "zvm delete -f -n 1")
