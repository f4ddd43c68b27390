/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Discovery as a whole: the real drivers, the device list and mem_init() on devicetrees in the shape of boards, with
 * models of the registers that they find there. Nothing else may be touched. Each board has a process of its own, as
 * drivers and lists know one machine only.
 */
#include "unit.h"

#include <sys/wait.h>
#include <unistd.h>

#include "board_machine.h"

/* ---- a board ---------------------------------------------------------------------------------- */

/* @param name of a tree of dts/, or a path */
static void *load(const char *name, size_t *size)
{
	char path[256];
	void *blob;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.dtb", DTB_DIR, name);
	f = fopen(strchr(name, '/') != NULL ? name : path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*size = (size_t)ftell(f);
	rewind(f);
	blob = malloc(*size);
	assert_int_equal(fread(blob, 1, *size, f), *size);
	fclose(f);
	return blob;
}

/* Firmware at the start of RAM that is reserved instead of left out. */
static void begin_at_0(void)
{
	int memory = fdt_path_offset(tree, "/memory");
	const fdt64_t *old = fdt_getprop(tree, memory, "reg", NULL);
	const fdt64_t bank[] = {0, cpu_to_fdt64(fdt64_to_cpu(old[0]) + fdt64_to_cpu(old[1]))};

	assert_int_equal(
		fdt_setprop_inplace_namelen_partial(tree, memory, "reg", 3, 0, bank, sizeof(bank)),
		0);
	tree_size += 64U;
	tree = realloc(tree, tree_size);
	assert_int_equal(fdt_open_into(tree, tree, (int)tree_size), 0);
	assert_int_equal(fdt_add_mem_rsv(tree, 0, board->reserved_at_0), 0);
}

/* What boot loaders put into a tree that says nothing of RAM. */
static void add_memory(void)
{
	const fdt64_t reg[] = {cpu_to_fdt64(board->ram), cpu_to_fdt64(UINT64_C(0x10000000))};
	int node;

	tree_size += 256U;
	tree = realloc(tree, tree_size);
	assert_int_equal(fdt_open_into(tree, tree, (int)tree_size), 0);
	node = fdt_add_subnode(tree, 0, "memory");
	assert_true(node >= 0);
	assert_int_equal(fdt_setprop_string(tree, node, "device_type", "memory"), 0);
	assert_int_equal(fdt_setprop(tree, node, "reg", reg, sizeof(reg)), 0);
}

/* Other places of redistributors than those of the tree. */
static void move_redistributors(void)
{
	int gic = fdt_node_offset_by_compatible(tree, -1, "arm,gic-v3");
	bool two = board->second_from != 0U;
	/* Longer than needed: GICR_TYPER.Last says where they end. */
	const fdt64_t reg[] = {cpu_to_fdt64(board->gicd),  cpu_to_fdt64(0x10000),
			       cpu_to_fdt64(board->gicr),  cpu_to_fdt64(0x400000),
			       cpu_to_fdt64(board->gicr2), cpu_to_fdt64(0x400000)};

	tree_size += 256U;
	tree = realloc(tree, tree_size);
	assert_int_equal(fdt_open_into(tree, tree, (int)tree_size), 0);
	assert_int_equal(
		fdt_setprop(tree, gic, "reg", reg, two ? sizeof(reg) : sizeof(reg) / 3U * 2U), 0);
	assert_int_equal(fdt_setprop_u32(tree, gic, "#redistributor-regions", two ? 2U : 1U), 0);
	if (board->stride != 0U && !board->vlpis) {
		assert_int_equal(fdt_setprop_u64(tree, gic, "redistributor-stride", board->stride),
				 0);
	}
}

/* As start-up does: early console, memory, devices; then what each CPU does for itself. */
static int bring_up(void **state)
{
	struct boot_info bi = {0};

	(void)state;
	tree = load(board->tree, &tree_size);
	if (board->reserved_at_0 != 0U) {
		begin_at_0();
	}
	if (board->ram != 0U) {
		add_memory();
	}
	if (board->stride != 0U || board->second_from != 0U) {
		move_redistributors();
	}
	assert_null(fdt_verify(tree, tree_size));
	fdt_fixed(tree);
	fake_arch_reset();
	fake_arch.current = &thread.arch;
	thread.arch.cpu = &cpus[0];
	memset(seen.asleep, true, sizeof(seen.asleep));
	/* What firmware has left in the rate's registers. */
	seen.uart[0x24 / 4] = board->dw ? 0U : 13U;
	memmap_init(&mapped, mapped_ranges, RANGES);
	memmap_init(&unused, free_ranges, RANGES);
	bi.fdt = tree;
	bi.fdt_size = tree_size;
	bi.image_start = board->image;
	bi.image_end = board->image + 0x100000U;

	assert_int_equal(z_earlycon_init(tree), 0);
	assert_int_equal(mem_init(&bi), 0);
	assert_int_equal(z_devices_probe(tree), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fdt_fixed(NULL);
	free((void *)seen.console->data);
	free(tree);
	return 0;
}

static void test_cpus(void **state)
{
	struct fdt_cpu cpu;
	unsigned int n = 0;

	(void)state;
	fdt_for_each_cpu(tree, &cpu) {
		assert_true(n < board->cpus);
		assert_int_equal(cpu.mpidr, board->mpidr[n]);
		assert_true(cpu.usable);
		assert_string_equal(cpu.enable_method, "psci");
		n++;
	}
	assert_int_equal(n, board->cpus);
	assert_non_null(z_firmware);
	assert_int_equal(seen.psci_calls, 1);
	assert_string_equal(z_firmware->name,
			    board->psci_version == 0x10001 ? "PSCI 1.1 by SMC" : "PSCI 0.2 by SMC");
}

/* Each CPU finds and wakes its own, and the walk ends where GICR_TYPER.Last says so. */
static void test_redistributors(void **state)
{
	(void)state;
	for (seen.cpu = 0; seen.cpu < board->cpus; seen.cpu++) {
		cpus[seen.cpu].arch.id = seen.cpu;
		thread.arch.cpu = &cpus[seen.cpu];
		assert_int_equal(seen.asleep[seen.cpu], seen.cpu != 0U);
		assert_int_equal(z_irqchip->cpu_init(), 0);
		assert_false(seen.asleep[seen.cpu]);
	}
	assert_int_equal(z_irqchip->nr_irqs, 32U * (board->it_lines + 1U));
	assert_int_equal(z_irqchip->maintenance, 25);
	seen.cpu = 0;
	thread.arch.cpu = &cpus[0];
}

static void test_timer(void **state)
{
	(void)state;
	assert_int_equal(seen.timer_irq, 26);
	assert_true(seen.timer_percpu);
	assert_int_equal(arm_timer_virtual.intid, 27);
}

static void test_nothing_said(void **state)
{
	(void)state;
	assert_string_equal(seen.said, "");
}

static void assert_memory(uint64_t addr, bool is_mapped, bool is_free)
{
	if (memmap_contains(&mapped, addr, 1U) != is_mapped ||
	    memmap_contains(&unused, addr, 1U) != is_free) {
		fail_msg("0x%llx: mapped %d, free %d", (unsigned long long)addr,
			 memmap_contains(&mapped, addr, 1U), memmap_contains(&unused, addr, 1U));
	}
}

/* ---- RK3568 ----------------------------------------------------------------------------------- */

/* .image: where U-Boot moves what it has loaded to 0x2080000. */
#define RK3568                                                                                     \
	.tree = "rk3568", .gicd = 0xfd400000, .gicr = 0xfd460000, .cpus = 4,                       \
	.mpidr = {0x0, 0x100, 0x200, 0x300}, .it_lines = 10, .phys_bits = 40, .uart = 0xfe660000,  \
	.dw = true, .psci_version = 0x10001, .image = 0x02200000

static const struct board rk3568 = {
	.name = "rk3568",
	RK3568,
};

/* Registers at multiples of four, by words; the rate is the boot loader's, as nobody here knows the clock's. */
static void test_rk3568_console(void **state)
{
	(void)state;
	assert_non_null(seen.console);
	assert_string_equal(seen.console->name, "serial@fe660000");
	assert_string_equal(seen.console->driver, "ns16550");
	assert_true(device_is_ready(seen.console));
	assert_int_equal(seen.console_irq, 150);
	assert_int_equal(seen.divisor_writes, 0);
	assert_int_equal(seen.uart[3], 0x03);
	assert_int_equal(seen.uart[2], 0x47);
	assert_string_equal(seen.sent, "early!");
}

static void test_rk3568_memory(void **state)
{
	struct mem_stats stats;
	hpa_t initrd;
	uint64_t size;

	(void)state;
	mem_stats_get(&stats);
	assert_int_equal(stats.total, 0x08200000 + 0xe6c00000 + 0x100000000);
	/* The firmware's, with what it shares with others. */
	assert_memory(0x0, false, false);
	assert_memory(0x10f000, false, false);
	assert_memory(0x1fffff, false, false);
	assert_memory(0x200000, true, true);
	/* The image is mapped by start-up. */
	assert_memory(0x21fffff, true, true);
	assert_memory(0x2200000, false, false);
	assert_memory(0x2300000, true, true);
	/* The hole between two entries of reg, which is the secure world's. */
	assert_memory(0x83fffff, true, true);
	assert_memory(0x8400000, false, false);
	assert_memory(0x93fffff, false, false);
	assert_memory(0x9400000, true, true);
	/* The initrd. */
	assert_memory(0xa1fffff, true, true);
	assert_memory(0xa200000, true, false);
	assert_memory(0xa9fffff, true, false);
	assert_memory(0xaa00000, true, true);
	assert_int_equal(mem_initrd(&initrd, &size), 0);
	assert_int_equal(initrd.v, 0xa200000);
	assert_int_equal(size, 0x800000);
	/* A reservation that is off is none. */
	assert_memory(0x20000000, true, true);
	/* no-map: not a byte of it, so not the rest of its pages either. */
	assert_memory(0x2fffffff, true, true);
	assert_memory(0x30000000, false, false);
	assert_memory(0x30001fff, false, false);
	assert_memory(0x30002000, true, true);
	/* Devices, and RAM above 4 GiB that goes on where it was moved to. */
	assert_memory(0xefffffff, true, true);
	assert_memory(0xf0000000, false, false);
	assert_memory(0xffffffff, false, false);
	assert_memory(0x100000000, true, true);
	assert_memory(0x1e0000000, true, false);
	assert_memory(0x1e2000000, true, true);
	assert_memory(0x1ffffffff, true, true);
	assert_memory(0x200000000, false, false);
	assert_int_equal(heap_bytes, 64 << 20);
	/* Another VM's image may be read where nothing is ours. */
	assert_int_equal(mem_foreign(0x1e0000000, 0x2000000), 0);
	assert_int_equal(mem_foreign(0x30000000, 0x1000), -EBUSY);
	assert_int_equal(mem_foreign(0x8400000, 0x1000), -ENXIO);
}

static const struct board rk3568_at_0 = {
	.name = "rk3568, RAM from 0",
	.reserved_at_0 = 0x110000,
	RK3568,
};

/* No pointer of ours is NULL; what is reserved, by one and by the other way, stays somebody else's. */
static void test_memory_at_0(void **state)
{
	(void)state;
	assert_memory(0x0, false, false);
	assert_memory(0xfff, false, false);
	assert_memory(0x1000, true, false);
	assert_memory(0x1fffff, true, false);
	assert_memory(0x200000, true, true);
}

/* The definition of docs/boards/rk3568.md, on the machine that it is for. */
static void test_rk3568_devices(void **state)
{
	struct vm_config config;
	struct vm_error error;
	size_t size;
	void *def = load("rk3568-linux", &size);
	const struct vm_passthrough *host;

	(void)state;
	if (vmdef_read("vms/x.dtb", def, size, &config, &error) != 0) {
		fail_msg("%s", error.text);
	}
	assert_int_equal(config.smc_count, 1);
	assert_int_equal(config.smc[0], 0x82000010);
	assert_int_equal(config.device_count, 3);
	host = &config.device[1].host;
	assert_int_equal(host->node, fdt_path_offset(tree, "/serial@fe670000"));
	assert_int_equal(host->range_count, 1);
	assert_int_equal(host->range[0].hpa, 0xfe670000);
	assert_int_equal(host->range[0].size, 0x100);
	assert_int_equal(host->irq_count, 1);
	assert_int_equal(host->irq[0].host, 151);
	assert_int_equal(host->irq[0].guest, 151);
	host = &config.device[2].host;
	assert_int_equal(host->range[0].hpa, 0x10f000);
	assert_int_equal(host->irq_count, 0);
	free(def);
}

/* A definition with one device of the machine. */
static int read_one(const char *path, bool shared, struct vm_config *config, struct vm_error *error)
{
	static uint64_t def[512];
	int node;

	assert_int_equal(fdt_create_empty_tree(def, sizeof(def)), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "compatible", "zvm,vm-v1"), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "os", "raw"), 0);
	assert_int_equal(fdt_setprop_u32(def, 0, "memory-mib", 16), 0);
	assert_int_equal(fdt_setprop_string(def, 0, "kernel", "image"), 0);
	node = fdt_add_subnode(def, fdt_add_subnode(def, 0, "devices"), "d");
	assert_int_equal(fdt_setprop_string(def, node, "passthrough", path), 0);
	if (shared) {
		assert_int_equal(fdt_setprop_empty(def, node, "shared-pages"), 0);
	}
	return vmdef_read("vms/x.dtb", def, sizeof(def), config, error);
}

static void test_rk3568_refused(void **state)
{
	static const struct {
		const char *path;
		bool shared;
		const char *why;
	} cases[] = {
		{"serial2", true, "the console"},
		{"/interrupt-controller@fd400000/msi-controller@fd440000", false,
		 "the interrupt controller"},
		{"/sram@10f000", true, "is a bus"},
		{"/sram@10f000/sram@0", false, "direct"},
		{"/serial@fdd50000", true, "disabled"},
		{"/serial@fe670000", true, "clock-frequency"},
		{"/ethernet@fe2a0000", false, "direct"},
	};
	struct vm_config config;
	struct vm_error error;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(read_one(cases[i].path, cases[i].shared, &config, &error),
				 -EINVAL);
		if (strstr(error.text, cases[i].why) == NULL) {
			fail_msg("%s: '%s' is not in '%s'", cases[i].path, cases[i].why,
				 error.text);
		}
	}
}

/* ---- FVP Base RevC ---------------------------------------------------------------------------- */

#define FVP                                                                                        \
	.tree = "fvp-revc", .gicd = 0x2f000000, .gicr = 0x2f100000, .cpus = 8,                     \
	.mpidr = {0x0, 0x100, 0x200, 0x300, 0x10000, 0x10100, 0x10200, 0x10300}, .it_lines = 7,    \
	.phys_bits = 40, .uart = 0x1c090000, .rtc = 0x1c170000, .psci_version = 2,                 \
	.image = 0x80200000

static const struct board fvp = {
	.name = "fvp-revc",
	FVP,
};

/* GICv4: two frames more for each CPU, and each cluster's in a region of its own. */
static const struct board two_regions = {
	.name = "fvp-revc, GICv4 in two regions",
	.tree = "fvp-revc",
	.gicd = 0x2f000000,
	.gicr = 0x2f100000,
	.second_from = 3,
	.gicr2 = 0x3f000000,
	.stride = 4U * GICR_FRAME_SIZE,
	.vlpis = true,
	.cpus = 8,
	.mpidr = {0x0, 0x100, 0x200, 0x300, 0x10000, 0x10100, 0x10200, 0x10300},
	.it_lines = 30,
	.phys_bits = 40,
	.uart = 0x1c090000,
	.rtc = 0x1c170000,
	.psci_version = 2,
	.image = 0x80200000,
};

/* Room between them that only the devicetree knows of. */
static const struct board stride = {
	.name = "fvp-revc, with a stride",
	.tree = "fvp-revc",
	.gicd = 0x2f000000,
	.gicr = 0x2f100000,
	.stride = 8U * GICR_FRAME_SIZE,
	.cpus = 8,
	.mpidr = {0x0, 0x100, 0x200, 0x300, 0x10000, 0x10100, 0x10200, 0x10300},
	.it_lines = 7,
	.phys_bits = 40,
	.uart = 0x1c090000,
	.rtc = 0x1c170000,
	.psci_version = 2,
	.image = 0x80200000,
};

/* Without a stdout-path it is the first UART; its rate is not named, and stays. */
static void test_fvp_console(void **state)
{
	(void)state;
	assert_non_null(seen.console);
	assert_string_equal(seen.console->name, "serial@90000");
	assert_string_equal(seen.console->driver, "pl011");
	assert_int_equal(seen.console_irq, 37);
	assert_int_equal(seen.divisor_writes, 0);
	assert_string_equal(seen.sent, "early!");
	assert_int_equal(seen.wallclock, 1700000000);
}

static void test_fvp_memory(void **state)
{
	struct mem_stats stats;

	(void)state;
	mem_stats_get(&stats);
	assert_int_equal(stats.total, 0x7f000000 + UINT64_C(0x80000000));
	assert_memory(0x18000000, false, false);
	assert_memory(0x80000000, true, false);
	assert_memory(0x8000ffff, true, false);
	assert_memory(0x80010000, true, true);
	assert_memory(0x80200000, false, false);
	assert_memory(0xfeffffff, true, true);
	assert_memory(0xff000000, false, false);
	assert_memory(0x880000000, true, true);
	assert_memory(0x8ffffffff, true, true);
	assert_memory(0x900000000, false, false);
}

/* The second UART: its interrupt, too, comes through the map. */
static void test_fvp_devices(void **state)
{
	struct vm_config config;
	struct vm_error error;

	(void)state;
	if (read_one("serial1", false, &config, &error) != 0) {
		fail_msg("%s", error.text);
	}
	assert_int_equal(config.device[0].host.range[0].hpa, 0x1c0a0000);
	assert_int_equal(config.device[0].host.irq[0].host, 38);
	assert_int_equal(read_one("serial0", false, &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, "the console"));
}

/* What is known of the machine by its nodes' paths, for whoever wants to take a device. */
static void test_uses(void **state)
{
	int its = fdt_node_offset_by_compatible(tree, -1, "arm,gic-v3-its");

	(void)state;
	if (its >= 0) {
		assert_string_equal(z_device_use(its), "the interrupt controller");
	}
	assert_string_equal(z_device_use(seen.console->node), "the console");
	assert_null(z_device_use(fdt_path_offset(tree, "/reserved-memory")));
}

/* ---- boards of others --------------------------------------------------------------------------- */

/* As Linux has them: the boot loader's word about RAM is missing. */
static struct board real_rk3568 = {RK3568, .ram = 0x01000000};
static struct board real_fvp = {FVP};

static void test_real_memory(void **state)
{
	(void)state;
	assert_memory(board->ram, true, true);
	assert_memory(board->image, false, false);
	assert_memory(board->ram + 0x0fffffff, true, true);
	assert_memory(board->ram + 0x10000000, false, false);
}

#define COMMON                                                                                     \
	cmocka_unit_test(test_cpus), cmocka_unit_test(test_redistributors),                        \
		cmocka_unit_test(test_timer), cmocka_unit_test(test_uses),                         \
		cmocka_unit_test(test_nothing_said)

static int run(const struct board *b, const struct CMUnitTest *tests, size_t n)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		board = b;
		status = _cmocka_run_group_tests(b->name, tests, n, bring_up, tear_down);
		exit(status);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}

static int run_real(const char *kind, char **files)
{
	const struct CMUnitTest on_rk3568[] = {
		COMMON,
		cmocka_unit_test(test_rk3568_console),
		cmocka_unit_test(test_real_memory),
	};
	const struct CMUnitTest on_fvp[] = {
		COMMON,
		cmocka_unit_test(test_fvp_console),
		cmocka_unit_test(test_fvp_devices),
	};
	bool is_fvp = strcmp(kind, "fvp") == 0;
	struct board *b = is_fvp ? &real_fvp : &real_rk3568;
	int failed = *files == NULL;

	for (; *files != NULL; files++) {
		b->name = *files;
		b->tree = *files;
		failed |= is_fvp ? run(b, on_fvp, ARRAY_SIZE(on_fvp))
				 : run(b, on_rk3568, ARRAY_SIZE(on_rk3568));
	}
	return failed;
}

/* test_boards [rk3568|fvp FILE.dtb...]: what others wrote about the same boards. */
int main(int argc, char **argv)
{
	if (argc > 1) {
		return run_real(argv[1], argv + 2);
	}

	const struct CMUnitTest on_rk3568[] = {
		COMMON,
		cmocka_unit_test(test_rk3568_console),
		cmocka_unit_test(test_rk3568_memory),
		cmocka_unit_test(test_rk3568_devices),
		cmocka_unit_test(test_rk3568_refused),
	};
	const struct CMUnitTest at_0[] = {
		COMMON,
		cmocka_unit_test(test_memory_at_0),
	};
	const struct CMUnitTest on_fvp[] = {
		COMMON,
		cmocka_unit_test(test_fvp_console),
		cmocka_unit_test(test_fvp_memory),
		cmocka_unit_test(test_fvp_devices),
	};
	int failed = run(&rk3568, on_rk3568, ARRAY_SIZE(on_rk3568));

	failed |= run(&rk3568_at_0, at_0, ARRAY_SIZE(at_0));
	const struct CMUnitTest common[] = {COMMON};

	failed |= run(&two_regions, common, ARRAY_SIZE(common));
	failed |= run(&stride, common, ARRAY_SIZE(common));
	return failed | run(&fvp, on_fvp, ARRAY_SIZE(on_fvp));
}
