# SPDX-License-Identifier: Apache-2.0
"""The benchmarks as tests run them: bench/run.py on the images that are there."""
import json
import subprocess
import sys

from zvm_machine import BUILD, TOP

sys.path.insert(0, str(TOP / "bench"))


def run_bench(where, *names, build=BUILD, options=("--quick",)):
    """(the results, what bench/run.py did)."""
    report = where / "results.json"
    done = subprocess.run([str(TOP / "bench/run.py"), *names, "--build", str(build), "--no-build", "--json", str(report),
                           *options], capture_output=True, text=True, check=False, cwd=str(TOP))
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text(encoding="utf-8")), done


def good_bench(where, *names, **options):
    """The results of a run that must end well."""
    results, done = run_bench(where, *names, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return results


def rows(results, name):
    """{key: row} of a scenario."""
    return {row["key"]: row for row in results["scenarios"][name]["rows"]}
