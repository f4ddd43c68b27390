/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped system registers: the table, and every encoding that there can be. */
#include "unit.h"

#include "arch/fake/arch.h"

/* The table is its own business, but it has to be sorted. */
#include "hyp/sysreg_trap.c"

#define EC_CP15_32 (UINT64_C(0x03) << 26)
#define EC_CP15_64 (UINT64_C(0x04) << 26)
#define EC_CP14_32 (UINT64_C(0x05) << 26)
#define EC_CP14_64 (UINT64_C(0x0c) << 26)
#define EC_SYS64   (UINT64_C(0x18) << 26)
#define EL1H       0x3c5U
#define EL0T       0x000U
#define USR32      0x010U
#define PC         0x40080000U

static struct guest_frame frame;
static struct vcpu *v;
static unsigned int undefs, sgis, ways, mdscrs, timer_writes;
static uint64_t last_value;
static bool last_group1;
uint64_t idregs_guest[IDREGS_COUNT];

void inject_undef(struct vcpu *vcpu)
{
	assert_ptr_equal(vcpu, v);
	undefs++;
}

bool vgic_sgi(struct vcpu *vcpu, uint64_t value, bool group1)
{
	assert_ptr_equal(vcpu, v);
	sgis++;
	last_value = value;
	last_group1 = group1;
	return false;
}

bool vgic_dir(struct vcpu *vcpu, uint64_t value)
{
	assert_ptr_equal(vcpu, v);
	last_value = value;
	return false;
}

bool guest_set_way(struct vcpu *vcpu, uint64_t operand)
{
	assert_ptr_equal(vcpu, v);
	ways++;
	last_value = operand;
	return true;
}

void arch_guest_mdscr(uint64_t mdscr)
{
	mdscrs++;
	last_value = mdscr;
}

void vcpu_skip_a32(struct vcpu *vcpu)
{
	vcpu->frame->elr += 4U;
}

uint64_t ptimer_counter(struct vcpu *vcpu)
{
	(void)vcpu;
	return 0x1122334455667788ULL;
}

uint64_t ptimer_ctl(struct vcpu *vcpu)
{
	(void)vcpu;
	return 5;
}

uint64_t ptimer_cval(struct vcpu *vcpu)
{
	(void)vcpu;
	return 0xaabbccdd00112233ULL;
}

uint64_t ptimer_tval(struct vcpu *vcpu)
{
	(void)vcpu;
	return 0x80000001U;
}

void ptimer_set_ctl(struct vcpu *vcpu, uint64_t value)
{
	(void)vcpu;
	timer_writes++;
	last_value = value;
}

void ptimer_set_cval(struct vcpu *vcpu, uint64_t value)
{
	ptimer_set_ctl(vcpu, value);
}

void ptimer_set_tval(struct vcpu *vcpu, uint64_t value)
{
	ptimer_set_ctl(vcpu, value);
}

static int reset(void **state)
{
	(void)state;
	fake_arch_reset();
	(void)unit_random_start();
	undefs = sgis = ways = mdscrs = timer_writes = 0;
	last_value = 0;
	frame = (struct guest_frame){.elr = PC, .spsr = EL1H};
	v->frame = &frame;
	memset(v->exits, 0, sizeof(v->exits));
	sysreg_reset(v);
	for (unsigned int i = 0; i < IDREGS_COUNT; i++) {
		idregs_guest[i] = 0xabc00U + i;
	}
	return 0;
}

static uint64_t esr_of(unsigned int op0, unsigned int op1, unsigned int crn, unsigned int crm,
		       unsigned int op2, unsigned int rt, bool read)
{
	return EC_SYS64 | ESR_IL | ISS(op0, op1, crn, crm, op2) | rt << 5 | (read ? 1U : 0U);
}

static uint64_t mrs(unsigned int op0, unsigned int op1, unsigned int crn, unsigned int crm,
		    unsigned int op2)
{
	assert_false(exit_sysreg(v, esr_of(op0, op1, crn, crm, op2, 3, true)));
	return frame.x[3];
}

static void msr(unsigned int op0, unsigned int op1, unsigned int crn, unsigned int crm,
		unsigned int op2, uint64_t value)
{
	frame.x[4] = value;
	assert_false(exit_sysreg(v, esr_of(op0, op1, crn, crm, op2, 4, false)));
}

static void test_rows_are_sorted_and_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sysregs); i++) {
		assert_true(i == 0 || sysregs[i - 1].key < sysregs[i].key);
		assert_true(sysregs[i].read != NULL || sysregs[i].write != NULL);
		assert_true(sysregs[i].slot < KEPT_REGISTERS);
		assert_ptr_equal(find(sysregs[i].key), &sysregs[i]);
	}
}

static void test_keys_are_the_fields_of_the_syndrome(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 10000; n++) {
		unsigned int op0 = (unsigned int)unit_below(4), op1 = (unsigned int)unit_below(8);
		unsigned int crn = (unsigned int)unit_below(16), crm = (unsigned int)unit_below(16);
		unsigned int op2 = (unsigned int)unit_below(8);
		uint64_t esr = esr_of(op0, op1, crn, crm, op2, (unsigned int)unit_below(32),
				      n & 1U);

		assert_int_equal(KEY_OF(esr), KEY(op0, op1, crn, crm, op2));
	}
}

/* Whatever it is, it is either done and stepped over, or undefined and left where it is. */
static void test_every_encoding_from_el0_and_el1(void **state)
{
	unsigned int done = 0;

	(void)state;
	for (uint32_t n = 0; n < 1U << 17; n++) {
		uint32_t key = n >> 1;
		uint64_t esr = esr_of(key >> 14, key >> 11 & 7U, key >> 7 & 15U, key >> 3 & 15U,
				      key & 7U, (unsigned int)unit_below(32), n & 1U);
		unsigned int before = undefs;

		frame.elr = PC;
		frame.spsr = EL1H;
		(void)exit_sysreg(v, esr);
		assert_int_equal(frame.elr, undefs == before ? PC + 4U : PC);
		done += undefs == before;
	}
	assert_int_equal(v->exits[EXIT_SYSREG], 1U << 17);
	/* The ID space of 64 registers, and what the rows can do. */
	for (size_t i = 0; i < ARRAY_SIZE(sysregs); i++) {
		done -= (sysregs[i].read != NULL) + (sysregs[i].write != NULL);
	}
	assert_int_equal(done, 64);
}

static void test_id_space(void **state)
{
	(void)state;
	for (unsigned int crm = 0; crm < 8; crm++) {
		for (unsigned int op2 = 0; op2 < 8; op2++) {
			assert_int_equal(mrs(3, 0, 0, crm, op2), 0xabc00U + (crm << 3 | op2));
		}
	}
	assert_int_equal(undefs, 0);
	/* Not to be written, and no more than that. */
	msr(3, 0, 0, 4, 0, 1);
	(void)mrs(3, 0, 0, 8, 0);
	(void)mrs(3, 1, 0, 4, 0);
	(void)mrs(2, 0, 0, 7, 0);
	(void)mrs(3, 0, 1, 4, 0);
	assert_int_equal(undefs, 5);
}

static void test_xzr(void **state)
{
	(void)state;
	memset(frame.x, 0x5a, sizeof(frame.x));
	assert_false(exit_sysreg(v, esr_of(3, 0, 0, 4, 0, 31, true)));
	assert_false(exit_sysreg(v, esr_of(3, 0, 12, 11, 5, 31, false)));
	assert_int_equal(last_value, 0);
	assert_int_equal(frame.elr, PC + 8U);
	for (unsigned int i = 0; i < 31; i++) {
		assert_true(frame.x[i] == 0x5a5a5a5a5a5a5a5aULL);
	}
}

static void test_step_and_branch_target_state_are_cleared(void **state)
{
	(void)state;
	frame.spsr = EL1H | SPSR_SS | SPSR_BTYPE | UINT64_C(0xf) << 28;
	(void)mrs(3, 0, 1, 0, 1);
	assert_int_equal(frame.spsr, EL1H | UINT64_C(0xf) << 28);
}

static void test_sgis(void **state)
{
	(void)state;
	msr(3, 0, 12, 11, 5, 0x123);
	assert_int_equal(sgis, 1);
	assert_true(last_group1);
	assert_int_equal(last_value, 0x123);
	msr(3, 0, 12, 11, 7, 0x456);
	assert_false(last_group1);
	msr(3, 0, 12, 11, 6, 0x789);
	assert_int_equal(sgis, 3);
	(void)mrs(3, 0, 12, 11, 5);
	assert_int_equal(undefs, 1);
}

static void test_debug_registers_keep_values(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 2; n++) {
		for (unsigned int op2 = 4; op2 < 8; op2++) {
			uint64_t value = 0xfedcba9876543210ULL + n * 16U + op2;

			msr(2, 0, 0, n, op2, value);
		}
	}
	for (unsigned int n = 0; n < 2; n++) {
		for (unsigned int op2 = 4; op2 < 8; op2++) {
			uint64_t value = 0xfedcba9876543210ULL + n * 16U + op2;

			assert_int_equal(mrs(2, 0, 0, n, op2),
					 (op2 & 1U) != 0U ? (uint32_t)value : value);
		}
	}
	assert_int_equal(undefs, 0);
	(void)mrs(2, 0, 0, 2, 4);
	assert_int_equal(undefs, 1);
	msr(2, 0, 0, 2, 2, 0x1f000b001ULL);
	assert_int_equal(mdscrs, 1);
	assert_int_equal(mrs(2, 0, 0, 2, 2), 0xf000b001U);
}

static void test_os_lock(void **state)
{
	(void)state;
	assert_int_equal(mrs(2, 0, 1, 1, 4), 0xa);
	msr(2, 0, 1, 0, 4, 0);
	assert_int_equal(mrs(2, 0, 1, 1, 4), 0x8);
	msr(2, 0, 1, 0, 4, UINT64_MAX);
	assert_int_equal(mrs(2, 0, 1, 1, 4), 0xa);
	msr(2, 0, 1, 3, 4, 1);
	assert_int_equal(mrs(2, 0, 1, 3, 4), 0);
	assert_int_equal(undefs, 0);
	(void)mrs(2, 0, 1, 0, 4);
	msr(2, 0, 1, 1, 4, 0);
	assert_int_equal(undefs, 2);
}

static void test_set_way(void **state)
{
	(void)state;
	frame.x[4] = 77;
	assert_true(exit_sysreg(v, esr_of(1, 0, 7, 14, 2, 4, false)));
	assert_int_equal(ways, 1);
	assert_int_equal(last_value, 77);
	assert_int_equal(frame.elr, PC + 4U);
	/* The tag operations are MTE's, which is not there. */
	msr(1, 0, 7, 14, 4, 0);
	assert_int_equal(undefs, 1);
}

static void test_el0_may_little(void **state)
{
	(void)state;
	frame.spsr = EL0T;
	assert_int_equal(mrs(3, 3, 14, 0, 1), 0x1122334455667788ULL);
	assert_int_equal(mrs(3, 3, 14, 2, 1), 5);
	assert_int_equal(mrs(2, 3, 0, 1, 0), 0);
	assert_int_equal(undefs, 0);
	(void)mrs(3, 0, 1, 0, 1);
	msr(2, 0, 1, 0, 4, 1);
	assert_int_equal(undefs, 2);
	/* The performance monitors' are undefined to all. */
	(void)mrs(3, 3, 9, 13, 0);
	frame.spsr = EL1H;
	(void)mrs(3, 3, 9, 13, 0);
	msr(3, 3, 9, 14, 0, 0);
	assert_int_equal(undefs, 5);
}

static void test_aarch32_timer(void **state)
{
	(void)state;
	frame.spsr = USR32;
	/* MRRC p15, 0, r2, r3, c14 */
	assert_false(exit_cp15_64(v, EC_CP15_64 | 3U << 10 | 2U << 5 | 14U << 1 | 1U));
	assert_int_equal(frame.x[2], 0x55667788U);
	assert_int_equal(frame.x[3], 0x11223344U);
	/* MCRR p15, 2, r2, r3, c14 */
	frame.x[2] = 0xdead00000001ULL;
	frame.x[3] = 0xdead00000002ULL;
	assert_false(exit_cp15_64(v, EC_CP15_64 | 2U << 16 | 3U << 10 | 2U << 5 | 14U << 1));
	assert_int_equal(last_value, 0x200000001ULL);
	/* MRC p15, 0, r1, c14, c2, 1; MCR p15, 0, r1, c14, c2, 0, under a condition, whose bits lie where op0 would. */
	assert_false(exit_cp15_32(v, EC_CP15_32 | 0xeU << 20 | 1U << 17 | 14U << 10 | 1U << 5 |
					     2U << 1 | 1U));
	assert_int_equal(frame.x[1], 5);
	frame.x[1] = 0xdead00000009ULL;
	assert_false(exit_cp15_32(v, EC_CP15_32 | 0x1fU << 20 | 14U << 10 | 1U << 5 | 2U << 1));
	assert_int_equal(last_value, 9);
	assert_int_equal(undefs, 0);
	assert_int_equal(frame.elr, PC + 16U);
	/* CP14, R15, others. */
	(void)exit_cp15_64(v, EC_CP14_64 | 3U << 10 | 2U << 5 | 14U << 1 | 1U);
	(void)exit_cp15_32(v, EC_CP14_32 | 1U << 17 | 14U << 10 | 1U << 5 | 2U << 1 | 1U);
	(void)exit_cp15_32(v, EC_CP15_32 | 1U << 17 | 14U << 10 | 15U << 5 | 2U << 1 | 1U);
	(void)exit_cp15_32(v, EC_CP15_32 | 9U << 10 | 12U << 1 | 1U);
	(void)exit_cp15_64(v, EC_CP15_64 | 14U << 1);
	assert_int_equal(undefs, 5);
	assert_int_equal(frame.elr, PC + 16U);
}

static void test_any_aarch32_syndrome(void **state)
{
	(void)state;
	frame.spsr = USR32;
	for (unsigned int n = 0; n < 200000; n++) {
		uint64_t iss = unit_random() & 0x1ffffffU;
		unsigned int before = undefs;
		uint64_t pc = frame.elr;

		(void)((n & 1U) != 0U ? exit_cp15_32(v, EC_CP15_32 | iss)
				      : exit_cp15_64(v, EC_CP15_64 | iss));
		assert_int_equal(frame.elr, undefs == before ? pc + 4U : pc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_rows_are_sorted_and_complete, reset),
		cmocka_unit_test_setup(test_keys_are_the_fields_of_the_syndrome, reset),
		cmocka_unit_test_setup(test_every_encoding_from_el0_and_el1, reset),
		cmocka_unit_test_setup(test_id_space, reset),
		cmocka_unit_test_setup(test_xzr, reset),
		cmocka_unit_test_setup(test_step_and_branch_target_state_are_cleared, reset),
		cmocka_unit_test_setup(test_sgis, reset),
		cmocka_unit_test_setup(test_debug_registers_keep_values, reset),
		cmocka_unit_test_setup(test_os_lock, reset),
		cmocka_unit_test_setup(test_set_way, reset),
		cmocka_unit_test_setup(test_el0_may_little, reset),
		cmocka_unit_test_setup(test_aarch32_timer, reset),
		cmocka_unit_test_setup(test_any_aarch32_syndrome, reset),
	};
	int rc;

	v = calloc(1, sizeof(*v));
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	free(v);
	return rc;
}
