# SPDX-License-Identifier: Apache-2.0
"""Debian from a disk: QEMU's virtio-mmio block and network devices passed through to a VM whose RAM is where the host has it.

The command line is the one of docs/debian.md.
"""
import contextlib
import os
import re
import shlex
import socket
import threading

import pytest

from zvm_guests import good, resources, state
from zvm_linux import BOOT, Linux
from zvm_machine import BUILD, TOP, tool

# Making the disk, where it is not cached.
pytestmark = pytest.mark.xdist_group("debian")


class Debian(Linux):
    """Its shell is bash, on a terminal that is said to have no escapes."""

    name = "debian"
    prompt = "root@debian:~# "

    def login(self):
        super().login()
        self.m.type("dmesg -n 1; bind 'set enable-bracketed-paste off'\r")
        self.m.expect(self.prompt)
        self.sh("true")


def documented():
    """The command line of the page, for this build, and leaving the disk as it is."""
    text = (TOP / "docs/debian.md").read_text(encoding="utf-8")
    line = re.search(r"(?m)^    (scripts/run (?:.*\\\n)*.*\n)", text).group(1)
    line = line.replace("\\\n", "").replace("build/", f"{BUILD}/")
    return shlex.split(f"{TOP}/{line.replace('format=raw', 'format=raw,snapshot=on').replace('root.img', 'clean.img')}")


@pytest.fixture
def host(machine):
    """A ZVM at its prompt, with the devices."""
    tool(TOP / "scripts/make-debian", env={**os.environ, "BUILD": str(BUILD)})
    m = machine(None, command=documented())
    m.wait_prompt()
    return m


@pytest.fixture
def server():
    """The port of a server on this machine's loopback that sends back what it gets, in capitals."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def answer(connection):
            with connection, contextlib.suppress(ConnectionError):
                while data := connection.recv(65536):
                    connection.sendall(data.upper())

        def serve():
            # Each by itself: of a connection whose guest was reset no end is heard.
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def check_system(debian):
    """systemd has nothing to complain about."""
    assert debian.sh("systemctl is-system-running --wait", BOOT).strip() == "running"
    assert debian.sh("systemctl --failed --no-legend --plain").strip() == ""
    assert debian.sh("systemctl get-default; systemctl is-active $(systemctl get-default)").split() == [
        "graphical.target", "active"]
    assert debian.sh("nproc").strip() == "2"


def check_disk(debian):
    """The root file system is on the device, and can be written; interrupts come."""
    assert re.match(r"/dev/vda +ext4 +rw", debian.sh("findmnt -n -o SOURCE,FSTYPE,OPTIONS /"))
    debian.sh("dpkg --audit && dpkg -s systemd > /dev/null")
    debian.sh("head -c 8M /dev/urandom > /root/data; sync; echo 3 > /proc/sys/vm/drop_caches; md5sum /root/data > /root/sum")
    debian.sh("echo 3 > /proc/sys/vm/drop_caches; md5sum -c /root/sum; sync")
    for device in ("virtio0", "virtio1"):
        counts = re.search(rf"(?m)^ *\d+: +(\d+) +(\d+) +GICv3 +\d+ Edge +{device}\r?$", debian.sh("cat /proc/interrupts"))
        assert int(counts[1]) + int(counts[2]) > 0


def check_network(debian, port):
    """An address by DHCP, and a connection to this machine."""
    assert " inet 10.0.2.15/24 " in debian.sh("ip -4 -o address show scope global dynamic")
    assert debian.sh(f"exec 3<>/dev/tcp/10.0.2.2/{port}; echo hello >&3; read -r line <&3; echo $line").strip() == "HELLO"
    assert debian.sh("(seq 20000 >&3 &); head -n 20000 <&3 | cmp - <(seq 20000) && echo same; exec 3>&-").strip() == "same"


def test_debian(host, server):
    """From the disk to its default target; reset while its devices are busy; what was written is there then; off, and gone."""
    before = resources(host)
    debian = Debian(host)
    debian.run()
    debian.login()
    check_system(debian)
    check_disk(debian)
    check_network(debian, server)
    host.type(f"while cat /root/data > /dev/tcp/10.0.2.2/{server}; do echo 3 > /proc/sys/vm/drop_caches; echo sent; done\r")
    host.expect(r"sent\r*\n", BOOT)
    debian.leave()
    # At once: the first line of its kernel is kept until 32 KiB more are there.
    host.type(f"zvm reset {debian.vm}\rzvm look {debian.vm}\r")
    host.expect(rf"vm {debian.vm}: running\r*\n")
    host.expect("Booting Linux on physical CPU")
    debian.login()
    debian.sh("md5sum -c /root/sum")
    check_system(debian)
    check_network(debian, server)
    debian.poweroff()
    good(host, f"zvm delete {debian.vm}")
    assert state(host, debian.vm) is None
    assert resources(host) == before
