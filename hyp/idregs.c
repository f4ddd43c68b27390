/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sanitised ID registers. The table below is the allow-list: a field that is not in it reads as zero, which in every
 * field but those of fixed_fields[] means "not there" (Arm ARM D19.2; for the principle D24.1.3, "Principles of the ID
 * scheme for fields in ID registers"). What is passed is what all CPUs have, and no more than what ZVM knows how to
 * switch between vCPUs and to keep away from the host.
 */
#include "hyp/idregs.h"

#include <stdbool.h>

#include <zephyr/spinlock.h>
#include <zephyr/sys/util.h>

#include "arch/arm64/idregs.h"

#define FIELD_MASK 0xfU

/* A field of four bits: up to which value it is passed. */
struct id_field {
	uint8_t reg;
	uint8_t shift;
	int8_t limit;
	/* 0b1111 is -1 and means "less than nothing": the smaller value is still the lesser feature. */
	bool is_signed;
};

/* A field that reads the same everywhere. */
struct id_fixed {
	uint8_t reg;
	uint8_t shift;
	uint8_t value;
};

#define U(reg_, shift_, limit_) {.reg = (reg_), .shift = (shift_), .limit = (limit_)}
#define S(reg_, shift_, limit_)                                                                    \
	{.reg = (reg_), .shift = (shift_), .limit = (limit_), .is_signed = true}

#define ID_PFR0 IDREG(1, 0)
#define ID_PFR1 IDREG(1, 1)
#define ID_DFR0 IDREG(1, 2)
#define ID_PFR2 IDREG(3, 4)
#define PFR0    IDREG(4, 0)
#define PFR1    IDREG(4, 1)
#define DFR0    IDREG(5, 0)
#define ISAR0   IDREG(6, 0)
#define ISAR1   IDREG(6, 1)
#define ISAR2   IDREG(6, 2)
#define MMFR0   IDREG(7, 0)
#define MMFR1   IDREG(7, 1)
#define MMFR2   IDREG(7, 2)

#define PFR0_EL0      0U
#define MMFR0_PARANGE 0U

static const struct id_field fields[] = {
	U(PFR0, PFR0_EL0, 2), /* AArch32 at EL0 where there is one */
	S(PFR0, 16, 1),       /* FP */
	S(PFR0, 20, 1),       /* AdvSIMD */
	U(PFR0, 48, 1),       /* DIT */
	U(PFR0, 56, 1),       /* CSV2; 2 has SCXTNUM registers, which are not switched and trap */
	U(PFR0, 60, 1),       /* CSV3 */
	U(PFR1, 0, 1),        /* BT */
	U(PFR1, 4, 2),        /* SSBS */

	U(ISAR0, 4, 2),  /* AES */
	U(ISAR0, 8, 1),  /* SHA1 */
	U(ISAR0, 12, 2), /* SHA2 */
	U(ISAR0, 16, 1), /* CRC32 */
	U(ISAR0, 20, 3), /* Atomic */
	U(ISAR0, 28, 1), /* RDM */
	U(ISAR0, 32, 1), /* SHA3 */
	U(ISAR0, 36, 1), /* SM3 */
	U(ISAR0, 40, 1), /* SM4 */
	U(ISAR0, 44, 1), /* DP */
	U(ISAR0, 48, 1), /* FHM */
	U(ISAR0, 52, 2), /* TS */
	U(ISAR0, 56, 2), /* TLB */
	U(ISAR0, 60, 1), /* RNDR */

	U(ISAR1, 0, 2),  /* DPB */
	U(ISAR1, 4, 5),  /* APA; the keys are switched (struct guest_context) */
	U(ISAR1, 8, 5),  /* API */
	U(ISAR1, 12, 1), /* JSCVT */
	U(ISAR1, 16, 1), /* FCMA */
	U(ISAR1, 20, 3), /* LRCPC */
	U(ISAR1, 24, 1), /* GPA */
	U(ISAR1, 28, 1), /* GPI */
	U(ISAR1, 32, 1), /* FRINTTS */
	U(ISAR1, 36, 1), /* SB */
	U(ISAR1, 40, 2), /* SPECRES */
	U(ISAR1, 44, 1), /* BF16 */
	U(ISAR1, 48, 1), /* DGH */
	U(ISAR1, 52, 1), /* I8MM */

	U(ISAR2, 4, 1),  /* RPRES */
	U(ISAR2, 8, 1),  /* GPA3 */
	U(ISAR2, 12, 5), /* APA3 */
	U(ISAR2, 20, 1), /* BC */
	U(ISAR2, 24, 1), /* PAC_frac */
	U(ISAR2, 28, 1), /* CLRBHB */
	U(ISAR2, 48, 1), /* RPRFM */
	U(ISAR2, 52, 1), /* CSSC */

	U(MMFR0, MMFR0_PARANGE, 5), /* and no more than stage 2 gives, see idregs_init() */
	U(MMFR0, 4, 2),             /* ASIDBits */
	/* Not BigEnd: emulated registers are little-endian. */
	U(MMFR0, 12, 1), /* SNSMem */
	U(MMFR0, 16, 1), /* BigEndEL0 */
	U(MMFR0, 20, 1), /* TGran16; 2 is with 52 bits */
	S(MMFR0, 24, 0), /* TGran64 */
	S(MMFR0, 28, 0), /* TGran4; 1 is with 52 bits */
	U(MMFR0, 44, 1), /* ExS */
	U(MMFR0, 60, 1), /* ECV; 2 has CNTPOFF_EL2, no business of a guest */

	U(MMFR1, 0, 2),  /* HAFDBS */
	U(MMFR1, 12, 2), /* HPDS */
	U(MMFR1, 20, 3), /* PAN */
	U(MMFR1, 24, 1), /* SpecSEI */
	U(MMFR1, 36, 2), /* ETS */
	U(MMFR1, 44, 1), /* AFP */
	U(MMFR1, 48, 1), /* nTLBPA */

	U(MMFR2, 0, 1),  /* CnP */
	U(MMFR2, 4, 1),  /* UAO */
	U(MMFR2, 8, 1),  /* LSM */
	U(MMFR2, 20, 1), /* CCIDX: the layout of CCSIDR_EL1, which is not trapped */
	U(MMFR2, 28, 1), /* ST */
	U(MMFR2, 32, 1), /* AT */
	U(MMFR2, 36, 1), /* IDS: where traps from EL0 are reported, which no register changes */
	U(MMFR2, 48, 1), /* TTL */
	U(MMFR2, 52, 2), /* BBM */
	U(MMFR2, 60, 1), /* E0PD */

	/* AArch32: what EL0 and those who describe it can see. */
	U(ID_PFR0, 0, 1),  /* State0, A32 */
	U(ID_PFR0, 4, 3),  /* State1, T32 */
	U(ID_PFR0, 8, 2),  /* State2, Jazelle */
	U(ID_PFR0, 12, 1), /* State3, T32EE */
	U(ID_PFR0, 16, 1), /* CSV2 */
	U(ID_PFR0, 24, 1), /* DIT */
	U(ID_PFR1, 16, 1), /* GenTimer */
	U(ID_PFR2, 0, 1),  /* CSV3 */
	U(ID_PFR2, 4, 1),  /* SSBS */
};

/* AArch32 registers that describe instructions and stage 1 only: passed whole. ID_ISAR0-6, ID_MMFR0-5, MVFR0-2. */
static const uint8_t whole[] = {
	IDREG(2, 0), IDREG(2, 1), IDREG(2, 2), IDREG(2, 3), IDREG(2, 4), IDREG(2, 5),
	IDREG(2, 7), IDREG(1, 4), IDREG(1, 5), IDREG(1, 6), IDREG(1, 7), IDREG(2, 6),
	IDREG(3, 6), IDREG(3, 0), IDREG(3, 1), IDREG(3, 2),
};

static const struct id_fixed fixed_fields[] = {
	{PFR0, 4, 1},     /* EL1 is AArch64 */
	{PFR0, 24, 1},    /* GIC: system registers, 3.0 or 4.0 */
	{DFR0, 0, 6},     /* DebugVer: ARMv8, the least there is */
	{DFR0, 12, 1},    /* BRPs: two, the least there is; they hold values and never hit */
	{DFR0, 20, 1},    /* WRPs: likewise */
	{DFR0, 36, 0xf},  /* DoubleLock: none */
	{ID_DFR0, 0, 6},  /* CopDbg */
	{ID_PFR1, 28, 1}, /* GIC */
};

uint64_t idregs_guest[IDREGS_COUNT];

/* CPUs that come up at once; readers need none, as guests run when the CPUs are up. */
static struct k_spinlock merge_lock;

static uint64_t field_get(uint64_t value, unsigned int shift)
{
	return value >> shift & FIELD_MASK;
}

static void field_set(unsigned int reg, unsigned int shift, uint64_t value)
{
	idregs_guest[reg] &= ~((uint64_t)FIELD_MASK << shift);
	idregs_guest[reg] |= (value & FIELD_MASK) << shift;
}

static void field_lower(unsigned int reg, unsigned int shift, uint64_t hw)
{
	uint64_t now = field_get(idregs_guest[reg], shift);

	field_set(reg, shift, MIN(now, field_get(hw, shift)));
}

/* The order of signed fields is that of unsigned ones with the sign bit turned over. */
static void field_lower_signed(unsigned int reg, unsigned int shift, uint64_t hw)
{
	uint64_t now = field_get(idregs_guest[reg], shift) ^ 8U;

	field_set(reg, shift, MIN(now, field_get(hw, shift) ^ 8U) ^ 8U);
}

/* The largest PARange (ID_AA64MMFR0_EL1) that is no more than these bits. */
static uint64_t pa_range(unsigned int bits)
{
	static const uint8_t range_bits[] = {32, 36, 40, 42, 44, 48};
	uint64_t n = 0U;

	while (n + 1U < ARRAY_SIZE(range_bits) && range_bits[n + 1U] <= bits) {
		n++;
	}
	return n;
}

void idregs_init(unsigned int ipa_bits)
{
	for (unsigned int i = 0U; i < IDREGS_COUNT; i++) {
		idregs_guest[i] = 0U;
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(fields); i++) {
		field_set(fields[i].reg, fields[i].shift, (uint64_t)fields[i].limit);
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(whole); i++) {
		idregs_guest[whole[i]] = UINT32_MAX;
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(fixed_fields); i++) {
		field_set(fixed_fields[i].reg, fixed_fields[i].shift, fixed_fields[i].value);
	}
	field_lower(MMFR0, MMFR0_PARANGE, pa_range(ipa_bits) << MMFR0_PARANGE);
}

/* Without AArch32 at EL0 its ID registers are UNKNOWN in hardware: here they are zero. */
static void hide_aarch32(void)
{
	for (unsigned int i = IDREG(1, 0); i < IDREG(4, 0); i++) {
		idregs_guest[i] = 0U;
	}
}

void idregs_merge(const uint64_t hw[IDREGS_COUNT])
{
	for (unsigned int i = 0U; i < ARRAY_SIZE(fields); i++) {
		const struct id_field *f = &fields[i];

		if (f->is_signed) {
			field_lower_signed(f->reg, f->shift, hw[f->reg]);
		} else {
			field_lower(f->reg, f->shift, hw[f->reg]);
		}
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(whole); i++) {
		for (unsigned int shift = 0U; shift < 32U; shift += 4U) {
			field_lower(whole[i], shift, hw[whole[i]]);
		}
	}
	if (field_get(idregs_guest[PFR0], PFR0_EL0) < 2U) {
		hide_aarch32();
	}
}

void idregs_merge_this_cpu(void)
{
	uint64_t hw[IDREGS_COUNT];
	k_spinlock_key_t key;

	arch_idregs_read(hw);
	key = k_spin_lock(&merge_lock);
	idregs_merge(hw);
	k_spin_unlock(&merge_lock, key);
}
