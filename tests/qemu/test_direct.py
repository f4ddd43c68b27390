# SPDX-License-Identifier: Apache-2.0
"""Directly mapped RAM: guests whose RAM is at its host address, and definitions that want what is not theirs."""
import re

import pytest

from zvm_guests import (ONE_THREAD, NUMBER, PUTC, SCAN, WAIT, archive, assemble, bad, command, compiled, definition, good,
                        resources, say, state)
from zvm_machine import BUILD, Machine, tool

pytestmark = pytest.mark.xdist_group("direct")

MIB = 1 << 20
RAM, END = 0x40000000, 0x80000000
RESERVED = 0x70000000

# Prints where it is; whether the rest of its RAM (8 MiB) is clear; fills that.
WHERE = """
    .text
    .global _start
_start:
    ldr x20, =0x09000000
""" + say("at ") + """
    adr x22, _start
    lsr x22, x22, #12
""" + NUMBER + """
    adr x22, _start
    add x23, x22, #0x700000
    add x22, x22, #0x10000
""" + SCAN + say("000, clear\\r\\n") + WAIT + "96:\n" + say("000, not clear\\r\\n") + WAIT + "    .ltorg\n" + PUTC + "    .balign 8\n"


def direct(base=None, mib=8, more=""):
    """A definition."""
    where = f"memory-base = <{base >> 32:#x} {base & 0xffffffff:#x}>;" if base is not None else ""
    return definition("where.bin", mib=mib, more=f'memory-map = "direct"; {where} {more}')


GIC = "RAM from 0x8000000 overlaps the GIC at 0x8000000"
TAKEN = "is not all free RAM: the host or another VM has some of it"
LOAD = "kernel-load = <0x0 0x61000000>;"
# What is asked for, and what the line says.
WRONG = {
    # QEMU starts ZVM at the start of RAM and puts bundle and devicetree 128 MiB above it.
    "image": (direct(RAM), rf"/: memory-base: 0x40000000 \+ 8 MiB {TAKEN}"),
    "initrd": (direct(RAM + 128 * MIB), rf"/: memory-base: 0x48000000 \+ 8 MiB {TAKEN}"),
    "across": (direct(RAM + 124 * MIB), rf"/: memory-base: 0x47c00000 \+ 8 MiB {TAKEN}"),
    "reserved": (direct(RESERVED - 4 * MIB), rf"/: memory-base: 0x6fc00000 \+ 8 MiB {TAKEN}"),
    "end": (direct(END - 4 * MIB), rf"/: memory-base: 0x7fc00000 \+ 8 MiB {TAKEN}"),
    "beyond": (direct(END), rf"/: memory-base: 0x80000000 \+ 8 MiB {TAKEN}"),
    "high": (direct(1 << 39), rf"/: memory-base: 0x8000000000 \+ 8 MiB {TAKEN}"),
    "wraps": (direct((1 << 64) - 2 * MIB), r"/: memory-base: RAM from 0xffffffffffe00000: a guest's addresses have 40 bits"),
    "zero": (direct(0), "/: memory-base: 0x0: must be a multiple of 2 MiB, and not 0"),
    "odd": (direct(0x60001000), "/: memory-base: 0x60001000: must be a multiple of 2 MiB, and not 0"),
    "gic": (direct(0x08000000), f"/: memory-base: {GIC}"),
    "uart": (direct(0x09000000), "/devices/uart0: reg: overlaps RAM at 0x9000000"),
    "much": (direct(mib=4096), "not enough memory: much needs 4096 MiB in one piece"),
    "how": (definition("where.bin", more='memory-map = "diagonal";'), "/: memory-map: 'diagonal': must be virtual or direct"),
    "alone": (definition("where.bin", more="memory-base = <0x0 0x60000000>;"),
              '/: memory-base: is for memory-map = "direct"'),
    "cells": (definition("where.bin", more='memory-map = "direct"; memory-base = <0x60000000>;'),
              "/: memory-base: must be one address, two cells"),
    "load": (direct(0x60000000, more=LOAD),
             r"/: kernel-load: 0x61000000: must be a multiple of 4 in guest RAM, 0x60000000 \+ 0x800000"),
    # Where it is, is known when it has been taken: it is given back then.
    "loadany": (direct(more=LOAD), r"/: kernel-load: 0x61000000: must be a multiple of 4 in guest RAM, 0x4"),
    "largest": (direct(0x60000000, mib=2, more='initrd = "where.big";'), "/: memory-mib: 2: no room for an initrd"),
}


@pytest.fixture(scope="module")
def host(tmp_path_factory, devicetree):
    """A ZVM on a machine with reserved memory."""
    where = tmp_path_factory.mktemp("direct")
    (where / "where.S").write_text(WHERE)
    tool("aarch64-linux-gnu-gcc", "-nostdlib", "-static", "-Wl,-Ttext=0", "-Wl,--build-id=none", "-o", where / "where.elf",
         where / "where.S")
    tool("aarch64-linux-gnu-objcopy", "-O", "binary", where / "where.elf", where / "where.bin")
    files = {f"vms/{name}.dtb": compiled(where, source) for name, (source, _) in WRONG.items()}
    files["vms/any.dtb"] = compiled(where, direct())
    files["vms/there.dtb"] = compiled(where, direct(0x60000000))
    files["vms/half.dtb"] = compiled(where, direct(0x60400000))
    files["vms/virtual.dtb"] = compiled(where, definition("idle.bin"))
    files["where.bin"] = (where / "where.bin").read_bytes()
    files["where.big"] = bytes(3 * MIB)
    files["idle.bin"] = assemble(where, "idle").read_bytes()
    blob = devicetree(smp=2, edit=lambda text: text.replace("chosen {", f"""reserved-memory {{
        #address-cells = <2>; #size-cells = <2>; ranges;
        firmware@{RESERVED:x} {{ reg = <0x0 {RESERVED:#x} 0x0 0x100000>; no-map; }};
    }};
    chosen {{"""))
    with Machine(BUILD / "zvm_host.bin", name="test_direct.host", smp=2, initrd=archive(where, files),
                 extra=[*ONE_THREAD, "-dtb", blob]) as m:
        m.wait_prompt()
        yield m


@pytest.mark.parametrize("name", WRONG)
def test_wrong(host, name):
    """One line, nothing taken: the range is free for who may have it."""
    before = resources(host)
    bad(host, f"zvm new -t {name}", f"^zvm new: (vms/{name}\\.dtb: )?{WRONG[name][1]}")
    assert resources(host) == before


def run(host, name):
    """(id, address, is its memory clear?) of a new VM of that type."""
    vm = int(re.match(r"vm (\d+): ", good(host, f"zvm new -t {name}")).group(1))
    good(host, f"zvm run {vm}")
    host.type(f"zvm look {vm}\r")
    at, clear = host.expect(r"at ([0-9a-f]{8})000, (not )?clear").groups()
    host.type("\x18")
    host.wait_prompt()
    return vm, int(at, 16) << 12, clear is None


def test_place(host):
    """At the place that it asks for; another VM that wants some of that is told so until it is gone."""
    before = resources(host)
    vm, at, clear = run(host, "there")
    assert at == 0x60000000 and clear
    for name, base in (("there", "0x60000000"), ("half", "0x60400000")):
        held = resources(host)
        bad(host, f"zvm new -t {name}", rf"^zvm new: vms/{name}\.dtb: /: memory-base: {base} \+ 8 MiB {TAKEN}")
        assert resources(host) == held
    # The guest works on; it is restarted with clear memory at the same place.
    assert state(host, vm) == "running"
    good(host, f"zvm reset {vm}")
    host.type(f"zvm look {vm}\r")
    host.expect_text("at 00060000000, clear")
    host.type("\x18")
    host.wait_prompt()
    good(host, f"zvm delete -f {vm}")
    assert resources(host) == before
    # Nothing of the one before is left for the next.
    vm, at, clear = run(host, "half")
    assert at == 0x60400000 and clear
    good(host, f"zvm delete -f {vm}")
    assert resources(host) == before


def test_anywhere(host):
    """Where there is some: whole blocks of 2 MiB, each VM its own."""
    before = resources(host)
    vms = [run(host, "any") for _ in range(3)]
    virtual = int(re.match(r"vm (\d+): ", good(host, "zvm new -t virtual")).group(1))
    places = sorted(at for _, at, _ in vms)
    assert all(clear and at % (2 * MIB) == 0 and RAM < at < END for _, at, clear in vms)
    assert all(low + 8 * MIB <= high for low, high in zip(places, places[1:]))
    for vm, _, _ in vms:
        good(host, f"zvm delete -f {vm}")
    good(host, f"zvm delete -f {virtual}")
    assert resources(host) == before


@pytest.mark.parametrize("name", ["any", "there"])
def test_every_allocation_fails_once(host, name):
    """`new` with the n-th allocation failing, for every n: one line, and nothing is held."""
    before = resources(host)
    for nth in range(1, 100):
        good(host, f"fault {nth}")
        result, text = command(host, f"zvm new -t {name}")
        left = int(good(host, "fault"))
        good(host, "fault 0")
        if left > 0:
            break
        assert result < 0 and len(text.splitlines()) == 1, text
        assert resources(host) == before
    assert result == 0 and nth > 5
    good(host, "zvm delete 0")
    assert resources(host) == before
