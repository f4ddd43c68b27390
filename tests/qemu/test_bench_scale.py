# SPDX-License-Identifier: Apache-2.0
"""Sixteen VMs cost an exit of one of them nothing, a VM takes no more of the host's memory than its budget, all of it is back
after its deletion, and no step of its life, from the host's reset on, takes more than it should: in executed instructions."""
import pytest

from zvm_bench import good_bench, rows

LIFE, SCALE = "lifecycle", "scale"
MEMORY, MEMORY_VCPU = 64 << 10, 16 << 10
MANY = "16"
# Guests' RAM is cleared by lines of 64 bytes: DC ZVA and DC CIVAC for each, and a step to the next.
CLEAR_MIB = 5.5 * (1 << 20) / 64


@pytest.fixture(scope="module", name="bench")
def fixture_bench(tmp_path_factory):
    return good_bench(tmp_path_factory.mktemp("bench"), LIFE, SCALE)


@pytest.mark.xdist_group("bench_scale")
def test_exits(bench):
    flat = bench["scenarios"][SCALE]["flat"]
    assert len(flat) >= 7
    for row, points in flat.items():
        assert abs(points[MANY] - points["1"]) <= 2, (row, points)


@pytest.mark.xdist_group("bench_scale")
def test_wake_up(bench):
    """The host's task, beside sixteen VMs that compute on its CPU."""
    late = bench["scenarios"][SCALE]["late"]["busy"]
    assert late[MANY]["n"] >= 300 and late[MANY]["missed"] == 0
    assert late[MANY]["max"] <= late["0"]["max"] + 2000


@pytest.mark.xdist_group("bench_scale")
def test_memory(bench):
    life = bench["scenarios"][LIFE]
    assert {one["vcpus"] for one in life["vcpus"]} == {1, 2, 4, 8}
    for one in [*life["vcpus"], *life["lives"], life["cold"], life["never"]]:
        assert one["memory"] <= MEMORY + MEMORY_VCPU * one["vcpus"], one
        assert one["tables"] <= 12 << 10 and one["left"] == 0, one
    memory = {count: used for count, used in bench["scenarios"][SCALE]["memory"]}
    assert memory[16] - memory[1] == 15 * memory[1]
    assert bench["scenarios"][SCALE]["left"] == 0


@pytest.mark.xdist_group("bench_scale")
def test_life(bench):
    life = bench["scenarios"][LIFE]
    for what, besides in (("new", 100_000), ("delete", 40_000)):
        each, rest = life["parts"][what]
        assert each <= CLEAR_MIB and rest <= besides, what
    assert life["never"]["delete"] <= 40_000
    for one in life["lives"]:
        if one["kind"] != "linux":
            # To the guest's first instruction: nothing in it grows with memory.
            assert one["first"] <= 300_000, one
    assert {key for key in rows(bench, LIFE) if key.startswith("prompt.")}
    for prompt in life["prompt"]:
        assert prompt["instructions"] <= 6_000_000, prompt
