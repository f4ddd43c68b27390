/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The architecture's inline functions, for the target or for unit tests on the host.
 */
#ifndef ARCH_ARCH_H_
#define ARCH_ARCH_H_

#ifdef ZVM_ARCH_FAKE
#include "arch/fake/arch.h"
#else
#include "arch/arm64/arch.h"
#endif

#endif /* ARCH_ARCH_H_ */
