# SPDX-License-Identifier: Apache-2.0
"""The shell, driven in a pty as a person would: typing, editing, completion, history, Ctrl+C, pasting, every command."""
import re

import pytest

from test_boot import online_cpus
from zvm_machine import plain

pytestmark = pytest.mark.xdist_group("shell")

LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
HOME, END, DELETE, BACKSPACE, TAB, CTRL_C = "\x1b[H", "\x1b[F", "\x1b[3~", "\x7f", "\t", "\x03"
COMMANDS = ["help", "version", "uptime", "kernel", "device", "log", "reboot", "poweroff", "zvm"]


def test_help_lists_every_command(host):
    text = host.run("help")
    for name in COMMANDS:
        assert re.search(rf"(?m)^\s*{name}\b", text), f"{name} is not in:\n{text}"


def test_help_of_subcommands(host):
    text = host.run("help kernel")
    assert "threads" in text and "cpus" in text


def test_version(host):
    assert re.search(r"\d+\.\d+\.\d+", host.run("version"))


def test_uptime(host):
    assert re.search(r"\d", host.run("uptime"))


def test_kernel_threads(host):
    """State, priority, CPU, CPU use and stack of every thread."""
    text = host.run("kernel threads")
    assert re.search(r"(?m)\bshell", text), text
    assert len(re.findall(r"(?m)\bidle", text)) >= 1, text
    head = text.strip().splitlines()[0].lower()
    for column in ("name", "state", "prio", "cpu", "stack"):
        assert column in head, head


def test_kernel_cpus(host):
    assert online_cpus(host) == 4


def test_device_list(host):
    """Devices by name, as the devicetree has them."""
    text = host.run("device list")
    assert re.search(r"gic|intc", text), text
    assert re.search(r"pl011|uart", text), text


def test_log_level(host):
    text = host.run("log level")
    assert re.search(r"(?i)inf|wrn|err|dbg", text), text


def test_unknown_command_is_one_line(host):
    text = host.run("frobnicate").strip()
    assert "frobnicate" in text.splitlines()[-1]
    assert len([line for line in text.splitlines() if line.strip() and "frobnicate" not in line]) == 0, text


def test_wrong_argument_is_one_line(host):
    lines = [line for line in host.run("kernel frobnicate").strip().splitlines() if line != "kernel frobnicate"]
    assert len(lines) == 1, lines


def test_empty_line(host):
    assert host.run("").strip() == ""


def test_edit_in_the_middle(host):
    """'vxrsion', back to the x, replace it."""
    host.type("vxrsion" + LEFT * 5 + BACKSPACE + "e" + "\r")
    text = host.wait_prompt()
    assert re.search(r"\d+\.\d+\.\d+", text), text


def test_home_end_delete(host):
    host.type("zersio" + HOME + DELETE + "v" + END + "n" + "\r")
    assert re.search(r"\d+\.\d+\.\d+", host.wait_prompt())


def test_history(host):
    host.run("uptime")
    host.run("version")
    host.type(UP + UP + DOWN + "\r")
    assert re.search(r"\d+\.\d+\.\d+", host.wait_prompt())


def test_tab_completes_a_command(host):
    host.type("vers" + TAB + "\r")
    assert re.search(r"\d+\.\d+\.\d+", host.wait_prompt())


def test_tab_completes_a_subcommand(host):
    host.type("kernel th" + TAB + "\r")
    assert re.search(r"\bidle", host.wait_prompt())


def test_tab_shows_the_choices(host):
    host.type("kernel " + TAB + TAB)
    host.expect("threads")
    # The line being typed is drawn again below the list.
    host.wait_prompt()
    host.type(CTRL_C)
    host.wait_prompt()


def test_ctrl_c_drops_the_line(host):
    host.type("reboot" + CTRL_C)
    host.wait_prompt()
    assert re.search(r"\d+\.\d+\.\d+", host.run("version"))


def test_line_too_long(host):
    """More than a line holds: nothing breaks, and the next line works."""
    host.type("x" * 3000 + "\r")
    host.wait_prompt()
    host.type(CTRL_C)
    host.wait_prompt()
    assert re.search(r"\d+\.\d+\.\d+", host.run("version"))


def test_paste_20_kb(host):
    """Each of the lines of a fast paste arrives, whole and in order."""
    names = [f"nosuch{i:04d}" for i in range(1250)]
    paste = "".join(f"{name}abcde\r" for name in names)
    assert len(paste) >= 20000
    host.paste(paste)
    host.expect(names[-1] + "abcde[^\r\n]*[\r\n]+[^\r\n]*" + names[-1] + "abcde", timeout=120)
    text = plain(host.process.before + host.process.after)
    host.type("\r")
    host.expect(re.escape(host.prompt))
    errors = [m for m in re.findall(r"(nosuch\d{4})abcde", text)]
    seen = list(dict.fromkeys(errors))
    assert seen == names
    # What the next test finds is a prompt of its own.
    host.type("version\r")
    host.expect(r"\d+\.\d+\.\d+")
    host.wait_prompt()
