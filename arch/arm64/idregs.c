/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/arm64/idregs.h"

#include "arch/arm64/sysreg.h"

#ifdef CONFIG_ZVM

/* By encoding: reserved ones read as zero (Arm ARM D19.2, ID registers), and no assembler knows all names. */
#define READ(crm, op2) (hw[(crm) << 3 | (op2)] = read_sysreg(S3_0_C0_C##crm##_##op2))
#define READ_GROUP(crm)                                                                            \
	do {                                                                                       \
		READ(crm, 0);                                                                      \
		READ(crm, 1);                                                                      \
		READ(crm, 2);                                                                      \
		READ(crm, 3);                                                                      \
		READ(crm, 4);                                                                      \
		READ(crm, 5);                                                                      \
		READ(crm, 6);                                                                      \
		READ(crm, 7);                                                                      \
	} while (0)

void arch_idregs_read(uint64_t hw[64])
{
	for (unsigned int i = 0U; i < 8U; i++) {
		hw[i] = 0U;
	}
	READ_GROUP(1);
	READ_GROUP(2);
	READ_GROUP(3);
	READ_GROUP(4);
	READ_GROUP(5);
	READ_GROUP(6);
	READ_GROUP(7);
}

bool arch_random64(uint64_t *value)
{
	uint64_t got;
	uint32_t ok;

	/* RNDRRS; PSTATE.Z says that there was none (Arm ARM, RNDRRS). */
	__asm__ volatile("mrs %0, S3_3_C2_C4_1\n\tcset %w1, ne" : "=r"(got), "=r"(ok)::"cc");
	*value = got;
	return ok != 0U;
}

#endif /* CONFIG_ZVM */
