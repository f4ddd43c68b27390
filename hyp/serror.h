/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * SErrors of guests: errors that the bus or a memory reports late. docs/trap-path.md has whose they are and why.
 */
#ifndef HYP_SERROR_H_
#define HYP_SERROR_H_

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/** What is to be done about one that came while a guest ran, or just after. */
enum serror_verdict {
	SERROR_GOES_ON,   /**< corrected: nothing is lost */
	SERROR_ENDS_VM,   /**< the VM has crashed */
	SERROR_ENDS_HOST, /**< nobody knows whose memory is wrong now */
};

/**
 * @brief By syndrome (Arm ARM DDI 0487, ISS encoding for an SError interrupt). Pure.
 * @param hardware the guest reaches devices: its accesses are the likely cause
 */
enum serror_verdict serror_verdict(uint64_t esr, bool hardware);

/** @brief EC 0x2f (exit.h). */
bool exit_serror(struct vcpu *v, uint64_t esr);

/** @brief Once, before other CPUs are up. */
void serror_host_init(void);

#endif /* HYP_SERROR_H_ */
