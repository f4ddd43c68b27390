/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address map and the memory behind it: what must fault does, large ranges, stacks made at run time.
 */
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/ztest.h>
#include <zephyr/ztest_error_hook.h>

#include "arch/mmu.h"
#include "kernel/mem.h"

#define PAGE  4096U
#define BLOCK 0x200000U

static K_THREAD_STACK_DEFINE(stack, 4096);
static struct k_thread thread;

/* Each of these must end its thread; if not, this says so. */
static volatile bool survived;

static const char constant[16] = "constant";
/* `ret`, in writable memory. */
static uint32_t code[] = {0xd65f03c0U};

static void must_fault(k_thread_entry_t entry)
{
	survived = false;
	ztest_set_fault_valid(true);
	(void)k_thread_create(&thread, stack, K_THREAD_STACK_SIZEOF(stack), entry, NULL, NULL, NULL,
			      K_PRIO_PREEMPT(3), 0, K_NO_WAIT);
	zassert_ok(k_thread_join(&thread, K_SECONDS(5)));
	ztest_set_fault_valid(false);
	zassert_false(survived, "the access did not fault");
}

static void writes_code(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	*(volatile uint32_t *)(uintptr_t)writes_code = 0U;
	survived = true;
}

static void writes_constant(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	*(volatile char *)(uintptr_t)constant = 'C';
	survived = true;
}

static void runs_data(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	((void (*)(void))(uintptr_t)code)();
	survived = true;
}

static void reads_null(void *p1, void *p2, void *p3)
{
	volatile char *volatile null = p1;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	(void)*null;
	survived = true;
}

static void reads_guard(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	(void)*(volatile char *)K_THREAD_STACK_BUFFER(stack);
	(void)*((volatile char *)K_THREAD_STACK_BUFFER(stack) - 1);
	survived = true;
}

ZTEST(memory, test_code_is_not_writable)
{
	must_fault(writes_code);
}

ZTEST(memory, test_constants_are_not_writable)
{
	must_fault(writes_constant);
}

ZTEST(memory, test_data_is_not_executable)
{
	must_fault(runs_data);
}

ZTEST(memory, test_null_is_not_mapped)
{
	must_fault(reads_null);
}

ZTEST(memory, test_guard_page_is_not_mapped)
{
	must_fault(reads_guard);
}

ZTEST(memory, test_is_mapped)
{
	zassert_true(arch_is_mapped((uintptr_t)constant));
	zassert_true(arch_is_mapped((uintptr_t)K_THREAD_STACK_BUFFER(stack)));
	zassert_false(arch_is_mapped((uintptr_t)stack));
	zassert_false(arch_is_mapped(0U));
	zassert_false(arch_is_mapped(UINTPTR_MAX));
}

ZTEST(memory, test_mmio_refuses)
{
	zassert_equal(arch_mmio_map((uintptr_t)constant, 4U), -EPERM);
	zassert_equal(arch_mmio_map((uintptr_t)code, 4U), -EPERM);
	zassert_equal(arch_mmio_map(0x1000U, 0U), -EINVAL);
	zassert_equal(arch_mmio_map(UINT64_MAX - 8U, 4U), -EINVAL);
	zassert_equal(arch_mmio_map(UINT64_C(1) << 48, 4U), -ERANGE);
}

/* Where there is nothing: the tables for it come and go. The first ones may be of those that were set aside. */
ZTEST(memory, test_mmio_comes_and_goes)
{
	const uint64_t address = (UINT64_C(1) << 35) + 0xff8U;
	struct mem_stats before, after;

	zassert_ok(arch_mmio_map(address, 16U));
	arch_mmio_unmap(address, 16U);
	mem_stats_get(&before);
	for (int i = 0; i < 100; i++) {
		zassert_ok(arch_mmio_map(address, 16U));
		zassert_ok(arch_mmio_map(address, 16U));
		arch_mmio_unmap(address, 16U);
		arch_mmio_unmap(address, 16U);
	}
	mem_stats_get(&after);
	zassert_equal(after.free, before.free);
}

ZTEST(memory, test_ranges)
{
	struct mem_stats before, after;
	char *a, *b;

	mem_stats_get(&before);
	zassert_true(before.free <= before.total && before.largest <= before.free);
	a = mem_alloc(3U * PAGE + 1U, 0U, 0U);
	b = mem_alloc(BLOCK, BLOCK, 0U);
	zassert_not_null(a);
	zassert_not_null(b);
	zassert_equal((uintptr_t)a % PAGE, 0U);
	zassert_equal((uintptr_t)b % BLOCK, 0U);
	memset(a, 0x5a, 4U * PAGE);
	memset(b, 0xa5, BLOCK);
	zassert_equal(a[4U * PAGE - 1U], 0x5a);
	mem_stats_get(&after);
	zassert_equal(before.free - after.free, 4U * PAGE + BLOCK);
	mem_free(a, 3U * PAGE + 1U, 0U);
	mem_free(b, BLOCK, 0U);
	mem_stats_get(&after);
	zassert_equal(before.free, after.free);
	zassert_is_null(mem_alloc(SIZE_MAX - PAGE, 0U, 0U));
	zassert_is_null(mem_alloc(before.free + PAGE, 0U, 0U));
	zassert_is_null(mem_alloc(0U, 0U, 0U));
	zassert_is_null(mem_alloc(SIZE_MAX - PAGE, 0U, MEM_PAGES));
}

ZTEST(memory, test_guards_of_our_own)
{
	char *mem = mem_alloc(3U * PAGE, 0U, MEM_PAGES);

	zassert_not_null(mem);
	zassert_ok(arch_guard_set((uintptr_t)mem + PAGE));
	zassert_false(arch_is_mapped((uintptr_t)mem + PAGE));
	zassert_equal(arch_guard_set((uintptr_t)mem + PAGE), -EINVAL);
	mem[PAGE - 1U] = 1;
	mem[2U * PAGE] = 1;
	zassert_ok(arch_guard_clear((uintptr_t)mem + PAGE));
	zassert_equal(arch_guard_clear((uintptr_t)mem + PAGE), -EEXIST);
	mem[PAGE] = 1;
	mem_free(mem, 3U * PAGE, MEM_PAGES);
}

static void fills_its_stack(void *p1, void *p2, void *p3)
{
	volatile char room[6000];

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (size_t i = 0U; i < sizeof(room); i++) {
		room[i] = (char)i;
	}
	*(bool *)p1 = room[sizeof(room) - 1U] == (char)(sizeof(room) - 1U);
}

ZTEST(memory, test_stacks_at_run_time)
{
	k_thread_stack_t *stacks[5];
	bool done;

	for (size_t i = 0U; i < ARRAY_SIZE(stacks); i++) {
		stacks[i] = k_thread_stack_alloc(8000U, 0);
		zassert_not_null(stacks[i]);
		zassert_false(arch_is_mapped((uintptr_t)stacks[i]));
		zassert_true(arch_is_mapped((uintptr_t)K_THREAD_STACK_BUFFER(stacks[i])));
	}
	for (size_t i = 0U; i < ARRAY_SIZE(stacks); i++) {
		done = false;
		(void)k_thread_create(&thread, stacks[i], 8000U, fills_its_stack, &done, NULL, NULL,
				      K_PRIO_PREEMPT(3), 0, K_FOREVER);
		zassert_equal(k_thread_stack_free(stacks[i]), -EBUSY);
		k_thread_start(&thread);
		zassert_ok(k_thread_join(&thread, K_SECONDS(5)));
		zassert_true(done);
	}
	for (size_t i = 0U; i < ARRAY_SIZE(stacks); i++) {
		zassert_ok(k_thread_stack_free(stacks[i]));
		zassert_true(arch_is_mapped((uintptr_t)stacks[i]));
		zassert_equal(k_thread_stack_free(stacks[i]), -EINVAL);
	}
	zassert_equal(k_thread_stack_free(stack), -EINVAL);
	zassert_is_null(k_thread_stack_alloc(0U, 0));
	zassert_is_null(k_thread_stack_alloc(SIZE_MAX, 0));
}

ZTEST_SUITE(memory, NULL, NULL, NULL, NULL, NULL);
