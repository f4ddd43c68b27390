# SPDX-License-Identifier: Apache-2.0
"""A boot loader of a few instructions: puts a value in x0 and jumps to an image, as the arm64 boot protocol has it."""
import os
import struct

from zvm_guests import ONE_THREAD

# Where things go in `virt`'s RAM, which starts at 0x40000000: clear of each other and of QEMU's devicetree.
STUB = 0x41000000
DTB = 0x41200000
IMAGE = 0x42000000


# msr cntfrq_el0, xzr; three times nop (32-bit writes and literals behind it stay aligned)
NO_CNTFRQ = struct.pack("<4I", 0xD51BE01F, 0xD503201F, 0xD503201F, 0xD503201F)


def stub(x0, entry, writes=(), first=b""):
    """Machine code for: `first`; 32-bit writes [(address, value)]; x0 = x0; x1 = x2 = x3 = 0; jump to entry."""
    # ldr x4, . + 8; b . + 12; .quad address; movz w5; movk w5, lsl 16; str w5, [x4]; nop
    # 32 bytes each: with the MMU off the 64-bit literals must be aligned.
    code = first
    for address, value in writes:
        code += struct.pack("<IIQIIII", 0x58000044, 0x14000003, address,
                            0x52800005 | (value & 0xFFFF) << 5, 0x72A00005 | (value >> 16) << 5, 0xB9000085, 0xD503201F)
    words = [
        0x580000C0,  # ldr x0, . + 24
        0x580000E4,  # ldr x4, . + 28
        0xD2800001,  # mov x1, #0
        0xD2800002,  # mov x2, #0
        0xD2800003,  # mov x3, #0
        0xD61F0080,  # br x4
    ]
    return code + struct.pack("<6I", *words) + struct.pack("<QQ", x0, entry)


def loader_args(tmp_path, image, x0, load=IMAGE, blobs=(), writes=(), first=b""):
    """QEMU options that put the stub, the image at `load` and blobs [(path, address)] in RAM and start CPU 0 there."""
    code = tmp_path / "stub.bin"
    code.write_bytes(stub(x0, load, writes, first))
    args = []
    for path, address in [(code, STUB), (image, load), *blobs]:
        args += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
    return args + ["-device", f"loader,addr={STUB:#x},cpu-num=0"]


def turns(smp, args=()):
    """QEMU options: as in scripts/run more CPUs than this machine has take turns. One that waits for a lock whose holder has
    been put aside takes the time of those that do not."""
    return ONE_THREAD if "-accel" not in args and smp > len(os.sched_getaffinity(0)) else []


def command(args, el=2, cpu="max", smp=1, mem="1G", gic=3):
    """The QEMU command line without -kernel."""
    machine = f"virt,gic-version={gic}" + (",virtualization=on" if el == 2 else "")
    return ["qemu-system-aarch64", "-M", machine, "-cpu", cpu, "-smp", str(smp), "-m", mem, "-nographic", "-nic",
            "none", *turns(smp, args), *args]
