# SPDX-License-Identifier: Apache-2.0
"""A Linux in a VM does as much work per second as on the bare machine: a short run of the scenario, one vCPU."""
import json

import pytest

from zvm_bench import good_bench, rows

from harness import judge  # zvm_bench has said where
from scenarios import linux_throughput as scenario

NAME = scenario.NAME


@pytest.fixture(scope="module", name="bench")
def fixture_bench(tmp_path_factory):
    return good_bench(tmp_path_factory.mktemp("bench"), NAME, options=("--quick", "--strict"))


@pytest.mark.xdist_group("bench_throughput")
def test_within_targets(bench):
    found = rows(bench, NAME)
    assert set(found) == {f"{line}.1" for line in scenario.QUICK["lines"]}
    for key, row in found.items():
        assert row["target"] == {"field": "mean", "percent": 1.5} and judge.met(row, row["target"]), key
        assert row["bare"]["n"] == row["zvm"]["n"] == scenario.QUICK["repetitions"], key
    check, = bench["scenarios"][NAME]["checks"]
    assert check["limit"] == 0.3 and judge.check_met(check) and check["value"] > -0.3


@pytest.mark.xdist_group("bench_throughput")
def test_why(bench):
    """A line that makes no system call pays for timer interrupts, and for little else, which chance can be larger than."""
    row = rows(bench, NAME)["integer.1"]
    seconds = sum(row["ticks"]["zvm"]) / 1e9
    # Linux has 250 ticks per second; the host may have a timer of its own meanwhile, and there are pauses around.
    assert 250 * seconds <= row["exits"]["irq"] <= 1500 * seconds
    assert abs(sum(row["ticks"]["zvm"]) - sum(row["ticks"]["bare"])) < 1000 * row["exits"]["irq"]


def outcomes(check="0" * 16, slow=1.0):
    """Of two runs that never were."""
    def one(ticks):
        return {"kernel": "6", "lines": {name: {"work": 100, "check": check, "ticks": [ticks, ticks],
                                                "exits": dict.fromkeys(["irq", "wfx", "sysreg", "mmio"], 1)}
                                         for name in ("integer", "spawn")}}
    return {"bare-1": one(1000000), "zvm-1": one(round(1000000 * slow))}


def test_index():
    """The index is the geometric mean of the scores."""
    found = scenario.result(None, outcomes(slow=1.25))
    assert [round(one["overhead"], 9) for one in found["indices"]] == [20.0]
    assert {row["line"]: round(float(judge.overhead(row)), 9) for row in found["rows"]} == {"integer": 20.0, "spawn": 20.0}
    bare = [row["score"]["bare"] for row in found["rows"]]
    assert found["indices"][0]["bare"] == pytest.approx((bare[0] * bare[1]) ** 0.5)
    assert len(judge.missed(found["rows"])) == 2 and not judge.check_met(found["checks"][0])
    assert "**index**" in scenario.markdown(json.loads(json.dumps(found)))


def test_other_result():
    """Work that was not done is no speed."""
    broken = outcomes()
    broken["zvm-1"]["lines"]["spawn"]["check"] = "1" * 16
    with pytest.raises(Exception, match="another result in the VM"):
        scenario.result(None, broken)


@pytest.mark.parametrize("lines,what", [
    (["TPT error: fork: no"], "from the guest"),
    (["TPT start copies=1 frequency=62500000"], "from the guest"),
    (["TPT start copies=1 frequency=1000000000", "TPT line=integer unit=rounds work=1 check=00 ticks=1"], "to its end"),
    (["TPT done"], "to its end"),
])
def test_rubbish(lines, what):
    with pytest.raises(Exception, match=what):
        scenario.parse(lines)
