# SPDX-License-Identifier: Apache-2.0
"""`zvm look`: the guest's console, back and forth; nothing is lost, nothing is mixed, and Ctrl+x always leads back."""
import re

import pytest

from zvm_guests import ONE_THREAD, bundle, definition, delete_all, good, resources, state, wait_state
from zvm_machine import BUILD, Machine, plain

pytestmark = pytest.mark.xdist_group("zvm_look")

CTRL_X = "\x18"
# What a look ends with, for the terminal: letters for line drawing, no colours, a cursor.
PLAIN = r"\x0f\x1b\(B\x1b\[m\x1b\[\?25h"
NAMES = ["idle", "spin", "off", "flood", "echo", "slow", "partial"]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A machine with a bundle of small guests; each test deletes its VMs."""
    definitions = {n: definition(n + ".bin") for n in NAMES}
    definitions["silent"] = re.sub(r"devices \{.*?\};\s*\};", "", definitions["idle"], flags=re.S)
    archive = bundle(tmp_path_factory.mktemp("bundle"), definitions, NAMES)
    with Machine(BUILD / "zvm_host.bin", name="test_zvm_look.host", smp=4, initrd=archive, extra=ONE_THREAD) as m:
        m.wait_prompt()
        yield m


@pytest.fixture(autouse=True)
def same_resources(host):
    """Every test leaves memory and threads as they were."""
    before = resources(host)
    yield
    delete_all(host)
    assert resources(host) == before


def start(m, kind):
    """The id of a new VM that runs."""
    vm = int(re.match(r"vm (\d+): ", good(m, f"zvm new -t {kind}")).group(1))
    good(m, f"zvm run {vm}")
    return vm


def look(m, vm, how="zvm look {}"):
    """Attach; returns when it says so."""
    m.type(how.format(vm) + "\r")
    m.expect(rf"-- vm {vm} \(\w+\)[^\n]*, Ctrl\+x to leave --\r*\n")


def leave(m, vm):
    """Detach; returns what was shown until then."""
    m.type(CTRL_X)
    text = m.wait_prompt()
    assert text.endswith(f"-- vm {vm}: left --\n"[:-1]), text
    return text[:text.rindex("-- vm")]


@pytest.mark.parametrize("how", ["zvm look {}", "zvm look -n {}"])
def test_shows_what_was_printed_before(host, how):
    vm = start(host, "idle")
    wait_state(host, vm, "running")
    look(host, vm, how)
    host.expect_text("hello from the guest")
    assert leave(host, vm).strip() == ""
    look(host, vm, how)
    assert leave(host, vm).strip() == ""


def test_types_into_the_guest(host):
    """Every byte that a terminal can send arrives, but for Ctrl+x, and Ctrl+a, which is QEMU's.

    QEMU's terminal puts a carriage return before a line feed.
    """
    vm = start(host, "echo")
    look(host, vm)
    host.expect(r"ready\r*\n")
    typed = "".join(chr(c) for c in range(2, 127) if c != 0x18) + "\x1b[A\x1b[B\x1b[5~\t\x03\x7f."
    host.type(typed)
    host.expect(re.escape(typed).replace("\\\n", "\r*\n"))
    host.type("grüße")
    host.expect_text("grüße")
    leave(host, vm)


def test_what_follows_ctrl_x_is_for_the_shell(host):
    vm = start(host, "echo")
    look(host, vm)
    host.expect(r"ready\r*\n")
    host.type("before" + CTRL_X + "uptime\rzvm look " + f"{vm}\rbehind")
    host.expect(rf"(?:\r*\n)?{PLAIN}-- vm {vm}: left --")
    seen = host.process.before
    for what in (r"uptime\r*\n", r"\d[^\n]*\n", r"Ctrl\+x to leave --\r*\n"):
        host.expect(what)
    host.expect_text("behind")
    # The guest may have said it, or the end of it, when nobody looked any more.
    assert seen + host.process.before == "before"
    leave(host, vm)


def test_guest_without_a_uart(host):
    """It says why nothing comes."""
    vm = start(host, "silent")
    look(host, vm)
    assert "-- it has no virtual UART, so there is nothing to see --\n" in leave(host, vm)
    vm = start(host, "idle")
    look(host, vm)
    assert "virtual UART" not in leave(host, vm)


def test_left_in_the_middle_of_a_line(host):
    """The prompt begins a row; colours and line drawing that the guest has set are gone, and the cursor is there."""
    vm = start(host, "partial")
    look(host, vm)
    host.expect_text("name: ")
    host.type(CTRL_X)
    host.expect(rf"\r*\n{PLAIN}-- vm \d+: left --")
    host.wait_prompt()


def test_guest_that_reads_slowly(host):
    """Typed much faster than it reads: all arrives, in order."""
    vm = start(host, "slow")
    look(host, vm)
    host.expect(r"ready\r*\n")
    text = "".join(f"{n:04d} " for n in range(800))
    host.paste(text)
    host.expect_text(text, timeout=120)
    leave(host, vm)


@pytest.mark.parametrize("kind", ["idle", "spin"])
def test_guest_that_does_not_read(host, kind):
    """Ctrl+x leads back however much was typed before."""
    vm = start(host, kind)
    look(host, vm)
    host.paste("x" * 1000 + CTRL_X)
    host.expect(r"-- vm \d+: left --")
    host.wait_prompt()


def collect(m, size):
    """So many characters of what the console prints from here on."""
    text = ""
    while len(text) < size:
        m.expect(r"(?s).+")
        text += m.process.after
    return plain(text)


def whole_lines(text):
    """Without the line about what is gone, and without the first one: the ring has kept the latest, and begins anywhere."""
    text = re.sub(r"^-- \d+ bytes[^\n]*\n", "", text)
    return text[text.index("\n") + 1:]


def flood_numbers(text):
    """Numbers of the lines; every line is complete."""
    lines = text.splitlines()
    for line in lines:
        assert re.fullmatch(r"[0-9a-f]{8}:0123456789012345678901234567890123456789012345678901", line), repr(line)
    return [int(line[:8], 16) for line in lines]


def test_flood(host):
    """At full speed nothing is lost while somebody looks, and Ctrl+x is heard."""
    vm = start(host, "flood")
    look(host, vm)
    text = collect(host, 200000)
    text = whole_lines(text)
    text += leave(host, vm)
    last = text.rstrip("\n").rfind("\n") + 1
    numbers = flood_numbers(text[:last])
    assert len(numbers) > 2500
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_flood_tells_what_is_gone(host):
    """Nobody looked: the latest is kept, and how much is gone is said."""
    vm = start(host, "flood")
    good(host, "kernel threads 1")
    look(host, vm)
    host.expect(r"-- \d+ bytes that it printed before are gone --")
    collect(host, 10000)
    leave(host, vm)
    good(host, f"zvm pause {vm}")
    look(host, vm)
    text = collect(host, 10000) + leave(host, vm)
    text = whole_lines(text)
    text = text[:text.rstrip("\n").rfind("\n") + 1]
    numbers = flood_numbers(text)
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_lines_of_the_host_come_between(host):
    """Another VM ends while somebody looks at one that is in the middle of a line."""
    vm, other = start(host, "echo"), None
    other = int(re.match(r"vm (\d+): ", good(host, "zvm new -t off")).group(1))
    look(host, vm)
    host.expect(r"ready\r*\n")
    host.type("partial")
    host.expect_text("partial")
    host.type(CTRL_X + f"zvm run {other}\rzvm look {vm}\r")
    ends, looks = rf"vm {other} \(off\): powered off", rf"-- vm {vm} \(echo\), Ctrl\+x to leave --"
    host.expect(rf"{ends}[\s\S]*{looks}|{looks}[\s\S]*{ends}")
    host.type("x")
    leave(host, vm)


@pytest.mark.parametrize("what", ["ready", "paused", "stopped"])
def test_vm_that_does_not_run(host, what):
    """Its console can be looked at in any state; it says in which."""
    vm = int(re.match(r"vm (\d+): ", good(host, "zvm new -t idle")).group(1))
    if what != "ready":
        good(host, f"zvm run {vm}")
        wait_state(host, vm, "running")
        good(host, f"zvm {'pause' if what == 'paused' else 'stop'} {vm}")
    host.type(f"zvm look {vm}\r")
    host.expect_text(f"-- vm {vm} (idle) is {what}, Ctrl+x to leave --")
    if what != "ready":
        host.expect_text("hello from the guest")
    host.type("typed")
    leave(host, vm)
    assert state(host, vm) == what


def test_vm_that_ends_while_looked_at(host):
    """The last words, then the host's line; the look goes on until Ctrl+x."""
    vm = int(re.match(r"vm (\d+): ", good(host, "zvm new -t off")).group(1))
    for _ in range(10):
        host.type(f"zvm run {vm}\rzvm look {vm}\r")
        host.expect(r"(?s)powered off.*Ctrl\+x to leave --|Ctrl\+x to leave --.*powered off")
        leave(host, vm)
        wait_state(host, vm, "stopped")
