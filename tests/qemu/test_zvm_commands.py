# SPDX-License-Identifier: Apache-2.0
"""The `zvm` command: what it is given, and what every subcommand does in every state of a VM."""
import re

import pytest

from zvm_guests import ONE_THREAD, bad, bundle, command, definition, good, resources, state, wait_state
from zvm_machine import BUILD, Machine

pytestmark = pytest.mark.xdist_group("zvm_commands")

IDS = "0 to 31"


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A machine with a bundle of small guests, shared by the tests of this module; each leaves no VM behind."""
    names = ["idle", "off", "crash"]
    archive = bundle(tmp_path_factory.mktemp("bundle"), {n: definition(n + ".bin") for n in names}, names)
    with Machine(BUILD / "zvm_host.bin", name="test_zvm_commands.host", smp=4, initrd=archive,
                 extra=ONE_THREAD) as m:
        m.wait_prompt()
        yield m


@pytest.fixture
def vm(host):
    """The id of a new VM, deleted afterwards."""
    text = good(host, "zvm new -t idle")
    number = int(re.match(r"vm (\d+): idle, 1 vCPU, 2 MiB, ready$", text).group(1))
    yield number
    command(host, f"zvm delete -n {number} -f")


@pytest.mark.parametrize("verb", ["run", "look", "pause", "resume", "stop", "reset", "delete", "info"])
@pytest.mark.parametrize("words, says", [
    ("-n", f"-n needs the id of a VM, {IDS}$"),
    ("-n 99999999999", f"-n needs the id of a VM, {IDS}, not '99999999999'"),
    ("-n 32", f"-n needs the id of a VM, {IDS}, not '32'"),
    ("-n -1", f"-n needs the id of a VM, {IDS}, not '-1'"),
    ("-n 0x1", f"-n needs the id of a VM, {IDS}, not '0x1'"),
    ("-n 1x", f"-n needs the id of a VM, {IDS}, not '1x'"),
    ("-n ''", f"-n needs the id of a VM, {IDS}, not ''"),
    ("-n 4294967296", f"-n needs the id of a VM, {IDS}, not '4294967296'"),
    ("1x", f"-n needs the id of a VM, {IDS}, not '1x'"),
    ("-n 0 -n 0", "'-n' is given twice; usage: zvm "),
    ("-n 0 0", "'0' is one too many; usage: zvm "),
    ("0 1", "'1' is one too many; usage: zvm "),
    ("-z", "there is no option '-z'; usage: zvm "),
    ("-n0", "there is no option '-n0'; usage: zvm "),
    ("-t idle", "there is no option '-t'; usage: zvm "),
    ("linux", "'linux' is not the id of a VM; usage: zvm "),
    ("-n 30", "there is no vm 30, 'zvm info' lists those there are"),
    ("30", "there is no vm 30, 'zvm info' lists those there are"),
])
def test_bad_arguments(host, verb, words, says):
    before = resources(host)
    bad(host, f"zvm {verb} {words}", f"^zvm {verb}: {says}")
    assert resources(host) == before


@pytest.mark.parametrize("verb", ["run", "look", "pause", "resume", "stop", "reset", "delete"])
def test_which_vm(host, verb):
    bad(host, f"zvm {verb}", f"^zvm {verb}: which VM\\? usage: zvm {verb} ")


@pytest.mark.parametrize("words, says", [
    ("", "of what type\\? there are: idle, off, crash"),
    ("-c 2", "of what type\\? there are: idle, off, crash"),
    ("-t", "-t needs the name of a VM definition$"),
    ("-t ''", "-t needs the name of a VM definition, not ''"),
    ("-t -c 2", "-t needs the name of a VM definition, not '-c'"),
    ("-t nope", "there is no definition 'nope'; there are: idle, off, crash"),
    ("-t ../vms/idle", "there is no definition '../vms/idle'; there are: "),
    ("-t " + "x" * 100, "there is no definition 'x{32}'; there are: "),
    ("-t idle -t idle", "'-t' is given twice; usage: "),
    ("-t idle -c", "-c needs a number of vCPUs, 1 to 8$"),
    ("-t idle -c 0", "-c needs a number of vCPUs, 1 to 8, not '0'"),
    ("-t idle -c 9", "-c needs a number of vCPUs, 1 to 8, not '9'"),
    ("-t idle -c 1 -c 1", "'-c' is given twice"),
    ("-t idle -m", "-m needs a number of MiB, 2 to 1048576$"),
    ("-t idle -m 0", "-m needs a number of MiB, 2 to 1048576, not '0'"),
    ("-t idle -m 1G", "-m needs a number of MiB, 2 to 1048576, not '1G'"),
    ("-t idle -m 9999999999999999999999", "-m needs a number of MiB, 2 to 1048576, not '9999999999999999999999'"),
    ("-t idle -m 3", "2"),
    ("-t idle -m 65536", "not enough memory: idle needs 65536 MiB in one piece, the largest free range is \\d+ MiB; "
     "use -m or delete a VM"),
    ("-t idle -f", "there is no option '-f'"),
    ("idle off", "'off' is one too many; usage: "),
    ("idel", "there is no definition 'idel'; there are: "),
    ("-n 3 -t idle", "there is no option '-n'"),
])
def test_bad_new(host, words, says):
    before = resources(host)
    bad(host, f"zvm new {words}", f"^zvm new: .*{says}")
    assert resources(host) == before


def test_unknown_subcommand(host):
    bad(host, "zvm frobnicate", "frobnicate")
    bad(host, "zvm help me", "^zvm: 'me' is not a subcommand, 'help zvm' lists them$")
    for typed, meant in [("list", "info"), ("Start", "run"), ("create", "new"), ("destroy", "delete"), ("restart", "reset"),
                         ("console", "look"), ("continue", "resume"), ("suspend", "pause"), ("off", "stop"), ("inof", "info")]:
        bad(host, f"zvm {typed} 0", f"^zvm: '{typed}' is not a subcommand, did you mean '{meant}'\\?$")
    bad(host, "run 0", "^'run' is not a command, did you mean 'zvm'\\?$")


def test_help(host):
    text = good(host, "zvm help")
    for verb in ["new", "run", "look", "pause", "resume", "stop", "reset", "delete", "info"]:
        assert f"{verb} " in text
        assert verb in command(host, f"zvm {verb} --help")[1]
        assert good(host, f"zvm help {verb}") == good(host, f"help zvm {verb}")


def test_help_is_what_zvm_alone_prints(host):
    assert "Subcommand" in command(host, "zvm")[1] or "SUBCOMMAND" in command(host, "zvm")[1]


def test_completion(host, vm):
    host.type("zvm del\t")
    host.expect_text("zvm delete ")
    host.type("-n \t")
    host.expect_text(f"-n {vm} ")
    host.type("\x03")
    host.wait_prompt()
    for words in ("-t ", "", "-c 1 "):
        host.type(f"zvm new {words}cr\t")
        host.expect_text(f"zvm new {words}crash ")
        host.type("\x03")
        host.wait_prompt()
    host.type("zvm help del\t")
    host.expect_text("zvm help delete ")
    host.type("\x03")
    host.wait_prompt()


def test_no_bundle(machine):
    m = machine(BUILD / "zvm_host.bin")
    m.wait_prompt()
    bad(m, "zvm new -t linux", "^zvm new: there is no VM definition: start ZVM with a bundle as its initrd")


def test_ids(host):
    """The lowest free id is the next one's; there are 32."""
    for expected in range(32):
        good(host, "zvm new -t idle", f"^vm {expected}: idle, ")
    bad(host, "zvm new -t idle", "^zvm new: there are 32 VMs, more cannot be: delete one")
    for number in (7, 30, 3):
        good(host, f"zvm delete -n {number}", f"^vm {number}: deleted$")
    for expected in (3, 7, 30):
        good(host, "zvm new -t idle", f"^vm {expected}: idle, ")
    for number in range(32):
        good(host, f"zvm delete {number}")
    good(host, "zvm info", "^there is no VM")


# ---- every command in every state ----

def to_ready(m, vm):
    """As it is."""
    assert state(m, vm) == "ready"


def to_running(m, vm):
    good(m, f"zvm run -n {vm}")


def to_paused(m, vm):
    to_running(m, vm)
    good(m, f"zvm pause -n {vm}")


def to_stopped(m, vm):
    to_running(m, vm)
    good(m, f"zvm stop -n {vm}")


def to_crashed(m, vm):
    to_running(m, vm)
    wait_state(m, vm, "crashed")


# What each says, and the state afterwards. Without a state: it is refused, and the state stays. None: no VM any more.
CELLS = {
    "run": {"ready": ("vm N: running", "running"), "running": "vm N is running already",
            "paused": ("vm N: running", "running"), "stopped": ("vm N: running", "running"),
            "crashed": ("vm N: running", "crashed")},
    "pause": {"ready": "vm N is ready, not running", "running": ("vm N: paused", "paused"),
              "paused": "vm N is paused already", "stopped": "vm N is stopped, not running",
              "crashed": "vm N is crashed, not running"},
    "resume": {"ready": "vm N is ready, not paused", "running": "vm N is running already",
               "paused": ("vm N: running", "running"), "stopped": "vm N is stopped, not paused",
               "crashed": "vm N is crashed, not paused"},
    "stop": {"ready": "vm N is ready, not running", "running": ("vm N: stopped", "stopped"),
             "paused": ("vm N: stopped", "stopped"), "stopped": "vm N is stopped already",
             "crashed": "vm N is crashed, not running"},
    "reset": {"ready": "vm N has not run yet, 'zvm run -n N' starts it", "running": ("vm N: running", "running"),
              "paused": ("vm N: running", "running"), "stopped": ("vm N: running", "running"),
              "crashed": ("vm N: running", "crashed")},
    "delete": {"ready": ("vm N: deleted", None), "running": "vm N is running: stop it first, or use -f",
               "paused": "vm N is paused: stop it first, or use -f", "stopped": ("vm N: deleted", None),
               "crashed": ("vm N: deleted", None)},
    "delete -f": dict.fromkeys(["ready", "running", "paused", "stopped", "crashed"], ("vm N: deleted", None)),
    "info": {s: (f"{s}", s) for s in ["ready", "running", "paused", "stopped", "crashed"]},
}


@pytest.mark.parametrize("before", ["ready", "running", "paused", "stopped", "crashed"])
@pytest.mark.parametrize("what", CELLS)
def test_state(host, what, before):
    taken = resources(host)
    kind = "crash" if before == "crashed" else "idle"
    vm = int(re.match(r"vm (\d+):", good(host, f"zvm new -t {kind}")).group(1))
    {"ready": to_ready, "running": to_running, "paused": to_paused, "stopped": to_stopped,
     "crashed": to_crashed}[before](host, vm)
    cell = CELLS[what][before]
    verb, _, option = what.partition(" ")
    line = f"zvm {verb} -n {vm} {option}"
    if isinstance(cell, str):
        bad(host, line, "^zvm " + verb + ": " + cell.replace("N", str(vm)) + "$")
        assert state(host, vm) == before
    else:
        good(host, line, cell[0].replace("N", str(vm)))
        if cell[1] is None:
            assert state(host, vm) is None
        else:
            wait_state(host, vm, cell[1])
    command(host, f"zvm delete -n {vm} -f")
    assert resources(host) == taken


def test_info(host, vm):
    text = good(host, "zvm info")
    assert re.search(r"(?m)^ID  NAME +OS +VCPUS +MEMORY  STATE +CPU USE  EXITS/S$", text), text
    assert re.search(rf"(?m)^ *{vm}  idle +raw +1 +2 MiB  ready +0\.0 % +0$", text), text
    good(host, f"zvm run {vm}")
    text = good(host, f"zvm info -n {vm}")
    assert re.search(rf"(?m)^vm {vm}: idle \(raw\), running, up \d+\.\d+ s$", text), text
    assert re.search(r"(?m)^interrupts injected: \d+$", text), text
    for reason in ["irq", "wfx", "hvc", "smc", "sysreg", "mmio", "abort", "fp", "other"]:
        assert re.search(rf"(?m)^{reason} +\d+ +\d+$", text), (reason, text)
    assert re.search(r"(?m)^0x0009000000-0x0009000fff  uart0 +arm,pl011, interrupt 33$", text), text
    assert re.search(r"(?m)^0x0040000000-0x00401fffff  RAM +2 MiB$", text), text
    assert re.search(r"(?m)^ +0  waiting +10 +\d  all ", text), text


@pytest.mark.parametrize("vcpus", [1, 2, 8])
def test_host_memory_of_a_vm(host, vcpus):
    """64 KiB and 16 KiB per vCPU at most, as it says and as it is."""
    free, heap, _ = resources(host)
    number = int(re.match(r"vm (\d+):", good(host, f"zvm new -t idle -c {vcpus}")).group(1))
    text = good(host, f"zvm info {number}")
    said = int(re.search(r"(\d+) KiB for it otherwise", text).group(1))
    tables = int(re.search(r"(\d+) KiB of translation tables", text).group(1))
    taken = free - resources(host)[0] - 2048 - tables + (resources(host)[1] - heap + 1023) // 1024
    good(host, f"zvm delete {number}")
    assert said <= 64 + 16 * vcpus, text
    assert abs(taken - said) <= 1, (taken, text)
