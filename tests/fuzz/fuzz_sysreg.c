/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped system registers: any syndrome, from any level. It is done and stepped over, or undefined and left where it is. */
#define main unit_main
#include "../unit/test_sysreg_trap.c"
#undef main

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t modes[] = {EL1H, EL0T, USR32, UINT32_MAX};
	struct input in = {data, size};

	v = v != NULL ? v : calloc(1, sizeof(*v));
	(void)reset(NULL);
	while (in.left != 0U) {
		uint8_t how = in_byte(&in);
		uint64_t esr = in_number(&in, 4) & 0x3ffffffU;
		unsigned int before = undefs;
		struct guest_frame old;

		/* Near one of the rows. */
		if ((how & 4U) != 0U) {
			uint32_t key = sysregs[how / 16U * 3U % ARRAY_SIZE(sysregs)].key ^
				       (how & 8U);

			esr = esr_of(key >> 14, key >> 11 & 7U, key >> 7 & 15U, key >> 3 & 15U,
				     key & 7U, (uint32_t)esr % 32U, (esr & 0x100U) != 0U);
		}
		frame.spsr = modes[how & 3U];
		frame.elr = PC;
		frame.x[esr >> 5 & 31U ? (esr >> 5 & 31U) - 1U : 0U] = in_edge(&in);
		old = frame;
		if ((how & 0x80U) == 0U) {
			(void)exit_sysreg(v, EC_SYS64 | esr);
		} else if ((how & 0x40U) == 0U) {
			(void)exit_cp15_32(v, EC_CP15_32 | esr);
		} else {
			(void)exit_cp15_64(v, EC_CP15_64 | esr);
		}
		assert_int_equal(frame.elr, undefs == before ? PC + 4U : PC);
		for (unsigned int i = 0U; i < ARRAY_SIZE(frame.x); i++) {
			assert_true(frame.x[i] == old.x[i] ||
				    (undefs == before &&
				     (i == (esr >> 5 & 31U) || i == (esr >> 10 & 31U))));
		}
	}
	return 0;
}
