/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls by HVC and SMC. Adding one: its number in include/abi/smccc.h, a row below, and a test in tests/guest.
 *
 * A handler takes its arguments from x1.. of the frame, leaves results from x0 on, and returns what an exit handler
 * returns. Registers that a function does not return anything in keep what they were (DEN0028 2.6, "x4 to x17").
 * Results are sign-extended to 64 bits, also those of 32-bit calls, so that a guest may look at x0 or at w0.
 */
#include "hyp/hypercall.h"

#include <stddef.h>

#include <zephyr/sys/util.h>
#include <zephyr/toolchain.h>

#include "arch/arm64/slow_exit.h"
#include "arch/arm64/sysreg.h"
#include "hyp/exit.h"
#include "hyp/vcpu.h"
#include "hyp/vm_smc.h"
#include "hyp/vpsci.h"
#include "kernel/firmware.h"

#define ISS_IMMEDIATE 0xffffU

typedef bool (*hypercall_t)(struct vcpu *v);

struct hypercall {
	/** As a 32-bit call, and as a 64-bit one; NULL: there is no such function. */
	hypercall_t call[2];
	const char *name;
};

#define NUMBER(function) ((function) & SMCCC_NUMBER_MASK)

static bool answer(struct vcpu *v, int64_t result)
{
	v->frame->x[0] = (uint64_t)result;
	return false;
}

/* ---- Arm Architecture Calls ------------------------------------------------------------------------ */

/*
 * What ARCH_FEATURES says of the three workarounds: the firmware's answer. 0: the call does something on this CPU, and is
 * handed down. Where there is no firmware that knows, neither do we.
 */
static int64_t workaround[3] = {SMCCC_NOT_SUPPORTED, SMCCC_NOT_SUPPORTED, SMCCC_NOT_SUPPORTED};

static const uint32_t workaround_function[ARRAY_SIZE(workaround)] = {
	SMCCC_ARCH_WORKAROUND_1,
	SMCCC_ARCH_WORKAROUND_2,
	SMCCC_ARCH_WORKAROUND_3,
};

static bool smccc_version(struct vcpu *v)
{
	return answer(v, SMCCC_VERSION_1_2);
}

__attribute__((cold)) static bool workaround_call(struct vcpu *v, unsigned int n)
{
	if (workaround[n] < 0) {
		return answer(v, SMCCC_NOT_SUPPORTED);
	}
	if (workaround[n] == SMCCC_SUCCESS) {
		(void)z_firmware->call(workaround_function[n], 0U, 0U, 0U);
	}
	return answer(v, SMCCC_SUCCESS);
}

static bool workaround_1(struct vcpu *v)
{
	return workaround_call(v, 0U);
}

static bool workaround_2(struct vcpu *v)
{
	return workaround_call(v, 1U);
}

static bool workaround_3(struct vcpu *v)
{
	return workaround_call(v, 2U);
}

static bool arch_features(struct vcpu *v);

/* Few, and far apart: they are looked for one after the other. */
static const struct {
	uint32_t function;
	hypercall_t call;
	const char *name;
} arch_calls[] = {
	{SMCCC_VERSION, smccc_version, "SMCCC_VERSION"},
	{SMCCC_ARCH_FEATURES, arch_features, "SMCCC_ARCH_FEATURES"},
	{SMCCC_ARCH_WORKAROUND_1, workaround_1, "SMCCC_ARCH_WORKAROUND_1"},
	{SMCCC_ARCH_WORKAROUND_2, workaround_2, "SMCCC_ARCH_WORKAROUND_2"},
	{SMCCC_ARCH_WORKAROUND_3, workaround_3, "SMCCC_ARCH_WORKAROUND_3"},
};

static bool arch_features(struct vcpu *v)
{
	uint32_t function = (uint32_t)v->frame->x[1];

	for (size_t i = 0U; i < ARRAY_SIZE(workaround); i++) {
		if (workaround_function[i] == function) {
			return answer(v, workaround[i]);
		}
	}
	return answer(v, function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES
				 ? SMCCC_SUCCESS
				 : SMCCC_NOT_SUPPORTED);
}

/*
 * SMCCC 1.1 has no way to be asked for itself; PSCI 1.0 has (DEN0028, "Discovery": PSCI_FEATURES of SMCCC_VERSION). A
 * firmware without it may not survive the question.
 */
static bool firmware_has_features(void)
{
	return z_firmware != NULL && z_firmware->call != NULL &&
	       (int32_t)z_firmware->call(PSCI_FEATURES, SMCCC_VERSION, 0U, 0U) >= 0 &&
	       (int32_t)z_firmware->call(SMCCC_VERSION, 0U, 0U, 0U) > 0x10000;
}

__attribute__((cold)) void hypercall_host_init(void)
{
	if (!firmware_has_features()) {
		return;
	}
	for (size_t i = 0U; i < ARRAY_SIZE(workaround); i++) {
		int32_t rc = (int32_t)z_firmware->call(SMCCC_ARCH_FEATURES, workaround_function[i],
						       0U, 0U);

		workaround[i] = rc < 0 ? SMCCC_NOT_SUPPORTED : rc;
	}
	/*
	 * Speculative store bypass: a guest that may switch the mitigation would switch it for the host. Where it is
	 * needed it stays as the firmware set it, on.
	 */
	if (workaround[1] != SMCCC_WORKAROUND_NOT_NEEDED) {
		workaround[1] = SMCCC_NOT_SUPPORTED;
	}
}

/* ---- Standard Secure Service Calls: PSCI, TRNG -------------------------------------------------------- */

/* By number: the lookup is an index. */
static const struct hypercall std_calls[] = {
	[NUMBER(PSCI_VERSION)] = {{psci_version, NULL}, "PSCI_VERSION"},
	[NUMBER(PSCI_CPU_SUSPEND_32)] = {{psci_cpu_suspend_32, psci_cpu_suspend_64},
					 "PSCI_CPU_SUSPEND"},
	[NUMBER(PSCI_CPU_OFF)] = {{psci_cpu_off, NULL}, "PSCI_CPU_OFF"},
	[NUMBER(PSCI_CPU_ON_32)] = {{psci_cpu_on_32, psci_cpu_on_64}, "PSCI_CPU_ON"},
	[NUMBER(PSCI_AFFINITY_INFO_32)] = {{psci_affinity_info_32, psci_affinity_info_64},
					   "PSCI_AFFINITY_INFO"},
	[NUMBER(PSCI_MIGRATE_INFO_TYPE)] = {{psci_migrate_info_type, NULL},
					    "PSCI_MIGRATE_INFO_TYPE"},
	[NUMBER(PSCI_SYSTEM_OFF)] = {{psci_system_off, NULL}, "PSCI_SYSTEM_OFF"},
	[NUMBER(PSCI_SYSTEM_RESET)] = {{psci_system_reset, NULL}, "PSCI_SYSTEM_RESET"},
	[NUMBER(PSCI_FEATURES)] = {{psci_features, NULL}, "PSCI_FEATURES"},
	[NUMBER(PSCI_SYSTEM_RESET2_32)] = {{psci_system_reset2_32, psci_system_reset2_64},
					   "PSCI_SYSTEM_RESET2"},
	[NUMBER(TRNG_VERSION)] = {{trng_version, NULL}, "TRNG_VERSION"},
	[NUMBER(TRNG_FEATURES)] = {{trng_features, NULL}, "TRNG_FEATURES"},
	[NUMBER(TRNG_GET_UUID)] = {{trng_get_uuid, NULL}, "TRNG_GET_UUID"},
	[NUMBER(TRNG_RND_32)] = {{trng_rnd_32, trng_rnd_64}, "TRNG_RND"},
};

/* ---- lookup --------------------------------------------------------------------------------------- */

static hypercall_t find(uint32_t function, const char **name)
{
	uint32_t n = function ^ (SMCCC_FAST | SMCCC_OWNER_STD);

	if ((n & ~SMCCC_64) < ARRAY_SIZE(std_calls)) {
		*name = std_calls[n & ~SMCCC_64].name;
		return std_calls[n & ~SMCCC_64].call[n / SMCCC_64];
	}
	for (size_t i = 0U; i < ARRAY_SIZE(arch_calls); i++) {
		if (arch_calls[i].function == function) {
			*name = arch_calls[i].name;
			return arch_calls[i].call;
		}
	}
	return NULL;
}

__attribute__((cold)) bool hypercall_known(uint32_t function)
{
	const char *name;

	return find(function, &name) != NULL;
}

__attribute__((cold)) const char *hypercall_name(uint32_t function)
{
	const char *name;

	return find(function, &name) != NULL ? name : NULL;
}

/*
 * What the short way does not know. The hint of SMCCC 1.3, that the caller has nothing in its SVE registers, is no
 * part of the number.
 */
static bool __noinline call_slow(struct vcpu *v, uint64_t esr)
{
	uint32_t function = (uint32_t)v->frame->x[0] & ~SMCCC_SVE_HINT;
	const char *name;
	hypercall_t call;

	/* "the immediate must be zero" (DEN0028 2.9); others' conventions are not ours. */
	if ((esr & ISS_IMMEDIATE) != 0U) {
		return answer(v, SMCCC_NOT_SUPPORTED);
	}
	call = find(function, &name);
	if (call != NULL) {
		return call(v);
	}
	return SYSREG_FIELD(esr, ESR_EC) == ESR_EC_SMC64 ? vm_smc(v, function)
							 : answer(v, SMCCC_NOT_SUPPORTED);
}

static ALWAYS_INLINE bool call(struct vcpu *v, uint64_t esr)
{
	uint32_t n = (uint32_t)v->frame->x[0] ^ (SMCCC_FAST | SMCCC_OWNER_STD);
	uint32_t row = n & ~SMCCC_64;
	hypercall_t handler;

	if (unlikely(row >= ARRAY_SIZE(std_calls) || (esr & ISS_IMMEDIATE) != 0U)) {
		return call_slow(v, esr);
	}
	handler = std_calls[row].call[n / SMCCC_64];
	if (unlikely(handler == NULL)) {
		return answer(v, SMCCC_NOT_SUPPORTED);
	}
	return handler(v);
}

bool exit_hvc(struct vcpu *v, uint64_t esr)
{
	v->exits[EXIT_HVC]++;
	slow_exit();
	return call(v, esr);
}

bool exit_smc(struct vcpu *v, uint64_t esr)
{
	v->exits[EXIT_SMC]++;
	/* A trapped SMC was not done: its address is the preferred return address (Arm ARM D1.3.5). HVC's is the next. */
	vcpu_skip(v);
	return call(v, esr);
}
