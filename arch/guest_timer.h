/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The resident guest's virtual timer, for the target or for unit tests on the host.
 */
#ifndef ARCH_GUEST_TIMER_H_
#define ARCH_GUEST_TIMER_H_

#ifdef ZVM_ARCH_FAKE
#include "arch/fake/guest_timer.h"
#else
#include "arch/arm64/guest_timer.h"
#endif

#endif /* ARCH_GUEST_TIMER_H_ */
