/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What made the real-time task late: the interrupt came when somebody unmasked interrupts, and the syndrome registers
 * still say which guest's exit that was, or where in the host. For each cause the worst and how many.
 */
#ifndef RT_CAUSE_H_
#define RT_CAUSE_H_

#include <stdint.h>

/** Wake-ups later than so many cycles have a cause that is noted. */
#define RT_CAUSE_FROM 800U

/** @brief Forgets all causes. */
void rt_cause_reset(void);

/** @brief For rt_plan::note. */
void rt_cause_note(uint32_t late);

/** @brief Lines "HOST rt-cause LABEL ...", the worst first. */
void rt_cause_print(const char *label);

#endif /* RT_CAUSE_H_ */
