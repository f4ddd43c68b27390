/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bench life, bench lives, bench memory: what the life of a VM costs, and what it takes of the host's memory.
 *
 *     HOST life TYPE vcpus=N ram=BYTES new=N run=N first=N delete=N memory=BYTES tables=BYTES left=BYTES
 *
 * new, run and delete: ticks from the call to its return; first: from the call of `run` to the guest's first instruction.
 * The guest says on its console at what count of its own counter that was, in a line that ends in "first N".
 * `bench lives` does that without a word for as long as there are real-time tasks: what they feel is not the console.
 * memory: what the VM takes beyond its RAM and its translation tables; left: what is not back after all.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "hyp/vconsole.h"
#include "hyp/vm.h"
#include "kernel/heap.h"
#include "kernel/mem.h"
#include "rt_meter.h"

#define FIRST     " first "
#define WAIT_MS   1000
#define TEXT_SIZE 128U

struct life {
	unsigned long long vcpus;
	unsigned long long ram;
	unsigned long long tables;
	unsigned long long memory;
	unsigned long long new;
	unsigned long long run;
	unsigned long long first;
	unsigned long long delete;
	long long left;
};

static uint64_t memory_in_use(void)
{
	struct mem_stats stats;

	mem_stats_get(&stats);
	return stats.total - stats.free + z_heap_used();
}

/* The guest's count at its first instruction. */
static int read_first(struct vm *vm, uint64_t *count)
{
	char text[TEXT_SIZE];
	size_t len = 0U;

	while (len < sizeof(text) - 1U && memchr(text, '\n', len) == NULL) {
		int n = vconsole_read(vm->console, text + len, sizeof(text) - 1U - len,
				      K_MSEC(WAIT_MS));

		if (n <= 0) {
			return -ETIMEDOUT;
		}
		len += (size_t)n;
	}
	text[len] = '\0';
	for (size_t i = 0U; i + sizeof(FIRST) <= len; i++) {
		if (memcmp(text + i, FIRST, sizeof(FIRST) - 1U) == 0) {
			*count = strtoull(text + i + sizeof(FIRST) - 1U, NULL, 10);
			return 0;
		}
	}
	return -EBADMSG;
}

static int run(struct vm *vm, struct life *life, struct vm_error *error)
{
	uint64_t count = 0U;
	uint64_t start;
	int rc = vconsole_attach(vm->console);

	if (rc != 0) {
		return vm_fail(error, rc, "the console is in use");
	}
	start = k_cycle_get_64();
	rc = vm_run(vm->id, error);
	life->run = k_cycle_get_64() - start;
	if (rc == 0 && read_first(vm, &count) != 0) {
		rc = vm_fail(error, -EBADMSG, "the guest does not say when it started");
	}
	life->first = vm->cntvoff + count - start;
	vconsole_detach(vm->console);
	return rc;
}

static int live(const char *type, const unsigned int *asked, struct life *life,
		struct vm_error *error)
{
	uint64_t before = memory_in_use();
	uint64_t start = k_cycle_get_64();
	unsigned int id = 0U;
	struct vm *vm;
	int rc = vm_create(type, asked[1], asked[0], &id, error);

	if (rc != 0) {
		return rc;
	}
	life->new = k_cycle_get_64() - start;
	vm = vm_ref(id);
	life->vcpus = vm->vcpu_count;
	life->ram = vm->ram_size;
	life->tables = vm->s2.table_pages * UINT64_C(4096);
	life->memory = memory_in_use() - before - life->ram - life->tables;
	rc = asked[2] != 0U ? run(vm, life, error) : 0;
	vm_unref(vm);
	start = k_cycle_get_64();
	if (rc == 0) {
		rc = vm_delete(id, true, error);
	}
	life->delete = k_cycle_get_64() - start;
	life->left = (long long)(memory_in_use() - before);
	return rc;
}

static int cmd_life(const struct shell *sh, size_t argc, char **argv)
{
	/* MIB, VCPUS, RUN */
	unsigned int asked[3] = {0U, 0U, 1U};
	struct vm_error error = {0};
	struct life life = {0};
	int rc;

	ARG_UNUSED(sh);
	for (size_t i = 2U; i < argc; i++) {
		asked[i - 2U] = (unsigned int)strtoul(argv[i], NULL, 10);
	}
	rc = live(argv[1], asked, &life, &error);
	if (rc != 0) {
		printk("HOST error: %s\n", error.text);
		return rc;
	}
	printk("HOST life %s vcpus=%llu ram=%llu new=%llu run=%llu first=%llu delete=%llu memory=%llu "
	       "tables=%llu left=%lld\n",
	       argv[1], life.vcpus, life.ram, life.new, life.run, life.first, life.delete,
	       life.memory, life.tables, life.left);
	return 0;
}

static int cmd_lives(const struct shell *sh, size_t argc, char **argv)
{
	unsigned int asked[3] = {(unsigned int)strtoul(argv[1], NULL, 10), 0U, 1U};
	struct vm_error error = {0};
	unsigned int count = 0U;

	ARG_UNUSED(sh);
	while (rt_meter_running()) {
		struct life life;
		int rc = live(argv[2U + count % (argc - 2U)], asked, &life, &error);

		if (rc != 0) {
			printk("HOST error: %s\n", error.text);
			return rc;
		}
		count++;
	}
	printk("HOST lives count=%u\n", count);
	return 0;
}

static int cmd_memory(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	printk("HOST memory %s used=%llu\n", argv[1], (unsigned long long)memory_in_use());
	return 0;
}

SHELL_SUBCMD_ADD((bench), life, NULL,
		 SHELL_HELP("Make a VM, run it (unless RUN is 0), delete it; what each step takes.",
			    "TYPE [MIB [VCPUS [RUN]]]"),
		 cmd_life, 2, 3);
SHELL_SUBCMD_ADD((bench), lives, NULL,
		 SHELL_HELP("The same over and over until the tasks of bench rt have ended.",
			    "MIB TYPE ..."),
		 cmd_lives, 3, 4);
SHELL_SUBCMD_ADD((bench), memory, NULL, SHELL_HELP("What of the host's memory is in use.", "LABEL"),
		 cmd_memory, 2, 0);
