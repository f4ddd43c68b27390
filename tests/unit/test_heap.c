/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The allocator: random use against a list of what is allocated, its whole state checked as it
 * goes; then misuse.
 */
#include <errno.h>

#include <zephyr/sys/multi_heap.h>
#include <zephyr/sys/sys_heap.h>
#include <zephyr/sys/util.h>

#include "unit.h"

#define SLOTS 64

struct slot {
	uint8_t *mem;
	size_t size;
	uint8_t fill;
};

static struct sys_heap heap;
static struct slot slots[SLOTS];

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(slots, 0, sizeof(slots));
	return 0;
}

static void fill_slot(struct slot *s, void *mem, size_t size)
{
	s->mem = mem;
	s->size = size;
	s->fill = (uint8_t)unit_random();
	memset(mem, s->fill, size);
}

static void check_fill(const uint8_t *mem, size_t size, uint8_t fill)
{
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(mem[i], fill);
	}
}

static void free_slot(struct slot *s)
{
	check_fill(s->mem, s->size, s->fill);
	sys_heap_free(&heap, s->mem);
	s->mem = NULL;
}

/* Sizes as programs ask for them: mostly small, now and then large. */
static size_t random_size(size_t heap_size)
{
	switch (unit_below(8)) {
	case 0:
		return 1 + (size_t)unit_below(heap_size / 2);
	case 1:
	case 2:
		return 1 + (size_t)unit_below(heap_size / 16);
	default:
		return 1 + (size_t)unit_below(100);
	}
}

static void check_placed(const void *mem, size_t size, size_t align, const uint8_t *base,
			 size_t bytes)
{
	const uint8_t *p = mem;

	assert_int_equal((uintptr_t)p % 16, 0);
	if (align != 0) {
		assert_int_equal((uintptr_t)p % align, 0);
	}
	assert_true(p >= base && p + size <= base + bytes);
	assert_true(sys_heap_usable_size(&heap, (void *)(uintptr_t)mem) >= size);
}

static void realloc_slot(struct slot *s, size_t heap_size, const uint8_t *base)
{
	size_t size = random_size(heap_size);
	uint8_t *mem = sys_heap_realloc(&heap, s->mem, size);

	if (mem == NULL) {
		check_fill(s->mem, s->size, s->fill);
		return;
	}
	check_placed(mem, size, 0, base, heap_size);
	check_fill(mem, MIN(size, s->size), s->fill);
	fill_slot(s, mem, size);
}

static void random_step(uint8_t *base, size_t bytes)
{
	struct slot *s = &slots[unit_below(SLOTS)];
	size_t align = unit_below(4) == 0 ? (size_t)1 << unit_below(9) : 0;
	size_t size = random_size(bytes);
	void *mem;

	if (s->mem != NULL) {
		if (unit_below(4) == 0) {
			realloc_slot(s, bytes, base);
		} else {
			free_slot(s);
		}
		return;
	}
	mem = align != 0 ? sys_heap_aligned_alloc(&heap, align, size) : sys_heap_alloc(&heap, size);
	if (mem != NULL) {
		check_placed(mem, size, align, base, bytes);
		fill_slot(s, mem, size);
	}
}

static void random_use(uint8_t *base, size_t bytes, int steps)
{
	struct sys_memory_stats stats;
	size_t all;
	void *mem;

	sys_heap_init(&heap, base, bytes);
	assert_true(sys_heap_validate(&heap));
	assert_int_equal(sys_heap_runtime_stats_get(&heap, &stats), 0);
	all = stats.free_bytes;
	for (int i = 0; i < steps; i++) {
		random_step(base, bytes);
		assert_true(sys_heap_validate(&heap));
	}
	for (size_t i = 0; i < SLOTS; i++) {
		if (slots[i].mem != NULL) {
			free_slot(&slots[i]);
		}
	}
	assert_true(sys_heap_validate(&heap));
	assert_int_equal(sys_heap_runtime_stats_get(&heap, &stats), 0);
	assert_int_equal(stats.allocated_bytes, 0);
	assert_int_equal(stats.free_bytes, all);
	/* All neighbours have merged: the whole is one piece again, up to its header. */
	mem = sys_heap_alloc(&heap, all - 8);
	assert_non_null(mem);
	sys_heap_free(&heap, mem);
}

static void test_random_use(void **state)
{
	static const size_t sizes[] = {64, 256, 1000, 4096, 65536, 1 << 20};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		/* From the C library, so that an access one byte outside is seen. */
		uint8_t *base = malloc(sizes[i]);

		random_use(base, sizes[i], 6000);
		free(base);
	}
}

static void test_memory_of_any_alignment(void **state)
{
	uint8_t *block = malloc(4200);

	(void)state;
	for (size_t off = 0; off < 33; off++) {
		random_use(block + off, 2000 + 3 * off, 60);
	}
	free(block);
}

static void test_exhaustion(void **state)
{
	static uint8_t base[8192];
	void *mem[1024];
	size_t n = 0;

	(void)state;
	sys_heap_init(&heap, base, sizeof(base));
	while ((mem[n] = sys_heap_alloc(&heap, 24)) != NULL) {
		n++;
	}
	/* 32 bytes each, and hardly anything beside. */
	assert_true(n >= sizeof(base) / 32 - 1);
	assert_null(sys_heap_alloc(&heap, 1));
	assert_true(sys_heap_validate(&heap));
	/* Every second one: plenty free, but nothing large. */
	for (size_t i = 0; i < n; i += 2) {
		sys_heap_free(&heap, mem[i]);
	}
	assert_true(sys_heap_validate(&heap));
	assert_null(sys_heap_alloc(&heap, 41));
	assert_non_null(mem[0] = sys_heap_alloc(&heap, 24));
	sys_heap_free(&heap, mem[0]);
	for (size_t i = 1; i < n; i += 2) {
		sys_heap_free(&heap, mem[i]);
	}
	assert_true(sys_heap_validate(&heap));
	assert_non_null(sys_heap_alloc(&heap, sizeof(base) - 24));
}

static void test_exact_fit_of_an_odd_class(void **state)
{
	static uint8_t base[4096] __aligned(16);
	void *mem;

	(void)state;
	sys_heap_init(&heap, base, sizeof(base));
	/* All of it: no class above fits, but the chunk itself does. */
	mem = sys_heap_alloc(&heap, sizeof(base) - 24);
	assert_non_null(mem);
	assert_null(sys_heap_alloc(&heap, 1));
	sys_heap_free(&heap, mem);
	assert_null(sys_heap_alloc(&heap, sizeof(base) - 23));
}

static void test_arguments(void **state)
{
	static uint8_t base[1024];
	struct sys_memory_stats stats;

	(void)state;
	sys_heap_init(&heap, base, sizeof(base));
	assert_null(sys_heap_alloc(&heap, 0));
	assert_null(sys_heap_alloc(&heap, SIZE_MAX));
	assert_null(sys_heap_alloc(&heap, SIZE_MAX - 7));
	assert_null(sys_heap_alloc(&heap, (size_t)1 << 35));
	assert_null(sys_heap_aligned_alloc(&heap, 64, 0));
	assert_null(sys_heap_aligned_alloc(&heap, 64, SIZE_MAX));
	assert_null(sys_heap_aligned_alloc(&heap, (size_t)1 << 63, 8));
	assert_null(sys_heap_aligned_alloc(&heap, (size_t)1 << 39, (size_t)1 << 39));
	assert_null(sys_heap_aligned_alloc(&heap, 4096, 8));
	assert_null(sys_heap_realloc(&heap, NULL, 0));
	sys_heap_free(&heap, NULL);
	assert_int_equal(sys_heap_usable_size(&heap, NULL), 0);
	assert_int_equal(sys_heap_runtime_stats_get(NULL, &stats), -EINVAL);
	assert_int_equal(sys_heap_runtime_stats_get(&heap, NULL), -EINVAL);
	assert_int_equal(sys_heap_runtime_stats_reset_max(NULL), -EINVAL);
	assert_true(sys_heap_validate(&heap));
	expect_assert_failure(sys_heap_init(&heap, base, 40));
	expect_assert_failure(sys_heap_aligned_alloc(&heap, 48, 8));
}

static void test_statistics(void **state)
{
	static uint8_t base[1024];
	struct sys_memory_stats stats;
	void *a;

	(void)state;
	sys_heap_init(&heap, base, sizeof(base));
	a = sys_heap_alloc(&heap, 100);
	sys_heap_free(&heap, sys_heap_alloc(&heap, 200));
	assert_int_equal(sys_heap_runtime_stats_get(&heap, &stats), 0);
	assert_int_equal(stats.allocated_bytes, 112);
	assert_int_equal(stats.max_allocated_bytes, 112 + 208);
	assert_int_equal(sys_heap_runtime_stats_reset_max(&heap), 0);
	assert_int_equal(sys_heap_runtime_stats_get(&heap, &stats), 0);
	assert_int_equal(stats.max_allocated_bytes, 112);
	sys_heap_free(&heap, a);
}

static void test_realloc_in_place(void **state)
{
	static uint8_t base[4096];
	uint8_t *a;
	uint8_t *b;

	(void)state;
	sys_heap_init(&heap, base, sizeof(base));
	b = sys_heap_alloc(&heap, 100);
	a = sys_heap_alloc(&heap, 200);
	assert_ptr_equal(sys_heap_realloc(&heap, a, 50), a);
	assert_true(sys_heap_validate(&heap));
	assert_ptr_equal(sys_heap_realloc(&heap, a, 200), a);
	assert_true(sys_heap_validate(&heap));
	/* The lower of two neighbours may take all of the upper one once that is free. */
	sys_heap_free(&heap, b);
	assert_ptr_equal(sys_heap_realloc(&heap, a, 300), a);
	assert_true(sys_heap_validate(&heap));
	assert_null(sys_heap_realloc(&heap, a, 100000));
	assert_true(sys_heap_validate(&heap));
	assert_null(sys_heap_realloc(&heap, a, 0));
	assert_int_equal(heap.allocated, 0);
}

static void prepare(uint8_t *base, size_t bytes, uint8_t *mem[4])
{
	sys_heap_init(&heap, base, bytes);
	for (int i = 0; i < 4; i++) {
		mem[i] = sys_heap_alloc(&heap, 40);
		memset(mem[i], 0, 40);
	}
}

/* In each case: found, reported with the fault's name, and the heap is as it was before. */
static void test_double_free(void **state)
{
	static uint8_t base[1024];
	uint8_t *mem[4];

	(void)state;
	/*
	 * With the lower neighbour free, the upper one, both and none: the header went, or says
	 * that it is free.
	 */
	for (volatile unsigned int around = 0; around < 4; around++) {
		prepare(base, sizeof(base), mem);
		if (around & 1U) {
			sys_heap_free(&heap, mem[0]);
		}
		if (around & 2U) {
			sys_heap_free(&heap, mem[2]);
		}
		sys_heap_free(&heap, mem[1]);
		expect_assert_failure(sys_heap_free(&heap, mem[1]));
		assert_non_null(strstr(unit_assert_text, "freed twice"));
		assert_true(sys_heap_validate(&heap));
	}
}

static void test_free_of_something_else(void **state)
{
	static uint8_t base[1024];
	uint8_t *mem[4];

	(void)state;
	prepare(base, sizeof(base), mem);
	expect_assert_failure(sys_heap_free(&heap, mem[1] + 16));
	expect_assert_failure(sys_heap_realloc(&heap, mem[1] + 16, 10));
	assert_non_null(strstr(unit_assert_text, "never allocated"));
	assert_true(sys_heap_validate(&heap));
}

static void test_write_past_the_end(void **state)
{
	static uint8_t base[1024];
	uint8_t *mem[4];

	(void)state;
	/* The chunks lie downwards: behind each is the one that was allocated before it. */
	prepare(base, sizeof(base), mem);
	mem[2][sys_heap_usable_size(&heap, mem[2])] ^= 0xff;
	/*
	 * The size of the chunk behind has changed, which no check of one header can know; its tag
	 * has not.
	 */
	mem[2][sys_heap_usable_size(&heap, mem[2]) + 6] ^= 0xff;
	expect_assert_failure(sys_heap_free(&heap, mem[2]));
	assert_non_null(strstr(unit_assert_text, "past its end"));
	assert_false(sys_heap_validate(&heap));
	expect_assert_failure(sys_heap_free(&heap, mem[1]));
}

static void *choose(struct sys_multi_heap *mheap, void *cfg, size_t align, size_t size)
{
	return sys_heap_aligned_alloc(mheap->heaps[*(int *)cfg].heap, align, size);
}

static void test_several_heaps(void **state)
{
	static uint8_t base[3][256];
	static struct sys_heap heaps[3];
	struct sys_multi_heap multi;
	void *mem[3];

	(void)state;
	sys_multi_heap_init(&multi, choose);
	for (int i = 0; i < 3; i++) {
		sys_heap_init(&heaps[i], base[i], sizeof(base[i]));
		sys_multi_heap_add_heap(&multi, &heaps[i], &base[i]);
	}
	for (int i = 0; i < 3; i++) {
		const struct sys_multi_heap_rec *rec;

		mem[i] = sys_multi_heap_alloc(&multi, &i, 128);
		assert_non_null(mem[i]);
		assert_null(sys_multi_heap_alloc(&multi, &i, 128));
		rec = sys_multi_heap_get_heap(&multi, mem[i]);
		assert_ptr_equal(rec->heap, &heaps[i]);
		assert_ptr_equal(rec->user_data, &base[i]);
	}
	assert_null(sys_multi_heap_get_heap(&multi, &multi));
	sys_multi_heap_free(&multi, &multi);
	sys_multi_heap_free(&multi, NULL);
	for (int i = 0; i < 3; i++) {
		sys_multi_heap_free(&multi, mem[i]);
		assert_int_equal(heaps[i].allocated, 0);
		mem[i] = sys_multi_heap_aligned_alloc(&multi, &i, 64, 32);
		assert_int_equal((uintptr_t)mem[i] % 64, 0);
	}
}

/* As Zephyr's smallest static heap: one byte fits, a second one does not. */
static void test_smallest(void **state)
{
	static uint8_t base[64] __aligned(16);
	void *mem;

	(void)state;
	sys_heap_init(&heap, base, sizeof(base));
	mem = sys_heap_alloc(&heap, 1);
	assert_non_null(mem);
	assert_null(sys_heap_alloc(&heap, 1));
	sys_heap_free(&heap, mem);
	assert_true(sys_heap_validate(&heap));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random_use, reset),
		cmocka_unit_test_setup(test_memory_of_any_alignment, reset),
		cmocka_unit_test_setup(test_exhaustion, reset),
		cmocka_unit_test_setup(test_exact_fit_of_an_odd_class, reset),
		cmocka_unit_test_setup(test_arguments, reset),
		cmocka_unit_test_setup(test_statistics, reset),
		cmocka_unit_test_setup(test_realloc_in_place, reset),
		cmocka_unit_test_setup(test_double_free, reset),
		cmocka_unit_test_setup(test_free_of_something_else, reset),
		cmocka_unit_test_setup(test_write_past_the_end, reset),
		cmocka_unit_test_setup(test_several_heaps, reset),
		cmocka_unit_test_setup(test_smallest, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
