# SPDX-License-Identifier: Apache-2.0
"""docs/boards: every command line for QEMU and for U-Boot is run as it stands there, up to a VM that runs."""
import shutil
import sys

import pytest

from doc_commands import Page
from test_boot import online_cpus
from zvm_guests import assemble, definition, good, wait_state
from zvm_machine import TOP, tool

sys.path.append(str(TOP / "scripts"))
import debs  # noqa: E402

pytestmark = pytest.mark.xdist_group("doc_boards")

GRUB = "usr/lib/grub/arm64-efi/monolithic/grubaa64.efi"


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    """A guest's image, and a bundle with one VM of it."""
    where = tmp_path_factory.mktemp("guest")
    assemble(where, "idle")
    (where / "idle.dts").write_text(definition("idle.bin"), encoding="utf-8")
    tool(TOP / "scripts/mkbundle", where / "bundle.cpio", where / "idle.dts")
    return where


@pytest.fixture
def page(tmp_path, guest):
    """docs/boards/qemu.md, in a directory of its own."""
    return Page("qemu.md", tmp_path, guest / "bundle.cpio")


def prompt_and_vm(m, smp=4, vm="idle"):
    """It is at its prompt with all CPUs, and runs a VM of what it was given."""
    m.wait_prompt(timeout=240)
    assert online_cpus(m) == smp
    good(m, f"zvm new -t {vm}")
    good(m, "zvm run -n 0")
    wait_state(m, 0, "running")


def test_every_command_line_is_run():
    """What a page says and nobody runs is wrong sooner or later."""
    source = (TOP / "tests/qemu/test_doc_boards.py").read_text(encoding="utf-8")
    for name in ("qemu.md", "rk3568.md", "fvp.md"):
        for label in Page(name).names("sh", "uboot", "dts", "grub"):
            assert label == "" or f'"{label}"' in source, f"{name}: nobody runs the block '{label}'"


def test_kernel(machine, page):
    prompt_and_vm(page.start(machine, "kernel"))


def test_cortex_a55(machine, page):
    if "cortex-a55" not in tool("qemu-system-aarch64", "-M", "virt", "-cpu", "help"):
        pytest.skip("this QEMU has no cortex-a55 (8.0 and later do)")
    prompt_and_vm(page.start(machine, "cortex-a55"))


def test_loader(machine, page, guest):
    shutil.copy(guest / "idle.bin", page.where / "guest.bin")
    page.write("loaded.dts", "loaded", "dts")
    prompt_and_vm(page.start(machine, "loader"), vm="loaded")


def typed(m, lines):
    """Lines at U-Boot's prompt; the last one does not come back."""
    m.expect_text("Hit any key to stop autoboot")
    m.type(" ")
    for line in lines:
        m.expect("=> ")
        m.type(line + "\r")


def test_u_boot_disk(machine, page):
    page.run("disk")
    m = page.start(machine, "u-boot-disk")
    typed(m, page.lines("u-boot-disk"))
    prompt_and_vm(m)


def test_u_boot_script(machine, page):
    """Nothing is typed: U-Boot finds the script."""
    page.run("disk")
    page.run("script")
    m = page.start(machine, "u-boot-script")
    prompt_and_vm(m)


def test_u_boot_tftp(machine, page):
    """Nothing is typed, and there is no disk."""
    page.run("tftp")
    prompt_and_vm(page.start(machine, "u-boot-tftp"))


def test_uefi(machine, page):
    prompt_and_vm(page.start(machine, "uefi"))


def test_grub(machine, page):
    with debs.lock("debs"):
        apt = debs.Apt()
        apt.update()
        package, = apt.download("grub-efi-arm64-bin")
    tool("dpkg-deb", "--extract", package, page.where / "grub")
    shutil.copy(page.where / "grub" / GRUB, page.where / "grubaa64.efi")
    page.write("grub.cfg", "menu", "grub")
    page.run("esp")
    prompt_and_vm(page.start(machine, "grub"))
