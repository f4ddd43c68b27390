/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Guest RAM: its alignment, that all of it is cleared and cleaned, and that nothing is given back uncleared; set/way
 * operations; allocations that are made to fail.
 */
#include <errno.h>

#include "unit.h"

#include "arch/arm64/cache.h"
#include "arch/fake/arch.h"
#include "hyp/alloc.h"
#include "hyp/fault.h"
#include "hyp/guest_mem.h"
#include "hyp/vm.h"
#include "kernel/mem.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* ---- stand-ins: memory is only described, not there, unless it is small ---- */

static size_t asked_align[2];
static unsigned int asked;
static size_t refuse_align;
static char *memory;
static size_t given_back;

static uint64_t zeroed, cleaned, code_drops;
static bool irqs_were_open;

void *mem_alloc(size_t size, size_t align, unsigned int flags)
{
	assert_int_equal(flags, 0);
	(void)size;
	assert_true(asked < 2U);
	asked_align[asked++] = align;
	return align >= refuse_align ? NULL : memory;
}

void mem_free(void *mem, size_t size, unsigned int flags)
{
	(void)flags;
	assert_ptr_equal(mem, memory);
	/* Cleared since it was last used. */
	assert_int_equal(zeroed, size);
	given_back += size;
}

/* What may be taken by address: 6 MiB from `memory` on. */
bool mem_alloc_at(uint64_t at, size_t size)
{
	return at == (uintptr_t)memory && size == 6U * MIB;
}

void *k_calloc(size_t nmemb, size_t size)
{
	return calloc(nmemb, size);
}

void k_free(void *mem)
{
	free(mem);
}

void cache_zero(void *start, size_t size)
{
	assert_ptr_equal(start, memory + zeroed);
	assert_int_equal(size % 2048U, 0);
	zeroed += size;
}

void cache_clean_invalidate(const void *start, size_t size)
{
	irqs_were_open = fake_arch.irq_masked == 0U;
	assert_ptr_equal(start, memory + cleaned);
	cleaned += size;
}

void cache_drop_code(void)
{
	code_drops++;
}

static int setup(void **state)
{
	static char somewhere;

	(void)state;
	fake_arch_reset();
	memory = &somewhere;
	asked = 0U;
	refuse_align = SIZE_MAX;
	given_back = zeroed = cleaned = code_drops = 0U;
	fault_inject_set(0U);
	return 0;
}

/* ---- RAM ---- */

static void test_take_and_give(void **state)
{
	void *ram = NULL;

	(void)state;
	assert_int_equal(guest_ram_take(6U * MIB, &ram), 0);
	assert_ptr_equal(ram, memory);
	assert_int_equal(asked_align[0], 2U * MIB);
	assert_int_equal(zeroed, 6U * MIB);
	assert_int_equal(cleaned, 6U * MIB);
	assert_int_equal(code_drops, 1);
	zeroed = cleaned = 0U;
	guest_ram_give(ram, 6U * MIB, false);
	assert_int_equal(given_back, 6U * MIB);
	assert_int_equal(zeroed, 6U * MIB);
	assert_int_equal(cleaned, 6U * MIB);
	guest_ram_give(NULL, 6U * MIB, false);
	assert_int_equal(given_back, 6U * MIB);
}

/* A VM that has never run. */
static void test_give_what_is_clear(void **state)
{
	void *ram = NULL;

	(void)state;
	assert_int_equal(guest_ram_take(6U * MIB, &ram), 0);
	guest_ram_give(ram, 6U * MIB, true);
	assert_int_equal(given_back, 6U * MIB);
	assert_int_equal(zeroed, 6U * MIB);
	assert_int_equal(cleaned, 6U * MIB);
}

static void test_large_blocks_if_possible(void **state)
{
	void *ram = NULL;

	(void)state;
	assert_int_equal(guest_ram_take(GIB + 2U * MIB, &ram), 0);
	assert_int_equal(asked, 1);
	assert_int_equal(asked_align[0], GIB);
	(void)setup(NULL);
	refuse_align = GIB;
	assert_int_equal(guest_ram_take(GIB, &ram), 0);
	assert_int_equal(asked, 2);
	assert_int_equal(asked_align[1], 2U * MIB);
	(void)setup(NULL);
	refuse_align = 0U;
	assert_int_equal(guest_ram_take(GIB, &ram), -ENOMEM);
	assert_int_equal(zeroed, 0);
}

/* Whoever had it before. */
static void test_take_at(void **state)
{
	void *ram = NULL;

	(void)state;
	assert_int_equal(guest_ram_take_at((uintptr_t)memory, 8U * MIB, &ram), -EBUSY);
	assert_int_equal(guest_ram_take_at((uintptr_t)memory + 2U * MIB, 6U * MIB, &ram), -EBUSY);
	fault_inject_set(1U);
	assert_int_equal(guest_ram_take_at((uintptr_t)memory, 6U * MIB, &ram), -EBUSY);
	assert_null(ram);
	assert_int_equal(zeroed, 0);
	assert_int_equal(guest_ram_take_at((uintptr_t)memory, 6U * MIB, &ram), 0);
	assert_ptr_equal(ram, memory);
	assert_int_equal(zeroed, 6U * MIB);
	assert_int_equal(cleaned, 6U * MIB);
	assert_int_equal(code_drops, 1);
	assert_int_equal(asked, 0);
	guest_ram_give(ram, 6U * MIB, true);
	assert_int_equal(given_back, 6U * MIB);
}

static void test_sizes_refused(void **state)
{
	void *ram = NULL;

	(void)state;
	assert_int_equal(guest_ram_take(0U, &ram), -EINVAL);
	assert_int_equal(guest_ram_take(MIB, &ram), -EINVAL);
	assert_int_equal(guest_ram_take(4U * MIB + 1U, &ram), -EINVAL);
	assert_int_equal(asked, 0);
}

static void test_images_are_cleaned(void **state)
{
	(void)state;
	guest_ram_clean(memory, 12345U);
	assert_int_equal(cleaned, 12345);
	assert_int_equal(code_drops, 1);
}

/* ---- set/way ---- */

static struct vm vm;
static struct vcpu cpu[2];

static int setup_vm(void **state)
{
	(void)setup(state);
	memset(&vm, 0, sizeof(vm));
	memset(cpu, 0, sizeof(cpu));
	vm.ram = memory;
	vm.ram_size = 64U * MIB;
	cpu[0].vm = cpu[1].vm = &vm;
	return 0;
}

static bool op(unsigned int n, unsigned int level, unsigned int set, unsigned int way)
{
	bool opened;

	cleaned = 0U;
	fake_arch.irq_masked = 1U;
	irqs_were_open = false;
	opened = guest_set_way(&cpu[n], ((uint64_t)way << 30) | (set << 6) | (level << 1));
	assert_int_equal(opened, cleaned != 0U);
	assert_true(cleaned == 0U || (cleaned == vm.ram_size && irqs_were_open));
	assert_int_not_equal(fake_arch.irq_masked, 0);
	return opened;
}

/* @return how often all of the RAM was cleaned in one loop over two levels. */
static unsigned int loop(unsigned int n, bool down)
{
	unsigned int count = 0U;

	for (unsigned int level = 0U; level < 2U; level++) {
		for (unsigned int set = 0U; set < 64U; set++) {
			for (unsigned int way = 0U; way < 4U; way++) {
				count += op(n, level, down ? 63U - set : set, down ? 3U - way : way)
						 ? 1U
						 : 0U;
			}
		}
	}
	return count;
}

static void test_once_per_loop(void **state)
{
	(void)state;
	assert_int_equal(loop(0U, false), 1);
	assert_int_equal(loop(0U, false), 1);
	/* The other way round it meets the same operands, later. */
	assert_int_equal(loop(0U, true), 1);
	assert_int_equal(loop(0U, true), 1);
	assert_int_equal(loop(0U, false), 1);
}

static void test_each_vcpu_for_itself(void **state)
{
	(void)state;
	assert_int_equal(loop(0U, false), 1);
	assert_int_equal(loop(1U, false), 1);
	assert_true(op(0U, 0U, 0U, 0U));
	assert_true(op(1U, 0U, 0U, 0U));
}

static void test_loops_over_one_level(void **state)
{
	(void)state;
	assert_int_equal(loop(0U, false), 1);
	/* Only the second level now, and again. */
	for (unsigned int i = 0U; i < 2U; i++) {
		assert_true(op(0U, 1U, 0U, 0U));
		for (unsigned int set = 1U; set < 64U; set++) {
			assert_false(op(0U, 1U, set, 0U));
		}
	}
	assert_false(op(0U, 7U, 0U, 0U));
	assert_false(op(0U, 7U, 0U, 0U));
}

/* ---- allocations that fail ---- */

static void test_the_nth_fails(void **state)
{
	void *ram = NULL;

	(void)state;
	fault_inject_set(3U);
	for (unsigned int i = 1U; i <= 5U; i++) {
		void *mem = hyp_alloc(64U);

		assert_int_equal(mem == NULL, i == 3U);
		hyp_free(mem);
	}
	assert_int_equal(fault_inject_left(), 0);
	fault_inject_set(2U);
	/* The attempt with the large alignment is one that may fail; the other one is not. */
	assert_int_equal(guest_ram_take(GIB, &ram), 0);
	assert_int_equal(fault_inject_left(), 1);
	assert_int_equal(guest_ram_take(2U * MIB, &ram), -ENOMEM);
	assert_int_equal(fault_inject_left(), 0);
	fault_inject_set(1U);
	fault_inject_set(0U);
	assert_false(fault_inject_hit());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_take_and_give, setup),
		cmocka_unit_test_setup(test_give_what_is_clear, setup),
		cmocka_unit_test_setup(test_large_blocks_if_possible, setup),
		cmocka_unit_test_setup(test_take_at, setup),
		cmocka_unit_test_setup(test_sizes_refused, setup),
		cmocka_unit_test_setup(test_images_are_cleaned, setup),
		cmocka_unit_test_setup(test_once_per_loop, setup_vm),
		cmocka_unit_test_setup(test_each_vcpu_for_itself, setup_vm),
		cmocka_unit_test_setup(test_loops_over_one_level, setup_vm),
		cmocka_unit_test_setup(test_the_nth_fails, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
