# SPDX-License-Identifier: Apache-2.0
"""Stretches with interrupts masked, while a guest does what harm it can and while commands run: bench/masked.py."""
import json
import subprocess
import sys

import pytest

from zvm_machine import BUILD, TOP

# In instructions: what guests can cause in exits and interrupts, and all there is, which is a line for the console.
OF_GUESTS = 1800
OF_ALL = 2000


def test_longest_stretches(tmp_path):
    """Exact and repeatable: one CPU, under icount."""
    out = tmp_path / "masked.json"
    done = subprocess.run([sys.executable, TOP / "bench/masked.py", "--build", BUILD, "--ms", "20", "--json", out],
                          check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if "-plugin: invalid option" in done.stdout or "Could not load plugin" in done.stdout:
        pytest.skip("this QEMU has no plugins, or another interface to them")
    assert done.returncode == 0, done.stdout
    cases = json.loads(out.read_text(encoding="utf-8"))
    assert len(cases) == 15
    for case, rows in cases.items():
        assert rows[0]["length"] <= OF_ALL, (case, rows[0])
        long = [row for row in rows if row["length"] > OF_GUESTS and row["from"] not in ("lock_with_room", "lock_map")]
        assert not long, (case, long)
    # It sees what there is to be seen: a line of the console takes more than a thousand.
    assert cases["commands"][0]["length"] > 1000
