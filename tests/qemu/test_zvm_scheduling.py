# SPDX-License-Identifier: Apache-2.0
"""Who gets the CPU: time slices, priorities, pinning, native WFI."""
import re

import pytest

from zvm_guests import ask_until, bundle, definition, good, resources, state, wait_state
from zvm_machine import BUILD

IMAGE = BUILD / "zvm_host.bin"
# While any CPU runs, time is the count of instructions: shares are the same on a busy machine. (scripts/run's --icount
# has idle CPUs skip time, and then nobody can type.)
COUNTED = ["-icount", "shift=0"]
# Several CPUs would have turns then that last until the next timer's deadline, and one that spins has none. So they take
# turns by real time, and all are charged for all turns: shares depend on the machine's load there, and only say that nobody
# starves. How equal they are, test_equals_take_turns() counts on one CPU.
IN_TURN = ["-accel", "tcg,thread=single"]


@pytest.fixture
def host(machine, tmp_path):
    """host(CPUs, {name: definition}) is a machine at its prompt."""

    def start(smp, definitions):
        m = machine(IMAGE, smp=smp, initrd=bundle(tmp_path, definitions, ["idle", "spin"]),
                    extra=COUNTED if smp == 1 else IN_TURN)
        m.wait_prompt()
        return m

    return start


def new(m, *types):
    """The ids of new VMs, which run."""
    vms = [int(re.match(r"vm (\d+): ", good(m, f"zvm new -t {t}")).group(1)) for t in types]
    for vm in vms:
        good(m, f"zvm run {vm}")
    return vms


def shares(m):
    """{id: percent of a CPU that it used just now}."""
    rows = re.findall(r"(?m)^ *(\d+)  \S+ +\S+ +\d+ +\d+ MiB  \w+ +(\d+\.\d) %", good(m, "zvm info"))
    return {int(vm): float(percent) for vm, percent in rows}


def await_shares(m, right):
    """Of CPUs that take turns: whoever runs when QEMU has to wait for the machine's CPU is charged for that, so one look may be
    wrong. Who starves, or does not wait, does so at every look."""
    used = ask_until(lambda: shares(m), right)
    assert right(used), used


def vcpus(m, vm):
    """[(state, CPU, pinned to, percent)] of a VM's vCPUs."""
    rows = re.findall(r"(?m)^ *\d+  (\w+) +\d+ +(\d+|-)  (\w+) +(\d+\.\d) %", good(m, f"zvm info -n {vm}"))
    return [(s, cpu, on, float(percent)) for s, cpu, on, percent in rows]


def exits(m, vm, reason):
    """How many of a kind all its vCPUs had."""
    return int(re.search(rf"(?m)^{reason} .*?(\d+)$", good(m, f"zvm info -n {vm}")).group(1))


def test_equals_take_turns(host):
    """Three vCPUs that never wait, one CPU: a third each, and the shell answers at once."""
    m = host(1, {"spin": definition("spin.bin")})
    vms = new(m, "spin", "spin", "spin")
    used = shares(m)
    assert all(28 <= used[vm] <= 38 for vm in vms), used
    good(m, f"zvm pause {vms[0]}")
    used = shares(m)
    assert used[vms[0]] == 0 and all(44 <= used[vm] <= 52 for vm in vms[1:]), used


def test_priorities(host):
    """The more urgent one has the CPU, whoever came first; what it leaves is the other's."""
    m = host(1, {"low": definition("spin.bin", more="priority = <12>;"),
                 "high": definition("spin.bin", more="priority = <8>;"),
                 "waits": definition("idle.bin", more="priority = <8>;")})
    low, waits = new(m, "low", "waits")
    used = shares(m)
    assert used[low] > 95 and used[waits] < 1, used
    (high,) = new(m, "high")
    used = shares(m)
    assert used[high] > 95 and used[low] < 1, used
    good(m, f"zvm stop {high}")
    assert shares(m)[low] > 95


def test_pinned(host):
    """Two that never wait, pinned to one CPU, share it, and the other CPU stays idle."""
    m = host(2, {"pinned": definition("spin.bin", more="cpus = <1>;"), "free": definition("spin.bin")})
    vms = new(m, "pinned", "pinned")
    for vm in vms:
        assert vcpus(m, vm)[0][1:3] == ("1", "1")
    await_shares(m, lambda used: all(5 <= used[vm] <= 95 for vm in vms))
    (free,) = new(m, "free")
    await_shares(m, lambda used: used[free] > 70 and all(5 <= used[vm] <= 95 for vm in vms))
    assert vcpus(m, free)[0][1:3] == ("0", "all")


def test_native_wfi(host):
    """WFI is the CPU's own: no exits for it, and the vCPU counts as running. All else is as ever."""
    definitions = {"native": definition("idle.bin", more='cpus = <1>; wfi = "native";'),
                   "trapped": definition("idle.bin", more="cpus = <1>;"),
                   "spin": definition("spin.bin", more="cpus = <1>;")}
    m = host(2, definitions)
    before = resources(m)
    native, trapped = new(m, "native", "trapped")
    wait_state(m, native, "running")
    wait_vcpu(m, trapped, "waiting")
    assert exits(m, trapped, "wfx") > 0
    assert exits(m, native, "wfx") == 0
    # Or the shell has its CPU just now, to look at it.
    assert vcpus(m, native)[0][0] in ("running", "ready")
    await_shares(m, lambda used: used[native] > 50 and used[trapped] < 1)
    # It shares its CPU by time slice with one that is pinned there, too.
    (spin,) = new(m, "spin")
    await_shares(m, lambda used: 5 <= used[native] <= 95 and 5 <= used[spin] <= 95)
    good(m, f"zvm pause {native}")
    assert state(m, native) == "paused"
    await_shares(m, lambda used: used[spin] > 50)
    good(m, f"zvm resume {native}")
    good(m, f"zvm reset {native}")
    for vm in (native, trapped, spin):
        good(m, f"zvm stop {vm}")
        good(m, f"zvm delete {vm}")
    assert resources(m) == before


def test_cpus_that_are_not_there(host):
    """A definition that pins to a CPU that this machine has not is refused, and nothing is left."""
    m = host(2, {"far": definition("idle.bin", more="cpus = <5>;")})
    before = resources(m)
    m.type("zvm new -t far\r")
    m.expect(r"zvm new: vms/far\.dtb: /: cpus: [^\r\n]*5[^\r\n]*\r*\n")
    assert resources(m) == before


def wait_vcpu(m, vm, *wanted):
    """Until its vCPU is what it will be when it has had the CPU once more."""
    now = ask_until(lambda: vcpus(m, vm)[0][0], lambda now: now in wanted)
    assert now in wanted, f"vCPU 0 of VM {vm} is {now}, not {' or '.join(wanted)}"


def test_waits_in_place(host):
    """A vCPU that waits where nobody else would run takes no time, and gives way to whoever comes, however unimportant."""
    m = host(2, {"anywhere": definition("idle.bin"),
                 "idle": definition("idle.bin", more="cpus = <1>;"),
                 "spin": definition("spin.bin", more="cpus = <1>; priority = <14>;")})
    # Where the shell has its CPU it goes to the other.
    (anywhere,) = new(m, "anywhere")
    wait_vcpu(m, anywhere, "waiting")
    await_shares(m, lambda used: used[anywhere] < 1)
    good(m, f"zvm stop {anywhere}")
    good(m, f"zvm delete {anywhere}")
    # This one cannot: the shell, which may be there every time, finds it ready to look once more.
    (idle,) = new(m, "idle")
    wait_vcpu(m, idle, "waiting", "ready")
    await_shares(m, lambda used: used[idle] < 1)
    (spin,) = new(m, "spin")
    await_shares(m, lambda used: used[idle] < 1 and used[spin] > 50)
    good(m, f"zvm pause {spin}")
    wait_vcpu(m, idle, "waiting", "ready")
    good(m, f"zvm pause {idle}")
    assert vcpus(m, idle)[0][0] == "paused"
    good(m, f"zvm resume {idle}")
    wait_vcpu(m, idle, "waiting", "ready")
    await_shares(m, lambda used: used[idle] < 1)
    for vm in (idle, spin):
        good(m, f"zvm stop {vm}")
        good(m, f"zvm delete {vm}")
