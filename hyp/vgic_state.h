/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The virtual GIC's state: embedded in struct vm and struct vcpu. Its members are the vGIC's own business.
 */
#ifndef HYP_VGIC_STATE_H_
#define HYP_VGIC_STATE_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/spinlock.h>

struct vgic_cpu {
	uint64_t placeholder;
};

struct vgic {
	struct k_spinlock lock;
};

#endif /* HYP_VGIC_STATE_H_ */
