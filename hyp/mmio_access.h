/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Between the exits for data aborts (mmio_exit.c) and the accesses that they turn out to be (mmio.c).
 */
#ifndef HYP_MMIO_ACCESS_H_
#define HYP_MMIO_ACCESS_H_

#include <stdbool.h>
#include <stdint.h>

#include "hyp/mmio_decode.h"
#include "lib/addr.h"

struct vcpu;

/**
 * @brief An access with a syndrome: done and stepped over, or answered with an external abort.
 * @return what the exit handler returns
 */
bool mmio_access(struct vcpu *v, uint64_t esr, uint64_t far, ipa_t ipa);

/** @brief Ends a write that was done but for vgic_cpu::later. @return what the exit handler returns */
bool mmio_written(struct vcpu *v);

/**
 * @brief An access that was decoded. Registers are changed when all of it was done; the base is @p base, changed by
 * write-back. The instruction is not stepped over.
 * @return false: nothing there answers it
 */
bool mmio_access_insn(struct vcpu *v, const struct mmio_insn *insn, uint64_t far, ipa_t ipa,
		      uint64_t *base);

/**
 * @brief No answer: the guest takes an external abort, and the host's console may get a line.
 * @return what the exit handler returns
 */
bool mmio_refuse(struct vcpu *v, uint64_t esr, uint64_t far, ipa_t ipa);

#endif /* HYP_MMIO_ACCESS_H_ */
