# SPDX-License-Identifier: Apache-2.0
"""Below firmware at EL3, as on boards: a GIC with two security states, of which ZVM sees the non-secure one, and PSCI at EL3.

QEMU's `virt` has that with secure=on, and leaves everything at EL3 to firmware. The one here does what a hypervisor needs of it, and no
more: it gives the interrupts to the non-secure side, keeps the other CPUs until they are asked for, and answers three calls.
"""
import re

import pytest

from test_boot import online_cpus
from zvm_guests import ONE_THREAD, assemble, definition, good, wait_state
from zvm_machine import BUILD, TOP, tool

FIRMWARE_AT = 0x41000000
DTB = 0x41200000
IMAGE = 0x42000000
BUNDLE = 0x48000000
CPUS = 4

FIRMWARE = f"""
    .text
    .globl _start
_start:
    adr x5, vectors
    msr vbar_el3, x5
    /* NS, RES1, HCE, RW; nothing is trapped. */
    mov x5, #0x531
    msr scr_el3, x5
    msr cptr_el3, xzr
    msr mdcr_el3, xzr
    mov x5, #0xf
    msr S3_6_C12_C12_5, x5
    isb
    mrs x20, mpidr_el1
    and x20, x20, #0xff

    /* The redistributor wakes up, SGIs and PPIs are non-secure group 1. */
    ldr x6, =0x080a0000
    add x6, x6, x20, lsl #17
    ldr w7, [x6, #0x14]
    bic w7, w7, #2
    str w7, [x6, #0x14]
1:  ldr w7, [x6, #0x14]
    tbnz w7, #2, 1b
    add x6, x6, #0x10000
    mov w7, #-1
    str w7, [x6, #0x80]
    str wzr, [x6, #0xd00]
    adr x21, mailbox
    add x21, x21, x20, lsl #4
    cbnz x20, wait

    /* Affinity routing for both states, SPIs are non-secure; the secure groups are on. */
    ldr x6, =0x08000000
    mov w8, #0x30
    str w8, [x6]
    ldr w8, [x6, #4]
    and w8, w8, #0x1f
    add x9, x6, #0x80
2:  cbz w8, 3f
    add x9, x9, #4
    str w7, [x9]
    sub w8, w8, #1
    b 2b
3:  mov w8, #0x35
    str w8, [x6]
    ldr x0, ={DTB:#x}
    ldr x7, ={IMAGE:#x}
    b leave

wait:
    wfe
    ldr x7, [x21]
    cbz x7, wait
    ldr x0, [x21, #8]
leave:
    mov x1, xzr
    mov x2, xzr
    mov x3, xzr
    mov x5, #0x3c9
    msr spsr_el3, x5
    msr elr_el3, x7
    eret

    .balign 16
mailbox:
    .space 16 * {CPUS}

    .balign 2048
vectors:
    .space 0x400
    /* From a lower level, an SMC: what else comes stays here. */
    mrs x9, esr_el3
    ubfx x9, x9, #26, #6
    cmp x9, #0x17
    b.ne .
    ldr w9, =0x84000000
    cmp w0, w9
    b.eq version
    ldr w9, =0xc4000003
    cmp w0, w9
    b.eq cpu_on
    mov x0, #-1
    eret
version:
    ldr x0, =0x10001
    eret
cpu_on:
    and x9, x1, #0xff
    cmp x9, #{CPUS}
    b.hs 4f
    adr x10, mailbox
    add x10, x10, x9, lsl #4
    str x3, [x10, #8]
    dsb sy
    str x2, [x10]
    dsb sy
    sev
    mov x0, xzr
    eret
4:  mov x0, #-2
    eret
    .ltorg
"""


@pytest.fixture(scope="module")
def firmware(tmp_path_factory):
    """The firmware, and a bundle with a VM."""
    where = tmp_path_factory.mktemp("el3")
    (where / "el3.S").write_text(FIRMWARE, encoding="utf-8")
    tool("aarch64-linux-gnu-gcc", "-nostdlib", "-static", f"-Wl,-Ttext={FIRMWARE_AT:#x}", "-Wl,--build-id=none", "-o", where / "el3.elf",
         where / "el3.S")
    tool("aarch64-linux-gnu-objcopy", "-O", "binary", where / "el3.elf", where / "el3.bin")
    assemble(where, "idle")
    (where / "idle.dts").write_text(definition("idle.bin", vcpus=2), encoding="utf-8")
    tool(TOP / "scripts/mkbundle", where / "bundle.cpio", where / "idle.dts")
    return where


def start(machine, where, devicetree, cpu, extra=()):
    """Everything is in RAM, all CPUs begin in the firmware."""
    end = BUNDLE + (where / "bundle.cpio").stat().st_size

    def edit(source):
        return source.replace("chosen {", f"chosen {{\nlinux,initrd-start = <{BUNDLE:#x}>;\nlinux,initrd-end = <{end:#x}>;\n", 1)

    args = []
    for path, address in [(where / "el3.bin", FIRMWARE_AT), (devicetree(smp=CPUS, edit=edit), DTB), (BUILD / "zvm_host.bin", IMAGE),
                          (where / "bundle.cpio", BUNDLE)]:
        args += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
    for n in range(CPUS):
        args += ["-device", f"loader,addr={FIRMWARE_AT:#x},cpu-num={n}"]
    return machine(None, command=[
        "qemu-system-aarch64", "-M", "virt,virtualization=on,secure=on,gic-version=3", "-cpu", cpu, "-smp", str(CPUS), "-m", "1G",
        "-nographic", "-nic", "none", *ONE_THREAD, *args, *map(str, extra)])


@pytest.mark.parametrize("cpu", ["cortex-a76", "neoverse-n1"])
def test_below_firmware(machine, firmware, devicetree, tmp_path, cpu):
    m = start(machine, firmware, devicetree, cpu, ["-d", "guest_errors", "-D", tmp_path / "guest_errors"])
    m.wait_prompt()
    assert online_cpus(m) == CPUS
    assert re.search(r"pl011@9000000\s+pl011\s+ready", m.run("device list"))
    # Timers, SGIs and the console's SPI come; a guest's interrupts, too.
    good(m, "zvm new -t idle")
    good(m, "zvm run -n 0")
    wait_state(m, 0, "running")
    m.run("kernel cpus")
    good(m, "zvm delete -f -n 0")
    assert (tmp_path / "guest_errors").read_text() == ""
