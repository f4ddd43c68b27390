/* SPDX-License-Identifier: Apache-2.0 */
#include <zephyr/sys/util.h>

#include "kernel/extent.h"

static uintptr_t end_of(const struct extent *e)
{
	return (uintptr_t)e + e->size;
}

void extent_free(struct extent_list *list, void *mem, size_t size)
{
	struct extent *e = mem;
	struct extent *prev = NULL;
	struct extent *next = list->first;

	while (next != NULL && next < e) {
		prev = next;
		next = next->next;
	}
	list->free += size;
	e->size = size;
	e->next = next;
	if (next != NULL && end_of(e) == (uintptr_t)next) {
		e->size += next->size;
		e->next = next->next;
	}
	if (prev == NULL) {
		list->first = e;
	} else if (end_of(prev) == (uintptr_t)e) {
		prev->size += e->size;
		prev->next = e->next;
	} else {
		prev->next = e;
	}
}

/* Cuts [start, start + size) out of an extent that holds it. */
static void take(struct extent_list *list, struct extent **link, uintptr_t start, size_t size)
{
	struct extent *e = *link;
	size_t before = start - (uintptr_t)e;
	size_t after = e->size - before - size;

	if (after != 0U) {
		struct extent *rest = (struct extent *)(start + size);

		rest->size = after;
		rest->next = e->next;
		e->next = rest;
	}
	if (before != 0U) {
		e->size = before;
	} else {
		*link = e->next;
	}
	list->free -= size;
}

void *extent_alloc(struct extent_list *list, size_t size, size_t align)
{
	if (size == 0U || size > list->free) {
		return NULL;
	}
	size = ROUND_UP(size, EXTENT_GRANULE);
	align = MAX(align, EXTENT_GRANULE);
	for (struct extent **link = &list->first; *link != NULL; link = &(*link)->next) {
		size_t waste = (size_t)(-(uintptr_t)*link) & (align - 1U);

		if (waste < (*link)->size && (*link)->size - waste >= size) {
			uintptr_t start = (uintptr_t)*link + waste;

			take(list, link, start, size);
			return (void *)start;
		}
	}
	return NULL;
}

bool extent_alloc_at(struct extent_list *list, uintptr_t at, size_t size)
{
	for (struct extent **link = &list->first; *link != NULL && (uintptr_t)*link <= at;
	     link = &(*link)->next) {
		if (at < end_of(*link) && end_of(*link) - at >= size) {
			take(list, link, at, size);
			return true;
		}
	}
	return false;
}

size_t extent_largest(const struct extent_list *list)
{
	size_t largest = 0U;

	for (const struct extent *e = list->first; e != NULL; e = e->next) {
		largest = MAX(largest, e->size);
	}
	return largest;
}
