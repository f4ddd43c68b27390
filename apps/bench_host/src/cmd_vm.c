/* SPDX-License-Identifier: Apache-2.0 */

/* bench follow, type, sleep, delete_all: what a person at the shell does with VMs. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "hyp/vconsole.h"
#include "hyp/vm.h"

/* Output wakes the reader; only the end of a VM that is silent is seen late. */
#define LOOK_MS 1000

static struct vm *vm_of(const char *text)
{
	struct vm *vm = vm_ref((unsigned int)strtoul(text, NULL, 10));

	if (vm == NULL) {
		printk("HOST error: there is no vm %s\n", text);
	}
	return vm;
}

/* How much of the marker the text so far ends with, after one more byte. */
static size_t match(const char *marker, size_t matched, char c)
{
	size_t len = matched + 1U;

	for (; len > 0U; len--) {
		if (marker[len - 1U] == c &&
		    memcmp(marker, marker + matched + 1U - len, len - 1U) == 0) {
			return len;
		}
	}
	return 0U;
}

/* What the guest prints, until the marker was printed (empty: for ever) or it does not run any more. */
static bool follow(struct vm *vm, const char *marker)
{
	size_t whole = strlen(marker);
	size_t matched = 0U;
	char text[128];
	int n;

	do {
		n = vconsole_read(vm->console, text, sizeof(text) - 1U, K_MSEC(LOOK_MS));
		for (int i = 0; i < n && (whole == 0U || matched < whole); i++) {
			matched = match(marker, matched, text[i]);
		}
		if (n > 0) {
			text[n] = '\0';
			printk("%s", text);
		}
		if (whole > 0U && matched == whole) {
			return true;
		}
	} while (n > 0 || vm->state == VM_RUNNING);
	return whole == 0U;
}

static int cmd_follow(const struct shell *sh, size_t argc, char **argv)
{
	struct vm *vm = vm_of(argv[1]);
	int rc = vm == NULL ? -ENOENT : vconsole_attach(vm->console);

	ARG_UNUSED(sh);
	if (vm == NULL) {
		return rc;
	}
	if (rc == 0) {
		rc = follow(vm, argc > 2U ? argv[2] : "") ? 0 : -ESHUTDOWN;
		printk("\n");
		vconsole_detach(vm->console);
	}
	vm_unref(vm);
	return rc;
}

static int cmd_type(const struct shell *sh, size_t argc, char **argv)
{
	struct vm *vm = vm_of(argv[1]);
	const char *text = argv[2];
	size_t left = strlen(text) + 1U;

	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	if (vm == NULL) {
		return -ENOENT;
	}
	while (left > 0U && vm->state == VM_RUNNING) {
		size_t n = left > 1U ? vconsole_type(vm->console, text, left - 1U)
				     : vconsole_type(vm->console, "\r", 1U);

		text += n;
		left -= n;
		if (n == 0U) {
			k_msleep(1);
		}
	}
	vm_unref(vm);
	return left == 0U ? 0 : -ESHUTDOWN;
}

static int cmd_sleep(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	k_msleep((int32_t)strtol(argv[1], NULL, 10));
	return 0;
}

static int cmd_delete_all(const struct shell *sh, size_t argc, char **argv)
{
	struct vm_error error = {0};

	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	for (unsigned int id = 0U; id < VMS_MAX; id++) {
		int rc = vm_delete(id, true, &error);

		if (rc != 0 && rc != -ENOENT) {
			printk("HOST error: %s\n", error.text);
			return rc;
		}
	}
	return 0;
}

SHELL_SUBCMD_ADD((bench), follow, NULL,
		 SHELL_HELP("Print what a VM prints, until MARKER or its end.", "ID [MARKER]"),
		 cmd_follow, 2, 1);
SHELL_SUBCMD_ADD((bench), type, NULL, SHELL_HELP("Type a line for a VM.", "ID TEXT"), cmd_type, 3,
		 0);
SHELL_SUBCMD_ADD((bench), sleep, NULL, SHELL_HELP("Let time go by.", "MILLISECONDS"), cmd_sleep, 2,
		 0);
SHELL_SUBCMD_ADD_FULL((bench), delete_all, NULL, "Delete every VM.", cmd_delete_all, 1, 0, NULL);
