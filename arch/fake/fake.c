/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/fake/arch.h"

struct fake_arch fake_arch;

void fake_arch_reset(void)
{
	fake_arch = (struct fake_arch){.timer = ARCH_TIMER_NEVER, .frequency = 1000000000U};
}
