# SPDX-License-Identifier: Apache-2.0
"""The benchmarks measure what they say: a known number of instructions is that number, a slower exit is seen, by as much as it
is slower, and what gives no figures says why."""
import os
import pathlib
import re
import subprocess

import pytest

from zvm_bench import rows, run_bench
from zvm_machine import BUILD, SCALE, TOP

from harness import scenario
from harness.machine import BenchError, Machine
from scenarios import exits

pytestmark = pytest.mark.xdist_group("bench_harness")
SLOWER = 7
KNOWN = 5           # enum rows of tests/guest/exits.c
SPIN = 4
REPETITIONS = 50


def context(where):
    """What a scenario is told."""
    return scenario.Context(BUILD, 1, True, where)


@pytest.mark.parametrize("count", [2, 3, 50, 1001, 10000])
def test_known_number(tmp_path, count):
    """A loop of so many instructions, on the bare machine and in a VM: every one of the repetitions. Few, so that the host
    has nothing to do meanwhile: that would be measured too."""
    expected = {"mean": count, "min": count, "max": count, "n": REPETITIONS}
    assert exits.run_bare(context(tmp_path), (REPETITIONS, KNOWN, count))["known"] == expected
    found, _ = exits.run_vms(context(tmp_path), [("known", 1, (KNOWN, count), "cpus = <1>;")], repetitions=REPETITIONS)
    assert found["known"] == expected


def compare(base, new):
    """bench/compare.py: (its status, its lines)."""
    done = subprocess.run([str(TOP / "bench/compare.py"), str(base), str(new)], capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


@pytest.fixture(scope="module", name="slow")
def fixture_slow(tmp_path_factory):
    """A build directory with a hypervisor whose hypercalls are some instructions longer, and the rest as it is."""
    build = tmp_path_factory.mktemp("slow")
    for command in (["cmake", "-G", "Ninja", "-S", TOP, "-B", build, f"-DZVM_APP={TOP}/apps/exit_bench", "-DZVM_EL=2",
                     f"-DZVM_COMPILER={os.environ.get('COMPILER', 'gcc')}", f"-DZVM_SLOW_EXIT={SLOWER}"],
                    ["ninja", "-C", build, "--quiet", "exit_bench"]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for name in ("guest_exits.bin", "guest_exits.elf", "zvm_host.bin"):
        (build / name).symlink_to(BUILD / name)
    return build


def test_slower_exit_is_seen(slow, tmp_path):
    sides = {}
    for name, build in (("base", BUILD), ("again", BUILD), ("slow", slow)):
        where = tmp_path / name
        where.mkdir()
        sides[name] = (where / "results.json", *run_bench(where, "exits", build=build))
    # A run against itself, and against another like it: to the byte.
    assert sides["base"][0].read_bytes() == sides["again"][0].read_bytes()
    assert compare(sides["base"][0], sides["again"][0]) == (0, ["nothing changed"])

    status, lines = compare(sides["base"][0], sides["slow"][0])
    assert status == 1
    old, new = (rows(sides[name][1], "exits") for name in ("base", "slow"))
    for field in ("mean", "min", "max"):
        before, after = old["hvc"]["zvm"][field], new["hvc"]["zvm"][field]
        assert after == before + SLOWER
        line = (f"exits: hvc zvm {field}: {before:g} -> {after:g} (+{SLOWER}, {100 * SLOWER / before:+.2f} %) worse")
        assert line in lines
    # No other operation has changed (a repetition may have met a timer of the host's at another place), nor has the bare
    # machine, and the other way round it is an improvement.
    assert [line.split(":")[1] for line in lines if " min:" in line] == [" hvc zvm min"], lines
    assert not [line for line in lines if " bare " in line]
    _, lines = compare(sides["slow"][0], sides["base"][0])
    assert sum(line.startswith("exits: hvc ") and line.endswith(" better") for line in lines) == 3


def test_clock_and_cpu_do_not_race(tmp_path):
    """With one CPU QEMU takes turns with its clock; with more, what a run prints has to come twice."""
    (tmp_path / "image.bin").write_bytes(bytes(56) + b"ARMd")
    one, two = Machine(tmp_path, "image.bin"), Machine(tmp_path, "image.bin", smp=2)
    printed = [subprocess.run([*m.command[:1], "--print", *m.command[1:]], check=True, text=True, stdout=subprocess.PIPE).stdout
               for m in (one, two)]
    assert "-icount shift=0,sleep=off,rr=record,rrfile=/dev/null " in printed[0]
    assert "-icount shift=0,sleep=off " in printed[1]
    outcomes = [["late"], ["right"], ["later"], ["right"]]
    two._once = lambda end, limit: outcomes.pop(0)  # pylint: disable=protected-access
    assert two.run("end") == ["right"] and not outcomes
    two._once = lambda end, limit: [str(len(outcomes)), outcomes.append(0)]  # pylint: disable=protected-access
    with pytest.raises(BenchError, match="no two of"):
        two.run("end")


def test_hang_and_death(tmp_path):
    """A run that hangs and one that dies: why, and the end of the console."""
    image = tmp_path / "spin.bin"
    image.write_bytes(exits.image(BUILD, (0, SPIN, 0)))
    # On a busy machine it may not have come so far as to hang.
    for limit in (2, 10, 60, 300):
        with pytest.raises(BenchError) as error:
            Machine(BUILD, image, el=1).run("EXIT END", limit=limit / SCALE)
        if "there is nothing on the console" not in str(error.value):
            break
    assert re.match(rf"(?s)'EXIT END' did not come within {limit} s: .*console ends with:\nEXIT first \d+", str(error.value))
    with pytest.raises(BenchError, match=r"(?s)'X' never came, QEMU ended \(status 1\): .*-no-such-option: invalid option"):
        Machine(BUILD, image, el=1, extra=["-no-such-option"]).run("X")


def test_failure_costs_nobody_else(tmp_path, capfd):
    """Of two scenarios one fails: the other's results are there, and the reason is."""
    class Good:
        NAME, TITLE, ORDER, TARGETS = "good", "Good", 1, []

        @staticmethod
        def runs(ctx):
            return [("one", lambda: ctx.where.name), ("two", lambda: 2)]

        @staticmethod
        def result(_, outcomes):
            return {"rows": [], "outcomes": outcomes}

    class Bad(Good):
        NAME = "bad"

        @staticmethod
        def runs(_):
            def fail():
                raise BenchError("the console ends with:\nPANIC")
            return [("dies", fail), ("later", lambda: pathlib.Path("/nonexistent").read_bytes())]

    class Wrong(Good):
        NAME = "wrong"

        @staticmethod
        def result(_, outcomes):
            return {"rows": outcomes["three"]}

    results, errors = scenario.measure([Good, Bad, Wrong], tmp_path, 1, True)
    assert results == {"good": {"rows": [], "outcomes": {"one": "good", "two": 2}}}
    assert errors["bad"].endswith("PANIC") and errors["wrong"].startswith("KeyError: 'three' (test_bench_harness.py:")
    said = capfd.readouterr().err
    assert "bad/dies: FAILED" in said and "bad/later: left out" in said and "[6/6] wrong/two: ok" in said
    assert [path.name for path in tmp_path.iterdir()] == ["bench"]
