# SPDX-License-Identifier: Apache-2.0
"""The life of VMs: those that end by themselves, many at once, many times, out of memory; nothing is left behind."""
import re

import pytest

from zvm_guests import ONE_THREAD, ask_until, bad, bundle, command, definition, delete_all, good, resources, state, wait_state
from zvm_machine import BUILD, Machine

pytestmark = pytest.mark.xdist_group("zvm_lifecycle")

IMAGE = BUILD / "zvm_host.bin"
NAMES = ["idle", "spin", "off", "reset", "crash", "flood", "echo", "clock", "memory", "allreset", "alloff"]


def make_bundle(where, more=None):
    """A definition for each guest, and others {name: source}."""
    return bundle(where, {**{n: definition(n + ".bin") for n in NAMES}, **(more or {})}, NAMES)


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A machine with a bundle of small guests; each test deletes its VMs."""
    where = tmp_path_factory.mktemp("bundle")
    more = {"four": definition("spin.bin", vcpus=4),
            "urgent": definition("reset.bin", more="priority = <3>;"),
            "big": definition("idle.bin", mib=64)}
    with Machine(IMAGE, name="test_zvm_lifecycle.host", smp=4, initrd=make_bundle(where, more), extra=ONE_THREAD) as m:
        m.wait_prompt()
        yield m


@pytest.fixture(autouse=True)
def same_resources(request):
    """Every test on the shared machine leaves memory and threads as they were."""
    if "host" not in request.fixturenames:
        yield
        return
    m = request.getfixturevalue("host")
    before = resources(m)
    yield
    delete_all(m)
    assert resources(m) == before


def new(m, kind, more=""):
    """The id of a new VM."""
    return int(re.match(r"vm (\d+): ", good(m, f"zvm new -t {kind} {more}")).group(1))


def test_powers_off(host):
    vm = new(host, "off")
    for _ in range(3):
        host.type(f"zvm run {vm}\r")
        host.expect_text(f"vm {vm} (off): powered off")
        wait_state(host, vm, "stopped")


def test_crashes(host):
    vm = new(host, "crash")
    for line in ("run", "run", "reset"):
        host.type(f"zvm {line} {vm}\r")
        host.expect(rf"vm {vm} \(crash\): crashed: [^\r\n]+")
        wait_state(host, vm, "crashed")
    assert re.search(rf"vm {vm}: crash \(raw\), crashed: \w", good(host, f"zvm info {vm}"))


@pytest.mark.parametrize("kind", ["reset", "urgent"])
def test_resets_for_ever(host, kind):
    """It is heard of at most once a second or so, and everything else goes on."""
    vm, other = new(host, kind), new(host, "clock")
    good(host, f"zvm run {other}")
    good(host, f"zvm run {vm}")
    host.expect_text(f"vm {vm} ({kind}): reset itself")
    for _ in range(20):
        assert state(host, vm) == "running"
    assert ask_until(lambda: resets(host, vm), lambda times: times > 3) > 3
    good(host, f"zvm pause {vm}", f"vm {vm}: paused")
    assert resets(host, vm) > 3
    assert state(host, vm) == "paused"
    good(host, f"zvm resume {vm}")
    good(host, f"zvm reset {vm}")
    assert state(host, vm) == "running"
    host.expect_text(f"vm {vm} ({kind}): reset itself")
    good(host, f"zvm stop {vm}")
    assert state(host, vm) == "stopped"
    assert state(host, other) == "running"


def resets(m, vm):
    """How often a VM has reset itself."""
    said = re.search(r"has reset itself (\d+) times", good(m, f"zvm info {vm}"))
    return int(said.group(1)) if said else 0


def test_resets_side_by_side(host):
    """Several that reset themselves for ever take turns: none keeps the others from being loaded again."""
    vms = [new(host, "reset") for _ in range(3)]
    for vm in vms:
        good(host, f"zvm run {vm}")
    before = [resets(host, vm) for vm in vms]
    now = ask_until(lambda: [resets(host, vm) for vm in vms], lambda now: all(n > b + 10 for n, b in zip(now, before)))
    assert all(n > b + 10 for n, b in zip(now, before)), f"resets: {before}, then {now}"


def test_all_vcpus_power_off_at_once(host):
    vm = new(host, "alloff", "-c 4")
    for _ in range(20):
        host.type(f"zvm run {vm}\r")
        host.expect_text(f"vm {vm} (alloff): powered off")
        wait_state(host, vm, "stopped")


def test_all_vcpus_reset_at_once(host):
    vm = new(host, "allreset", "-c 4")
    good(host, f"zvm run {vm}")
    for _ in range(10):
        before = resets(host, vm)
        assert state(host, vm) == "running"
        good(host, f"zvm pause {vm}")
        good(host, f"zvm resume {vm}")
        assert ask_until(lambda: resets(host, vm), lambda times: times != before) != before


def test_memory_is_clear(host):
    """Whenever a guest starts: the first time, after a reset, after a stop, and in memory that another VM had."""
    for _ in range(2):
        vm = new(host, "memory")
        for line in ("run", "reset", "stop", "run"):
            good(host, f"zvm {line} {vm}")
            if line != "stop":
                host.type(f"zvm look {vm}\r")
                host.expect(r"memory is (not )?clear")
                assert host.process.match.group(1) is None
                host.type("\x18")
                host.wait_prompt()
        good(host, f"zvm delete -f {vm}")


def test_delete_while_running(host):
    for kind in ("spin", "four", "idle", "flood", "reset", "echo"):
        vm = new(host, kind)
        good(host, f"zvm run {vm}")
        bad(host, f"zvm delete {vm}", "use -f")
        good(host, f"zvm delete {vm} -f", f"vm {vm}: deleted")
        assert state(host, vm) is None


def test_delete_as_it_powers_off(host):
    """The request of a guest that is gone meanwhile goes nowhere, not to the next one of that id."""
    for _ in range(20):
        vm = new(host, "off")
        command(host, f"zvm run {vm}")
        good(host, f"zvm delete {vm} -f")
        vm = new(host, "spin")
        good(host, f"zvm run {vm}")
        assert state(host, vm) == "running"
        good(host, f"zvm delete {vm} -f")


def test_more_vcpus_than_cpus(host):
    """Four VMs that never wait on four CPUs, 16 vCPUs: the shell is as it was."""
    vms = [new(host, "four") for _ in range(4)]
    for vm in vms:
        good(host, f"zvm run {vm}")
    text = good(host, "zvm info")
    assert len(re.findall(r" running ", text)) == 4, text
    for vm in vms:
        good(host, f"zvm pause {vm}")
        good(host, f"zvm resume {vm}")
    for vm in vms:
        good(host, f"zvm stop {vm}")


def test_sixteen_at_once(host):
    vms = [new(host, "echo") for _ in range(16)]
    for vm in vms:
        good(host, f"zvm run {vm}")
    for vm in vms:
        host.type(f"zvm look {vm}\r")
        host.expect_text(f"-- vm {vm} (echo), Ctrl+x to leave --")
        host.type(f"{vm * 11}.")
        host.expect_text(f"{vm * 11}.")
        host.type("\x18")
        host.wait_prompt()
    assert len(re.findall(r" running ", good(host, "zvm info"))) == 16
    for vm in vms:
        good(host, f"zvm delete -f {vm}")


def cycle(m, kind):
    """A VM's whole life."""
    vm = new(m, kind)
    good(m, f"zvm run -n {vm}")
    good(m, f"zvm stop -n {vm}")
    good(m, f"zvm delete -n {vm}")


@pytest.mark.parametrize("kind", ["idle", "four"])
def test_cycles(host, kind):
    """200 in all; what was free before is free afterwards, from the first one on."""
    before = resources(host)
    cycle(host, kind)
    assert resources(host) == before
    for _ in range(99):
        cycle(host, kind)
    assert resources(host) == before


def test_first_cycle(machine, tmp_path):
    """The first VM since start leaves nothing behind either."""
    m = machine(IMAGE, smp=2, initrd=make_bundle(tmp_path), extra=ONE_THREAD)
    m.wait_prompt()
    before = resources(m)
    cycle(m, "idle")
    assert resources(m) == before


def test_time_stands_still_in_a_pause(host):
    vm = new(host, "clock")

    def clock():
        host.type(f"zvm look {vm}\r")
        host.expect_text("Ctrl+x to leave --")
        host.type("x")
        ms = int(host.expect(r"([0-9a-f]{8}) ms").group(1), 16)
        host.type("\x18")
        host.wait_prompt()
        return ms

    def uptime():
        return int(re.search(r"up (\d+)\.(\d+) s", good(host, f"zvm info {vm}")).group(0)[3:-2].replace(".", ""))

    def host_ms():
        hours, minutes, seconds = re.search(r"(\d+):(\d+):(\d+\.\d+)", good(host, "uptime")).groups()
        return round((int(hours) * 60 + int(minutes)) * 60000 + float(seconds) * 1000)

    # It begins at 0, after this.
    begin = host_ms()
    good(host, f"zvm run {vm}")
    assert clock() <= host_ms() - begin + 1
    good(host, f"zvm pause {vm}")
    stood = uptime()
    good(host, "kernel threads 2")
    assert uptime() == stood
    good(host, f"zvm resume {vm}")
    before = clock()
    assert stood <= before
    good(host, "kernel threads 1")
    assert clock() >= before + 1000
    begin = host_ms()
    good(host, f"zvm reset {vm}")
    assert clock() <= host_ms() - begin + 1


def test_no_memory(host):
    """As many as there is room for; then a line, and one fewer makes room again."""
    vms = []
    while True:
        result, text = command(host, "zvm new -t big -m 256")
        if result != 0:
            break
        vms.append(int(re.match(r"vm (\d+): ", text).group(1)))
    assert re.search(r"^zvm new: not enough memory: big needs 256 MiB in one piece, the largest free range is \d+ MiB; "
                     r"use -m or delete a VM$", text), text
    assert len(vms) >= 2
    good(host, f"zvm delete {vms[1]}")
    assert new(host, "big", "-m 256") == vms[1]


@pytest.mark.parametrize("kind", ["idle", "four"])
def test_every_allocation_fails_once(host, kind):
    """`new` with the n-th allocation failing, for every n until it does not fail any more."""
    before = resources(host)
    for nth in range(1, 100):
        good(host, f"fault {nth}")
        result, text = command(host, f"zvm new -t {kind}")
        left = int(good(host, "fault"))
        good(host, "fault 0")
        if result == 0:
            assert left > 0
            break
        assert left == 0 and re.search(r"^zvm new: .*memory", text) and len(text.splitlines()) == 1, text
        assert resources(host) == before, nth
    assert nth > 6
    good(host, f"zvm delete {re.match(r'vm (.+?):', text).group(1)}")


def test_allocations_of_run_fail(host):
    """Those that loading makes: the VM stays as it was."""
    vm = new(host, "idle")
    taken = resources(host)
    for nth in range(1, 20):
        good(host, f"fault {nth}")
        result, text = command(host, f"zvm run {vm}")
        good(host, "fault 0")
        if result == 0:
            break
        assert len(text.splitlines()) == 1, text
        assert state(host, vm) == "ready"
        assert resources(host) == taken
    good(host, f"zvm stop {vm}")


def test_other_sizes_than_defined(host):
    vm = new(host, "idle", "-c 3 -m 8")
    assert re.search(rf"(?m)^ *{vm}  idle +raw +3 +8 MiB  ready", good(host, "zvm info"))


def test_autostart(machine, tmp_path):
    """They come up by themselves, in the order of the archive, and the prompt does not wait for them."""
    more = {"first": definition("echo.bin", more="autostart;"),
            "wrong": definition("nowhere.bin", more="autostart;"),
            "second": definition("idle.bin", mib=256, more="autostart;")}
    m = machine(IMAGE, smp=2, initrd=make_bundle(tmp_path, more), extra=ONE_THREAD)
    # Before the prompt or behind it.
    m.expect_text("vm 1 (second): started")
    m.type("\r")
    m.wait_prompt()
    text = m.tail(9000)
    for number, name in ((0, "first"), (1, "second")):
        wait_state(m, number, "running")
        assert re.search(rf"(?m)^ *{number}  {name} ", good(m, "zvm info"))
    assert "vm 0 (first): started" in text
    assert re.search(r"(?m)^autostart of wrong: vms/wrong.dtb: .*nowhere\.bin", text), text


def test_flood_of_output_in_the_background(host):
    """Four guests print at full speed, nobody looks: commands answer, and the prompt is not disturbed."""
    vms = [new(host, "flood") for _ in range(4)]
    for vm in vms:
        good(host, f"zvm run {vm}")
    for _ in range(10):
        assert len(re.findall(r" running ", good(host, "zvm info"))) == 4
    host.run("")
    host.quiet(1)
