# SPDX-License-Identifier: Apache-2.0
"""Instruction budgets of exits: what bench/exits.py measures is within them, and is the same each time."""
import json
import subprocess

import pytest

from zvm_machine import BUILD, TOP


def run_bench(where, *options):
    """Run the benchmark; its report and what it printed."""
    report = where / "exits.json"
    done = subprocess.run([str(TOP / "bench/exits.py"), str(BUILD), "--json", str(report), *options], capture_output=True,
                          text=True, check=False, cwd=str(TOP))
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text(encoding="utf-8")), done


@pytest.fixture(scope="module", name="exits")
def fixture_exits(tmp_path_factory):
    return run_bench(tmp_path_factory.mktemp("exits"), "--no-trace")


@pytest.mark.xdist_group("exits")
def test_within_budgets(exits):
    report, done = exits
    slow = {key: (report["zvm"][key]["mean"], budget) for key, budget in report["budget"].items()
            if report["zvm"][key]["mean"] > budget}
    assert not slow, f"operation: (mean, budget) = {slow}"
    large = {what: figures for what, figures in report["sizes"].items() if figures[0] > figures[1]}
    assert not large, f"what: (figure, budget) = {large}"
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.xdist_group("exits")
def test_enough_repetitions(exits):
    for name, row in exits[0]["zvm"].items():
        assert row["n"] >= 900 and row["min"] <= row["mean"] <= row["max"], name


@pytest.mark.xdist_group("exits")
def test_repeatable(exits, tmp_path):
    assert run_bench(tmp_path, "--no-trace")[0] == exits[0]


@pytest.mark.xdist_group("exits")
def test_trace(tmp_path):
    """A low count is not bought by leaving out what hardware needs: a switch of vCPUs has its barriers."""
    counts = run_bench(tmp_path)[0]["trace"]
    assert set(counts) == set(run_bench(tmp_path, "--no-trace")[0]["budget"])
    assert counts["turn"]["ISB"] >= 1 and counts["turn"]["MSR"] > 20
    # To another CPU: what it is to see is visible before it is interrupted.
    assert counts["sgi_other"]["DSB"] >= 1
    # An exit needs neither barriers nor TLB operations.
    assert counts["hvc"]["ISB"] == counts["hvc"]["TLBI"] == 0
