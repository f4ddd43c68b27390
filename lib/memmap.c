/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief A set of addresses; see memmap.h.
 */
#include <errno.h>
#include <string.h>

#include "lib/addr.h"
#include "lib/memmap.h"

static uint64_t end_of(const struct memmap_range *r)
{
	return r->base + r->size;
}

/* Put `n` (0 to 2) ranges where ranges [from, to) are; false if they do not fit. */
static bool replace(struct memmap *m, size_t from, size_t to, const struct memmap_range *with,
		    size_t n)
{
	if (m->count - (to - from) + n > m->capacity) {
		return false;
	}
	memmove(&m->ranges[from + n], &m->ranges[to], (m->count - to) * sizeof(*with));
	memcpy(&m->ranges[from], with, n * sizeof(*with));
	m->count = m->count - (to - from) + n;
	return true;
}

int memmap_add(struct memmap *m, uint64_t base, uint64_t size)
{
	struct memmap_range sum = {.base = base};
	uint64_t end = base + size;
	size_t from = 0;
	size_t to;

	if (!range_end_ok(base, size)) {
		return -EINVAL;
	}
	if (size == 0U) {
		return 0;
	}
	while (from < m->count && end_of(&m->ranges[from]) < base) {
		from++;
	}
	/* Ranges that overlap it or touch it become one with it. */
	for (to = from; to < m->count && m->ranges[to].base <= end; to++) {
		if (m->ranges[to].base < sum.base) {
			sum.base = m->ranges[to].base;
		}
		if (end_of(&m->ranges[to]) > end) {
			end = end_of(&m->ranges[to]);
		}
	}
	sum.size = end - sum.base;
	return replace(m, from, to, &sum, 1) ? 0 : -ENOSPC;
}

int memmap_remove(struct memmap *m, uint64_t base, uint64_t size)
{
	struct memmap_range left[2];
	uint64_t end = base + size;
	size_t n = 0;
	size_t from = 0;
	size_t to;

	if (!range_end_ok(base, size)) {
		return -EINVAL;
	}
	if (size == 0U) {
		return 0;
	}
	while (from < m->count && end_of(&m->ranges[from]) <= base) {
		from++;
	}
	to = from;
	while (to < m->count && m->ranges[to].base < end) {
		to++;
	}
	if (to == from) {
		return 0;
	}
	if (m->ranges[from].base < base) {
		left[n].base = m->ranges[from].base;
		left[n].size = base - m->ranges[from].base;
		n++;
	}
	if (end_of(&m->ranges[to - 1U]) > end) {
		left[n].base = end;
		left[n].size = end_of(&m->ranges[to - 1U]) - end;
		n++;
	}
	return replace(m, from, to, left, n) ? 0 : -ENOSPC;
}

void memmap_align(struct memmap *m, uint64_t align)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->count; i++) {
		uint64_t end = align_down(end_of(&m->ranges[i]), align);
		uint64_t base;

		if (align_up_ok(m->ranges[i].base, align, &base) && base < end) {
			m->ranges[kept].base = base;
			m->ranges[kept].size = end - base;
			kept++;
		}
	}
	m->count = kept;
}

bool memmap_contains(const struct memmap *m, uint64_t base, uint64_t size)
{
	if (size == 0U) {
		return true;
	}
	for (size_t i = 0; i < m->count; i++) {
		if (range_within(base, size, m->ranges[i].base, m->ranges[i].size)) {
			return true;
		}
	}
	return false;
}

bool memmap_overlaps(const struct memmap *m, uint64_t base, uint64_t size)
{
	if (!range_end_ok(base, size)) {
		size = UINT64_MAX - base;
	}
	for (size_t i = 0; i < m->count; i++) {
		if (ranges_overlap(base, size, m->ranges[i].base, m->ranges[i].size)) {
			return true;
		}
	}
	return false;
}

int memmap_find(const struct memmap *m, uint64_t size, uint64_t align, uint64_t *base)
{
	for (size_t i = 0; i < m->count; i++) {
		uint64_t at;

		if (align_up_ok(m->ranges[i].base, align, &at) &&
		    range_within(at, size, m->ranges[i].base, m->ranges[i].size)) {
			*base = at;
			return 0;
		}
	}
	return -ENOMEM;
}

int memmap_take(struct memmap *m, uint64_t size, uint64_t align, uint64_t *base)
{
	int ret = memmap_find(m, size, align, base);

	return ret != 0 ? ret : memmap_remove(m, *base, size);
}

uint64_t memmap_total(const struct memmap *m)
{
	uint64_t total = 0;

	for (size_t i = 0; i < m->count; i++) {
		total += m->ranges[i].size;
	}
	return total;
}
