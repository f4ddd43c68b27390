# SPDX-License-Identifier: Apache-2.0
"""The conformance guests: what a guest may rely on, at EL1 of the bare machine, which is the oracle, and in VMs."""
import pytest

from zvm_exact import Guest, check, image, run_all
from zvm_machine import BUILD, plain

NAMES = ["context", "debug", "gic_irq", "gic_regs", "gic_smp", "gic_timer", "mmio", "psci", "stage2", "sysreg", "timer"]
# CPUs of the host, vCPUs of each guest, what else its definition says.
SHAPES = {"1cpu_1vcpu": (1, 1, ""), "1cpu_2vcpus": (1, 2, ""), "2cpus_2vcpus": (2, 2, ""),
          "4cpus_4vcpus": (4, 4, ""), "2cpus_4vcpus": (2, 4, ""), "4cpus_8vcpus": (4, 8, ""),
          "pinned_native": (2, 2, 'cpus = <0 1>; wfi = "native";')}


@pytest.mark.parametrize("name", NAMES)
def test_bare(machine, tmp_path, name):
    """On the machine itself: the tests are right."""
    (tmp_path / "guest.bin").write_bytes(image(name))
    m = machine(tmp_path / "guest.bin", el=1, smp=2 if name != "gic_smp" else 4, mem="128M", icount=True)
    m.expect(r"guest-test: \d+ passed, \d+ failed", timeout=120)
    check(plain(m.process.before + m.process.match.group()))


@pytest.mark.parametrize("shape", SHAPES)
def test_in_vms(machine, tmp_path, shape):
    """In VMs, exactly repeatable."""
    smp, vcpus, more = SHAPES[shape]
    names = [n for n in NAMES if vcpus > 1 or n != "gic_smp"]
    results = run_all(machine, tmp_path, [Guest(n, vcpus=vcpus, more=more) for n in names], smp)
    for name in names:
        assert name in results, f"{name} did not run"
        check(results[name])


def test_parallel(machine, tmp_path):
    """CPUs that really run in parallel: everything but what depends on time."""
    from zvm_exact import bundle
    guests = [Guest(n, vcpus=2) for n in NAMES if n not in ("timer",)]
    m = machine(BUILD / "exit_bench.bin", smp=2, initrd=bundle(tmp_path, guests))
    for guest in guests:
        m.expect(rf"HOST vm={guest.vm} ")
        m.expect(r"guest-test: \d+ passed, \d+ failed", timeout=200)
        check(plain(m.process.before + m.process.match.group()))
