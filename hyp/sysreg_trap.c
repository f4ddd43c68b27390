/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped system registers and instructions: a row each, in the order of their encodings. What has no row is
 * undefined to the guest, as the architecture has it for registers of features that the ID registers do not name
 * (Arm ARM D24.1.3): performance monitors, trace, profiling, SVE, SME, MTE, AMU, RAS, LORegions, what is
 * IMPLEMENTATION DEFINED.
 *
 * The debug architecture can not be absent. Of it a guest has software step; its breakpoints, watchpoints and debug
 * channel hold what is written and do nothing.
 */
#include "hyp/sysreg_trap.h"

#include <stdbool.h>
#include <stddef.h>

#include <zephyr/sys/util.h>

#include "arch/arm64/debug.h"
#include "arch/arm64/sysreg.h"
#include "hyp/exit.h"
#include "hyp/guest_mem.h"
#include "hyp/idregs.h"
#include "hyp/inject.h"
#include "hyp/vcpu.h"
#include "hyp/vgic.h"
#include "hyp/vtimer.h"

/* ISS of a trapped MSR, MRS or SYS (Arm ARM D19.2.37, "ISS encoding for an exception from MSR, MRS..."). */
#define ISS_READ     1U
#define ISS_RT(esr)  ((unsigned int)((esr) >> 5) & 0x1fU)
#define ISS_ENCODING 0x3ffc1eU
#define ISS(op0, op1, crn, crm, op2)                                                               \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
/* op0=3, op1=0, CRn=0, CRm=0..7, op2 any. */
#define ISS_ID_MASK     ISS(3U, 7U, 15U, 8U, 0U)
#define ISS_ID_SPACE    ISS(3U, 0U, 0U, 0U, 0U)
#define ISS_ID_INDEX(e) (((unsigned int)((e) << 2) & 0x38U) | ((unsigned int)((e) >> 17) & 7U))
#define ISS_ICC_SGI1R   ISS(3U, 0U, 12U, 11U, 5U)

/* The same in the order that the manual lists registers in: keys of the rows. */
#define KEY(op0, op1, crn, crm, op2) ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define KEY_OF(e)                                                                                  \
	((uint32_t)(((e) >> 6 & 0xc000U) | ((e) >> 3 & 0x3f80U) | ((e) << 2 & 0x78U) |             \
		    ((e) >> 17 & 7U)))

struct sysreg {
	uint16_t key;
	/** enum sysreg_kept, for those that are kept. */
	uint8_t slot;
	/** EL0 may, where it gets as far as EL2. */
	bool el0;
	/** NULL: can not be read, or written: undefined. */
	uint64_t (*read)(struct vcpu *v, const struct sysreg *r);
	/** Returns what an exit handler returns. */
	bool (*write)(struct vcpu *v, const struct sysreg *r, uint64_t value);
};

/* ---- what rows do ------------------------------------------------------------------------------- */

static uint64_t read_zero(struct vcpu *v, const struct sysreg *r)
{
	ARG_UNUSED(v);
	ARG_UNUSED(r);
	return 0U;
}

static bool write_ignore(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(v);
	ARG_UNUSED(r);
	ARG_UNUSED(value);
	return false;
}

static uint64_t read_kept(struct vcpu *v, const struct sysreg *r)
{
	return v->sysreg.kept[r->slot];
}

static bool write_kept(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	v->sysreg.kept[r->slot] = value;
	return false;
}

/* Control registers of breakpoints and watchpoints have their upper half reserved. */
static bool write_kept_32(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	v->sysreg.kept[r->slot] = (uint32_t)value;
	return false;
}

static bool write_mdscr(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	v->sysreg.kept[r->slot] = (uint32_t)value;
	arch_guest_mdscr(value);
	return false;
}

static bool write_oslar(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	v->sysreg.kept[KEPT_OSLSR] = OSLSR_OSLM | ((value & OSLAR_OSLK) != 0U ? OSLSR_OSLK : 0U);
	return false;
}

/* SRE, DFB, DIB: there is nothing but system registers. */
static uint64_t read_icc_sre(struct vcpu *v, const struct sysreg *r)
{
	ARG_UNUSED(v);
	ARG_UNUSED(r);
	return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
}

static bool write_sgi_group1(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	return vgic_sgi(v, value, true);
}

/* ICC_SGI0R_EL1; and ICC_ASGI1R_EL1, whose other Security state is the one of Group 0 here. */
static bool write_sgi_group0(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	return vgic_sgi(v, value, false);
}

static bool write_icc_dir(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	return vgic_dir(v, value);
}

static bool write_set_way(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	return guest_set_way(v, value);
}

static uint64_t read_counter(struct vcpu *v, const struct sysreg *r)
{
	ARG_UNUSED(r);
	return ptimer_counter(v);
}

static uint64_t read_cntp_ctl(struct vcpu *v, const struct sysreg *r)
{
	ARG_UNUSED(r);
	return ptimer_ctl(v);
}

static bool write_cntp_ctl(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	ptimer_set_ctl(v, value);
	return false;
}

static uint64_t read_cntp_cval(struct vcpu *v, const struct sysreg *r)
{
	ARG_UNUSED(r);
	return ptimer_cval(v);
}

static bool write_cntp_cval(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	ptimer_set_cval(v, value);
	return false;
}

static uint64_t read_cntp_tval(struct vcpu *v, const struct sysreg *r)
{
	ARG_UNUSED(r);
	return ptimer_tval(v);
}

static bool write_cntp_tval(struct vcpu *v, const struct sysreg *r, uint64_t value)
{
	ARG_UNUSED(r);
	ptimer_set_tval(v, value);
	return false;
}

/* ---- the rows ----------------------------------------------------------------------------------- */

#define RAZ    .read = read_zero
#define WI     .write = write_ignore
#define RAZ_WI RAZ, WI
#define EL0    .el0 = true

#define KEPT(slot_)    .slot = (slot_), .read = read_kept, .write = write_kept
#define KEPT_32(slot_) .slot = (slot_), .read = read_kept, .write = write_kept_32

/* Sorted: looked up by halving, which tests/unit/test_sysreg_trap.c relies on. */
static const struct sysreg sysregs[] = {
	/* Data cache by set and way. */
	{KEY(1, 0, 7, 6, 2), .write = write_set_way},  /* DC ISW */
	{KEY(1, 0, 7, 10, 2), .write = write_set_way}, /* DC CSW */
	{KEY(1, 0, 7, 14, 2), .write = write_set_way}, /* DC CISW */

	/* Debug. */
	{KEY(2, 0, 0, 0, 2), RAZ_WI}, /* OSDTRRX_EL1 */
	{KEY(2, 0, 0, 0, 4), KEPT(KEPT_DBGBVR0)},
	{KEY(2, 0, 0, 0, 5), KEPT_32(KEPT_DBGBCR0)},
	{KEY(2, 0, 0, 0, 6), KEPT(KEPT_DBGWVR0)},
	{KEY(2, 0, 0, 0, 7), KEPT_32(KEPT_DBGWCR0)},
	{KEY(2, 0, 0, 1, 4), KEPT(KEPT_DBGBVR1)},
	{KEY(2, 0, 0, 1, 5), KEPT_32(KEPT_DBGBCR1)},
	{KEY(2, 0, 0, 1, 6), KEPT(KEPT_DBGWVR1)},
	{KEY(2, 0, 0, 1, 7), KEPT_32(KEPT_DBGWCR1)},
	{KEY(2, 0, 0, 2, 0), RAZ_WI}, /* MDCCINT_EL1 */
	{KEY(2, 0, 0, 2, 2), .slot = KEPT_MDSCR, .read = read_kept, .write = write_mdscr},
	{KEY(2, 0, 0, 3, 2), RAZ_WI}, /* OSDTRTX_EL1 */
	{KEY(2, 0, 0, 6, 2), RAZ_WI}, /* OSECCR_EL1 */
	{KEY(2, 0, 1, 0, 0), RAZ},    /* MDRAR_EL1 */
	{KEY(2, 0, 1, 0, 4), .write = write_oslar},
	{KEY(2, 0, 1, 1, 4), .slot = KEPT_OSLSR, .read = read_kept},
	{KEY(2, 0, 1, 3, 4), RAZ_WI},      /* OSDLR_EL1: no double lock */
	{KEY(2, 0, 1, 4, 4), RAZ_WI},      /* DBGPRCR_EL1 */
	{KEY(2, 0, 7, 8, 6), RAZ_WI},      /* DBGCLAIMSET_EL1 */
	{KEY(2, 0, 7, 9, 6), RAZ_WI},      /* DBGCLAIMCLR_EL1 */
	{KEY(2, 0, 7, 14, 6), RAZ},        /* DBGAUTHSTATUS_EL1 */
	{KEY(2, 3, 0, 1, 0), EL0, RAZ},    /* MDCCSR_EL0 */
	{KEY(2, 3, 0, 4, 0), EL0, RAZ_WI}, /* DBGDTR_EL0 */
	{KEY(2, 3, 0, 5, 0), EL0, RAZ_WI}, /* DBGDTRRX_EL0, DBGDTRTX_EL0 */

	{KEY(3, 0, 1, 0, 1), RAZ_WI}, /* ACTLR_EL1 */

	/* GIC. */
	{KEY(3, 0, 12, 11, 1), .write = write_icc_dir},    /* ICC_DIR_EL1 */
	{KEY(3, 0, 12, 11, 5), .write = write_sgi_group1}, /* ICC_SGI1R_EL1 */
	{KEY(3, 0, 12, 11, 6), .write = write_sgi_group0}, /* ICC_ASGI1R_EL1 */
	{KEY(3, 0, 12, 11, 7), .write = write_sgi_group0}, /* ICC_SGI0R_EL1 */
	{KEY(3, 0, 12, 12, 5), .read = read_icc_sre, WI},  /* ICC_SRE_EL1 */

	{KEY(3, 1, 0, 0, 7), RAZ}, /* AIDR_EL1 */

	/* Physical counter and timer. */
	{KEY(3, 3, 14, 0, 1), EL0, .read = read_counter}, /* CNTPCT_EL0 */
	{KEY(3, 3, 14, 0, 5), EL0, .read = read_counter}, /* CNTPCTSS_EL0 */
	{KEY(3, 3, 14, 2, 0), EL0, .read = read_cntp_tval, .write = write_cntp_tval},
	{KEY(3, 3, 14, 2, 1), EL0, .read = read_cntp_ctl, .write = write_cntp_ctl},
	{KEY(3, 3, 14, 2, 2), EL0, .read = read_cntp_cval, .write = write_cntp_cval},
};

static const struct sysreg *find(uint32_t key)
{
	unsigned int low = 0U;
	unsigned int high = ARRAY_SIZE(sysregs);

	while (low < high) {
		unsigned int mid = (low + high) / 2U;

		if (sysregs[mid].key == key) {
			return &sysregs[mid];
		}
		if (sysregs[mid].key < key) {
			low = mid + 1U;
		} else {
			high = mid;
		}
	}
	return NULL;
}

/* ---- exits -------------------------------------------------------------------------------------- */

/* vcpu_skip() for what comes from AArch64 only. */
static ALWAYS_INLINE void step_over(struct guest_frame *f)
{
	f->elr += 4U;
	f->spsr &= ~(uint64_t)(SPSR_SS | SPSR_BTYPE);
}

/* Of the manual's checks this is the last: what is undefined at EL0 does not get here in hardware. */
static bool may(const struct guest_frame *f, const struct sysreg *r)
{
	return r->el0 || (f->spsr & SPSR_M_EL_MASK) != 0U;
}

static bool __noinline access(struct vcpu *v, uint64_t esr)
{
	const struct sysreg *r = find(KEY_OF(esr));
	bool reading = (esr & ISS_READ) != 0U;

	if (r == NULL || !may(v->frame, r) || (reading ? r->read == NULL : r->write == NULL)) {
		inject_undef(v);
		return false;
	}
	step_over(v->frame);
	if (reading) {
		vcpu_set_reg(v, ISS_RT(esr), r->read(v, r));
		return false;
	}
	return r->write(v, r, vcpu_reg(v, ISS_RT(esr)));
}

bool exit_sysreg(struct vcpu *v, uint64_t esr)
{
	struct guest_frame *f = v->frame;
	unsigned int rt = ISS_RT(esr);

	v->exits[EXIT_SYSREG]++;
	/* The two that are frequent, and that are to be fast. */
	if ((esr & ISS_READ) != 0U) {
		if ((esr & ISS_ID_MASK) == ISS_ID_SPACE) {
			step_over(f);
			if (likely(rt < ARRAY_SIZE(f->x))) {
				f->x[rt] = idregs_guest[ISS_ID_INDEX(esr)];
			}
			return false;
		}
	} else if ((esr & ISS_ENCODING) == ISS_ICC_SGI1R) {
		step_over(f);
		return vgic_sgi(v, likely(rt < ARRAY_SIZE(f->x)) ? f->x[rt] : 0U, true);
	}
	return access(v, esr);
}

/*
 * AArch32 at EL0. Of what it may reach, the physical timer alone traps; R0 to R14 are X0 to X14 there (Arm ARM
 * D1.8.1), and R15 is no register for these instructions. The condition is checked before (exit.c).
 */
static bool cp15_32(struct vcpu *v, uint32_t key, unsigned int rt, bool reading)
{
	static const struct {
		uint32_t key;
		uint64_t (*read)(struct vcpu *v);
		void (*write)(struct vcpu *v, uint64_t value);
	} registers[] = {
		{KEY(0, 0, 14, 2, 0), ptimer_tval, ptimer_set_tval},
		{KEY(0, 0, 14, 2, 1), ptimer_ctl, ptimer_set_ctl},
	};

	for (size_t i = 0U; i < ARRAY_SIZE(registers); i++) {
		if (registers[i].key != key) {
			continue;
		}
		if (reading) {
			vcpu_set_reg(v, rt, (uint32_t)registers[i].read(v));
		} else {
			registers[i].write(v, (uint32_t)vcpu_reg(v, rt));
		}
		return true;
	}
	return false;
}

__attribute__((cold)) bool exit_cp15_32(struct vcpu *v, uint64_t esr)
{
	/* The fields lie as those of an MSR do, and op0 is zero. */
	uint32_t key = KEY_OF(esr) & ~(uint32_t)KEY(3, 0, 0, 0, 0);

	v->exits[EXIT_SYSREG]++;
	if (SYSREG_FIELD(esr, ESR_EC) == ESR_EC_CP15_32 && ISS_RT(esr) < 15U &&
	    cp15_32(v, key, ISS_RT(esr), (esr & ISS_READ) != 0U)) {
		vcpu_skip(v);
	} else {
		inject_undef(v);
	}
	return false;
}

/* ISS of a trapped MCRR or MRRC. */
#define ISS_RT2(esr) ((unsigned int)((esr) >> 10) & 0x1fU)
#define ISS_MCRR_KEY(esr)                                                                          \
	((unsigned int)((esr) >> 12 & 0xf0U) | ((unsigned int)((esr) >> 1) & 0xfU))
#define MCRR_CNTPCT    0x0eU
#define MCRR_CNTP_CVAL 0x2eU

static bool cp15_64(struct vcpu *v, unsigned int key, bool reading, uint64_t *value)
{
	if (key == MCRR_CNTPCT && reading) {
		*value = ptimer_counter(v);
	} else if (key == MCRR_CNTP_CVAL && reading) {
		*value = ptimer_cval(v);
	} else if (key == MCRR_CNTP_CVAL) {
		ptimer_set_cval(v, *value);
	} else {
		return false;
	}
	return true;
}

__attribute__((cold)) bool exit_cp15_64(struct vcpu *v, uint64_t esr)
{
	unsigned int rt = ISS_RT(esr);
	unsigned int rt2 = ISS_RT2(esr);
	bool reading = (esr & ISS_READ) != 0U;
	uint64_t value;

	v->exits[EXIT_SYSREG]++;
	if (SYSREG_FIELD(esr, ESR_EC) != ESR_EC_CP15_64 || rt >= 15U || rt2 >= 15U) {
		inject_undef(v);
		return false;
	}
	value = (uint32_t)vcpu_reg(v, rt) | vcpu_reg(v, rt2) << 32;
	if (!cp15_64(v, ISS_MCRR_KEY(esr), reading, &value)) {
		inject_undef(v);
		return false;
	}
	if (reading) {
		vcpu_set_reg(v, rt, (uint32_t)value);
		vcpu_set_reg(v, rt2, value >> 32);
	}
	vcpu_skip(v);
	return false;
}

void sysreg_load(struct vcpu *v)
{
	arch_guest_mdscr(v->sysreg.kept[KEPT_MDSCR]);
}

void sysreg_reset(struct vcpu *v)
{
	/* The OS lock is locked (OSLSR_EL1); breakpoints are UNKNOWN. */
	v->sysreg = (struct sysreg_state){.kept = {[KEPT_OSLSR] = OSLSR_OSLM | OSLSR_OSLK}};
}
