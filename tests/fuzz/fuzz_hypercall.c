/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HVC and SMC with any registers, by vCPUs in any state: nothing but x0 to x3 changes, an entry is an instruction in RAM, and the
 * firmware is called with what the definition lists, or by PSCI's own.
 */
#define main unit_main
#include "../unit/test_hypercall.c"
#undef main

#include "fuzz.h"

#define ALLOWED 0x82000010U

static const uint32_t functions[] = {
	PSCI_VERSION,
	PSCI_CPU_SUSPEND_32,
	PSCI_CPU_SUSPEND_64,
	PSCI_CPU_OFF,
	PSCI_CPU_ON_32,
	PSCI_CPU_ON_64,
	PSCI_AFFINITY_INFO_32,
	PSCI_AFFINITY_INFO_64,
	PSCI_MIGRATE_INFO_TYPE,
	PSCI_SYSTEM_OFF,
	PSCI_SYSTEM_RESET,
	PSCI_FEATURES,
	PSCI_SYSTEM_RESET2_32,
	PSCI_SYSTEM_RESET2_64,
	SMCCC_VERSION,
	SMCCC_ARCH_FEATURES,
	SMCCC_ARCH_WORKAROUND_1,
	TRNG_VERSION,
	TRNG_FEATURES,
	TRNG_GET_UUID,
	TRNG_RND_32,
	TRNG_RND_64,
	ALLOWED,
};

static const int results[] = {0, -EALREADY, -EINPROGRESS, -EIO};

static void call(struct input *in)
{
	uint8_t how = in_byte(in);
	uint32_t function = (how & 1U) != 0U ? functions[in_byte(in) % ARRAY_SIZE(functions)]
					     : (uint32_t)in_number(in, 4);
	struct guest_frame old;
	unsigned int before = passed;

	frame.x[0] = function ^ ((how & 2U) != 0U ? in_edge(in) : 0U);
	for (unsigned int i = 1U; i < 4U; i++) {
		frame.x[i] = (how & 4U) != 0U ? RAM_BASE + in_number(in, 4) : in_edge(in);
	}
	seeded = (how & 8U) != 0U;
	random_fails = how & 8U;
	idregs_guest[ISAR0] = (how & 0x20U) != 0U ? RNDR : 0U;
	power_on_result = results[how >> 6];
	v[in_byte(in) % VCPUS].power = (enum vcpu_power)(in_byte(in) % 3U);
	switched_on = NULL;
	frame.elr = PC;
	old = frame;
	(void)((how & 0x10U) != 0U ? exit_hvc(v, HVC | (how == 0xffU))
				   : exit_smc(v, SMC | (how == 0xefU)));
	assert_int_equal(frame.elr, (how & 0x10U) != 0U ? PC : PC + 4U);
	for (unsigned int i = 4U; i < ARRAY_SIZE(frame.x); i++) {
		assert_true(frame.x[i] == old.x[i]);
	}
	if (switched_on != NULL) {
		assert_true(on_entry % 4U == 0U && on_entry - RAM_BASE < RAM_SIZE);
	}
	if (passed != before) {
		assert_int_equal(passed_x[0], ALLOWED);
		assert_int_equal(how & 0x10U, 0);
		assert_memory_equal(&passed_x[1], &old.x[1], 7U * sizeof(uint64_t));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	if (vm == NULL) {
		fake_arch_reset();
		vm = calloc(1, sizeof(*vm));
		v = calloc(VCPUS, sizeof(*v));
	}
	(void)reset(NULL);
	vm->config.smc[0] = ALLOWED;
	vm->config.smc_count = 1U;
	while (in.left != 0U) {
		call(&in);
	}
	return 0;
}
