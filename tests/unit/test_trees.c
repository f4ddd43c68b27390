/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devicetrees that others wrote: what is read of a machine, of all of its nodes, and each device of it passed through.
 *
 *   test_trees [FILE.dtb... [-- FILE.dtb...]]
 *
 * Without files, those of dts/. Devices of trees behind -- are not passed through, which takes long. A line for each tree
 * says what was found there. tests/qemu/test_trees.py has it read the trees of all boards that Debian's kernel knows.
 */
#include "unit.h"

#include <errno.h>
#include <glob.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zephyr/irq.h>
#include <zephyr/sys/util.h>

#include "hyp/guest_dtb_host.h"
#include "hyp/stage2.h"
#include "hyp/vm_smc.h"
#include "hyp/vmdef.h"
#include "kernel/device.h"
#include "kernel/irq.h"
#include "kernel/mem.h"
#include "lib/fdt.h"
#include "vmdef_host.h"

#define TREE_MAX (UINT32_C(1) << 20)

static uint64_t tree[TREE_MAX / 8U];
static const char *file;
static int gic;
static int console;

/* ---- the machine, as far as it is asked for ------------------------------------------------------ */

static const struct z_irqchip irqchip = {.nr_irqs = 1020};
const struct z_irqchip *z_irqchip = &irqchip;

unsigned int stage2_ipa_bits(void)
{
	return 48U;
}

bool vm_smc_possible(void)
{
	return true;
}

bool mem_is_ram(uint64_t base, uint64_t size)
{
	(void)base;
	(void)size;
	return false;
}

int mem_foreign(uint64_t base, uint64_t size)
{
	(void)base;
	(void)size;
	return 0;
}

const void *z_device_tree(void)
{
	return tree;
}

const char *z_device_use(int node)
{
	return node == console ? "the console" : node == gic ? "the interrupt controller" : NULL;
}

int device_irq(const void *fdt, int node, unsigned int index, unsigned int *intid, uint32_t *flags)
{
	struct fdt_irq irq;
	int rc = fdt_irq(fdt, node, index, &irq, NULL);

	if (rc == 0 && irq.controller != gic) {
		return -ENOTSUP;
	}
	return rc != 0 ? rc : fdt_irq_gic(&irq, intid, flags);
}

/* ---- what there is ------------------------------------------------------------------------------- */

static void load(void)
{
	FILE *f = fopen(file, "rb");
	size_t size;

	assert_non_null(f);
	size = fread(tree, 1, sizeof(tree), f);
	(void)fclose(f);
	if (fdt_verify(tree, size) != NULL) {
		fail_msg("%s: %s", file, fdt_verify(tree, size));
	}
	fdt_fixed(tree);
}

static bool is_enabled(int node)
{
	while (node > 0 && fdt_is_available(tree, node)) {
		node = fdt_parent(tree, node);
	}
	return node <= 0;
}

static const char *path_of(int node)
{
	static char path[256];

	assert_int_equal(fdt_get_path(tree, node, path, sizeof(path)), 0);
	return path;
}

static void print_machine(void)
{
	static const char *const methods[] = {[FDT_PSCI_HVC] = "hvc", [FDT_PSCI_SMC] = "smc"};
	enum fdt_psci method = FDT_PSCI_HVC;
	struct fdt_cpu cpu;
	uint64_t base = 0;
	unsigned int n = 0;
	const char *name = strrchr(file, '/');

	fdt_for_each_cpu(tree, &cpu) {
		n++;
	}
	printf("tree %.*s: %u CPUs", (int)strcspn(name + 1, "."), name + 1, n);
	if (fdt_psci_method(tree, &method, NULL) == 0) {
		printf(", PSCI %s", methods[method]);
	}
	if (gic >= 0 && fdt_reg_cpu(tree, gic, 0, &base, NULL, NULL) == 0) {
		printf(", GICv3 0x%llx", (unsigned long long)base);
	}
	if (console >= 0) {
		unsigned int intid = 0;
		uint32_t flags;

		printf(", console %s", fdt_stringlist_get(tree, console, "compatible", 0, NULL));
		if (fdt_reg_cpu(tree, console, 0, &base, NULL, NULL) == 0) {
			printf(" 0x%llx", (unsigned long long)base);
		}
		if (device_irq(tree, console, 0, &intid, &flags) == 0) {
			printf(" interrupt %u", intid);
		}
	}
}

/* All registers and interrupts of a node. What is malformed has a line. @return how many there are */
static unsigned int read_all(int node, unsigned int *malformed)
{
	struct fdt_error error = {0};
	unsigned int regs = 0;
	unsigned int irqs = 0;
	struct fdt_irq irq;
	uint64_t base, size;
	int rc;

	do {
		rc = fdt_reg_cpu(tree, node, regs++, &base, &size, &error);
	} while (rc == 0);
	if (rc == -EINVAL) {
		printf("\n  %s", error.text);
		(*malformed)++;
	}
	do {
		rc = fdt_irq(tree, node, irqs++, &irq, &error);
	} while (rc == 0);
	if (rc == -EINVAL) {
		printf("\n  %s", error.text);
		(*malformed)++;
	}
	return regs + irqs - 2U;
}

/* ---- pass-through --------------------------------------------------------------------------------- */

static struct vm_config config;
static struct vm_error error;

static int define(const char *path)
{
	static uint64_t def[512];
	int node;

	assert_int_equal(fdt_create_empty_tree(def, sizeof(def)), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "compatible", "zvm,vm-v1"), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "os", "raw"), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "memory-map", "direct"), 0);
	assert_int_equal(fdt_setprop_u32(def, 0, "memory-mib", 16), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "kernel", "image"), 0);
	node = fdt_add_subnode(def, fdt_add_subnode(def, 0, "devices"), "d");
	assert_int_equal(fdt_setprop_string(def, node, "passthrough", path), 0);
	assert_int_equal(fdt_setprop_empty(def, node, "shared-pages"), 0);
	assert_int_equal(fdt_setprop_u32(def, node, "clock-frequency", 24000000), 0);
	error.text[0] = '\0';
	return vmdef_read("vms/x.dtb", def, sizeof(def), &config, &error);
}

/* The device's node in a guest's tree: whole, within its room, and where the definition says. */
static void check_node(const char *path)
{
	const struct vm_passthrough *p = &config.device[0].host;
	size_t room = guest_dtb_host_room(&config);
	size_t size = room + 512U;
	void *guest = malloc(size);
	uint64_t base = 0;
	int node;

	assert_int_equal(fdt_create_with_flags(guest, (int)size, FDT_CREATE_FLAG_NO_NAME_DEDUP), 0);
	assert_int_equal(fdt_finish_reservemap(guest), 0);
	assert_int_equal(fdt_begin_node(guest, ""), 0);
	assert_int_equal(fdt_property_u32(guest, "#address-cells", 2), 0);
	assert_int_equal(fdt_property_u32(guest, "#size-cells", 2), 0);
	node = guest_dtb_host_write(&config, guest);
	if (node != 0) {
		fail_msg("%s: %s: %s", file, path, fdt_strerror(node));
	}
	assert_int_equal(fdt_end_node(guest), 0);
	assert_int_equal(fdt_finish(guest), 0);
	if (fdt_verify(guest, fdt_totalsize(guest)) != NULL) {
		fail_msg("%s: %s: %s", file, path, fdt_verify(guest, fdt_totalsize(guest)));
	}
	node = fdt_first_subnode(guest, 0);
	while (fdt_getprop(guest, node, "reg", NULL) == NULL) {
		node = fdt_next_subnode(guest, node);
	}
	assert_int_equal(fdt_reg_cpu(guest, node, 0, &base, NULL, NULL), 0);
	assert_int_equal(base, p->range[0].ipa);
	free(guest);
}

/* A device is the guest's, or a line says why not. */
static bool pass_through(int node)
{
	char path[256];

	snprintf(path, sizeof(path), "%s", path_of(node));
	if (define(path) == 0) {
		check_node(path);
		return true;
	}
	if (error.text[0] == '\0' || strchr(error.text, '\n') != NULL) {
		fail_msg("%s: %s: refused by '%s'", file, path, error.text);
	}
	if (getenv("VERBOSE") != NULL) {
		printf("\n  %s", error.text);
	}
	return false;
}

/* ---- all ------------------------------------------------------------------------------------------- */

static void survey(bool with_devices)
{
	unsigned int devices = 0, passed = 0, refused = 0, entries = 0, malformed = 0;

	load();
	gic = fdt_node_offset_by_compatible(tree, -1, "arm,gic-v3");
	console = fdt_stdout(tree, NULL, NULL);
	print_machine();
	for (int node = fdt_next_node(tree, 0, NULL); node >= 0;
	     node = fdt_next_node(tree, node, NULL)) {
		if (!is_enabled(node)) {
			continue;
		}
		entries += read_all(node, &malformed);
		if (fdt_getprop(tree, node, "compatible", NULL) == NULL ||
		    fdt_getprop(tree, node, "reg", NULL) == NULL) {
			continue;
		}
		devices++;
		if (with_devices && gic >= 0) {
			*(pass_through(node) ? &passed : &refused) += 1U;
		}
	}
	printf("; %u devices, %u registers and interrupts, %u malformed; %u can be passed through, "
	       "%u not\n",
	       devices, entries, malformed, passed, refused);
	fflush(stdout);
}

/* One machine is known to a process (fdt_fixed()). */
static void in_child(const char *name, bool with_devices)
{
	int status = -1;
	pid_t child = fork();

	file = name;
	if (child == 0) {
		survey(with_devices);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		fail_msg("%s: status 0x%x", name, (unsigned int)status);
	}
}

static void test_own(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob(DTB_DIR "/*.dtb", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		in_child(found.gl_pathv[i], true);
	}
	globfree(&found);
}

static char **files;

static void test_files(void **state)
{
	bool with_devices = true;

	(void)state;
	for (; *files != NULL; files++) {
		if (strcmp(*files, "--") == 0) {
			with_devices = false;
		} else {
			in_child(*files, with_devices);
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest own[] = {cmocka_unit_test(test_own)};
	const struct CMUnitTest given[] = {cmocka_unit_test(test_files)};

	files = argv + 1;
	return argc > 1 ? cmocka_run_group_tests(given, NULL, NULL)
			: cmocka_run_group_tests(own, NULL, NULL);
}
