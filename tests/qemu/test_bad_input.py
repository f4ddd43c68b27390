# SPDX-License-Identifier: Apache-2.0
"""What a broken boot loader or a broken devicetree may hand over: each is one clear line, and on where that is possible."""
import re

import boot_stub
from boot_stub import DTB
from test_boot import online_cpus
from zvm_machine import BUILD

IMAGE = BUILD / "zvm_host.bin"


def boot(machine, tmp_path, x0, blobs=(), **options):
    # Far from the start of RAM, where QEMU leaves a good devicetree that must not be found by luck.
    args = boot_stub.loader_args(tmp_path, IMAGE, x0, 0x50000000, blobs)
    return machine(None, command=boot_stub.command(args, **options))


def stops(m, says):
    m.expect(rf"[^\n]*{says}[^\n]*\n")
    m.quiet(2, forbidden=rf"{says}|zvm_host:~#")


def test_no_devicetree(machine, tmp_path):
    stops(boot(machine, tmp_path, 0), r"(?i:no devicetree)")


def test_not_a_devicetree(machine, tmp_path):
    junk = tmp_path / "junk"
    junk.write_bytes(bytes(range(1, 256)) * 64)
    stops(boot(machine, tmp_path, DTB, [(junk, DTB)]), r"(?i:devicetree)")


def test_devicetree_address_outside_ram(machine, tmp_path):
    stops(boot(machine, tmp_path, 0x123456789000), r"(?i:devicetree)")


def test_devicetree_address_unaligned(machine, tmp_path, devicetree):
    stops(boot(machine, tmp_path, DTB + 4, [(devicetree(), DTB + 4)]), r"(?i:devicetree)")


def test_truncated_devicetree(machine, tmp_path, devicetree):
    half = tmp_path / "half.dtb"
    whole = devicetree().read_bytes()
    half.write_bytes(whole[:len(whole) // 2])
    stops(boot(machine, tmp_path, DTB, [(half, DTB)]), r"(?i:devicetree)")


def test_no_memory_node(machine, tmp_path, devicetree):
    blob = devicetree(edit=lambda s: re.sub(r"memory@40000000 \{.*?\};", "", s, flags=re.S))
    stops(boot(machine, tmp_path, DTB, [(blob, DTB)]), r"(?i:memory)")


def test_initrd_outside_ram(machine, tmp_path, devicetree):
    blob = devicetree(edit=lambda s: s.replace(
        "chosen {", "chosen {\nlinux,initrd-start = <0x1 0x0>; linux,initrd-end = <0x1 0x10000>;"))
    m = boot(machine, tmp_path, DTB, [(blob, DTB)])
    m.expect(r"[^\n]*initrd[^\n]*\n")
    m.wait_prompt()


def test_initrd_backwards(machine, tmp_path, devicetree):
    blob = devicetree(edit=lambda s: s.replace(
        "chosen {", "chosen {\nlinux,initrd-start = <0x0 0x46000000>; linux,initrd-end = <0x0 0x45000000>;"))
    m = boot(machine, tmp_path, DTB, [(blob, DTB)])
    m.expect(r"[^\n]*initrd[^\n]*\n")
    m.wait_prompt()


def test_cpu_that_does_not_come_up(machine, tmp_path, devicetree):
    """The devicetree names four CPUs, the machine has two."""
    m = boot(machine, tmp_path, DTB, [(devicetree(smp=4), DTB)], smp=2)
    m.expect(r"(?i)[^\n]*cpu ?[23][^\n]*\n")
    m.wait_prompt()
    assert online_cpus(m) == 2


def test_no_gic_node(machine, tmp_path, devicetree):
    blob = devicetree(edit=lambda s: s.replace("arm,gic-v3", "acme,irq-9000"))
    stops(boot(machine, tmp_path, DTB, [(blob, DTB)]), r"GIC")


def test_no_stdout_path(machine, tmp_path, devicetree):
    """Without a named console the first UART there is one."""
    blob = devicetree(edit=lambda s: re.sub(r"stdout-path = [^;]*;", "", s))
    m = boot(machine, tmp_path, DTB, [(blob, DTB)])
    m.wait_prompt()


def test_no_timer_frequency(machine, tmp_path, devicetree):
    """Firmware that leaves CNTFRQ_EL0 at 0: clock-frequency is used where it is given, else one line and stop."""
    def boot_it(blob):
        args = boot_stub.loader_args(tmp_path, IMAGE, DTB, 0x50000000, [(blob, DTB)], first=boot_stub.NO_CNTFRQ)
        return machine(None, command=boot_stub.command(args))

    stops(boot_it(devicetree()), r"CNTFRQ_EL0")
    m = boot_it(devicetree(edit=lambda s: s.replace(
        "timer {", "timer {\nclock-frequency = <62500000>;", 1)))
    m.expect(r"[^\n]*clock-frequency says 62500000 Hz")
    m.wait_prompt()
