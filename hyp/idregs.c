/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/idregs.h"

#include <zephyr/toolchain.h>

uint64_t idregs_guest[IDREGS_COUNT];

void idregs_init(unsigned int ipa_bits)
{
	ARG_UNUSED(ipa_bits);
}

void idregs_merge(const uint64_t hw[IDREGS_COUNT])
{
	ARG_UNUSED(hw);
}

void idregs_merge_this_cpu(void)
{
}
