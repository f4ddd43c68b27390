/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM definitions: smc-allow, functions of the machine's firmware that the guest may call (DEN0028, "Function identifiers").
 *
 * Only fast calls: one that yields comes back before it is done, for the host to run something else, and is to be called
 * again by who called it; a guest can't be held to that. Only services of the CPU, the SoC, the board, and what runs in
 * the secure world: architecture calls and PSCI are answered by ZVM, SDEI and FF-A would give the guest the host's CPUs and
 * memory, and calls to a hypervisor are for ZVM itself.
 */
#include <zephyr/sys/util.h>

#include "abi/smccc.h"
#include "hyp/vm_smc.h"
#include "hyp/vmdef_internal.h"
#include "lib/fdt.h"

#define OWNER(id)     ((id) >> 24 & 0x3fU)
#define OWNER_CPU     1U
#define OWNER_OEM     3U
#define OWNER_TRUSTED 48U
#define MUST_BE_ZERO  0x00ff0000U

static int check_id(const struct vmdef_reader *r, const char *prop, uint32_t id)
{
	uint32_t owner = OWNER(id);

	if ((id & SMCCC_FAST) == 0U) {
		return vmdef_bad(r, 0, prop, "0x%x: a yielding call; fast ones have bit 31", id);
	}
	if ((id & MUST_BE_ZERO) != 0U) {
		return vmdef_bad(r, 0, prop, "0x%x: bits 16 to 23 must be 0", id);
	}
	if (owner < OWNER_CPU || (owner > OWNER_OEM && owner < OWNER_TRUSTED)) {
		return vmdef_bad(r, 0, prop,
				 "0x%x: owner %u is not for guests; 1 (CPU), 2 (SiP), 3 (OEM), "
				 "48 to 63 (trusted) are",
				 id, owner);
	}
	return 0;
}

int vmdef_read_smc(struct vmdef_reader *r, const char *prop)
{
	struct vm_config *config = r->config;
	int len;
	const fdt32_t *p = fdt_getprop(r->fdt, 0, prop, &len);
	uint32_t count = p != NULL ? (uint32_t)len / 4U : 0U;

	if (count == 0U || len % 4 != 0) {
		return vmdef_bad(r, 0, prop, "must be a list of numbers, <n n ...>");
	}
	if (count > VM_SMC_MAX) {
		return vmdef_bad(r, 0, prop, "%u functions, at most %u", count, VM_SMC_MAX);
	}
	for (uint32_t i = 0U; i < count; i++) {
		int rc;

		config->smc[i] = fdt32_ld(&p[i]);
		rc = check_id(r, prop, config->smc[i]);
		if (rc != 0) {
			return rc;
		}
	}
	if (!vm_smc_possible()) {
		return vmdef_bad(r, 0, prop,
				 "this machine has no firmware for it: no EL3, or no PSCI by SMC");
	}
	config->smc_count = count;
	return 0;
}
