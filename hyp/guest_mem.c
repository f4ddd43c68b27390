/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest RAM and the caches.
 *
 * The host sees guest RAM as cached memory. A guest begins with its MMU off: its data accesses are then Device memory,
 * whatever stage 2 says (Arm ARM DDI 0487, D8.2.11), and go around the caches. So whatever the host writes there before the
 * guest runs is cleaned to the point of coherency.
 *
 * It is also invalidated. A guest that writes with caches off and then turns them on must invalidate what it wrote,
 * because a line may have been fetched meanwhile; but on hardware after a reset nothing has been, and there are
 * programs that get away with relying on it. Memory without any line in a cache is as close to that as can be:
 * only speculative reads by the host, which has no reason to come near, could still fetch some.
 */
#include <errno.h>

#include "hyp/guest_mem.h"

#include <zephyr/sys/util.h>
#include "arch/arch.h"
#include "arch/arm64/cache.h"
#include "hyp/alloc.h"
#include "hyp/vm.h"

#define GIGA (UINT64_C(1) << 30)

/* Small enough to be in the cache still when it is cleaned. */
#define CLEAR_CHUNK UINT64_C(65536)

static void clear(char *ram, uint64_t size)
{
	for (uint64_t done = 0U; done < size; done += CLEAR_CHUNK) {
		cache_zero(ram + done, CLEAR_CHUNK);
		cache_clean_invalidate(ram + done, CLEAR_CHUNK);
	}
}

void guest_ram_clear(void *ram, uint64_t size)
{
	clear(ram, size);
	/*
	 * Instruction caches hold lines by physical address: those of whatever ran there before must not be found by the
	 * next guest, which takes them to be invalid, as after a reset.
	 */
	cache_drop_code();
}

int guest_ram_take(uint64_t size, void **ram)
{
	void *mem = NULL;

	if (size == 0U || !IS_ALIGNED(size, GUEST_RAM_GRANULE)) {
		return -EINVAL;
	}
	/* RAM begins at a multiple of 1 GiB in the guest: blocks of that size, if the host's side allows it as well. */
	if (size >= GIGA) {
		mem = hyp_pages_alloc_dirty(size, GIGA);
	}
	if (mem == NULL) {
		mem = hyp_pages_alloc_dirty(size, GUEST_RAM_GRANULE);
	}
	if (mem == NULL) {
		return -ENOMEM;
	}
	guest_ram_clear(mem, size);
	*ram = mem;
	return 0;
}

int guest_ram_take_at(uint64_t at, uint64_t size, void **ram)
{
	if (!hyp_pages_alloc_at(at, size)) {
		return -EBUSY;
	}
	*ram = hpa_ptr(hpa(at));
	guest_ram_clear(*ram, size);
	return 0;
}

void guest_ram_give(void *ram, uint64_t size, bool clear)
{
	if (ram == NULL) {
		return;
	}
	/*
	 * Secrets end here. What the guest wrote around the caches is in memory, under lines that this writes as a
	 * whole and cleans: nothing of it can come back.
	 */
	if (!clear) {
		guest_ram_clear(ram, size);
	}
	hyp_pages_free(ram, size);
}

void guest_ram_clean(void *start, uint64_t size)
{
	cache_clean_invalidate(start, size);
	cache_drop_code();
}

/*
 * Set/way operations.
 *
 * They concern one CPU's caches, which a vCPU has no right to and does not stay on. Guests use them for one purpose: in
 * a loop over all sets and ways, to bring all of their memory to the point of coherency or to have no lines left, with
 * caches about to be turned on or off (U-Boot does, arm64 Linux does not). Cleaning and invalidating all of the guest's RAM by address
 * does what such a loop asks for, and a loop has thousands of operations: so it is done once per loop.
 *
 * A loop names each set and way once. An operand that was the first one of its level before therefore begins the next
 * loop; any other belongs to the loop that goes on. A loop in another order meets that operand later, but it does meet
 * it. What the guest writes while its loop runs, the loop may or may not have reached: the architecture promises no
 * more. ISW, an invalidation, may always clean as well.
 *
 * A guest that repeats one operand has its RAM cleaned each time, which it can do with DC CIVAC as well: on
 * its own thread, at its own priority and out of its own time slices, preemptible all the time.
 */
static bool begins_pass(struct set_way *sw, uint32_t operand)
{
	uint32_t level = (operand >> 1) & 7U;
	uint32_t bit = 1U << level;

	if (level >= SET_WAY_LEVELS) {
		return false;
	}
	if (sw->seen != 0U && (sw->seen & bit) == 0U) {
		sw->seen |= bit;
		sw->first[level] = operand;
		return false;
	}
	if (sw->seen != 0U && sw->first[level] != operand) {
		return false;
	}
	sw->seen = bit;
	sw->first[level] = operand;
	return true;
}

bool guest_set_way(struct vcpu *v, uint64_t operand)
{
	if (!begins_pass(&v->set_way, (uint32_t)operand)) {
		return false;
	}
	arch_irq_enable();
	cache_clean_invalidate(v->vm->ram, v->vm->ram_size);
	arch_irq_unlock(ARCH_EXCEPTION_KEY);
	return true;
}
