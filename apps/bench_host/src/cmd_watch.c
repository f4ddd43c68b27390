/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bench watch: runs a VM and prints what it prints until it is off. Its exits so far follow a line that begins with MARK,
 * so that a guest can have its exits counted between two places; it goes on meanwhile.
 *
 *     HOST first ID start=TICKS zero=TICKS    the counter before `zvm run`, and at the guest's first instruction
 *     HOST exits LABEL irq=N wfx=N ...        after "BENCH mark LABEL", and with the label "end" at the end
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "hyp/vconsole.h"
#include "hyp/vm.h"
#include "hyp/vm_info.h"

#define MARK     "BENCH mark "
#define LINE_MAX 64U
/* Output wakes the reader; only the end of a VM that is silent is seen late. */
#define LOOK_MS 1000

struct watched {
	struct vm *vm;
	char line[LINE_MAX];
	size_t len;
};

static void print_exits(const struct vm *vm, const char *label)
{
	printk("HOST exits %s", label);
	for (unsigned int reason = 0U; reason < EXIT_REASONS; reason++) {
		uint64_t sum = 0U;

		for (unsigned int i = 0U; i < vm->vcpu_count; i++) {
			sum += vm_info_exits(vm->vcpu[i], (enum exit_reason)reason);
		}
		printk(" %s=%llu", exit_reason_name((enum exit_reason)reason),
		       (unsigned long long)sum);
	}
	printk("\n");
}

static void saw(struct watched *w, char c)
{
	if (c != '\n' && c != '\r') {
		if (w->len < LINE_MAX - 1U) {
			w->line[w->len++] = c;
		}
		return;
	}
	w->line[w->len] = '\0';
	w->len = 0U;
	if (strncmp(w->line, MARK, strlen(MARK)) == 0) {
		print_exits(w->vm, w->line + strlen(MARK));
	}
}

static void watch(struct vm *vm)
{
	struct watched w = {.vm = vm};
	char text[128];
	int n;

	do {
		n = vconsole_read(vm->console, text, sizeof(text) - 1U, K_MSEC(LOOK_MS));
		if (n > 0) {
			text[n] = '\0';
			printk("%s", text);
		}
		for (int i = 0; i < n; i++) {
			saw(&w, text[i]);
		}
	} while (n > 0 || vm->state == VM_RUNNING);
	printk("\n");
	print_exits(vm, "end");
}

static int cmd_watch(const struct shell *sh, size_t argc, char **argv)
{
	unsigned int id = (unsigned int)strtoul(argv[1], NULL, 10);
	struct vm *vm = vm_ref(id);
	struct vm_error error = {0};
	uint64_t start;
	int rc;

	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	if (vm == NULL) {
		printk("HOST error: there is no vm %u\n", id);
		return -ENOENT;
	}
	rc = vconsole_attach(vm->console);
	if (rc == 0) {
		start = k_cycle_get_64();
		rc = vm_run(id, &error);
		if (rc != 0) {
			printk("HOST error: %s\n", error.text);
		} else {
			printk("HOST first %u start=%llu zero=%llu\n", id,
			       (unsigned long long)start, (unsigned long long)vm->cntvoff);
			watch(vm);
		}
		vconsole_detach(vm->console);
	}
	vm_unref(vm);
	return rc;
}

SHELL_SUBCMD_ADD((bench), watch, NULL,
		 SHELL_HELP("Run a VM; print what it prints, and its exits at marks.", "ID"),
		 cmd_watch, 2, 0);
