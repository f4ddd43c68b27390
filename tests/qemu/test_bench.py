# SPDX-License-Identifier: Apache-2.0
"""Instruction budgets: every operation that Zephyr's latency_measure measures costs less here, at each exception level,
on one CPU and on four. The figures are instruction counts, the same on every machine and at every load."""
import pytest

from zvm_bench import rows, run_bench


@pytest.fixture(scope="module", name="bench")
def fixture_bench(tmp_path_factory):
    return run_bench(tmp_path_factory.mktemp("bench"), "kernel")


@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize("configuration", ["el1_smp1", "el1_smp4", "el2_smp1", "el2_smp4"])
def test_better_than_zephyr(bench, configuration):
    measured = {key: row for key, row in rows(bench[0], "kernel").items() if row["zephyr"] is not None}
    assert len(measured) >= 28
    slow = {key: (row[configuration]["mean"], row["zephyr"]) for key, row in measured.items()
            if not row[configuration]["mean"] < row["zephyr"]}
    assert not slow, f"operation: (mean, Zephyr's) = {slow}"


@pytest.mark.xdist_group("bench")
def test_enough_repetitions(bench):
    results, done = bench
    assert done.returncode == 0, done.stdout + done.stderr
    for key, row in rows(results, "kernel").items():
        row = row["el2_smp1"]
        assert row["n"] >= 1000 and row["min"] <= row["mean"] + 1 and row["max"] + 1 >= row["mean"], key


@pytest.mark.xdist_group("bench")
def test_repeatable(bench, tmp_path):
    assert run_bench(tmp_path, "kernel")[0] == bench[0]
