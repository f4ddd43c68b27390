/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Emulated registers: the map of a VM, and accesses to it. No hardware here; exits come from mmio_exit.c.
 *
 * Most accesses do not come here: those of words to the region of the vCPU's last one take the short way of
 * arch/arm64/guest_mmio.S. Everything a region's owner may rely on (mmio.h) is made sure of when it is added, or
 * there, or here.
 */
#include "hyp/mmio.h"

#include <errno.h>
#include <stddef.h>

#include <zephyr/sys/util.h>
#include "arch/arm64/sysreg.h"
#include "hyp/exit.h"
#include "hyp/inject.h"
#include "hyp/mmio_access.h"
#include "hyp/vm.h"

/* What guest_mmio.S relies on. */
BUILD_ASSERT(offsetof(struct mmio_region, base) == offsetof(struct guest_region, base) &&
	     offsetof(struct mmio_region, size) == offsetof(struct guest_region, size) &&
	     offsetof(struct mmio_region, ops) == offsetof(struct guest_region, ops) &&
	     offsetof(struct mmio_region, dev) == offsetof(struct guest_region, dev) &&
	     offsetof(struct guest_region, size) == offsetof(struct guest_region, base) + 8U &&
	     offsetof(struct guest_region, dev) == offsetof(struct guest_region, ops) + 8U);
BUILD_ASSERT(offsetof(struct mmio_ops, read) == offsetof(struct guest_region_ops, read) &&
	     offsetof(struct mmio_ops, write) == offsetof(struct guest_region_ops, write));
BUILD_ASSERT(offsetof(struct vcpu, exits[EXIT_MMIO]) == sizeof(struct k_thread) + GUEST_FAST_MMIO &&
	     offsetof(struct vcpu, exits[EXIT_SYSREG]) ==
		     sizeof(struct k_thread) + GUEST_FAST_SYSREG &&
	     offsetof(struct vcpu, exits[EXIT_WFX]) == sizeof(struct k_thread) + GUEST_FAST_WFX &&
	     offsetof(struct vcpu, mmio_last) == sizeof(struct k_thread) + GUEST_FAST_REGION);

/* Largest access; regions are multiples of it, so a naturally aligned access never crosses an end. */
#define GRANULE 8U

#define PAGE_MASK UINT64_C(0xfff)

int mmio_add(struct mmio_map *map, const struct mmio_region *region,
	     const struct mmio_region **clash)
{
	unsigned int at = 0U;

	if (region->size == 0U || !range_end_ok(region->base, region->size) ||
	    region->size > UINT32_MAX || !is_aligned(region->base | region->size, GRANULE) ||
	    region->ops->read == NULL || region->ops->write == NULL) {
		return -EINVAL;
	}
	for (unsigned int i = 0U; i < map->count; i++) {
		const struct mmio_region *other = &map->region[i];

		if (ranges_overlap(region->base, region->size, other->base, other->size)) {
			if (clash != NULL) {
				*clash = other;
			}
			return -EEXIST;
		}
		at += other->base < region->base ? 1U : 0U;
	}
	if (map->count == MMIO_REGIONS_MAX) {
		return -ENOSPC;
	}
	for (unsigned int i = map->count; i > at; i--) {
		map->region[i] = map->region[i - 1U];
	}
	map->region[at] = *region;
	map->count++;
	return 0;
}

const struct mmio_region *mmio_find(const struct mmio_map *map, ipa_t ipa)
{
	const struct mmio_region *region = map->region;
	unsigned int n = map->count;

	/* The last one that does not begin above the address: halves, without a branch that depends on data. */
	while (n > 1U) {
		unsigned int half = n / 2U;

		region += region[half].base <= ipa.v ? half : 0U;
		n -= half;
	}
	return n != 0U && ipa.v - region->base < region->size ? region : NULL;
}

bool mmio_refuse(struct vcpu *v, uint64_t esr, uint64_t far, ipa_t ipa)
{
	uint64_t pc = v->frame->elr;

	v->exits[EXIT_ABORT]++;
	inject_data_abort(v, far);
	return guest_complain(
		v, "data abort: %s at 0x%llx (address 0x%llx, PC 0x%llx, syndrome 0x%llx)",
		(esr & ESR_WNR) != 0U ? "write" : "read", (unsigned long long)ipa.v,
		(unsigned long long)far, (unsigned long long)pc, (unsigned long long)esr);
}

bool mmio_written(struct vcpu *v)
{
	v->exits[EXIT_MMIO]++;
	vcpu_skip(v);
	return vgic_later(v);
}

/* A write may be done, and have left something for mmio_written(). */
static bool write_to(struct vcpu *v, const struct mmio_region *region, uint64_t offset,
		     unsigned int size, uint64_t value)
{
	return region->ops->write(v, region->dev, (uint32_t)offset, size, value) ||
	       v->vgic.later != 0U;
}

/* What arrives in the register: sign or zero extension, to 32 bits with the upper half zero, or to 64. */
static ALWAYS_INLINE uint64_t extend(uint64_t value, unsigned int size, bool sign, bool wide)
{
	unsigned int shift = 64U - 8U * size;

	value <<= shift;
	value = sign ? (uint64_t)((int64_t)value >> shift) : value >> shift;
	return wide ? value : (uint32_t)value;
}

static ALWAYS_INLINE uint64_t truncate(uint64_t value, unsigned int size)
{
	return extend(value, size, false, true);
}

bool mmio_access(struct vcpu *v, uint64_t esr, uint64_t far, ipa_t ipa)
{
	const struct mmio_region *region = mmio_find(&v->vm->mmio, ipa);
	unsigned int size = 1U << SYSREG_FIELD(esr, ESR_SAS);
	unsigned int rt = (unsigned int)SYSREG_FIELD(esr, ESR_SRT);
	uint64_t offset;
	uint64_t value;
	bool ok;

	if (region == NULL || !is_aligned(ipa.v, size)) {
		return mmio_refuse(v, esr, far, ipa);
	}
	v->mmio_last = region;
	offset = ipa.v - region->base;
	if ((esr & ESR_WNR) != 0U) {
		value = truncate(vcpu_reg(v, rt), size);
		ok = write_to(v, region, offset, size, value);
	} else {
		ok = region->ops->read(v, region->dev, (uint32_t)offset, size, &value);
		if (ok) {
			vcpu_set_reg(
				v, rt,
				extend(value, size, (esr & ESR_SSE) != 0U, (esr & ESR_SF) != 0U));
		}
	}
	if (!ok) {
		return mmio_refuse(v, esr, far, ipa);
	}
	if ((esr & ESR_AR) != 0U) {
		/* Load-acquire, store-release: going back to the guest is no barrier. */
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
	if (unlikely(v->vgic.later != 0U)) {
		return mmio_written(v);
	}
	v->exits[EXIT_MMIO]++;
	vcpu_skip(v);
	return false;
}

/* Both accesses of a pair go to the same page, so the second one's address is known, and to the same region. */
static const struct mmio_region *insn_region(const struct mmio_map *map,
					     const struct mmio_insn *insn, ipa_t ipa)
{
	const struct mmio_region *region = mmio_find(map, ipa);
	uint64_t bytes = insn->pair ? 2U * insn->size : insn->size;

	if (region == NULL || !is_aligned(ipa.v - region->base, insn->size) ||
	    !range_within(ipa.v, bytes, region->base, region->size) ||
	    (ipa.v & PAGE_MASK) + bytes > PAGE_MASK + 1U) {
		return NULL;
	}
	return region;
}

static bool insn_write(struct vcpu *v, const struct mmio_insn *insn,
		       const struct mmio_region *region, uint32_t offset)
{
	uint64_t first = truncate(vcpu_reg(v, insn->rt), insn->size);
	uint64_t second = truncate(vcpu_reg(v, insn->rt2), insn->size);

	if (!write_to(v, region, offset, insn->size, first)) {
		return false;
	}
	return !insn->pair || write_to(v, region, offset + insn->size, insn->size, second);
}

static bool insn_read(struct vcpu *v, const struct mmio_insn *insn,
		      const struct mmio_region *region, uint32_t offset)
{
	uint64_t first, second = 0U;

	if (!region->ops->read(v, region->dev, offset, insn->size, &first) ||
	    (insn->pair &&
	     !region->ops->read(v, region->dev, offset + insn->size, insn->size, &second))) {
		return false;
	}
	vcpu_set_reg(v, insn->rt, extend(first, insn->size, insn->sign, insn->wide));
	if (insn->pair) {
		vcpu_set_reg(v, insn->rt2, extend(second, insn->size, insn->sign, insn->wide));
	}
	return true;
}

bool mmio_access_insn(struct vcpu *v, const struct mmio_insn *insn, uint64_t far, ipa_t ipa,
		      uint64_t *base)
{
	const struct mmio_region *region = insn_region(&v->vm->mmio, insn, ipa);
	bool after = insn->index == MMIO_POST || insn->index == MMIO_REG;
	uint64_t address = *base + (after ? 0U : (uint64_t)(int64_t)insn->offset);
	uint32_t offset;

	/*
	 * The address it faulted at must be the one that this instruction has, or it is not the one that ran; for a pair, the
	 * first of the two. Not the top byte, which may be a tag.
	 */
	if (region == NULL || (insn->index != MMIO_REG && (address ^ far) << 8 != 0U)) {
		return false;
	}
	offset = (uint32_t)(ipa.v - region->base);
	if (!(insn->write ? insn_write(v, insn, region, offset)
			  : insn_read(v, insn, region, offset))) {
		return false;
	}
	if (insn->index == MMIO_PRE || insn->index == MMIO_POST) {
		*base += (uint64_t)(int64_t)insn->offset;
	}
	return true;
}
