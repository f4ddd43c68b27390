/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Guest memory as the host handles it: taken, cleared, cleaned, given back; and set/way operations of guests.
 *
 * Everything that takes time proportional to the memory runs with interrupts open, at the caller's priority, and can
 * be preempted (and its thread suspended) at any instruction.
 */
#ifndef HYP_GUEST_MEM_H_
#define HYP_GUEST_MEM_H_

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/** Sizes of guest RAM are multiples of this, so that stage 2 needs no pages. */
#define GUEST_RAM_GRANULE (UINT64_C(2) << 20)

/**
 * @brief Takes RAM for a guest: aligned for the largest stage-2 blocks, cleared, clean to the point of coherency.
 * @param size a multiple of GUEST_RAM_GRANULE
 * @retval 0 / -EINVAL the size is not one / -ENOMEM
 */
int guest_ram_take(uint64_t size, void **ram);

/** @brief The same, at an address of the host: a multiple of 2 MiB. @retval 0 / -EBUSY some of it is not free RAM */
int guest_ram_take_at(uint64_t at, uint64_t size, void **ram);

/**
 * @brief Clears it again, unless it is as guest_ram_take() has left it (@p clear), and gives it back. No vCPU runs, and
 * stage 2 does not map it any more. NULL is ignored.
 */
void guest_ram_give(void *ram, uint64_t size, bool clear);

/** @brief Clears RAM that the guest has used, as guest_ram_take() leaves it: before its images are loaded again. */
void guest_ram_clear(void *ram, uint64_t size);

/**
 * @brief What the host has written there (images, a devicetree) is in memory and in no cache, and stale instructions
 * are in none: a guest that starts with its caches off sees it.
 */
void guest_ram_clean(void *start, uint64_t size);

/** Cache levels that a set/way operation can name (CCSIDR_EL1, CLIDR_EL1). */
#define SET_WAY_LEVELS 7U

/** What a vCPU did with set/way operations; zero at reset. */
struct set_way {
	/** Operand of the first operation on each level in this pass over the cache. */
	uint32_t first[SET_WAY_LEVELS];
	/** Levels that @ref first is valid for. */
	uint32_t seen;
};

/**
 * @brief A trapped DC ISW, CSW or CISW.
 *
 * From the vCPU's exit; opens interrupts. @p operand is Xt. Cleans and invalidates all of the guest's RAM at the first
 * operation of each pass over the caches, see guest_mem.c.
 *
 * @return what the exit handler returns
 */
bool guest_set_way(struct vcpu *v, uint64_t operand);

#endif /* HYP_GUEST_MEM_H_ */
