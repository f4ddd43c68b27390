# SPDX-License-Identifier: Apache-2.0
"""A firmware at EL3, as boards have one: no package of Debian's has any for QEMU's machine with secure=on.

It has the part of PSCI that ZVM needs, leaves the GIC as such a firmware does (two security states, all interrupts
non-secure), and answers two calls of a vendor's: SERVICE, and SERROR, which makes it a bus that reports an error late. QEMU
has no SErrors; here the secure timer interrupts after every instruction, and as soon as SErrors are open, EL2 gets one, as
it would from the hardware (Arm ARM DDI 0487, D1.3.4). That is exact only under EXACT: one instruction is one tick.
"""
import re

from zvm_machine import tool

SERVICE, OTHER, SERROR = 0x82000010, 0x82000011, 0x82000012
# What keeps an SError from the guest that asked for it: nothing, or that it is not at EL2 yet.
AT_ONCE, LATE = 0, 1
# One instruction, one tick.
EXACT = ["-icount", "shift=0"]
EXACT_CPU = "max,cntfrq=1000000000"
MACHINE = "virt,secure=on,virtualization=on,gic-version=3"

# Where it starts the host, and with what in x0.
IMAGE, TREE = 0x40200000, 0x40000000

# From the counter's reading to where EL2 is again, and one instruction more.
STEP = 7

FIRMWARE = f"""
    .text
    .global _start
_start:
    adr x1, vectors
    msr vbar_el3, x1
    ldr x1, =0x2401e030535      // NS, FIQ, HCE, RW; the world below may use what there is: APK, API, FGTEn, HXEn, ...
    msr scr_el3, x1
    mov x1, #0x1100             // the same: SVE, SME
    msr cptr_el3, x1
    msr mdcr_el3, xzr
    mov x1, #0xf
    msr S3_6_C12_C12_5, x1      // ICC_SRE_EL3
    isb
    mrs x0, mpidr_el1
    and x0, x0, #0xff
    // Memory that only the secure world has, clear: a mailbox and an SError, 16 bytes each, and 4 KiB of stack for each CPU.
    ldr x20, =0x0e000000
    add x21, x20, x0, lsl #4
    add x1, x0, #2
    add x1, x20, x1, lsl #12
    mov sp, x1
    // Its redistributor: awake, everything of group 1 but the secure timer.
    ldr x22, =0x080a0000
    add x22, x22, x0, lsl #17
    str wzr, [x22, #0x14]
1:  ldr w1, [x22, #0x14]
    tbnz w1, #2, 1b
    add x22, x22, #0x10000
    mov w1, #~(1 << 29)
    str w1, [x22, #0x80]
    str wzr, [x22, #0xd00]
    mov w1, #(1 << 29)
    str w1, [x22, #0x100]
    mov x1, #0xff
    msr S3_0_C4_C6_0, x1        // ICC_PMR_EL1
    mov x1, #1
    msr S3_0_C12_C12_6, x1      // ICC_IGRPEN0_EL1
    cbnz x0, wait
    ldr x22, =0x08000000
    mov w1, #0x35               // affinity routing in both worlds, and the secure groups
    str w1, [x22]
    mov w1, #-1
    mov x2, #0x84
2:  str w1, [x22, x2]
    add x2, x2, #4
    cmp x2, #0x100
    b.lo 2b
    ldr x1, ={IMAGE:#x}
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
    .balign 128                 // from a lower level, AArch64: synchronous, IRQ, FIQ, SError
    b smc
    .balign 128
    b .
    .balign 128
    b fiq
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
    ldr w20, ={SERROR:#x}
    cmp w0, w20
    b.eq serror
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
serror:                         // x1: ESR_EL2; x2: AT_ONCE or LATE; x3: in so many ticks
    mrs x20, mpidr_el1
    and x20, x20, #0xff
    ldr x21, =0x0e000800
    add x21, x21, x20, lsl #4
    stp x1, x2, [x21]
    mrs x20, cntpct_el0
    add x20, x20, x3
    msr cntps_cval_el1, x20
    mov x20, #1
    msr cntps_ctl_el1, x20
    mov x0, #0
    b leave

fiq:                            // the timer: an SError waits
    stp x20, x21, [sp, #-32]!
    stp x22, x23, [sp, #16]
    mrs x20, S3_0_C12_C8_0      // ICC_IAR0_EL1, ICC_EOIR0_EL1
    msr S3_0_C12_C8_1, x20
    mrs x20, mpidr_el1
    and x20, x20, #0xff
    ldr x21, =0x0e000800
    add x21, x21, x20, lsl #4
    mrs x22, spsr_el3
    and x20, x22, #0xc
    cmp x20, #8
    b.eq 1f
    mov x23, #0x580             // from a guest, which cannot mask it
    ldr x20, [x21, #8]
    cbz x20, 2f
    b 3f
1:  mov x23, #0x380             // from EL2 itself
    tbnz x22, #8, 3f            // PSTATE.A
2:  msr cntps_ctl_el1, xzr
    ldr x20, [x21]
    msr esr_el2, x20
    mrs x20, elr_el3
    msr elr_el2, x20
    msr spsr_el2, x22
    mrs x20, vbar_el2
    add x20, x20, x23
    msr elr_el3, x20
    mov x20, #0x3c9
    msr spsr_el3, x20
    ldp x22, x23, [sp, #16]
    ldp x20, x21, [sp], #32
    eret
3:  mrs x20, cntpct_el0
    add x20, x20, #{STEP}
    msr cntps_cval_el1, x20
    ldp x22, x23, [sp, #16]
    ldp x20, x21, [sp], #32
    eret
    .ltorg
"""


def host_tree(where, vms, smp, psci=True, machine=MACHINE):
    """QEMU's own tree of such a machine, with definitions of VMs; with PSCI where that is this firmware's, of which QEMU knows
    nothing."""
    tool("qemu-system-aarch64", "-M", f"{machine},dumpdtb={where}/own.dtb", "-cpu", "max", "-smp", smp, "-m", "1G",
         "-nographic", "-nic", "none", *(["-bios", firmware(where)] if psci else []))
    source = tool("dtc", "-q", "-I", "dtb", "-O", "dts", where / "own.dtb")
    more = f"zvm {{ vms {{ {vms} }}; }};"
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


def command(where, tree, images, smp=1, cpu="max", extra=()):
    """The command of a machine that begins in it; images: {address: path}."""
    loaded = [a for address, path in images.items() for a in ("-device", f"loader,file={path},addr={address:#x},force-raw=on")]
    return ["qemu-system-aarch64", "-M", MACHINE, "-cpu", cpu, "-smp", str(smp), "-m", "1G", "-nographic", "-nic", "none",
            "-bios", str(firmware(where)), "-dtb", str(tree), *loaded, *map(str, extra)]
