# SPDX-License-Identifier: Apache-2.0
"""Instruction budgets: every operation that Zephyr's latency_measure measures costs less here, at each exception level,
on one CPU and on four. The figures are instruction counts, the same on every machine and at every load."""
import json
import subprocess

import pytest

from zvm_machine import BUILD, TOP


def run_bench(where):
    """Run the benchmark; its report and what it printed."""
    report = where / "bench.json"
    done = subprocess.run([str(TOP / "bench/run.py"), str(BUILD), "--json", str(report)], capture_output=True, text=True,
                          check=False, cwd=str(TOP))
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text(encoding="utf-8")), done


@pytest.fixture(scope="module", name="bench")
def fixture_bench(tmp_path_factory):
    return run_bench(tmp_path_factory.mktemp("bench"))


@pytest.mark.xdist_group("bench")
@pytest.mark.parametrize("configuration", ["el1_smp1", "el1_smp4", "el2_smp1", "el2_smp4"])
def test_better_than_zephyr(bench, configuration):
    report, _ = bench
    zephyr, ours = report["zephyr"], report[configuration]
    assert len(zephyr) >= 28
    slow = {name: (ours[name]["mean"], budget) for name, budget in zephyr.items() if not ours[name]["mean"] < budget}
    assert not slow, f"operation: (mean, Zephyr's) = {slow}"


@pytest.mark.xdist_group("bench")
def test_enough_repetitions(bench):
    report, done = bench
    assert done.returncode == 0, done.stdout + done.stderr
    for name, row in report["el2_smp1"].items():
        assert row["n"] >= 1000 and row["min"] <= row["mean"] + 1 and row["max"] + 1 >= row["mean"], name


@pytest.mark.xdist_group("bench")
def test_repeatable(bench, tmp_path):
    assert run_bench(tmp_path)[0] == bench[0]
