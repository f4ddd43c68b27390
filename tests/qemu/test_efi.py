# SPDX-License-Identifier: Apache-2.0
"""Started by UEFI firmware (Debian's qemu-efi-aarch64), by itself and by GRUB (Debian's grub-efi-arm64-bin)."""
import sys

import pytest

from test_boot import online_cpus
from zvm_guests import assemble, definition, good, wait_state
from zvm_machine import BUILD, TOP, tool

sys.path.append(str(TOP / "scripts"))
import debs  # noqa: E402

pytestmark = pytest.mark.xdist_group("efi")

FIRMWARE = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"
GRUB = "usr/lib/grub/arm64-efi/monolithic/grubaa64.efi"
IMAGE = BUILD / "zvm_host.bin"
# Firmware of a board has a devicetree for us or has none; QEMU's has one if it has no ACPI tables.
GRUB_CFG = """set timeout=0
menuentry ZVM {
	linux /zvm_host.bin
	initrd /bundle.cpio
}
"""


def firmware(machine, *extra, acpi="off", smp=4):
    return machine(None, command=[
        "qemu-system-aarch64", "-M", f"virt,virtualization=on,gic-version=3,acpi={acpi}", "-cpu", "max", "-smp", str(smp),
        "-m", "1G", "-nographic", "-nic", "none", "-accel", "tcg,thread=single", "-bios", FIRMWARE, *map(str, extra)])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A bundle with one VM."""
    where = tmp_path_factory.mktemp("efi-bundle")
    assemble(where, "idle")
    (where / "idle.dts").write_text(definition("idle.bin"), encoding="utf-8")
    tool(TOP / "scripts/mkbundle", where / "bundle.cpio", where / "idle.dts")
    return where / "bundle.cpio"


def disk(where, files):
    """A FAT file system that firmware boots from: {path: file}."""
    image = where / "esp.img"
    with open(image, "wb") as out:
        out.truncate(64 << 20)
    tool("mformat", "-i", image, "-F", "::")
    made = set()
    for path, file in files.items():
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder not in made:
                tool("mmd", "-i", image, f"::{folder}")
                made.add(folder)
        tool("mcopy", "-i", image, file, f"::{path}")
    return ["-drive", f"if=none,format=raw,readonly=on,file={image},id=esp", "-device", "virtio-blk-device,drive=esp"]


def runs_a_vm(m, smp=4):
    """All CPUs, the bundle, memory that is really ours."""
    assert online_cpus(m) == smp
    good(m, "zvm new -t idle")
    good(m, "zvm run -n 0")
    wait_state(m, 0, "running")
    good(m, "zvm delete -f -n 0")


def test_firmware_starts_it_with_an_initrd(machine, bundle):
    m = firmware(machine, "-kernel", IMAGE, "-initrd", bundle)
    m.wait_prompt(timeout=240)
    runs_a_vm(m)
    m.type("poweroff\r")
    m.wait_exit()


def test_grub_starts_it(machine, bundle, tmp_path):
    """As /boot/grub/grub.cfg on a board would: linux, initrd."""
    with debs.lock("debs"):
        apt = debs.Apt()
        apt.update()
        package, = apt.download("grub-efi-arm64-bin")
    tool("dpkg-deb", "--extract", package, tmp_path)
    grub = tmp_path / GRUB
    (tmp_path / "grub.cfg").write_text(GRUB_CFG, encoding="utf-8")
    m = firmware(machine, *disk(tmp_path, {
        "EFI/BOOT/BOOTAA64.EFI": grub, "EFI/debian/grub.cfg": tmp_path / "grub.cfg", "zvm_host.bin": IMAGE,
        "bundle.cpio": bundle}))
    m.wait_prompt(timeout=240)
    runs_a_vm(m)


def test_as_the_application_that_firmware_boots(machine, tmp_path):
    m = firmware(machine, *disk(tmp_path, {"EFI/BOOT/BOOTAA64.EFI": IMAGE}))
    m.wait_prompt(timeout=240)
    assert online_cpus(m) == 4


def test_without_a_devicetree_it_says_so_and_returns(machine, tmp_path):
    m = firmware(machine, *disk(tmp_path, {"EFI/BOOT/BOOTAA64.EFI": IMAGE}), acpi="on")
    m.expect_text("ZVM: the firmware has no devicetree (ACPI only)", timeout=240)
    # The firmware goes on with what it would start next.
    m.expect("Shell>|UEFI Interactive Shell|Boot Manager|Start PXE|BdsDxe", timeout=240)
