/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The host's side of benchmarks: the hypervisor with its shell's commands, and a plan in place of a person. Each line of
 * bench/plan in the bundle is run as if it had been typed; empty ones and comments are skipped. `bench ...` are commands
 * of this application. Lines that begin with HOST are for the programs that read them:
 *
 *     HOST run LINE          before each line
 *     HOST error LINE: N     it failed; the plan ends there
 *     HOST END               last of all
 */

#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "hyp/bundle.h"
#include "hyp/vm.h"
#include "plan.h"

#define PLAN     "bench/plan"
#define LINE_MAX 256U

SHELL_SUBCMD_SET_CREATE(bench_set, (bench));
SHELL_CMD_REGISTER(bench, &bench_set, "What benchmarks measure and wait for.", NULL);

struct plan_at plan_rest;

static int run_line(const char *text, size_t len)
{
	char line[LINE_MAX];
	int rc;

	while (len > 0U && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		len--;
	}
	if (len == 0U || text[0] == '#') {
		return 0;
	}
	if (len >= sizeof(line)) {
		printk("HOST error: a line of the plan is longer than %u\n", LINE_MAX - 1U);
		return -E2BIG;
	}
	memcpy(line, text, len);
	line[len] = '\0';
	printk("HOST run %s\n", line);
	rc = shell_execute_cmd(NULL, line);
	if (rc < 0) {
		printk("HOST error %s: %d\n", line, rc);
	}
	return rc;
}

int plan_run(struct plan_at *at)
{
	const char *text = at->text;
	const char *end = memchr(text, '\n', at->size);
	size_t len = end != NULL ? (size_t)(end - text) : at->size;
	size_t all = len + (end != NULL ? 1U : 0U);

	at->text += all;
	at->size -= all;
	return run_line(text, len);
}

bool plan_indented(const struct plan_at *at)
{
	return at->size > 0U && (at->text[0] == ' ' || at->text[0] == '\t');
}

static void run_plan(const void *text, size_t size)
{
	int rc = 0;

	plan_rest = (struct plan_at){.text = text, .size = size};
	while (plan_rest.size > 0U && rc >= 0) {
		rc = plan_run(&plan_rest);
	}
}

int main(void)
{
	struct vm_image plan;

	/* As the shell's thread: above guests, below what is real time. */
	k_thread_priority_set(k_current_get(), CONFIG_SHELL_THREAD_PRIORITY);
	printk("HOST cycles_per_second %u\n", sys_clock_hw_cycles_per_sec());
	vm_autostart();
	if (bundle_file(PLAN, &plan) == 0) {
		run_plan(plan.data, (size_t)plan.size);
	} else {
		printk("HOST error: the bundle has no " PLAN "\n");
	}
	printk("HOST END\n");
	return 0;
}
