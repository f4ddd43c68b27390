# SPDX-License-Identifier: Apache-2.0
"""docs/boards: every command line for QEMU and for U-Boot is run as it stands there, up to a VM that runs."""
import gzip
import shutil
import sys

import pytest

from doc_commands import Page
from test_boot import online_cpus
from test_uboot import stop_autoboot
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
    stop_autoboot(m)
    for line in lines[:-1]:
        m.type(line + "\r")
        m.expect("=> ", timeout=120)
    m.type(lines[-1] + "\r")


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
    """There is no disk."""
    page.run("tftp")
    m = page.start(machine, "u-boot-tftp")
    typed(m, page.lines("u-boot-tftp"))
    prompt_and_vm(m)


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


# ---- an RK3568 board's card and server, on a machine that has neither its addresses nor its devices ----

BOARD_TREE = "rk3568-roc-pc.dtb"
# U-Boot for boards has a place for a devicetree; the one for `virt` takes what it was given.
TREE_PLACE = "setenv fdt_addr_r 0x43000000"


@pytest.fixture
def board(tmp_path, guest, devicetree):
    """docs/boards/rk3568.md, with this machine's devicetree under the board's name and something for a boot ROM."""
    where = tmp_path / "board"
    where.mkdir()
    page = Page("rk3568.md", where, guest / "bundle.cpio")
    tree = devicetree(smp=4, edit=lambda source: source.replace('compatible = "linux,dummy-virt"', 'compatible = "example,board"'))
    shutil.copy(tree, where / BOARD_TREE)
    (where / "u-boot-rockchip.bin").write_bytes(bytes(range(256)) * 4096)
    return page


def from_card(machine, page, board):
    """QEMU with U-Boot and a disk, as qemu.md has it, and the board's card in it."""
    shutil.copy(board.where / "card.img", page.where / "disk.img")
    return page.start(machine, "u-boot-script")


def test_rk3568_card(machine, page, board):
    """U-Boot finds the script on the partition, and that what lies before it is no file system."""
    board.run("rk3568-card")
    m = from_card(machine, page, board)
    prompt_and_vm(m)


def test_rk3568_card_with_its_devicetree(machine, page, board):
    """The file that fdtfile names is the devicetree."""
    board.run("rk3568-card")
    m = from_card(machine, page, board)
    typed(m, [TREE_PLACE, board.lines("rk3568-env")[0], "boot"])
    m.expect_text(f"{(board.where / BOARD_TREE).stat().st_size} bytes read", timeout=120)
    m.expect_text("Flattened Device Tree blob at 43000000")
    prompt_and_vm(m)


def test_rk3568_card_without_bundle(machine, page, board):
    """It says what is missing, and goes on as far as it can."""
    board.run("rk3568-card")
    tool("mdel", "-i", f"{board.where / 'card.img'}@@16M", "::bundle.cpio")
    m = from_card(machine, page, board)
    m.expect_text("ZVM: no bundle.cpio, there will be no VMs", timeout=120)
    m.wait_prompt()
    assert online_cpus(m) == 4


def test_rk3568_card_without_image(machine, page, board):
    board.run("rk3568-card")
    tool("mdel", "-i", f"{board.where / 'card.img'}@@16M", "::zvm_host.bin")
    m = from_card(machine, page, board)
    m.expect_text("ZVM: no /zvm_host.bin by load virtio 0:1", timeout=120)


def test_rk3568_tftp(machine, page, board):
    """By the script, from the board's directory of the server."""
    board.run("rk3568-tftp")
    shutil.move(board.where / "tftp", page.where / "tftp")
    m = page.start(machine, "u-boot-tftp")
    typed(m, [TREE_PLACE, board.lines("rk3568-env")[0], "setenv boot_script_dhcp boot.scr.uimg", "boot"])
    m.expect_text(f"Filename 'rockchip/{BOARD_TREE}'", timeout=120)
    m.expect_text("Flattened Device Tree blob at 43000000")
    prompt_and_vm(m)


def test_rk3568_tftp_by_hand(machine, page, board):
    board.run("rk3568-tftp")
    shutil.move(board.where / "tftp", page.where / "tftp")
    m = page.start(machine, "u-boot-tftp")
    typed(m, [TREE_PLACE, *board.lines("rk3568-tftp")])
    m.expect_text("Flattened Device Tree blob at 43000000")
    prompt_and_vm(m)


def test_rk3568_definition(board):
    """Nobody can run it here, but what mkbundle knows is right."""
    board.write("board.dts", "rk3568-linux", "dts")
    (board.where / "Image").write_bytes(bytes(56) + b"ARM\x64" + bytes(4))
    (board.where / "initrd.cpio.gz").write_bytes(gzip.compress(b""))
    board_bundle = board.where / "board.cpio"
    tool(TOP / "scripts/mkbundle", board_bundle, board.where / "board.dts")
    assert board_bundle.exists()
