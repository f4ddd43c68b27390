# SPDX-License-Identifier: Apache-2.0
"""What exits cost a guest, how large the image is, what a VM takes of memory, how soon a guest runs: all within their budgets.
The figures are instruction counts, the same on every machine and at every load."""
import json
import subprocess

import pytest

from zvm_machine import BUILD, TOP

pytestmark = pytest.mark.xdist_group("exits")


def run_exits(report, *options):
    """bench/exits.py; what it printed."""
    done = subprocess.run([str(TOP / "bench/exits.py"), str(BUILD), "--json", str(report), *options], capture_output=True,
                          text=True, check=False, cwd=str(TOP))
    assert report.exists(), done.stdout + done.stderr
    return done


def test_budgets(tmp_path):
    done = run_exits(tmp_path / "a.json", "--no-trace")
    report = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    measured = {key: report["zvm"][key]["mean"] for key in report["budget"]}
    over = {key: (mean, report["budget"][key]) for key, mean in measured.items() if mean > report["budget"][key]}
    assert len(measured) >= 12 and not over, over
    over = {what: row for what, row in report["sizes"].items() if row[0] > row[1]}
    assert len(report["sizes"]) >= 4 and not over, over
    assert all(report["zvm"][key]["n"] >= 900 for key in measured)
    assert done.returncode == 0, done.stdout + done.stderr
    # Exact: a second run finds the same.
    run_exits(tmp_path / "b.json", "--no-trace")
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8")) == report


def test_trace(tmp_path):
    """Low counts are not bought by leaving out what hardware needs, and exits do nothing that hardware waits for."""
    run_exits(tmp_path / "a.json")
    report = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    counts = report["trace"]
    assert set(counts) == set(report["budget"])
    # All of a vCPU's registers move; what another CPU is to see is visible before it is interrupted.
    assert counts["turn"]["ISB"] >= 1 and counts["turn"]["MSR"] > 20
    assert counts["sgi_other"]["DSB"] >= 1
    assert counts["hvc"]["DSB"] == counts["hvc"]["ISB"] == counts["hvc"]["TLBI"] == counts["hvc"]["MMIO"] == 0
