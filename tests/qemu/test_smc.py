# SPDX-License-Identifier: Apache-2.0
"""Calls to the machine's firmware: PSCI by a firmware at EL3 that is not QEMU's, and what a definition lets a guest call.

No package of Debian's has a firmware for EL3 of QEMU's machine: a small one is here, with the part of PSCI that ZVM needs,
one service of a vendor's, and the GIC as such a firmware leaves it (two security states, all interrupts non-secure).
"""
import re

import pytest

from test_boot import online_cpus
from zvm_guests import GUESTS, NUMBER, ONE_THREAD, assemble, bad, definition, good, say
from zvm_machine import BUILD, tool

IMAGE = BUILD / "zvm_host.bin"
TREE, ZVM, GUEST, RTOS = 0x40000000, 0x40200000, 0x60000000, 0x61000000
SERVICE, OTHER = 0x82000010, 0x82000011

FIRMWARE = f"""
    .text
    .global _start
_start:
    adr x1, vectors
    msr vbar_el3, x1
    ldr x1, =0x2401e030531      // NS, HCE, RW; the world below may use what there is: APK, API, FGTEn, HXEn, ...
    msr scr_el3, x1
    mov x1, #0x1100             // the same: SVE, SME
    msr cptr_el3, x1
    msr mdcr_el3, xzr
    mov x1, #0xf
    msr S3_6_C12_C12_5, x1      // ICC_SRE_EL3
    isb
    mrs x0, mpidr_el1
    and x0, x0, #0xff
    // Memory that only the secure world has, clear: a mailbox of 16 bytes and 4 KiB of stack for each CPU.
    ldr x20, =0x0e000000
    add x21, x20, x0, lsl #4
    add x1, x0, #2
    add x1, x20, x1, lsl #12
    mov sp, x1
    // Its redistributor: awake, everything of group 1.
    ldr x22, =0x080a0000
    add x22, x22, x0, lsl #17
    str wzr, [x22, #0x14]
1:  ldr w1, [x22, #0x14]
    tbnz w1, #2, 1b
    add x22, x22, #0x10000
    mov w1, #-1
    str w1, [x22, #0x80]
    str wzr, [x22, #0xd00]
    cbnz x0, wait
    ldr x22, =0x08000000
    mov w1, #0x30               // affinity routing in both worlds
    str w1, [x22]
    mov w1, #-1
    mov x2, #0x84
2:  str w1, [x22, x2]
    add x2, x2, #4
    cmp x2, #0x100
    b.lo 2b
    ldr x1, ={ZVM:#x}
    ldr x0, ={TREE:#x}
    b enter
wait:
    wfe
    ldr x1, [x21]
    cbz x1, wait
    ldr x0, [x21, #8]
    stp xzr, xzr, [x21]
enter:
    msr elr_el3, x1
    mov x1, #0x3c9              // EL2h, everything masked
    msr spsr_el3, x1
    eret

    .balign 2048
vectors:
    .rept 8
    .balign 128
    b .
    .endr
    .balign 128                 // from a lower level, AArch64: synchronous
    b smc
    .balign 128
    b .
    .balign 128
    b .
    .balign 128
    b .

smc:
    stp x20, x21, [sp, #-16]!
    mrs x20, esr_el3
    lsr x20, x20, #26
    cmp x20, #0x17
    b.ne .
    ldr w20, =0x84000000
    cmp w0, w20
    b.eq version
    ldr w20, =0x84000002
    cmp w0, w20
    b.eq cpu_off
    ldr w20, =0xc4000003
    cmp w0, w20
    b.eq cpu_on
    ldr w20, ={SERVICE:#x}
    cmp w0, w20
    b.eq service
    mov x0, #-1
leave:
    ldp x20, x21, [sp], #16
    eret
version:
    mov x0, #0x10000
    add x0, x0, #1
    b leave
cpu_on:
    ldr x20, =0x0e000000
    and x21, x1, #0xff
    add x20, x20, x21, lsl #4
    str x3, [x20, #8]
    dmb sy
    str x2, [x20]
    dsb sy
    sev
    mov x0, #0
    b leave
cpu_off:
    ldp x20, x21, [sp], #16
    mrs x0, mpidr_el1
    and x0, x0, #0xff
    ldr x20, =0x0e000000
    add x21, x20, x0, lsl #4
    b wait
service:                        // x0: sum of the arguments; x1: what was in x8 to x17; x4 to x17: nobody's business
    add x0, x1, x2
    add x0, x0, x3
    add x0, x0, x4
    add x0, x0, x5
    add x0, x0, x6
    add x0, x0, x7
    mov x1, xzr
    .irp n, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
    orr x1, x1, x\\n
    .endr
    ldr x2, =0x1122334455667788
    ldr x3, =0x99aabbccddeeff00
    .irp n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
    mov x\\n, x2
    .endr
    b leave
    .ltorg
"""


def call(how, function):
    """The guest's call with x1 to x17 = 1 to 17; what came back in x0, x1 and x3, and changes of x4 to x17."""
    arguments = "".join(f"    mov x{n}, #{n}\n" for n in range(1, 18))
    changed = "    mov x28, #0\n" + "".join(f"    eor x{n}, x{n}, #0\n    sub x{n}, x{n}, #{n}\n    orr x28, x28, x{n}\n"
                                            for n in range(4, 18)).replace("    eor x", "    // x")
    shown = "".join(f"    mov x22, x{n}\n{NUMBER}    mov w0, #' '\n    bl putc\n" for n in (24, 25, 27, 28))
    return (f"    ldr x0, ={function:#x}\n{arguments}    {how} #0\n    mov x24, x0\n    mov x25, x1\n    mov x27, x3\n"
            f"{changed}{shown}{say('.')}")


# A thousand calls more, then what the host says to those that are not allowed.
GUESTS["smc"] = (call("smc", SERVICE) + call("smc", OTHER) + call("hvc", SERVICE) + """
    mov x25, #1000
    mov x26, #0
85: ldr w0, =""" + hex(SERVICE) + """
    mov x1, #1
    smc #0
    add x26, x26, x3
    subs x25, x25, #1
    b.ne 85b
    mov x22, x26
""" + NUMBER + say("!\\r\\n") + "90: wfi\n    b 90b\n")

VM = f"""
	smc {{
		compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; smc-allow = <{SERVICE:#x}>;
		kernel-reg = <0 {GUEST:#x} 0 0x1000>; devices {{ uart0 {{ compatible = "arm,pl011"; }}; }};
	}};
	rtos {{
		compatible = "zvm,vm-v1"; os = "zephyr"; memory-mib = <16>; vcpus = <1>;
		kernel-reg = <0 {RTOS:#x} 0 {(BUILD / "rtos.bin").stat().st_size:#x}>; devices {{ uart0 {{ compatible = "arm,pl011"; }}; }};
	}};
	psci {{
		compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; smc-allow = <0xc4000003>;
		kernel-reg = <0 {GUEST:#x} 0 0x1000>;
	}};
"""


def host_tree(where, machine_options, smp, psci):
    """QEMU's own tree of such a machine, with definitions of VMs; with PSCI where that is a firmware's that QEMU knows
    nothing of."""
    tool("qemu-system-aarch64", "-M", f"{machine_options},dumpdtb={where}/own.dtb", "-cpu", "max", "-smp", smp, "-m", "1G",
         "-nographic", "-nic", "none", *(["-bios", where / "firmware.bin"] if psci else []))
    source = tool("dtc", "-q", "-I", "dtb", "-O", "dts", where / "own.dtb")
    more = f"zvm {{ vms {{ {VM} }}; }};"
    if psci:
        assert "psci" not in source
        more += ' psci { compatible = "arm,psci-1.0"; method = "smc"; };'
        source = source.replace('device_type = "cpu";', 'device_type = "cpu"; enable-method = "psci";')
    source = re.sub(r"\};\s*\Z", more + "\n};\n", source)
    (where / "host.dts").write_text(source, encoding="utf-8")
    tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", where / "host.dtb", where / "host.dts")
    return where / "host.dtb"


def firmware(where):
    """Its binary."""
    (where / "firmware.S").write_text(FIRMWARE, encoding="utf-8")
    tool("aarch64-linux-gnu-gcc", "-nostdlib", "-static", "-march=armv8.4-a", "-Wl,-Ttext=0", "-Wl,--build-id=none", "-o",
         where / "firmware.elf", where / "firmware.S")
    tool("aarch64-linux-gnu-objcopy", "-O", "binary", where / "firmware.elf", where / "firmware.bin")
    return where / "firmware.bin"


def guest_says(m):
    """The four lines' worth of numbers."""
    good(m, "zvm new -t smc")
    good(m, "zvm run 0")
    m.type("zvm look 0\r")
    return m.expect(r"((?:[0-9a-f ]+\.){3})([0-9a-f]{8})!").groups()


@pytest.mark.parametrize("smp", [1, 2])
def test_firmware_at_el3(machine, tmp_path, smp):
    """CPUs start through it, interrupts come as its GIC has them; the service answers what it is allowed to."""
    image = assemble(tmp_path, "smc")
    options = "virt,secure=on,virtualization=on,gic-version=3"
    bios = firmware(tmp_path)
    tree = host_tree(tmp_path, options, smp, psci=True)
    m = machine(None, command=[
        "qemu-system-aarch64", "-M", options, "-cpu", "max", "-smp", str(smp), "-m", "1G", "-nographic", "-nic", "none",
        *ONE_THREAD, "-bios", str(bios), "-dtb", str(tree),
        "-device", f"loader,file={IMAGE},addr={ZVM:#x},force-raw=on",
        "-device", f"loader,file={image},addr={GUEST:#x},force-raw=on",
        "-device", f"loader,file={BUILD}/rtos.bin,addr={RTOS:#x},force-raw=on"])
    m.wait_prompt()
    assert online_cpus(m) == smp
    bad(m, "zvm new -t psci", "host devicetree: /zvm/vms/psci: smc-allow: 0xc4000003: owner 4 is not for guests")
    calls, sum_of_x3 = guest_says(m)
    assert calls.split(".") == [
        # 1 + ... + 7; nothing of the guest's or the host's in x8 to x17; x4 to x17 as they were.
        "0000001c 00000000 ddeeff00 00000000 ",
        "ffffffff 00000001 00000003 00000000 ",
        "ffffffff 00000001 00000003 00000000 ", ""]
    assert int(sum_of_x3, 16) == 1000 * 0x99aabbccddeeff00 & 0xffffffff
    m.type("\x18")
    m.wait_prompt()
    # A guest that lives on its interrupts.
    good(m, "zvm new -t rtos")
    good(m, "zvm run 1")
    m.type("zvm look 1\r")
    m.expect("rtos:~# ")
    m.type("kernel threads\r")
    m.expect("idle")
    m.type("\x18")
    m.wait_prompt()


def test_no_el3(machine, tmp_path):
    """QEMU answers PSCI itself where there is no EL3: an SMC of another kind would be undefined. Refused."""
    image = assemble(tmp_path, "smc")
    m = machine(IMAGE, smp=1, extra=["-dtb", host_tree(tmp_path, "virt,virtualization=on,gic-version=3", 1, psci=False),
                                     "-device", f"loader,file={image},addr={GUEST:#x},force-raw=on"])
    m.wait_prompt()
    bad(m, "zvm new -t smc", "host devicetree: /zvm/vms/smc: smc-allow: this machine has no firmware for it: no EL3, or no PSCI")


def test_firmware_without_the_service(machine, tmp_path):
    """QEMU's PSCI with an EL3 that nobody runs at: the allowed call is made, and answered that there is none."""
    image = assemble(tmp_path, "smc")
    options = "virt,secure=on,virtualization=on,gic-version=3"
    m = machine(None, command=[
        "qemu-system-aarch64", "-M", options, "-cpu", "max", "-smp", "1", "-m", "1G", "-nographic", "-nic", "none",
        "-kernel", str(IMAGE), "-dtb", str(host_tree(tmp_path, options, 1, psci=False)),
        "-device", f"loader,file={image},addr={GUEST:#x},force-raw=on"])
    m.wait_prompt()
    calls, _ = guest_says(m)
    assert calls.split(".")[0].startswith("ffffffff ")
