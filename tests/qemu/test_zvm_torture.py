# SPDX-License-Identifier: Apache-2.0
"""VMs with more vCPUs than there are CPUs, all of them busy with each other, while commands come in any order.

The guests (tests/guest) find out themselves what is wrong: a lost interrupt, a register with another's value. `storm`
then goes off, which no VM here does otherwise. ZVM_TORTURE_SECONDS and ZVM_TORTURE_SEED are for longer runs and other
orders; with ZVM_TORTURE_LINUX=1 a Linux is one of the guests.
"""
import os
import pathlib
import random
import re
import struct
import time

import pytest

from zvm_guests import GUESTS, RESET, archive, assemble, command, compiled, definition, good, resources
from zvm_machine import BUILD, LIMIT, Machine, plain

pytestmark = pytest.mark.xdist_group("zvm_torture")

IMAGE = BUILD / "zvm_host.bin"
SECONDS = float(os.environ.get("ZVM_TORTURE_SECONDS", "8"))
SEED = int(os.environ.get("ZVM_TORTURE_SEED", "1"))
LINUX = os.environ.get("ZVM_TORTURE_LINUX") == "1"
VMS = 5
# In tests/guest/lib/guest.ld.
OPTION = 32

# Name: image, vCPUs, what else. All of one priority: none of these guests leaves much to those that are less urgent.
TYPES = {
    "storm": ("storm.bin", 4, ""),
    "pinned": ("storm.bin", 2, "cpus = <0 1>;"),
    "native": ("storm.bin", 2, 'cpus = <1 0>; wfi = "native";'),
    "context": ("context.bin", 4, ""),
    "hostile": ("hostile.bin", 2, ""),
    "rtos": ("rtos.bin", 2, ""),
    "resets": ("resets.bin", 4, ""),
    "flood": ("flood.bin", 1, ""),
}
# Four vCPUs, each of which resets the machine as soon as it can, more or less at once.
GUESTS["resets"] = """
    mrs x0, mpidr_el1
    ands x0, x0, #0xff
    b.ne 91f
    mov x22, #1
90: ldr x0, =0xc4000003
    mov x1, x22
    adr x2, _start
    mov x3, #0
    hvc #0
    add x22, x22, #1
    cmp x22, #4
    b.lo 90b
91: mrs x23, cntvct_el0
    and x23, x23, #0x3ff
92: subs x23, x23, #1
    b.pl 92b
""" + RESET
BAD = re.compile(r"storm: CPU|powered off|crashed|[1-9]\d* wrong|FP register|is 0x\w+, not|\*\*\*|ASSERT|unexpected|"
                 r"fatal")


def make_bundle(where):
    """Guests that go on for ever."""
    files = {f"vms/{name}.dtb": compiled(where, definition(image, vcpus=vcpus, mib=16, more=more).replace(
                 "devices {", 'devices { rtc0 { compatible = "arm,pl031"; };'))
             for name, (image, vcpus, more) in TYPES.items()}
    files["storm.bin"] = (BUILD / "guest_storm.bin").read_bytes()
    context = bytearray((BUILD / "guest_context.bin").read_bytes())
    struct.pack_into("<Q", context, OPTION, 1)
    files["context.bin"] = bytes(context)
    files["rtos.bin"] = (BUILD / "rtos.bin").read_bytes()
    files["hostile.bin"] = (BUILD / "guest_hostile.bin").read_bytes()
    files["resets.bin"] = assemble(where, "resets").read_bytes()
    files["flood.bin"] = assemble(where, "flood").read_bytes()
    if LINUX:
        staged = BUILD / "bundle-default" / "linux"
        files["linux/Image"] = (staged / "Image").read_bytes()
        files["linux/initrd.cpio.gz"] = (staged / "initrd.cpio.gz").read_bytes()
        files["vms/linux.dtb"] = compiled(where, definition("linux/Image", os="linux", vcpus=2, mib=256, more=(
            'initrd = "linux/initrd.cpio.gz"; bootargs = "console=ttyAMA0";')))
    return archive(pathlib.Path(where), files)


class Torture:
    """VMs with the states that they should have, and what may be done to them."""

    def __init__(self, m, seed):
        self.m = m
        self.random = random.Random(seed)
        self.state = {}
        self.done = []

    def do(self, line, vm=None, state=None):
        """A command that must succeed."""
        self.done.append(line)
        text = good(self.m, line)
        if vm is not None:
            self.state[vm] = state
        return text

    def new(self):
        """One more."""
        kind = self.random.choice(list(TYPES) + ["storm"] * 3 + ["linux"] * LINUX)
        vm = int(re.search(r"(?m)^vm (\d+): \w+, \d", self.do(f"zvm new -t {kind}")).group(1))
        self.do(f"zvm run {vm}", vm, "running")

    def look(self, vm):
        """At its console for a moment."""
        self.m.type(f"zvm look {vm}\r")
        self.m.expect(rf"-- vm {vm} \(\w+\)[^\n]*, Ctrl\+x to leave --")
        self.m.type("x" * self.random.randrange(20) + "\x18")
        self.m.expect(rf"-- vm {vm}: left --")

    def step(self):
        """Something."""
        if len(self.state) < VMS:
            self.new()
            return
        vm = self.random.choice(list(self.state))
        state = self.state[vm]
        choice = self.random.randrange(12)
        if choice == 0:
            self.do(f"zvm delete -f {vm}")
            del self.state[vm]
        elif choice == 1 and state != "stopped":
            self.do(f"zvm stop {vm}", vm, "stopped")
        elif choice <= 3:
            self.do(f"zvm reset {vm}", vm, "running")
        elif choice == 4:
            self.look(vm)
        elif choice == 5:
            self.do("zvm info" if self.random.randrange(2) else f"zvm info {vm}")
        elif state == "running":
            self.do(f"zvm pause {vm}", vm, "paused")
        else:
            self.do(f"zvm {'resume' if state == 'paused' else 'run'} {vm}", vm, "running")

    def check(self):
        """Each VM is as it should be, and those that run take interrupts."""
        _, text = command(self.m, "zvm info")
        rows = re.findall(r"(?m)^ *(\d+)  \S+ +\S+ +\d+ +\d+ MiB  (\w+)", text)
        assert {int(n): s for n, s in rows} == self.state, f"{self.done[-30:]}\n{text}"
        for vm, state in self.state.items():
            if state == "running" and re.search(r"vm \d+: (storm|pinned|native|context)", self.do(f"zvm info {vm}")):
                self.goes_on(vm)

    def goes_on(self, vm):
        """It takes interrupts."""
        before = self.injected(vm)
        end = time.monotonic() + LIMIT
        done = self.done[-30:]
        while self.injected(vm) == before:
            assert time.monotonic() < end, f"vm {vm} stands still\n{done}\n{self.do(f'zvm info {vm}')}"

    def injected(self, vm):
        """Interrupts that it was given."""
        return int(re.search(r"interrupts injected: (\d+)", self.do(f"zvm info {vm}")).group(1))

    def end(self):
        """What is on their consoles, and no VM any more."""
        for vm in list(self.state):
            self.look(vm)
            self.do(f"zvm delete -f {vm}")
            del self.state[vm]


# Not under -icount with several CPUs: QEMU 7.2 lets a CPU that spins without YIELD, as guests may, starve the others for 100 ms
# of virtual time at a turn, which is more than any time slice.
MACHINES = {
    # A thread per CPU: what is a race on a machine is one here.
    "parallel": {"smp": 2, "extra": ["-accel", "tcg,thread=multi"]},
    "turns": {"smp": 4, "extra": ["-accel", "tcg,thread=single"]},
}


@pytest.mark.parametrize("how", MACHINES)
def test_torture(how, tmp_path):
    with Machine(IMAGE, name=f"test_zvm_torture.{how}", mem="2G", initrd=make_bundle(tmp_path), **MACHINES[how]) as m:
        m.wait_prompt()
        before = resources(m)
        t = Torture(m, SEED)
        end = time.monotonic() + SECONDS
        try:
            while time.monotonic() < end:
                for _ in range(25):
                    t.step()
                t.check()
        finally:
            # A guest that has found something says so on its console, which is in the log then.
            t.end()
        assert resources(m) == before
        m.log.flush()
        wrong = BAD.search(plain(m.log_path.read_text(encoding="utf-8", errors="replace")).split("\n", 1)[1])
        assert wrong is None, f"{wrong.group(0)!r}: seed {SEED}, {m.log_path}"
