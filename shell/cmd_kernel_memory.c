/* SPDX-License-Identifier: Apache-2.0 */

/* kernel memory */

#include "kernel/heap.h"
#include "kernel/mem.h"
#include "shell/shell.h"

/* Everything is in KiB: pages of 4 KiB are the smallest thing there is. */
static void print_row(const struct shell *sh, const char *what, uint64_t bytes)
{
	shell_print(sh, "%-22s %12llu KiB", what, (unsigned long long)(bytes >> 10));
}

static int cmd_memory(const struct shell *sh, size_t argc, char **argv)
{
	struct mem_stats stats;

	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	mem_stats_get(&stats);
	print_row(sh, "RAM", stats.total);
	print_row(sh, "  reserved, not ours", stats.reserved);
	print_row(sh, "  image and its data", stats.image);
	print_row(sh, "  kernel heap", stats.heap);
	shell_print(sh, "%-22s %12zu bytes", "    in use", z_heap_used());
	print_row(sh, "  free", stats.free);
	print_row(sh, "    largest piece", stats.largest);
	return 0;
}

SHELL_SUBCMD_ADD((kernel), memory, NULL, "Show what the machine's RAM is used for.", cmd_memory, 1,
		 0);
