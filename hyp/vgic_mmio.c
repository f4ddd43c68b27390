/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the registers of distributor and redistributors have in common: the index of a table, and the registers that both
 * have. The accesses themselves are in vgic_regs.h.
 */
#include "hyp/vgic_regs.h"

/* ---- finding the row ---------------------------------------------------------------------------- */

void vgic_regs_init(const struct vgic_regs *regs)
{
	for (uint32_t i = 0U; i < regs->rows; i++) {
		const struct vgic_reg *r = &regs->row[i];

		for (uint32_t at = 0U; at < r->bytes; at += 4U) {
			regs->index[VGIC_INDEX(r->first + at)] = (uint8_t)i;
		}
	}
}

/* ---- registers of a bit per interrupt ----------------------------------------------------------- */

uint64_t vgic_read_group(struct vm *vm, struct vcpu *v, uint32_t n)
{
	return vgic_bank(vm, v, n)->group;
}

/*
 * With one security state the modifier has no meaning (IHI 0069, GICD_IGRPMODR<n>); it is kept because an image that
 * takes itself for secure puts its interrupts in Secure Group 1 by it, which is Group 1 here.
 */
uint64_t vgic_read_grpmod(struct vm *vm, struct vcpu *v, uint32_t n)
{
	return vgic_bank(vm, v, n)->grpmod;
}

uint64_t vgic_read_enable(struct vm *vm, struct vcpu *v, uint32_t n)
{
	return vgic_bank(vm, v, n)->enabled;
}

static uint32_t read_states(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t *active)
{
	uint32_t pending;
	uint32_t news;

	vgic_lock(vm);
	news = vgic_states(vm, v, n, &pending, active);
	vgic_unlock_news(vm, news);
	return pending;
}

uint64_t vgic_read_pending(struct vm *vm, struct vcpu *v, uint32_t n)
{
	uint32_t active;

	return read_states(vm, v, n, &active);
}

uint64_t vgic_read_active(struct vm *vm, struct vcpu *v, uint32_t n)
{
	uint32_t active;

	(void)read_states(vm, v, n, &active);
	return active;
}

uint32_t vgic_write_group(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t changed = (uint32_t)((value ^ b->group) & mask);

	b->group ^= changed;
	return vgic_withdraw(vm, v, n, changed);
}

uint32_t vgic_write_grpmod(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t changed = (uint32_t)((value ^ b->grpmod) & mask);

	b->grpmod ^= changed;
	return vgic_withdraw(vm, v, n, changed);
}

uint32_t vgic_write_isenable(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	uint32_t bits = (uint32_t)value & ~vgic_bank(vm, v, n)->enabled;

	ARG_UNUSED(mask);
	return bits != 0U ? vgic_enable(vm, v, n, bits) : 0U;
}

uint32_t vgic_write_icenable(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	uint32_t bits = (uint32_t)value & vgic_bank(vm, v, n)->enabled;

	ARG_UNUSED(mask);
	return bits != 0U ? vgic_disable(vm, v, n, bits) : 0U;
}

uint32_t vgic_write_ispend(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask)
{
	ARG_UNUSED(mask);
	return vgic_set_pending(vm, v, n, (uint32_t)value);
}

uint32_t vgic_write_icpend(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask)
{
	ARG_UNUSED(mask);
	return vgic_clear_pending(vm, v, n, (uint32_t)value);
}

uint32_t vgic_write_isactive(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	ARG_UNUSED(mask);
	return vgic_set_active(vm, v, n, (uint32_t)value);
}

uint32_t vgic_write_icactive(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	ARG_UNUSED(mask);
	return vgic_clear_active(vm, v, n, (uint32_t)value);
}

/* ---- priorities, four to a word; triggers, sixteen ---------------------------------------------- */

uint64_t vgic_read_priority(struct vm *vm, struct vcpu *v, uint32_t word)
{
	const uint8_t *p = &vgic_bank(vm, v, word / 8U)->priority[word * 4U % VGIC_BANK_IRQS];

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

uint32_t vgic_write_priority(struct vm *vm, struct vcpu *v, uint32_t word, uint64_t value,
			     uint64_t mask)
{
	uint32_t news = 0U;

	for (uint32_t i = 0U; i < 4U; i++) {
		if ((mask >> (8U * i) & 0xffU) != 0U) {
			news |= vgic_set_priority(vm, v, word * 4U + i,
						  (uint8_t)(value >> (8U * i)));
		}
	}
	return news;
}

/* Bits 0 to 15 to the upper ones of 16 fields of two, and back. */
static uint32_t spread(uint32_t bits)
{
	bits = (bits | bits << 8) & 0x00ff00ffU;
	bits = (bits | bits << 4) & 0x0f0f0f0fU;
	bits = (bits | bits << 2) & 0x33333333U;
	bits = (bits | bits << 1) & 0x55555555U;
	return bits << 1;
}

static uint32_t squeeze(uint32_t fields)
{
	uint32_t bits = fields >> 1 & 0x55555555U;

	bits = (bits | bits >> 1) & 0x33333333U;
	bits = (bits | bits >> 2) & 0x0f0f0f0fU;
	bits = (bits | bits >> 4) & 0x00ff00ffU;
	return (bits | bits >> 8) & 0x0000ffffU;
}

uint64_t vgic_read_config(struct vm *vm, struct vcpu *v, uint32_t word)
{
	return spread(vgic_bank(vm, v, word / 2U)->edge >> (word % 2U * 16U) & 0xffffU);
}

uint32_t vgic_write_config(struct vm *vm, struct vcpu *v, uint32_t word, uint64_t value,
			   uint64_t mask)
{
	struct vgic_bank *b = vgic_bank(vm, v, word / 2U);
	uint32_t shift = word % 2U * 16U;
	uint32_t changed = ((squeeze((uint32_t)value) << shift) ^ b->edge) & 0xffffU << shift;

	ARG_UNUSED(mask);
	/* SGIs are edge triggered for good (GICR_ICFGR0). */
	if (word == 0U || changed == 0U) {
		return 0U;
	}

	uint32_t news = vgic_withdraw(vm, v, word / 2U, changed);

	b->edge ^= changed;
	return news | vgic_update(vm, v, word / 2U);
}

/* ---- identification ----------------------------------------------------------------------------- */

uint64_t vgic_read_id(struct vm *vm, struct vcpu *v, uint32_t n)
{
	/* From 0xffd0: PIDR4 to PIDR7, PIDR0 to PIDR3, CIDR0 to CIDR3. PIDR2.ArchRev is 3: GICv3. */
	static const uint8_t id[] = {0x44, 0x00, 0x00, 0x00, 0x92, 0xb4,
				     0x3b, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	ARG_UNUSED(vm);
	ARG_UNUSED(v);
	return n < sizeof(id) ? id[n] : 0U;
}
