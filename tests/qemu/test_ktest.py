# SPDX-License-Identifier: Apache-2.0
"""The kernel's own test suites, in the target: at EL1 and at EL2, on one CPU and on four."""
import os
import re

import pytest

from zvm_machine import BUILD, plain

END = r"PROJECT EXECUTION (SUCCESSFUL|FAILED)"


@pytest.mark.parametrize("smp", [1, 4])
@pytest.mark.parametrize("el", [1, 2])
def test_ktest(machine, el, smp):
    # CPUs in parallel where there are cores for them; else in turns, as a holder of a lock that the host has put
    # aside would keep all the others spinning.
    extra = [] if os.cpu_count() > smp else ["-accel", "tcg,thread=single"]
    m = machine(BUILD / f"ktest_el{el}.bin", el=el, smp=smp, mem="512M", extra=extra)
    result = m.expect(END, timeout=300).group(1)
    text = plain(m.process.before)
    failed = re.findall(r"(?m)^ ?FAIL - (\S+)", text)
    passed = len(re.findall(r"(?m)^ ?PASS - ", text))
    assert result == "SUCCESSFUL" and not failed, f"failed: {failed}\n{m.tail(150)}"
    assert passed > 50, f"only {passed} tests ran"
