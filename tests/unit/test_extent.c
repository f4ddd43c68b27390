/* SPDX-License-Identifier: Apache-2.0 */

/* The allocator of large ranges, against a model of one byte per granule. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernel/extent.h"

#define G     EXTENT_GRANULE
#define COUNT 256U

static char arena[COUNT * EXTENT_GRANULE] __attribute__((aligned(2097152)));
static struct extent_list list;

static int setup(void **state)
{
	(void)state;
	memset(&list, 0, sizeof(list));
	return 0;
}

static unsigned int extents(void)
{
	const struct extent *last = NULL;
	unsigned int n = 0U;
	size_t sum = 0U;

	for (const struct extent *e = list.first; e != NULL; e = e->next) {
		/* Sorted, apart from each other: neighbours are merged. */
		assert_true(last == NULL || (const char *)last + last->size < (const char *)e);
		sum += e->size;
		last = e;
		n++;
	}
	assert_int_equal(sum, list.free);
	return n;
}

static void test_empty(void **state)
{
	(void)state;
	assert_null(extent_alloc(&list, G, G));
	assert_int_equal(extent_largest(&list), 0U);
}

static void test_first_fit_and_merge(void **state)
{
	char *a, *b, *c;

	(void)state;
	extent_free(&list, arena, sizeof(arena));
	a = extent_alloc(&list, 1U, 1U);
	b = extent_alloc(&list, 2U * G, G);
	c = extent_alloc(&list, G + 1U, G);
	assert_ptr_equal(a, arena);
	assert_ptr_equal(b, arena + G);
	assert_ptr_equal(c, arena + 3U * G);
	extent_free(&list, a, G);
	assert_int_equal(extents(), 2U);
	extent_free(&list, c, 2U * G);
	assert_int_equal(extents(), 2U);
	extent_free(&list, b, 2U * G);
	assert_int_equal(extents(), 1U);
	assert_int_equal(extent_largest(&list), sizeof(arena));
	assert_ptr_equal(extent_alloc(&list, sizeof(arena), G), arena);
	assert_int_equal(extents(), 0U);
}

static void test_alignment(void **state)
{
	char *a;

	(void)state;
	extent_free(&list, arena + G, sizeof(arena) - G);
	a = extent_alloc(&list, 3U * G, 16U * G);
	assert_ptr_equal(a, arena + 16U * G);
	assert_int_equal(extents(), 2U);
	assert_null(extent_alloc(&list, G, 512U * G));
	assert_null(extent_alloc(&list, sizeof(arena), G));
	assert_null(extent_alloc(&list, 0U, G));
	assert_null(extent_alloc(&list, SIZE_MAX, G));
}

static bool at(size_t granule, size_t granules)
{
	return extent_alloc_at(&list, (uintptr_t)arena + granule * G, granules * G);
}

static void test_certain_place(void **state)
{
	(void)state;
	assert_false(at(0U, 1U));
	/* Free: 1 to 9, and 12 to 19. */
	extent_free(&list, arena + G, 9U * G);
	extent_free(&list, arena + 12U * G, 8U * G);
	/* Before, behind, between, across, beyond. */
	assert_false(at(0U, 1U));
	assert_false(at(0U, 2U));
	assert_false(at(20U, 1U));
	assert_false(at(10U, 1U));
	assert_false(at(8U, 3U));
	assert_false(at(9U, 4U));
	assert_false(at(11U, 2U));
	assert_false(at(19U, 2U));
	assert_false(extent_alloc_at(&list, UINTPTR_MAX - G + 1U, G));
	assert_false(extent_alloc_at(&list, (uintptr_t)arena + G, SIZE_MAX - G + 1U));
	assert_int_equal(extents(), 2U);
	assert_int_equal(list.free, 17U * G);
	/* Out of the middle, the beginning and the end of what is left, then all. */
	assert_true(at(4U, 2U));
	assert_int_equal(extents(), 3U);
	assert_false(at(3U, 2U));
	assert_false(at(5U, 1U));
	assert_true(at(1U, 1U));
	assert_true(at(9U, 1U));
	assert_int_equal(extents(), 3U);
	assert_true(at(12U, 8U));
	assert_int_equal(extents(), 2U);
	assert_true(at(2U, 2U));
	assert_true(at(6U, 3U));
	assert_int_equal(extents(), 0U);
}

/* By place, or anywhere. */
static char *take_some(size_t size, size_t align)
{
	char *place = arena + (size_t)rand() % (COUNT - size / G + 1U) * G;

	if (rand() % 2 == 0) {
		return extent_alloc(&list, size, align);
	}
	if ((uintptr_t)place % align != 0U) {
		return NULL;
	}
	return extent_alloc_at(&list, (uintptr_t)place, size) ? place : NULL;
}

static void test_random(void **state)
{
	struct {
		char *mem;
		size_t size;
	} held[40] = {{0}};
	static char owner[COUNT];

	(void)state;
	srand(1);
	memset(owner, 0, sizeof(owner));
	extent_free(&list, arena, sizeof(arena));
	for (unsigned int round = 0U; round < 20000U; round++) {
		unsigned int i = (unsigned int)rand() % 40U;

		if (held[i].mem != NULL) {
			memset(&owner[(size_t)(held[i].mem - arena) / G], 0, held[i].size / G);
			extent_free(&list, held[i].mem, held[i].size);
			held[i].mem = NULL;
		} else {
			size_t align = G << (rand() % 5);

			held[i].size = (size_t)(1 + rand() % 16) * G;
			held[i].mem = take_some(held[i].size, align);
			if (held[i].mem != NULL) {
				assert_int_equal((uintptr_t)held[i].mem & (align - 1U), 0U);
				for (size_t g = 0U; g < held[i].size / G; g++) {
					char *o = &owner[(size_t)(held[i].mem - arena) / G + g];

					assert_int_equal(*o, 0);
					*o = 1;
				}
				memset(held[i].mem, 0xa5, held[i].size);
			}
		}
		(void)extents();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_empty, setup),
		cmocka_unit_test_setup(test_first_fit_and_merge, setup),
		cmocka_unit_test_setup(test_alignment, setup),
		cmocka_unit_test_setup(test_certain_place, setup),
		cmocka_unit_test_setup(test_random, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
