/* SPDX-License-Identifier: Apache-2.0 */

/*
 * zvm look: the terminal is the guest's until Ctrl+x.
 *
 * What the guest prints goes to the terminal on a thread of its own, byte by byte as it is; what is typed goes to the
 * guest from the shell's thread. The guest waits when the terminal is slow, and the terminal when the guest is: nothing
 * is lost but what is typed for a guest that has read nothing for a while, so that Ctrl+x always gets through.
 */

#ifdef CONFIG_ZVM

#include <errno.h>
#include <string.h>

#include "hyp/vconsole.h"
#include "kernel/conout.h"
#include "shell/cmd_zvm.h"

#define CTRL_X 0x18

/* What is typed and the guest has not taken yet. */
#define KEYS_MAX 64
/* A guest that takes nothing for so long does not read. */
#define STALL_MS 1000
/* How often it is asked while it does not take what was typed. */
#define RETRY_MS 2
/* How often the shell's thread sees to it that the VM is still there. */
#define GONE_MS 100
#define CHUNK   256

#define PRINTER_STACK 4096

ZVM_SUBCMD(look,
	   "Look at a VM's console, and type into it. Ctrl+x leads back here.\n"
	   "What it printed before, while nobody looked, comes first.",
	   "ID", ZVM_ARG_ID, ZVM_ARG_ID);

/** One look at a console. There is one terminal, so there is one of these. */
static struct look {
	const struct shell *sh;
	struct vconsole *console;
	/* Written by one of the two threads, read by the other. */
	bool leaving;
	bool gone;
	char out[CHUNK];
	char keys[KEYS_MAX];
	size_t key_count;
	/* Ctrl+x was typed behind the keys. */
	bool ended;
	int64_t taken_at;
} look;

static struct k_thread printer;
static K_THREAD_STACK_DEFINE(printer_stack, PRINTER_STACK);

static bool is_set(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

static void set(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_RELEASE);
}

static void print_loop(void *p1, void *p2, void *p3)
{
	struct look *l = p1;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (!is_set(&l->leaving)) {
		int n = vconsole_read(l->console, l->out, sizeof(l->out), K_FOREVER);

		if (n > 0) {
			conout_raw(l->out, (size_t)n);
		} else if (n < 0) {
			set(&l->gone);
			return;
		}
	}
}

/* Takes what was typed, up to Ctrl+x; what is behind that is for the shell. */
static void read_keys(struct look *l, k_timeout_t timeout)
{
	while (l->key_count < KEYS_MAX && !l->ended) {
		char key;

		if (shell_read(l->sh, &key, 1, timeout) != 1) {
			return;
		}
		if (key == CTRL_X) {
			l->ended = true;
		} else {
			l->keys[l->key_count++] = key;
		}
		timeout = K_NO_WAIT;
	}
}

static void type_keys(struct look *l)
{
	size_t n = vconsole_type(l->console, l->keys, l->key_count);

	l->key_count -= n;
	memmove(l->keys, l->keys + n, l->key_count);
	if (n > 0 || l->key_count == 0) {
		l->taken_at = k_uptime_get();
	}
}

static void key_loop(struct look *l)
{
	while (!is_set(&l->gone) && !(l->ended && l->key_count == 0)) {
		bool stalled = k_uptime_get() - l->taken_at > STALL_MS;

		if (stalled && l->ended) {
			return;
		}
		if (stalled && l->key_count == KEYS_MAX) {
			/* Nobody reads it: the terminal says so. */
			l->key_count--;
			conout_raw("\a", 1);
		}
		if (l->ended || l->key_count == KEYS_MAX) {
			(void)k_msleep(RETRY_MS);
		} else {
			read_keys(l, l->key_count > 0 ? K_MSEC(RETRY_MS) : K_MSEC(GONE_MS));
		}
		type_keys(l);
	}
}

static void show(const struct shell *sh, struct look *l)
{
	*l = (struct look){.sh = sh, .console = l->console, .taken_at = k_uptime_get()};
	(void)k_thread_create(&printer, printer_stack, K_THREAD_STACK_SIZEOF(printer_stack),
			      print_loop, l, NULL, NULL, k_thread_priority_get(k_current_get()), 0,
			      K_NO_WAIT);
	(void)k_thread_name_set(&printer, "look");
	key_loop(l);
	set(&l->leaving);
	vconsole_wake(l->console);
	(void)k_thread_join(&printer, K_FOREVER);
	vconsole_detach(l->console);
}

/* "-- vm 0 (linux), Ctrl+x to leave --", and its state if it does not run. */
static void print_head(const struct shell *sh, const struct vm *vm, uint64_t lost)
{
	enum vm_state state = (enum vm_state)__atomic_load_n(&vm->state, __ATOMIC_RELAXED);

	shell_print(sh, "-- vm %u (%s)%s%s, Ctrl+x to leave --", vm->id, vm->config.name,
		    state != VM_RUNNING ? " is " : "",
		    state != VM_RUNNING ? vm_state_name(state) : "");
	if (!vconsole_bound(vm->console)) {
		shell_print(sh, "-- it has no virtual UART, so there is nothing to see --");
	}
	if (lost > 0) {
		shell_print(sh, "-- %llu bytes that it printed before are gone --",
			    (unsigned long long)lost);
	}
	shell_flush(sh);
}

static int attach(const struct shell *sh, unsigned int id)
{
	struct vm *vm = vm_ref(id);
	int rc;

	if (vm == NULL) {
		shell_error(sh, "zvm look: there is no vm %u, 'zvm info' lists those there are",
			    id);
		return -ENOENT;
	}
	rc = vconsole_attach(vm->console);
	if (rc == 0) {
		look.console = vm->console;
		print_head(sh, vm, vconsole_lost(vm->console));
	} else {
		shell_error(sh, "zvm look: vm %u: %s", id,
			    rc == -EBUSY ? "somebody looks at it already" : "it is being deleted");
	}
	vm_unref(vm);
	return rc;
}

static int cmd_look(const struct shell *sh, size_t argc, char **argv)
{
	struct zvm_args args;
	int rc = zvm_args_get(sh, &syntax, argc, argv, &args);

	rc = rc != 0 ? rc : attach(sh, args.id);
	if (rc != 0) {
		return rc;
	}
	show(sh, &look);
	/* With it goes what the guest has left on: line drawing (SO, VT100), colours (ECMA-48 SGR), no cursor (VT220). */
	shell_print(sh, "\017\033(B\033[m\033[?25h-- vm %u: %s --", args.id,
		    look.gone ? "deleted" : "left");
	return 0;
}

#endif /* CONFIG_ZVM */
