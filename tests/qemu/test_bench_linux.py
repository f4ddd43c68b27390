# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux in a VM beside the bare machine: boot to /init, and how late cyclictest wakes up. The figures are
instruction counts, the same on every machine and at every load."""
import pytest

from zvm_bench import good_bench, rows

from harness import judge  # zvm_bench has said where

BOOT, LATENCY = "linux-boot", "linux-latency"


@pytest.fixture(scope="module", name="bench")
def fixture_bench(tmp_path_factory):
    return good_bench(tmp_path_factory.mktemp("bench"), BOOT, LATENCY)


@pytest.mark.xdist_group("bench_linux")
def test_boot(bench):
    (row,) = rows(bench, BOOT).values()
    assert judge.met(row, row["target"]) and row["target"]["percent"] <= 1
    # It is Linux that has booted, by as many instructions as that takes.
    assert row["bare"]["mean"] > 500_000_000 and row["zvm"]["mean"] > 500_000_000
    (one,) = bench["scenarios"][BOOT]["cases"].values()
    assert one["exits"]["mmio"] > 0 and one["exits"]["irq"] > 0
    # Neither of the two has a feature of the CPU that costs something and that the other has not.
    assert [line for line in one["only bare"] if "RAS" not in line and "breakpoint" not in line] == []
    assert [line for line in one["only zvm"] if "breakpoint" not in line] == []


@pytest.mark.xdist_group("bench_linux")
def test_latency(bench):
    found = rows(bench, LATENCY)
    assert set(found) == {"1.idle.0", "1.cpu2.0"}
    for key, row in found.items():
        for side in ("bare", "zvm"):
            figures = row[side]
            assert figures["min"] <= figures["mean"] <= figures["p99.99"] <= figures["max"] and figures["n"] == 1000, key
        # One exit at each wake-up, and the timer's: that is all there is between the two.
        assert 0 <= judge.difference(row, "mean") <= 60, key
        counts = bench["scenarios"][LATENCY]["exits"][key.split(".")[1]]
        assert row["zvm"]["n"] <= counts["irq"] < 2 * row["zvm"]["n"], key
        assert counts["wfx"] == 0 and counts["sysreg"] < 10 and counts["hvc"] < 10, key
        # The least is one wake-up, and may be chance (the scenario says why): the least but for one in a thousand is not.
        assert judge.overhead(row, "p0.1") <= 1 and judge.overhead(row, "mean") <= 1, key
