/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * PSCI 1.1 (DEN0022) for guests, and the TRNG firmware interface (DEN0098): handlers of hypercall.c's rows.
 *
 * Each takes its arguments from the frame's x1.. and leaves results from x0 on. Calls with 32-bit arguments look at
 * the lower halves only. They return what an exit handler returns.
 */
#ifndef HYP_VPSCI_H_
#define HYP_VPSCI_H_

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

bool psci_version(struct vcpu *v);
bool psci_features(struct vcpu *v);
bool psci_cpu_on_32(struct vcpu *v);
bool psci_cpu_on_64(struct vcpu *v);
bool psci_cpu_off(struct vcpu *v);
bool psci_cpu_suspend_32(struct vcpu *v);
bool psci_cpu_suspend_64(struct vcpu *v);
bool psci_affinity_info_32(struct vcpu *v);
bool psci_affinity_info_64(struct vcpu *v);
bool psci_migrate_info_type(struct vcpu *v);
bool psci_system_off(struct vcpu *v);
bool psci_system_reset(struct vcpu *v);
bool psci_system_reset2_32(struct vcpu *v);
bool psci_system_reset2_64(struct vcpu *v);

bool trng_version(struct vcpu *v);
bool trng_features(struct vcpu *v);
bool trng_get_uuid(struct vcpu *v);
bool trng_rnd_32(struct vcpu *v);
bool trng_rnd_64(struct vcpu *v);

#endif /* HYP_VPSCI_H_ */
