# SPDX-License-Identifier: Apache-2.0
"""Through real U-Boot (Debian's u-boot-qemu), started at EL2, as on a board."""
from test_boot import online_cpus
from zvm_machine import BUILD

UBOOT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"
IMAGE = BUILD / "zvm_host.bin"


def uboot(machine, *extra, smp=4):
    m = machine(None, command=[
        "qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3", "-cpu", "max", "-smp", str(smp), "-m", "1G",
        "-nographic", "-nic", "none", "-bios", UBOOT, *extra])
    m.expect_text("Hit any key to stop autoboot")
    m.type(" ")
    m.expect("=> ")
    return m


def test_booti_from_ram(machine):
    m = uboot(machine, "-device", f"loader,file={IMAGE},addr=0x50000000,force-raw=on")
    m.type("booti 0x50000000 - ${fdtcontroladdr}\r")
    m.wait_prompt()
    assert online_cpus(m) == 4
    m.type("poweroff\r")
    m.wait_exit()
