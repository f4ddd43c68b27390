/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM definitions: which functions of the firmware a guest may be given.
 */
#include <errno.h>

#include "hyp/vm_smc.h"
#include "hyp/vmdef_internal.h"
#include "lib/fdt.h"
#include "unit.h"

static uint64_t tree[64];
static struct vm_config config;
static bool no_firmware;
static char said[VM_ERROR_TEXT];

bool vm_smc_possible(void)
{
	return !no_firmware;
}

int vmdef_bad(const struct vmdef_reader *r, int node, const char *prop, const char *format, ...)
{
	va_list ap;

	assert_ptr_equal(r->config, &config);
	assert_int_equal(node, 0);
	assert_string_equal(prop, "smc-allow");
	va_start(ap, format);
	vsnprintf(said, sizeof(said), format, ap);
	va_end(ap);
	return -EINVAL;
}

static int read_value(const void *value, size_t size)
{
	struct vmdef_reader r = {.fdt = tree, .config = &config};

	memset(&config, 0, sizeof(config));
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	assert_int_equal(fdt_setprop(tree, 0, "smc-allow", value, (int)size), 0);
	return vmdef_read_smc(&r, "smc-allow");
}

static int read_ids(const uint32_t *ids, size_t count)
{
	fdt32_t cells[64];

	for (size_t i = 0; i < count; i++) {
		cells[i] = cpu_to_fdt32(ids[i]);
	}
	return read_value(cells, 4 * count);
}

static void refused(int rc, const char *line)
{
	assert_int_equal(rc, -EINVAL);
	assert_string_equal(said, line);
	assert_int_equal(config.smc_count, 0);
}

static void refused_id(uint32_t id, const char *why)
{
	const uint32_t ids[] = {0x82000010U, id};
	char line[VM_ERROR_TEXT];

	snprintf(line, sizeof(line), "0x%x: %s", id, why);
	refused(read_ids(ids, 2), line);
}

static void test_allowed(void **state)
{
	static const uint32_t ids[] = {0x82000010U, 0xc2000010U, 0x81000001U, 0x83001234U,
				       0xb2000000U, 0xbf00ff01U, 0xb0000001U, 0x82000010U};
	uint32_t many[33];

	(void)state;
	assert_int_equal(read_ids(ids, 8), 0);
	assert_int_equal(config.smc_count, 8);
	assert_memory_equal(config.smc, ids, sizeof(ids));
	for (uint32_t i = 0; i < 33; i++) {
		many[i] = 0x82000000U + i;
	}
	assert_int_equal(read_ids(many, 32), 0);
	assert_memory_equal(config.smc, many, 32 * sizeof(many[0]));
	refused(read_ids(many, 33), "33 functions, at most 32");
	no_firmware = true;
	refused(read_ids(ids, 1), "this machine has no firmware for it: no EL3, or no PSCI by SMC");
	no_firmware = false;
}

static void test_no_list(void **state)
{
	(void)state;
	refused(read_value(NULL, 0), "must be a list of numbers, <n n ...>");
	refused(read_value("text", 5), "must be a list of numbers, <n n ...>");
	refused(read_value("abc", 3), "must be a list of numbers, <n n ...>");
}

static void test_yielding(void **state)
{
	(void)state;
	refused_id(0x02000010U, "a yielding call; fast ones have bit 31");
	refused_id(0x32000004U, "a yielding call; fast ones have bit 31");
	refused_id(0, "a yielding call; fast ones have bit 31");
	refused_id(0x82010010U, "bits 16 to 23 must be 0");
	refused_id(0x82800010U, "bits 16 to 23 must be 0");
}

/* SMCCC, workarounds; PSCI, SDEI, TRNG, FF-A; hypervisors'; reserved. */
static void test_owners(void **state)
{
	static const uint32_t ids[] = {0x80000000U, 0x80008000U, 0xc0000001U, 0x84000003U,
				       0xc4000003U, 0xc4000020U, 0x84000050U, 0x84000063U,
				       0x85000000U, 0x86000001U, 0xc600ff01U, 0x87000000U,
				       0xaf000000U};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		char why[VM_ERROR_TEXT];

		snprintf(
			why, sizeof(why),
			"owner %u is not for guests; 1 (CPU), 2 (SiP), 3 (OEM), 48 to 63 (trusted) are",
			ids[i] >> 24 & 0x3fU);
		refused_id(ids[i], why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_no_list),
		cmocka_unit_test(test_yielding),
		cmocka_unit_test(test_owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
