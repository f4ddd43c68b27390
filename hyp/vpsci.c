/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI 1.1 (DEN0022F). Everything a guest passes is checked here; the power states themselves change in vcpu.c.
 *
 * SYSTEM_RESET2's warm reset is a reset from the images like any other: DEN0022 5.12 leaves to the platform what
 * survives one.
 */
#include "hyp/vpsci.h"

#include <errno.h>
#include <stddef.h>

#include "arch/arm64/sysreg.h"
#include "hyp/hypercall.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "lib/addr.h"

static bool answer(struct vcpu *v, int64_t result)
{
	v->frame->x[0] = (uint64_t)result;
	return false;
}

static uint64_t arg64(const struct vcpu *v, unsigned int n)
{
	return v->frame->x[n];
}

/* The upper halves of a 32-bit call's registers are not its arguments (DEN0028 2.5). */
static uint64_t arg32(const struct vcpu *v, unsigned int n)
{
	return (uint32_t)v->frame->x[n];
}

bool psci_version(struct vcpu *v)
{
	return answer(v, PSCI_VERSION_1_1);
}

bool psci_migrate_info_type(struct vcpu *v)
{
	return answer(v, PSCI_MIGRATE_NOT_NEEDED);
}

/* CPU_SUSPEND has feature flags: 0 is the original format of power_state, and platform coordination. */
bool psci_features(struct vcpu *v)
{
	uint32_t function = (uint32_t)arg32(v, 1U);
	uint32_t number = function & ~(SMCCC_FAST | SMCCC_64 | SMCCC_OWNER_STD);
	bool is_psci = number <= PSCI_NUMBER_MAX || function == SMCCC_VERSION;

	return answer(v, is_psci && hypercall_known(function) ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED);
}

/* ---- vCPUs ------------------------------------------------------------------------------------------ */

static uint64_t affinity_of(const struct vcpu *v)
{
	return v->ctx.vmpidr & MPIDR_AFF_MASK;
}

/* NULL: no vCPU has these affinity fields; other bits must be zero (DEN0022 5.1.4, target_cpu). */
static struct vcpu *vcpu_by_affinity(const struct vm *vm, uint64_t affinity)
{
	for (unsigned int i = 0U; i < vm->vcpu_count; i++) {
		if (affinity_of(vm->vcpu[i]) == affinity) {
			return vm->vcpu[i];
		}
	}
	return NULL;
}

/* An instruction in the guest's RAM. */
static bool entry_ok(const struct vm *vm, uint64_t entry)
{
	return is_aligned(entry, 4U) && range_contains(vm->config.ram_base, vm->ram_size, entry);
}

static bool cpu_on(struct vcpu *v, uint64_t affinity, uint64_t entry, uint64_t context)
{
	struct vcpu *target = vcpu_by_affinity(v->vm, affinity);

	if (target == NULL) {
		return answer(v, PSCI_INVALID_PARAMETERS);
	}
	if (!entry_ok(v->vm, entry)) {
		return answer(v, PSCI_INVALID_ADDRESS);
	}
	switch (vcpu_power_on(target, entry, context)) {
	case 0:
		return answer(v, PSCI_SUCCESS);
	case -EALREADY:
		return answer(v, PSCI_ALREADY_ON);
	case -EINPROGRESS:
		return answer(v, PSCI_ON_PENDING);
	default:
		return answer(v, PSCI_INTERNAL_FAILURE);
	}
}

bool psci_cpu_on_32(struct vcpu *v)
{
	return cpu_on(v, arg32(v, 1U), arg32(v, 2U), arg32(v, 3U));
}

bool psci_cpu_on_64(struct vcpu *v)
{
	return cpu_on(v, arg64(v, 1U), arg64(v, 2U), arg64(v, 3U));
}

bool psci_cpu_off(struct vcpu *v)
{
	return vcpu_power_off(v);
}

/*
 * A power-down state is entered as a standby state, which DEN0022 permits (5.4.2: a request for power-down may be
 * downgraded): the call returns instead of resuming at the entry point. The result is there before the wait, as
 * nothing of this call runs after it.
 */
static bool cpu_suspend(struct vcpu *v, uint32_t power_state, uint64_t entry)
{
	if ((power_state & PSCI_POWER_STATE_RESERVED) != 0U) {
		return answer(v, PSCI_INVALID_PARAMETERS);
	}
	if ((power_state & PSCI_POWER_STATE_DOWN) != 0U && !entry_ok(v->vm, entry)) {
		return answer(v, PSCI_INVALID_ADDRESS);
	}
	(void)answer(v, PSCI_SUCCESS);
	/* With a deadline, that of never: in place it would end with whatever interrupts the host. */
	return vcpu_wait(v, INT64_MAX / 2);
}

bool psci_cpu_suspend_32(struct vcpu *v)
{
	return cpu_suspend(v, (uint32_t)arg32(v, 1U), arg32(v, 2U));
}

bool psci_cpu_suspend_64(struct vcpu *v)
{
	return cpu_suspend(v, (uint32_t)arg64(v, 1U), arg64(v, 2U));
}

/* Which affinity fields name an instance of this level: those from it upwards. */
static uint64_t affinity_mask(uint32_t level)
{
	static const uint64_t masks[PSCI_AFFINITY_LEVEL_MAX + 1U] = {
		MPIDR_AFF_MASK,
		MPIDR_AFF_MASK & ~UINT64_C(0xff),
		MPIDR_AFF_MASK & ~UINT64_C(0xffff),
		MPIDR_AFF_MASK & ~UINT64_C(0xffffff),
	};

	return masks[level];
}

/* An instance is on if one of its CPUs is; else, about to be if one is (DEN0022 5.7). */
static int affinity_state(const struct vm *vm, uint64_t affinity, uint64_t mask)
{
	int state = PSCI_INVALID_PARAMETERS;

	for (unsigned int i = 0U; i < vm->vcpu_count; i++) {
		const struct vcpu *v = vm->vcpu[i];

		if ((affinity_of(v) & mask) != (affinity & mask)) {
			continue;
		}
		switch (__atomic_load_n(&v->power, __ATOMIC_ACQUIRE)) {
		case VCPU_ON:
			return PSCI_AFFINITY_ON;
		case VCPU_ON_PENDING:
			state = PSCI_AFFINITY_ON_PENDING;
			break;
		default:
			if (state < 0) {
				state = PSCI_AFFINITY_OFF;
			}
			break;
		}
	}
	return state;
}

static bool affinity_info(struct vcpu *v, uint64_t affinity, uint64_t level)
{
	if ((affinity & ~(uint64_t)MPIDR_AFF_MASK) != 0U || level > PSCI_AFFINITY_LEVEL_MAX) {
		return answer(v, PSCI_INVALID_PARAMETERS);
	}
	return answer(v, affinity_state(v->vm, affinity, affinity_mask((uint32_t)level)));
}

bool psci_affinity_info_32(struct vcpu *v)
{
	return affinity_info(v, arg32(v, 1U), arg32(v, 2U));
}

bool psci_affinity_info_64(struct vcpu *v)
{
	return affinity_info(v, arg64(v, 1U), arg64(v, 2U));
}

/* ---- the VM ------------------------------------------------------------------------------------------ */

/* These do not return to a guest: should it go on all the same, it is told. */
static bool system_request(struct vcpu *v, enum vm_request request)
{
	(void)answer(v, PSCI_INTERNAL_FAILURE);
	return vm_request(v, request, NULL);
}

bool psci_system_off(struct vcpu *v)
{
	return system_request(v, VM_REQUEST_OFF);
}

bool psci_system_reset(struct vcpu *v)
{
	return system_request(v, VM_REQUEST_RESET);
}

/* Of the reset types there is the architectural one, and none of ours. */
static bool system_reset2(struct vcpu *v, uint32_t type)
{
	if (type != PSCI_RESET2_WARM) {
		return answer(v, PSCI_INVALID_PARAMETERS);
	}
	return system_request(v, VM_REQUEST_RESET);
}

bool psci_system_reset2_32(struct vcpu *v)
{
	return system_reset2(v, (uint32_t)arg32(v, 1U));
}

bool psci_system_reset2_64(struct vcpu *v)
{
	return system_reset2(v, (uint32_t)arg64(v, 1U));
}
