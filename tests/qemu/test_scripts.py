# SPDX-License-Identifier: Apache-2.0
"""Slips at the command line of scripts/run and make: one line each, and nothing is started. No machine needed."""
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
    """The second waits until the first one's ninja has ended: they never work in one directory together."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "cmake").write_text("#!/bin/sh\ntouch $BUILD/build.ninja\n", encoding="utf-8")
    # Says so if another one is there; leaves before `make` goes on to the bundle.
    (bin_ / "ninja").write_text("#!/bin/sh\nmkdir $BUILD/here || { echo two of them; exit 1; }\nsleep 0.3\nrmdir $BUILD/here\n"
                                "echo ended\nexit 1\n", encoding="utf-8")
    for tool in bin_.iterdir():
        tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}", "BUILD": str(tmp_path)}
    both = [subprocess.Popen(["make", "run-rtos", f"BUILD={tmp_path}"], cwd=TOP, env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    said = [each.communicate()[0] for each in both]
    assert all("ended" in s and "two of them" not in s for s in said), said
    assert sum(f"waiting for another make in {tmp_path}\n" in s for s in said) == 1, said
