/* SPDX-License-Identifier: Apache-2.0 */

/* PSCI (DEN0022), SMCCC (DEN0028) and TRNG (DEN0098) as a guest sees them. */

#include "guest.h"

static void version(void)
{
	EXPECT(smccc(PSCI_VERSION, 0, 0, 0) >= 0x10001, "PSCI 1.1 or later");
}

void guest_main(void)
{
	RUN(version);
}
