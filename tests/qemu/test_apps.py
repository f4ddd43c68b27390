# SPDX-License-Identifier: Apache-2.0
"""`make app`: applications written for Zephyr's kernel API, from outside the tree."""
import os
import subprocess

import pytest

from zvm_machine import BUILD, TOP

# What they build is in one place, under one name.
pytestmark = pytest.mark.xdist_group("apps")

MAIN = """
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

K_SEM_DEFINE(go, 0, 1);
K_MSGQ_DEFINE(box, sizeof(int), 4, 4);

static void worker(void *a, void *b, void *c)
{
	int n;

	k_sem_take(&go, K_FOREVER);
	k_msgq_get(&box, &n, K_FOREVER);
	printk("worker got %d\\n", n);
}

K_THREAD_DEFINE(worker_id, 2048, worker, NULL, NULL, NULL, 5, 0, 0);

int main(void)
{
	int n = 42;

	printk("hello from main\\n");
	k_msgq_put(&box, &n, K_NO_WAIT);
	k_sem_give(&go);
	k_thread_join(worker_id, K_FOREVER);
	printk("all done\\n");
	return 0;
}
"""


def app(tmp_path, conf, el=1, source=MAIN):
    where = tmp_path / "outside_app"
    (where / "src").mkdir(parents=True, exist_ok=True)
    (where / "src/main.c").write_text(source, encoding="utf-8")
    (where / "prj.conf").write_text(conf, encoding="utf-8")
    environment = {**os.environ, "BUILD": os.path.relpath(BUILD, TOP)}
    return subprocess.run(["scripts/app", str(where), str(el)], cwd=TOP, env=environment, capture_output=True, text=True,
                          check=False)


def test_outside_application(machine, tmp_path):
    done = app(tmp_path, "# a comment\nCONFIG_PRINTK=y\nCONFIG_NO_SUCH_THING=y\n")
    assert done.returncode == 0, done.stdout + done.stderr
    complaint = [line for line in done.stderr.splitlines() if "NO_SUCH_THING" in line]
    assert len(complaint) == 1 and "prj.conf:3: CONFIG_NO_SUCH_THING is not an option of ZVM" in complaint[0]
    for form in ("elf", "bin"):
        m = machine(BUILD / f"apps/outside_app.{form}", el=1)
        m.expect_text("hello from main")
        m.expect_text("worker got 42")
        m.expect_text("all done")


def test_compile_error_fails(tmp_path):
    done = app(tmp_path, "", source="int main(void) { return nothing; }\n")
    assert done.returncode != 0
    assert "nothing" in done.stdout + done.stderr


def test_no_directory():
    done = subprocess.run(["scripts/app", "/nonexistent"], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "/nonexistent" in done.stderr


HEADERS = """
#include <zephyr/arch/cpu.h>
#include <zephyr/app_memory/app_memdomain.h>
#include <zephyr/timing/timing.h>
#include <kernel_version.h>

K_APPMEM_PARTITION_DEFINE(part);
static K_APP_BMEM(part) int zero;
static K_APP_DMEM(part) int one = 1;

int main(void)
{
	timing_t start, end;

	timing_init();
	timing_start();
	start = timing_counter_get();
	k_busy_wait(100);
	end = timing_counter_get();
	timing_stop();
	printk("version %u.%u, %s, %d%d\\n", SYS_KERNEL_VER_MAJOR(sys_kernel_version_get()),
	       SYS_KERNEL_VER_MINOR(sys_kernel_version_get()),
	       timing_cycles_to_ns_avg(timing_cycles_get(&start, &end), 1) >= 100000U ? "time passes" : "too short",
	       zero, one);
	return 0;
}
"""


def test_headers_of_zephyr(machine, tmp_path):
    done = app(tmp_path, "CONFIG_TIMING_FUNCTIONS=y\n", source=HEADERS)
    assert done.returncode == 0, done.stdout + done.stderr
    machine(BUILD / "apps/outside_app.bin", el=1).expect_text("version 3.7, time passes, 01")


def test_level_that_is_none(tmp_path):
    done = app(tmp_path, "", el=3)
    assert done.returncode == 2
    assert done.stderr == "app: EL=3 is none of 1 and 2, the exception levels that an application runs at\n"
