# SPDX-License-Identifier: Apache-2.0
"""Slips at the command line of scripts/run and make: one line each, and nothing is started. No machine needed."""
import fcntl
import os
import subprocess

import pytest

from zvm_machine import BUILD, TOP

IMAGE = str(BUILD / "rtos.bin")


def script(*command, **environment):
    return subprocess.run([str(c) for c in command], cwd=TOP, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, env={**os.environ, "QEMU": "echo", **environment})


@pytest.mark.parametrize("arguments, says", [
    ([], "which image? scripts/run [options] IMAGE; --help has the options"),
    (["--smp"], "--smp wants a value; scripts/run --help has the options"),
    (["--initrd"], "--initrd wants a value; scripts/run --help has the options"),
    (["--el", IMAGE], f"--el {IMAGE}: must be 1 or 2"),
    (["--el", "3", IMAGE], "--el 3: must be 1 or 2"),
    (["--smp", "lots", IMAGE], "--smp lots: must be a number of CPUs, 1 or more"),
    (["--smp", "0", IMAGE], "--smp 0: must be a number of CPUs, 1 or more"),
    (["--smp", "-1", IMAGE], "--smp -1: must be a number of CPUs, 1 or more"),
    (["-m", "4G", IMAGE],
     "no option '-m'; scripts/run --help has those there are, and QEMU's own come behind --"),
    ([IMAGE, "other.bin"], f"one image, not {IMAGE} and other.bin; QEMU's own options come behind --"),
    (["nowhere.bin"], "there is no file nowhere.bin; 'make build' makes ZVM's"),
    (["docs"], "there is no file docs; 'make build' makes ZVM's"),
    (["README.md"], "README.md is neither an ELF file nor an arm64 Image"),
    (["/dev/null"], "/dev/null is neither an ELF file nor an arm64 Image"),
])
def test_run_refuses(arguments, says):
    done = script("scripts/run", *arguments)
    assert done.returncode in (1, 2)
    assert (done.stdout, done.stderr) == ("", f"run: {says}\n")


def test_run():
    for image in (IMAGE, IMAGE.replace(".bin", ".elf")):
        done = script("scripts/run", "--smp", "1", "--mem", "1G", image, "--", "-m", "4G")
        assert done.returncode == 0 and done.stderr == ""
        assert done.stdout.endswith(f"-smp 1 -m 1G -nographic -nic none -kernel {image} -m 4G\n")


def test_run_waits_for_gdb():
    done = script("scripts/run", "--gdb", IMAGE)
    assert done.returncode == 0 and " -S -gdb tcp:127.0.0.1:1234" in done.stdout
    assert done.stderr == "run: QEMU waits for gdb on localhost:1234; 'make debug' in another terminal is one\n"


@pytest.mark.parametrize("arguments, says", [
    (["run", "COMPILER=icc"], "COMPILER=icc: must be gcc or clang"),
    (["app", "APP=nowhere"], "app: make app APP=DIR wants a directory with src/*.c and prj.conf; 'nowhere' is none\n"),
    (["app", "APP=docs"], "app: make app APP=DIR wants a directory with src/*.c and prj.conf; 'docs' is none\n"),
    (["app", "APP=apps/hello", "EL=3"], "app: EL=3 is none of 1 and 2, the exception levels that an application runs at\n"),
])
def test_make_refuses(arguments, says):
    done = script("make", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == "" and len(done.stderr.splitlines()) <= 2, done.stderr


def test_make_with_another_compiler(tmp_path):
    """A directory that was made with gcc stays that; it is not silently used for what was asked of clang."""
    (tmp_path / "build.ninja").touch()
    (tmp_path / "CMakeCache.txt").write_text("ZVM_COMPILER:STRING=gcc\n", encoding="utf-8")
    done = script("make", "build", f"BUILD={tmp_path}", "COMPILER=clang")
    assert done.returncode == 2
    assert done.stderr.startswith(f"make: {tmp_path} was made with another compiler than clang, which wants a BUILD=DIR")


def test_make_twice_at_once(tmp_path):
    """While one make works in a directory another one waits, and says so: ninja does not lock it."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, text in (("cmake", "touch $BUILD/build.ninja"), ("ninja", "echo ninja is here; exit 1")):
        (bin_ / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (bin_ / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "BUILD": str(tmp_path)}
    # Nobody asks for a compiler.
    environment.pop("COMPILER", None)
    with open(tmp_path / ".lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(["make", "run-rtos", f"BUILD={tmp_path}"], cwd=TOP, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as second:
            assert second.stdout.readline() == f"waiting for another make in {tmp_path}\n"
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert second.stdout.read().endswith("ninja is here\n")
