# SPDX-License-Identifier: Apache-2.0
"""Fixtures. `machine(...)` starts a QEMU that ends with the test; `host` is one shared by the tests of a module."""
import os

import pytest

from zvm_machine import BUILD, Machine

# Makes that tests start are no part of the one that started the tests.
for variable in [name for name in os.environ if name.startswith(("MAKE", "MFLAGS"))]:
    del os.environ[variable]


def _tails(item):
    return [m for value in item.funcargs.values() for m in getattr(value, "machines", [value])
            if isinstance(m, Machine)]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failure shows how each console of the test ended."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and call.when != "teardown":
        for machine in _tails(item):
            report.sections.append((f"console ({machine.log_path.name})", machine.tail(100)))


@pytest.fixture
def machine(request):
    """machine(image, ...) starts a Machine named after the test."""
    started = []

    def start(image, **options):
        suffix = f".{len(started)}" if started else ""
        started.append(Machine(image, name=request.node.name + suffix, **options))
        return started[-1]

    start.machines = started
    yield start
    for each in started:
        each.close()


@pytest.fixture(scope="module")
def host(request):
    """zvm_host on 4 CPUs at its prompt, shared by the tests of a module."""
    with Machine(BUILD / "zvm_host.bin", name=f"{request.module.__name__}.host", smp=4) as shared:
        shared.wait_prompt()
        yield shared


@pytest.fixture(scope="session")
def devicetree(tmp_path_factory):
    """devicetree(smp=, mem=, edit=) is the path of QEMU's own devicetree, its source passed through edit(text)."""
    from zvm_machine import tool
    made = {}

    def make(smp=1, mem="1G", edit=None, extra=()):
        where = tmp_path_factory.mktemp("dt")
        key = (smp, mem, tuple(extra))
        if key not in made:
            blob = where / "qemu.dtb"
            tool("qemu-system-aarch64", "-M", f"virt,virtualization=on,gic-version=3,dumpdtb={blob}", "-cpu", "max",
                 "-smp", smp, "-m", mem, "-nographic", "-nic", "none", *extra)
            made[key] = tool("dtc", "-q", "-I", "dtb", "-O", "dts", blob)
        source = made[key]
        if edit:
            changed = edit(source)
            assert changed != source, "the edit changed nothing"
            source = changed
        result = where / "edited.dtb"
        tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", result, "-", input=source)
        return result

    return make
