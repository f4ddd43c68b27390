/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Registers of the virtual GIC: the form of a table, and accesses by it.
 */
#ifndef HYP_VGIC_REGS_H_
#define HYP_VGIC_REGS_H_

#include <stdbool.h>
#include <stdint.h>

#include "hyp/vgic_internal.h"

/** The sizes of accesses to a register, as bytes; all naturally aligned. */
#define VGIC_8  0x1U
#define VGIC_16 0x2U
#define VGIC_32 0x4U
#define VGIC_64 0x8U

/**
 * A row: registers of one kind, one after the other. Accesses of other sizes, and registers that no row covers, read as
 * zero and ignore writes (IHI 0069, 12.1.3).
 */
struct vgic_reg {
	/** Offset in the frame(s), and bytes in all. */
	uint32_t first;
	uint32_t bytes;
	/** A register is of 1 << shift bytes: 2 or 3. */
	uint8_t shift;
	/** VGIC_8 ... of what the sizes may be. */
	uint8_t sizes;
	/** @return register @p n of the row. NULL: zero. Lock not held. */
	uint64_t (*read)(struct vm *vm, struct vcpu *v, uint32_t n);
	/**
	 * @brief Bits of @p mask were written with @p value, in which others may be set; both as wide as the register or
	 * wider. NULL: ignored. Lock held. @return news
	 */
	uint32_t (*write)(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask);
};

/**
 * A table of rows in ascending order, and an index that says which row an offset may belong to: by words in the first
 * VGIC_BLOCK bytes, where registers of different kinds are side by side, by blocks of so many bytes in the rest, which
 * must not have more than one row each.
 */
#define VGIC_BLOCK_SHIFT 7U
#define VGIC_BLOCK       (1U << VGIC_BLOCK_SHIFT)
#define VGIC_INDEX(offset)                                                                         \
	((offset) < VGIC_BLOCK ? (offset) >> 2                                                     \
			       : ((offset) >> VGIC_BLOCK_SHIFT) + VGIC_BLOCK / 4U - 1U)

struct vgic_regs {
	const struct vgic_reg *row;
	uint32_t rows;
	uint8_t *index;
	/** Of the frames. */
	uint32_t bytes;
};

/**
 * @brief The row of an access, or NULL.
 *
 * A 64-bit access to two 32-bit registers is not one of the sizes (IHI 0069, 12.1.3); what has no row or another size
 * reads as zero, and writes are ignored.
 */
static ALWAYS_INLINE const struct vgic_reg *vgic_reg_find(const struct vgic_regs *regs,
							  uint32_t offset, unsigned int size)
{
	const struct vgic_reg *r = &regs->row[regs->index[VGIC_INDEX(offset)]];

	return offset - r->first < r->bytes && (r->sizes & size) != 0U ? r : NULL;
}

static ALWAYS_INLINE uint64_t vgic_size_mask(unsigned int size)
{
	return ~UINT64_C(0) >> (64U - 8U * size);
}

/** @brief A read; what a row gives is cut to the access. */
static ALWAYS_INLINE bool vgic_reg_read(const struct vgic_regs *regs, struct vcpu *v,
					uint32_t offset, unsigned int size, uint64_t *value)
{
	const struct vgic_reg *r = vgic_reg_find(regs, offset, size);
	uint64_t x = 0U;

	if (likely(r != NULL && r->read != NULL)) {
		uint32_t at = offset - r->first;

		x = r->read(v->vm, v, at >> r->shift);
		if (unlikely(size != 1U << r->shift)) {
			x = x >> ((at & ((1U << r->shift) - 1U)) * 8U) & vgic_size_mask(size);
		}
	}
	*value = x;
	return true;
}

/** @brief A write by @p by to a frame of @p v's. That of a whole register is for its row to cut. */
static ALWAYS_INLINE bool vgic_reg_write(const struct vgic_regs *regs, struct vcpu *by,
					 struct vcpu *v, uint32_t offset, unsigned int size,
					 uint64_t value)
{
	const struct vgic_reg *r = vgic_reg_find(regs, offset, size);
	struct vm *vm = v->vm;
	uint64_t mask = UINT64_MAX;
	uint32_t news;
	uint32_t at;

	if (unlikely(r == NULL || r->write == NULL)) {
		return true;
	}
	at = offset - r->first;
	if (unlikely(size != 1U << r->shift)) {
		uint32_t shift = (at & ((1U << r->shift) - 1U)) * 8U;

		mask = vgic_size_mask(size) << shift;
		value = value << shift & mask;
	}
	vgic_lock(vm);
	news = r->write(vm, v, at >> r->shift, value, mask);
	if (unlikely(news != 0U)) {
		return vgic_written(by, news);
	}
	vgic_unlock(vm);
	return true;
}

/** GICD_IIDR, GICR_IIDR: implementer Arm (JEP106), as for other virtual GICs, and a product of ours. */
#define VGIC_IIDR 0x5a00043bU

/* Registers that both frames have, offsets and all: @p n is the bank. */
uint64_t vgic_read_group(struct vm *vm, struct vcpu *v, uint32_t n);
uint64_t vgic_read_grpmod(struct vm *vm, struct vcpu *v, uint32_t n);
uint64_t vgic_read_enable(struct vm *vm, struct vcpu *v, uint32_t n);
uint64_t vgic_read_pending(struct vm *vm, struct vcpu *v, uint32_t n);
uint64_t vgic_read_active(struct vm *vm, struct vcpu *v, uint32_t n);
uint32_t vgic_write_group(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask);
uint32_t vgic_write_grpmod(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			   uint64_t mask);
uint32_t vgic_write_isenable(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask);
uint32_t vgic_write_icenable(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask);
uint32_t vgic_write_ispend(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			   uint64_t mask);
uint32_t vgic_write_icpend(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			   uint64_t mask);
uint32_t vgic_write_isactive(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask);
uint32_t vgic_write_icactive(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask);
uint64_t vgic_read_priority(struct vm *vm, struct vcpu *v, uint32_t word);
uint32_t vgic_write_priority(struct vm *vm, struct vcpu *v, uint32_t word, uint64_t value,
			     uint64_t mask);
uint64_t vgic_read_config(struct vm *vm, struct vcpu *v, uint32_t word);
uint32_t vgic_write_config(struct vm *vm, struct vcpu *v, uint32_t word, uint64_t value,
			   uint64_t mask);
/** @brief CoreSight ID registers, from offset 0xffd0 on (IHI 0069, 12.1.2, "Identification registers"). */
uint64_t vgic_read_id(struct vm *vm, struct vcpu *v, uint32_t n);

#endif /* HYP_VGIC_REGS_H_ */
