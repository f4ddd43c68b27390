# SPDX-License-Identifier: Apache-2.0
"""Which UART becomes the console, and what happens where none does."""
import json
import re
import socket
import time

import boot_stub
from boot_stub import DTB, IMAGE
from zvm_guests import ask_until
from zvm_machine import BUILD, tool

ELF = BUILD / "zvm_host.elf"
STDOUT = r"stdout-path = [^;]*;"


def boot(machine, tmp_path, blob, extra=(), smp=1):
    args = boot_stub.loader_args(tmp_path, BUILD / "zvm_host.bin", DTB, blobs=[(blob, DTB)])
    return machine(None, command=boot_stub.command([*args, *extra], smp=smp))


def test_stdout_path_names_no_uart(machine, tmp_path, devicetree):
    """Then the first UART there is a driver for is taken."""
    blob = devicetree(edit=lambda s: re.sub(STDOUT, 'stdout-path = "/timer";', s))
    m = boot(machine, tmp_path, blob)
    m.wait_prompt()
    assert re.search(r"pl011@9000000\s+pl011\s+ready", m.run("device list"))


def test_alias_and_options(machine, tmp_path, devicetree):
    """As Linux devicetrees have it: an alias, and the line's settings behind a colon."""
    def edit(source):
        source = re.sub(STDOUT, 'stdout-path = "console0:115200n8";', source)
        alias = 'console0 = "/pl011@9000000";'
        if "aliases {" in source:
            return source.replace("aliases {", f"aliases {{ {alias}", 1)
        return source.replace("chosen {", f"aliases {{ {alias} }};\nchosen {{", 1)

    blob = devicetree(edit=edit)
    m = boot(machine, tmp_path, blob)
    m.wait_prompt()
    assert "pl011" in m.run("device list")


def test_sbsa_uart(machine, tmp_path, devicetree):
    """The subset of a PL011 that the SBSA requires, line settings left alone."""
    blob = devicetree(edit=lambda s: re.sub(
        r'(pl011@9000000 \{.*?compatible = )[^;]*;', r'\1"arm,sbsa-uart";', s, flags=re.S))
    m = boot(machine, tmp_path, blob)
    m.wait_prompt()
    m.type("\r".join(f"nosuch{i:03d}" for i in range(100)) + "\rversion\r")
    m.expect(r"ZVM \d+\.\d+")
    text = m.tail(500)
    assert all(text.count(f"nosuch{i:03d}") >= 2 for i in range(100))


def test_uart_without_registers(machine, tmp_path, devicetree):
    """A console that cannot be: said on the next one that can? There is none here, so it is silence, not a crash."""
    blob = devicetree(edit=lambda s: re.sub(r"(pl011@9000000 \{.*?)\breg = <[^>]*>;", r"\1", s, flags=re.S))
    silent(machine, tmp_path, blob, r"pl011@9000000: its reg is missing")


def test_no_uart(machine, tmp_path, devicetree):
    blob = devicetree(edit=lambda s: re.sub(r"(pl011@9000000 \{)", r'\1 status = "disabled";', s))
    silent(machine, tmp_path, blob, r"no console: the devicetree has no UART")


def silent(machine, tmp_path, blob, kept):
    """ZVM runs without a console: what it had to say is in memory, for a debugger."""
    symbols = tool("aarch64-linux-gnu-nm", ELF)
    address = {name: int(value, 16) for value, _, name in (line.split() for line in symbols.splitlines()
                                                          if len(line.split()) == 3)}
    backlog = IMAGE + address["z_console_backlog"] - address["z_image_start"]
    control = tmp_path / "qmp"
    boot(machine, tmp_path, blob, extra=["-serial", "null", "-monitor", "none", "-qmp", f"unix:{control},server=on,wait=off"])

    def kept_text():
        time.sleep(0.2)
        try:
            return memory(control, tmp_path / "backlog", backlog, 4096).rstrip(b"\0").decode(errors="replace")
        except (FileNotFoundError, ConnectionRefusedError):
            return "(QEMU does not listen yet)"

    text = ask_until(kept_text, lambda text: re.search(kept, text))
    assert re.search(kept, text), f"{kept!r} is not in the backlog: {text!r}"


def memory(control, dump, address, size):
    """What a debugger would see: physical memory, read through QEMU's control socket."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(control))
        answers = link.makefile()
        answers.readline()
        for command in ({"execute": "qmp_capabilities"},
                        {"execute": "pmemsave", "arguments": {"val": address, "size": size, "filename": str(dump)}}):
            link.sendall(json.dumps(command).encode())
            # Events come in between, as of the machine's start.
            answer = json.loads(answers.readline())
            while "event" in answer:
                answer = json.loads(answers.readline())
            assert "return" in answer
    return dump.read_bytes()
