/* SPDX-License-Identifier: Apache-2.0 */
/* Hypercalls: the rows, and PSCI and the TRNG with arguments good and wild. */
#include <errno.h>

#include "unit.h"

#include "arch/arm64/idregs.h"
#include "arch/arm64/smc.h"
#include "arch/fake/arch.h"
#include "hyp/hypercall.h"
#include "hyp/idregs.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "hyp/vm_smc.h"
#include "kernel/entropy.h"
#include "kernel/firmware.h"

#define VCPUS    4U
#define RAM_BASE 0x40000000U
#define RAM_SIZE 0x08000000U
#define PC       (RAM_BASE + 0x1000U)
#define HVC      (UINT64_C(0x16) << 26)
#define SMC      (UINT64_C(0x17) << 26)
#define JUNK     0xdeadbeef00000000ULL
#define ISAR0    IDREG(6, 0)
#define RNDR     (UINT64_C(1) << 60)

static struct vm *vm;
static struct vcpu *v;
static struct guest_frame frame;
static int power_on_result;
static struct vcpu *switched_on;
static uint64_t on_entry, on_arg;
static unsigned int offs, waits, requests;
static enum vm_request last_request;
static unsigned int random_fails;
static uint64_t random_calls;

uint64_t idregs_guest[IDREGS_COUNT];
const struct z_firmware *z_firmware;

int vcpu_power_on(struct vcpu *target, uint64_t entry, uint64_t arg)
{
	switched_on = target;
	on_entry = entry;
	on_arg = arg;
	return power_on_result;
}

bool vcpu_power_off(struct vcpu *vcpu)
{
	assert_ptr_equal(vcpu, v);
	offs++;
	return true;
}

bool vcpu_wait(struct vcpu *vcpu, uint64_t deadline)
{
	assert_ptr_equal(vcpu, v);
	/* A deadline that never comes: not in place. */
	assert_int_equal(deadline, INT64_MAX / 2);
	waits++;
	return true;
}

void vcpu_skip_a32(struct vcpu *vcpu)
{
	(void)vcpu;
	fail();
}

bool vm_request(struct vcpu *vcpu, enum vm_request request, const char *crash)
{
	assert_ptr_equal(vcpu, v);
	assert_null(crash);
	requests++;
	last_request = request;
	return true;
}

bool arch_random64(uint64_t *value)
{
	random_calls++;
	*value = 0U;
	if (random_fails > 0U) {
		random_fails--;
		return false;
	}
	*value = UINT64_MAX;
	return true;
}

static bool seeded;

bool z_entropy_seeded(void)
{
	return seeded;
}

bool z_entropy_get(uint64_t *value)
{
	*value = 0x0123456789abcdefULL;
	return seeded;
}

static bool no_el3;
static unsigned int passed;
static uint64_t passed_x[8];

bool smc_has_el3(void)
{
	return !no_el3;
}

void smc_pass(uint64_t x[8])
{
	passed++;
	memcpy(passed_x, x, sizeof(passed_x));
	for (unsigned int i = 0; i < 8; i++) {
		x[i] = 0x5ec0000000000000ULL + i;
	}
}

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(vm, 0, sizeof(*vm));
	memset(idregs_guest, 0, sizeof(idregs_guest));
	idregs_guest[ISAR0] = RNDR;
	vm->config.ram_base = RAM_BASE;
	vm->ram_size = RAM_SIZE;
	vm->vcpu_count = VCPUS;
	for (unsigned int i = 0; i < VCPUS; i++) {
		memset(&v[i], 0, sizeof(v[i]));
		v[i].vm = vm;
		v[i].id = i;
		v[i].ctx.vmpidr = UINT64_C(1) << 31 | i;
		vm->vcpu[i] = &v[i];
	}
	v[0].power = VCPU_ON;
	v[2].power = VCPU_ON_PENDING;
	frame = (struct guest_frame){.elr = PC, .spsr = 0x3c5};
	v->frame = &frame;
	power_on_result = 0;
	switched_on = NULL;
	offs = waits = requests = random_fails = 0;
	random_calls = 0;
	passed = 0;
	no_el3 = false;
	z_firmware = NULL;
	return 0;
}

static int64_t call4(uint32_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	uint64_t before[18];

	for (unsigned int i = 0; i < 31; i++) {
		frame.x[i] = JUNK + i;
	}
	frame.x[0] = JUNK | function;
	frame.x[1] = a1;
	frame.x[2] = a2;
	frame.x[3] = a3;
	memcpy(before, frame.x, sizeof(before));
	(void)exit_hvc(v, HVC);
	/* x4 to x17 are the caller's. */
	assert_memory_equal(&before[4], &frame.x[4], 14 * sizeof(uint64_t));
	assert_int_equal(frame.elr, PC);
	return (int64_t)frame.x[0];
}

static int64_t call1(uint32_t function, uint64_t a1)
{
	return call4(function, a1, 0, 0);
}

static void test_versions_and_features(void **state)
{
	static const uint32_t known[] = {
		PSCI_VERSION,          PSCI_CPU_SUSPEND_32,   PSCI_CPU_SUSPEND_64,
		PSCI_CPU_OFF,          PSCI_CPU_ON_32,        PSCI_CPU_ON_64,
		PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE,
		PSCI_SYSTEM_OFF,       PSCI_SYSTEM_RESET,     PSCI_FEATURES,
		PSCI_SYSTEM_RESET2_32, PSCI_SYSTEM_RESET2_64, SMCCC_VERSION,
	};

	(void)state;
	assert_int_equal(call1(PSCI_VERSION, 0), 0x10001);
	assert_int_equal(call1(SMCCC_VERSION, 0), 0x10002);
	assert_int_equal(call1(PSCI_MIGRATE_INFO_TYPE, 0), 2);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		assert_int_equal(call1(PSCI_FEATURES, JUNK | known[i]), 0);
		assert_true(hypercall_known(known[i]));
		assert_non_null(hypercall_name(known[i]));
	}
	for (uint32_t n = 0; n < 0x200; n++) {
		uint32_t function = 0x84000000U | n | (n & 0x100U ? SMCCC_64 : 0U);
		bool is_known = false;

		function &= ~0x100U;
		for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
			is_known = is_known || known[i] == function;
		}
		assert_int_equal(call1(PSCI_FEATURES, function), is_known ? 0 : -1);
	}
	assert_int_equal(call1(PSCI_FEATURES, 0x04000000U), -1);
	assert_int_equal(call1(PSCI_FEATURES, TRNG_VERSION), -1);
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_VERSION), 0);
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES), 0);
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_SOC_ID), -1);
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, PSCI_VERSION), -1);
	assert_int_equal(call1(SMCCC_ARCH_SOC_ID, 0), -1);
}

static void test_unknown_calls_change_nothing_but_x0(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 100000; n++) {
		uint32_t function = (uint32_t)unit_random();

		if ((n & 3U) != 0U) {
			/* Near those that there are. */
			function = (function & 0xc00000ffU) | SMCCC_OWNER_STD;
		}
		if (hypercall_known(function)) {
			continue;
		}
		assert_int_equal(call1(function & ~SMCCC_SVE_HINT, 1), -1);
		assert_int_equal(frame.x[1], 1);
		assert_int_equal(frame.x[2], 0);
	}
	/* An immediate is a call of somebody else's. */
	frame.x[0] = PSCI_VERSION;
	assert_false(exit_hvc(v, HVC | 1U));
	assert_int_equal((int64_t)frame.x[0], -1);
	/* The hint about SVE is no part of the number. */
	assert_int_equal(call1(PSCI_VERSION | SMCCC_SVE_HINT, 0), 0x10001);
	assert_int_equal(call1(SMCCC_VERSION | SMCCC_SVE_HINT, 0), 0x10002);
	/* Versions have no 64-bit form. */
	assert_int_equal(call1(PSCI_VERSION | SMCCC_64, 0), -1);
}

static void test_smc_is_stepped_over(void **state)
{
	(void)state;
	frame.x[0] = PSCI_VERSION;
	assert_false(exit_smc(v, SMC));
	assert_int_equal(frame.x[0], 0x10001);
	assert_int_equal(frame.elr, PC + 4U);
	frame.x[0] = 0x1234;
	assert_false(exit_smc(v, SMC | 5U));
	assert_int_equal((int64_t)frame.x[0], -1);
	assert_int_equal(frame.elr, PC + 8U);
	assert_int_equal(v->exits[EXIT_SMC], 2);
}

static void test_cpu_on(void **state)
{
	(void)state;
	assert_int_equal(call4(PSCI_CPU_ON_64, 1, RAM_BASE, 0xffffffffffffffffULL), 0);
	assert_ptr_equal(switched_on, &v[1]);
	assert_int_equal(on_entry, RAM_BASE);
	assert_true(on_arg == UINT64_MAX);
	/* The upper halves are not a 32-bit call's. */
	assert_int_equal(call4(PSCI_CPU_ON_32, JUNK | 3U, JUNK | (RAM_BASE + 4U), JUNK | 7U), 0);
	assert_ptr_equal(switched_on, &v[3]);
	assert_int_equal(on_entry, RAM_BASE + 4U);
	assert_int_equal(on_arg, 7);
	power_on_result = -EALREADY;
	assert_int_equal(call4(PSCI_CPU_ON_64, 0, RAM_BASE, 0), PSCI_ALREADY_ON);
	power_on_result = -EINPROGRESS;
	assert_int_equal(call4(PSCI_CPU_ON_64, 2, RAM_BASE, 0), PSCI_ON_PENDING);
	power_on_result = -EIO;
	assert_int_equal(call4(PSCI_CPU_ON_64, 2, RAM_BASE, 0), PSCI_INTERNAL_FAILURE);
}

static void test_cpu_on_refused(void **state)
{
	static const struct {
		uint64_t target, entry;
		int result;
	} cases[] = {
		{4, RAM_BASE, PSCI_INVALID_PARAMETERS},
		{0x100, RAM_BASE, PSCI_INVALID_PARAMETERS},
		{0x80000001U, RAM_BASE, PSCI_INVALID_PARAMETERS},
		{UINT64_MAX, RAM_BASE, PSCI_INVALID_PARAMETERS},
		{0x100000001ULL, RAM_BASE, PSCI_INVALID_PARAMETERS},
		{1, 0, PSCI_INVALID_ADDRESS},
		{1, RAM_BASE - 4U, PSCI_INVALID_ADDRESS},
		{1, RAM_BASE + RAM_SIZE, PSCI_INVALID_ADDRESS},
		{1, RAM_BASE + 2U, PSCI_INVALID_ADDRESS},
		{1, UINT64_MAX & ~3ULL, PSCI_INVALID_ADDRESS},
		{1, 0x8000000U, PSCI_INVALID_ADDRESS},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(call4(PSCI_CPU_ON_64, cases[i].target, cases[i].entry, 0),
				 cases[i].result);
	}
	assert_null(switched_on);
}

static void test_affinity_info(void **state)
{
	(void)state;
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0, 0, 0), PSCI_AFFINITY_ON);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 1, 0, 0), PSCI_AFFINITY_OFF);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 2, 0, 0), PSCI_AFFINITY_ON_PENDING);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_32, JUNK | 1U, JUNK, 0), PSCI_AFFINITY_OFF);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 4, 0, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0, 4, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0, UINT32_MAX, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, JUNK, 0, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0, JUNK, 0), PSCI_INVALID_PARAMETERS);
	/* A cluster is on as long as one of its CPUs is; then pending; then off. */
	for (uint32_t level = 1; level <= 3; level++) {
		assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0x7, level, 0), PSCI_AFFINITY_ON);
	}
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0x100, 1, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0x100, 2, 0), PSCI_AFFINITY_ON);
	v[0].power = VCPU_OFF;
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0, 1, 0), PSCI_AFFINITY_ON_PENDING);
	v[2].power = VCPU_OFF;
	assert_int_equal(call4(PSCI_AFFINITY_INFO_64, 0, 1, 0), PSCI_AFFINITY_OFF);
}

static void test_suspend_and_off(void **state)
{
	(void)state;
	assert_int_equal(call4(PSCI_CPU_SUSPEND_64, 0, 0, 0), 0);
	assert_int_equal(call4(PSCI_CPU_SUSPEND_32, JUNK | 0x0300ffffU, 0, 0), 0);
	assert_int_equal(call4(PSCI_CPU_SUSPEND_64, 0x10000, RAM_BASE, 0), 0);
	assert_int_equal(waits, 3);
	assert_int_equal(call4(PSCI_CPU_SUSPEND_64, 0x10000, 0, 0), PSCI_INVALID_ADDRESS);
	assert_int_equal(call4(PSCI_CPU_SUSPEND_64, 0x20000, 0, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call4(PSCI_CPU_SUSPEND_64, 0x80000000U, 0, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(waits, 3);
	(void)call1(PSCI_CPU_OFF, 0);
	assert_int_equal(offs, 1);
}

static void test_system_calls(void **state)
{
	(void)state;
	(void)call1(PSCI_SYSTEM_OFF, 0);
	assert_int_equal(last_request, VM_REQUEST_OFF);
	(void)call1(PSCI_SYSTEM_RESET, 0);
	assert_int_equal(last_request, VM_REQUEST_RESET);
	(void)call1(PSCI_SYSTEM_RESET2_64, 0);
	(void)call1(PSCI_SYSTEM_RESET2_32, JUNK);
	assert_int_equal(requests, 4);
	assert_int_equal(call1(PSCI_SYSTEM_RESET2_32, 1), PSCI_INVALID_PARAMETERS);
	assert_int_equal(call1(PSCI_SYSTEM_RESET2_64, 0x80000000U), PSCI_INVALID_PARAMETERS);
	assert_int_equal(requests, 4);
}

static void test_trng(void **state)
{
	(void)state;
	assert_int_equal(call1(TRNG_VERSION, 0), 0x10000);
	assert_int_equal(call1(TRNG_FEATURES, TRNG_RND_64), 0);
	assert_int_equal(call1(TRNG_FEATURES, TRNG_RND_32), 0);
	assert_int_equal(call1(TRNG_FEATURES, PSCI_VERSION), -1);
	assert_int_equal(call1(TRNG_FEATURES, 0x84000054U), -1);
	assert_true(call1(TRNG_GET_UUID, 0) != -1);
	for (unsigned int i = 0; i < 4; i++) {
		assert_true(frame.x[i] <= UINT32_MAX);
	}
	assert_int_equal(call1(TRNG_RND_64, 192), 0);
	assert_true(frame.x[1] == UINT64_MAX && frame.x[2] == UINT64_MAX &&
		    frame.x[3] == UINT64_MAX);
	assert_int_equal(call1(TRNG_RND_64, 65), 0);
	assert_true(frame.x[1] == 0 && frame.x[2] == 1 && frame.x[3] == UINT64_MAX);
	assert_int_equal(call1(TRNG_RND_64, 1), 0);
	assert_true(frame.x[1] == 0 && frame.x[2] == 0 && frame.x[3] == 1);
	assert_int_equal(call1(TRNG_RND_32, JUNK | 96U), 0);
	assert_true(frame.x[1] == UINT32_MAX && frame.x[2] == UINT32_MAX &&
		    frame.x[3] == UINT32_MAX);
	assert_int_equal(call1(TRNG_RND_32, 33), 0);
	assert_true(frame.x[1] == 0 && frame.x[2] == 1 && frame.x[3] == UINT32_MAX);
}

static void test_trng_refused(void **state)
{
	static const uint64_t wrong[] = {0, 193, UINT32_MAX, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(call4(TRNG_RND_64, wrong[i], 5, 6), TRNG_INVALID_PARAMETERS);
		assert_true(frame.x[1] == 0 && frame.x[2] == 0 && frame.x[3] == 0);
	}
	assert_int_equal(call1(TRNG_RND_32, 97), TRNG_INVALID_PARAMETERS);
	/* A generator that is slow is asked again, one that is stuck is not waited for. */
	random_fails = 3;
	assert_int_equal(call1(TRNG_RND_64, 64), 0);
	random_fails = 1000;
	random_calls = 0;
	assert_int_equal(call1(TRNG_RND_64, 192), TRNG_NO_ENTROPY);
	assert_true(frame.x[1] == 0 && frame.x[2] == 0 && frame.x[3] == 0);
	assert_true(random_calls < 30);
	/* Without the generator there may be a seed, or nothing. */
	idregs_guest[ISAR0] = 0;
	seeded = true;
	random_calls = 0;
	assert_int_equal(call1(TRNG_VERSION, 0), 0x10000);
	assert_int_equal(call1(TRNG_RND_64, 128), 0);
	assert_true(frame.x[1] == 0 && frame.x[2] == 0x0123456789abcdefULL &&
		    frame.x[3] == frame.x[2]);
	assert_int_equal(random_calls, 0);
	seeded = false;
	assert_int_equal(call1(TRNG_VERSION, 0), -1);
	assert_int_equal(call1(TRNG_FEATURES, TRNG_RND_64), -1);
	assert_int_equal(call1(TRNG_GET_UUID, 0), -1);
	assert_int_equal(call1(TRNG_RND_64, 64), -1);
}

static unsigned int handed_down;

static int64_t firmware_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	(void)a2;
	(void)a3;
	switch ((uint32_t)function) {
	case PSCI_FEATURES:
		return a1 == SMCCC_VERSION ? 0 : -1;
	case SMCCC_VERSION:
		return 0x10001;
	case SMCCC_ARCH_FEATURES:
		return a1 == SMCCC_ARCH_WORKAROUND_1 ? 0 : a1 == SMCCC_ARCH_WORKAROUND_2 ? 0 : 1;
	case SMCCC_ARCH_WORKAROUND_1:
		handed_down++;
		return 0;
	default:
		fail();
		return -1;
	}
}

/* Last: what the firmware said stays. */
static void test_workarounds_are_the_firmwares(void **state)
{
	static const struct z_firmware old_firmware = {.name = "old"};
	static const struct z_firmware firmware = {.name = "new", .call = firmware_call};

	(void)state;
	hypercall_host_init();
	z_firmware = &old_firmware;
	hypercall_host_init();
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_WORKAROUND_1), -1);
	assert_int_equal(call1(SMCCC_ARCH_WORKAROUND_1, 0), -1);
	z_firmware = &firmware;
	hypercall_host_init();
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_WORKAROUND_1), 0);
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_WORKAROUND_2), -1);
	assert_int_equal(call1(SMCCC_ARCH_FEATURES, SMCCC_ARCH_WORKAROUND_3), 1);
	assert_int_equal(call1(SMCCC_ARCH_WORKAROUND_1, 0), 0);
	assert_int_equal(handed_down, 1);
	assert_int_equal(call1(SMCCC_ARCH_WORKAROUND_2, 0), -1);
	assert_int_equal(call1(SMCCC_ARCH_WORKAROUND_3, 0), 0);
	assert_int_equal(handed_down, 1);
}

/* ---- what goes on to the firmware -------------------------------------------------------------------- */

static void smc_all(uint64_t x0)
{
	for (unsigned int i = 0; i < 31; i++) {
		frame.x[i] = JUNK + i;
	}
	frame.x[0] = x0;
	frame.elr = PC;
	(void)exit_smc(v, SMC);
	assert_int_equal(frame.elr, PC + 4U);
}

static void assert_refused_smc(uint64_t x0)
{
	unsigned int before = passed;

	smc_all(x0);
	assert_int_equal(passed, before);
	assert_int_equal((int64_t)frame.x[0], SMCCC_NOT_SUPPORTED);
	for (unsigned int i = 1; i < 31; i++) {
		assert_int_equal(frame.x[i], JUNK + i);
	}
}

static void test_smc_that_is_allowed(void **state)
{
	(void)state;
	vm->config.smc[0] = 0x82000010U;
	vm->config.smc[1] = 0xc3000001U;
	vm->config.smc_count = 2;
	/* The upper half of x0 and the hint are no part of the number. */
	smc_all(JUNK | 0x82000010U | SMCCC_SVE_HINT);
	assert_int_equal(passed, 1);
	assert_int_equal(passed_x[0], 0x82000010U);
	for (unsigned int i = 1; i < 8; i++) {
		assert_int_equal(passed_x[i], JUNK + i);
	}
	for (unsigned int i = 0; i < 31; i++) {
		assert_int_equal(frame.x[i], i < 4 ? 0x5ec0000000000000ULL + i : JUNK + i);
	}
	smc_all(0xc3000001U);
	assert_int_equal(passed, 2);
	assert_int_equal(passed_x[0], 0xc3000001U);

	/* The other form, a neighbour, the third of two; a hypercall; an immediate; what ZVM answers. */
	assert_refused_smc(0xc2000010U);
	assert_refused_smc(0x82000011U);
	assert_refused_smc(0);
	frame.elr = PC;
	assert_int_equal(call1(0x82000010U, 0), -1);
	frame.x[0] = 0x82000010U;
	(void)exit_smc(v, SMC | 1U);
	assert_int_equal((int64_t)frame.x[0], -1);
	vm->config.smc[0] = PSCI_VERSION;
	smc_all(PSCI_VERSION);
	assert_int_equal(frame.x[0], 0x10001);
	assert_int_equal(passed, 2);
}

static void test_smc_needs_a_firmware(void **state)
{
	static const struct z_firmware smc = {.smc = true};
	static const struct z_firmware hvc = {.smc = false};

	(void)state;
	assert_false(vm_smc_possible());
	z_firmware = &hvc;
	assert_false(vm_smc_possible());
	z_firmware = &smc;
	assert_true(vm_smc_possible());
	no_el3 = true;
	assert_false(vm_smc_possible());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_versions_and_features, reset),
		cmocka_unit_test_setup(test_unknown_calls_change_nothing_but_x0, reset),
		cmocka_unit_test_setup(test_smc_is_stepped_over, reset),
		cmocka_unit_test_setup(test_cpu_on, reset),
		cmocka_unit_test_setup(test_cpu_on_refused, reset),
		cmocka_unit_test_setup(test_affinity_info, reset),
		cmocka_unit_test_setup(test_suspend_and_off, reset),
		cmocka_unit_test_setup(test_system_calls, reset),
		cmocka_unit_test_setup(test_trng, reset),
		cmocka_unit_test_setup(test_trng_refused, reset),
		cmocka_unit_test_setup(test_workarounds_are_the_firmwares, reset),
		cmocka_unit_test_setup(test_smc_that_is_allowed, reset),
		cmocka_unit_test_setup(test_smc_needs_a_firmware, reset),
	};
	int rc;

	fake_arch_reset();
	vm = calloc(1, sizeof(*vm));
	v = calloc(VCPUS, sizeof(*v));
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	free(v);
	free(vm);
	return rc;
}
