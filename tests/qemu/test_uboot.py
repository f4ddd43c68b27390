# SPDX-License-Identifier: Apache-2.0
"""Through real U-Boot (Debian's u-boot-qemu), started at EL2, as on a board."""
import pytest

from test_boot import online_cpus
from zvm_machine import BUILD, tool

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


def command(m, line):
    m.type(line + "\r")
    m.expect("=> ")


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """A FAT disk with the Image and something to be an initrd."""
    where = tmp_path_factory.mktemp("disk")
    (where / "file").write_text("hello\n", encoding="utf-8")
    tool("sh", "-c", f"cd {where} && echo file | cpio -o -H newc --quiet > initrd.cpio")
    image = where / "disk.img"
    with open(image, "wb") as out:
        out.truncate(64 << 20)
    tool("mformat", "-i", image, "-F", "::")
    tool("mcopy", "-i", image, IMAGE, "::zvm_host.bin")
    tool("mcopy", "-i", image, where / "initrd.cpio", "::initrd.cpio")
    return image


def test_booti_from_ram(machine):
    m = uboot(machine, "-device", f"loader,file={IMAGE},addr=0x50000000,force-raw=on")
    m.type("booti 0x50000000 - ${fdtcontroladdr}\r")
    m.wait_prompt()
    assert online_cpus(m) == 4


def test_booti_from_disk_with_initrd(machine, disk):
    m = uboot(machine, "-drive", f"if=none,format=raw,readonly=on,file={disk},id=d", "-device",
              "virtio-blk-device,drive=d")
    command(m, "load virtio 0 ${kernel_addr_r} zvm_host.bin")
    command(m, "load virtio 0 ${ramdisk_addr_r} initrd.cpio")
    m.type("booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}\r")
    m.wait_prompt()
    assert online_cpus(m) == 4
    m.type("poweroff\r")
    m.wait_exit()
