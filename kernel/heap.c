/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heaps of the kernel: lib/sysheap under the kernel lock, and threads that wait for memory.
 *
 * Allocating and freeing are bounded by the heap below (O(1): a list per size class). Freeing wakes
 * all threads that wait for that heap, and each tries again: O(waiters). Moving the bytes of a
 * realloc is done with the lock released.
 *
 * Every allocation of k_malloc() and z_thread_malloc() begins with a header that names its heap, so
 * that k_free() needs the pointer only.
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/math_extras.h>

#include "kernel/heap.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

/* In front of the memory that a user of k_malloc() gets. */
struct alloc_header {
	/* What the heap gave; more than a header away if the user asked for an alignment. */
	void *mem;
	struct k_heap *heap;
};

#define HEADER sizeof(struct alloc_header)
BUILD_ASSERT(HEADER == 16U, "the header keeps the alignment of the heap");

static struct k_heap system_heap = {.wait_q = Z_WAIT_Q_INIT(&system_heap.wait_q)};

void k_heap_init(struct k_heap *h, void *mem, size_t bytes)
{
	z_waitq_init(&h->wait_q);
	sys_heap_init(&h->heap, mem, bytes);
}

/*
 * Waits for memory until @p end. Lock held and released.
 * Returns false if the time is up.
 */
static bool heap_wait(struct k_heap *h, k_timeout_t timeout, k_timepoint_t end, unsigned int key)
{
	k_timeout_t left = K_TIMEOUT_EQ(timeout, K_FOREVER) ? timeout : sys_timepoint_timeout(end);

	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT) || K_TIMEOUT_EQ(left, K_NO_WAIT)) {
		z_unlock(key);
		return false;
	}
	(void)z_pend(&h->wait_q, left, key);
	return true;
}

void *k_heap_aligned_alloc(struct k_heap *h, size_t align, size_t bytes, k_timeout_t timeout)
{
	k_timepoint_t end;

	__ASSERT(!k_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_heap_aligned_alloc() may block: not from an ISR");

	end = sys_timepoint_calc(timeout);
	while (true) {
		unsigned int key = z_lock();
		void *mem = sys_heap_aligned_alloc(&h->heap, align, bytes);

		if (mem != NULL || bytes == 0U) {
			z_unlock(key);
			return mem;
		}
		if (!heap_wait(h, timeout, end, key)) {
			return NULL;
		}
	}
}

void *k_heap_alloc(struct k_heap *h, size_t bytes, k_timeout_t timeout)
{
	unsigned int key = z_lock();
	void *mem = sys_heap_alloc(&h->heap, bytes);

	z_unlock(key);
	if (likely(mem != NULL) || K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		return mem;
	}
	return k_heap_aligned_alloc(h, 0U, bytes, timeout);
}

void *k_heap_calloc(struct k_heap *h, size_t num, size_t size, k_timeout_t timeout)
{
	size_t bytes;
	void *mem;

	if (size_mul_overflow(num, size, &bytes)) {
		return NULL;
	}
	mem = k_heap_alloc(h, bytes, timeout);
	if (mem != NULL) {
		(void)memset(mem, 0, bytes);
	}
	return mem;
}

/* Wakes those who wait, who will try again. Lock held and released. */
static __noinline void heap_wake(struct k_heap *h, unsigned int key)
{
	(void)z_waitq_wake_all(&h->wait_q, 0);
	z_reschedule(key);
}

/* Something was freed. Lock held and released. */
static ALWAYS_INLINE void heap_freed(struct k_heap *h, unsigned int key)
{
	if (likely(z_waitq_first(&h->wait_q) == NULL)) {
		z_unlock(key);
		return;
	}
	heap_wake(h, key);
}

void k_heap_free(struct k_heap *h, void *mem)
{
	unsigned int key = z_lock();

	sys_heap_free(&h->heap, mem);
	heap_freed(h, key);
}

void *k_heap_realloc(struct k_heap *h, void *ptr, size_t bytes, k_timeout_t timeout)
{
	unsigned int key;
	size_t old;
	void *mem;

	if (ptr == NULL) {
		return k_heap_alloc(h, bytes, timeout);
	}
	if (bytes == 0U) {
		k_heap_free(h, ptr);
		return NULL;
	}
	key = z_lock();
	old = sys_heap_usable_size(&h->heap, ptr);
	if (bytes <= old) {
		/* It stays where it is, and what it does not need is freed. */
		mem = sys_heap_realloc(&h->heap, ptr, bytes);
		heap_freed(h, key);
		return mem;
	}
	z_unlock(key);
	mem = k_heap_alloc(h, bytes, timeout);
	if (mem != NULL) {
		(void)memcpy(mem, ptr, old);
		k_heap_free(h, ptr);
	}
	return mem;
}

static int static_heaps_init(void)
{
	STRUCT_SECTION_FOREACH(k_heap, h) {
		k_heap_init(h, h->heap.init_mem, h->heap.init_bytes);
	}
	return 0;
}

SYS_INIT(static_heaps_init, PRE_KERNEL_1, CONFIG_KERNEL_INIT_PRIORITY_OBJECTS);

/* ---- the system's heap, and those of threads ----------------------------------------- */

size_t z_heap_used(void)
{
	unsigned int key = z_lock();
	size_t used = system_heap.heap.allocated;

	z_unlock(key);
	return used;
}

void z_heap_init(void *mem, size_t size)
{
	k_heap_init(&system_heap, mem, size);
}

void k_thread_system_pool_assign(struct k_thread *thread)
{
	thread->resource_pool = &system_heap;
}

static ALWAYS_INLINE void *header_put(struct k_heap *h, void *mem, size_t offset)
{
	struct alloc_header *header = (struct alloc_header *)((char *)mem + offset) - 1;

	header->mem = mem;
	header->heap = h;
	return header + 1;
}

static ALWAYS_INLINE void *malloc_from(struct k_heap *h, size_t size)
{
	unsigned int key;
	void *mem;

	if (unlikely(size > SIZE_MAX / 2U)) {
		return NULL;
	}
	key = z_lock();
	mem = sys_heap_alloc(&h->heap, size + HEADER);
	z_unlock(key);
	return unlikely(mem == NULL) ? NULL : header_put(h, mem, HEADER);
}

void *k_malloc(size_t size)
{
	return malloc_from(&system_heap, size);
}

void *z_thread_malloc(size_t size)
{
	struct k_heap *h = k_is_in_isr() ? &system_heap : k_current_get()->resource_pool;

	return h == NULL ? NULL : malloc_from(h, size);
}

void *k_aligned_alloc(size_t align, size_t size)
{
	size_t offset = MAX(align, HEADER);
	unsigned int key;
	void *mem;

	__ASSERT((align & (align - 1U)) == 0U, "an alignment is a power of two");
	if (size > SIZE_MAX / 2U || offset > SIZE_MAX / 2U) {
		return NULL;
	}
	key = z_lock();
	mem = sys_heap_aligned_alloc(&system_heap.heap, offset, size + offset);
	z_unlock(key);
	return mem == NULL ? NULL : header_put(&system_heap, mem, offset);
}

void *k_calloc(size_t nmemb, size_t size)
{
	size_t bytes;
	void *mem;

	if (size_mul_overflow(nmemb, size, &bytes)) {
		return NULL;
	}
	mem = k_malloc(bytes);
	if (mem != NULL) {
		(void)memset(mem, 0, bytes);
	}
	return mem;
}

void k_free(void *ptr)
{
	struct alloc_header *header = (struct alloc_header *)ptr - 1;
	struct k_heap *h;
	unsigned int key;

	if (unlikely(ptr == NULL)) {
		return;
	}
	h = header->heap;
	key = z_lock();
	sys_heap_free(&h->heap, header->mem);
	heap_freed(h, key);
}

void *k_realloc(void *ptr, size_t size)
{
	struct alloc_header *header = (struct alloc_header *)ptr - 1;
	struct k_heap *h;
	size_t offset;
	void *mem;

	if (ptr == NULL) {
		return k_malloc(size);
	}
	if (size == 0U) {
		k_free(ptr);
		return NULL;
	}
	if (size > SIZE_MAX / 2U) {
		return NULL;
	}
	h = header->heap;
	offset = (size_t)((char *)ptr - (char *)header->mem);
	mem = k_heap_realloc(h, header->mem, size + offset, K_NO_WAIT);
	/* The old header may be gone by now. */
	return mem == NULL ? NULL : header_put(h, mem, offset);
}
