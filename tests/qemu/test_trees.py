# SPDX-License-Identifier: Apache-2.0
"""The devicetrees of all boards that Debian's arm64 kernel knows: others wrote them, and ZVM must read them as they are.

The unit tests' programs read them, so nothing boots here (tests/unit/test_trees.c, test_boards.c).
"""
import re
import sys

import pytest

from zvm_machine import BUILD, TOP, tool

sys.path.append(str(TOP / "scripts"))
import debs  # noqa: E402

pytestmark = pytest.mark.xdist_group("trees")
UNIT = BUILD / "unit"
# Boards of several makers, with GICv3, whose devices are passed through, too: all of them would take minutes.
WITH_DEVICES = ["arm/fvp-base-revc", "freescale/fsl-ls1028a-rdb", "freescale/imx8mp-evk", "rockchip/rk3399-rock960",
                "rockchip/rk3566-roc-pc", "rockchip/rk3568-rock-3a", "ti/k3-am642-sk"]
UART2 = "console rockchip,rk3568-uart 0xfe660000 interrupt 150"


@pytest.fixture(scope="module", name="trees")
def trees_of_debian(tmp_path_factory):
    """{vendor/board: file}"""
    where = tmp_path_factory.mktemp("trees")
    trees = {}
    with debs.contents(debs.kernel_deb("6.1-rt")) as tar:
        for member in tar:
            match = re.fullmatch(r"\./usr/lib/linux-image-[^/]+/(.+)/([^/]+)\.dtb", member.name)
            if match and member.isreg():
                trees[f"{match[1]}/{match[2]}"] = path = where / f"{match[1]}-{match[2]}.dtb"
                path.write_bytes(tar.extractfile(member).read())
    assert len(trees) > 500
    return trees


def built(program):
    """A program of the unit tests."""
    if not (UNIT / "build.ninja").exists():
        tool("cmake", "-G", "Ninja", "-S", TOP / "tests/unit", "-B", UNIT)
    tool("ninja", "-C", UNIT, program)
    return UNIT / program


def test_read(trees):
    """All registers and interrupts of all nodes, the CPUs, the console: nothing in there is wrong, so nothing is said to be."""
    devices = [path for board, path in trees.items() if board in WITH_DEVICES]
    assert len(devices) == len(WITH_DEVICES)
    others = [path for board, path in trees.items() if board not in WITH_DEVICES]
    text = tool(built("test_trees"), *devices, "--", *others)
    lines = re.findall(r"^tree (\S+): (\d+) CPUs(.*); \d+ devices, \d+ registers and interrupts, (\d+) malformed; (\d+) can", text, re.M)
    assert len(lines) == len(trees)
    assert not [line for line in lines if line[3] != "0"], text
    assert not [line for line in lines if line[1] == "0"], text
    found = {board: what for board, _, what, _, _ in lines}
    for board in ("rk3568-rock-3a", "rk3568-odroid-m1", "rk3568-evb1-v10", "rk3568-bpi-r2-pro"):
        assert found[f"rockchip-{board}"] == f", PSCI smc, GICv3 0xfd400000, {UART2}"
    passed = {board: int(count) for board, _, _, _, count in lines}
    # The FVP's are behind a bus of vexpress' own, which does no DMA; those of the RK3568 are all there.
    assert passed["rockchip-rk3568-rock-3a"] > 70
    assert passed["arm-fvp-base-revc"] > 10


@pytest.mark.parametrize("kind, pattern", [("rk3568", "rockchip/rk3568-"), ("fvp", "arm/fvp-base-revc")])
def test_boot(trees, kind, pattern):
    """The real drivers on the stock devicetree of the boards that docs/boards is about, as far as the unit tests' models go."""
    files = [path for board, path in trees.items() if board.startswith(pattern)]
    assert files
    tool(built("test_boards"), kind, *files)
