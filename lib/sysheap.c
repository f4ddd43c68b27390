/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The allocator of <zephyr/sys/sys_heap.h>.
 *
 * A chunk begins with its header word, directly before the memory it hands out, so that headers lie
 * at addresses that are 8 modulo 16. A free chunk holds its list links after the header and its
 * size once more in its last word, where its upper neighbour finds it. The upper neighbour's header
 * says whether its lower one is free. Two free chunks are never neighbours. A header with size 0,
 * in use, ends the heap.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <zephyr/sys/__assert.h>
#include <zephyr/sys/sys_heap.h>
#include <zephyr/sys/util.h>

#define GRANULE   ((size_t)16)
#define HEADER    sizeof(uint64_t)
#define MIN_CHUNK ((size_t)32)
/* Far above what there is, and twice that still does not overflow. */
#define MAX_BYTES  ((size_t)1 << 40)
#define LAST_CLASS (SYS_HEAP_CLASSES - 1UL)

#define USED       1ULL
#define LOWER_FREE 2ULL
#define SIZE_MASK  (BIT64_MASK(47) & ~(uint64_t)(GRANULE - 1))

struct z_heap_chunk {
	uint64_t head; /* size, flags, tag: read through decode() */
	struct z_heap_chunk *next;
	struct z_heap_chunk *prev;
};

typedef struct z_heap_chunk chunk_t;

/*
 * The address of a header, shifted so that bit 3, always 1, lands on bit 47 and sixteen bits that
 * differ between chunks lie above. Sizes stay below that.
 */
static inline uint64_t tag(const chunk_t *c)
{
	return (uint64_t)(uintptr_t)c << 44;
}

/* Size and flags, with bits above 46 set if this is not a header. */
static inline uint64_t decode(const chunk_t *c)
{
	return c->head ^ tag(c);
}

static inline bool is_header(uint64_t decoded)
{
	return decoded >> 47 == 0U;
}

static inline void set_head(chunk_t *c, size_t size, uint64_t flags)
{
	c->head = tag(c) ^ (size | flags);
}

static inline size_t size_of(const chunk_t *c)
{
	return decode(c) & SIZE_MASK;
}

static inline chunk_t *at(const chunk_t *c, size_t offset)
{
	return (chunk_t *)((uintptr_t)c + offset);
}

static inline void *to_mem(chunk_t *c)
{
	return (uint8_t *)c + HEADER;
}

static inline chunk_t *from_mem(const void *mem)
{
	return (chunk_t *)((uintptr_t)mem - HEADER);
}

/* The word before a header: size of the lower neighbour if that is free. */
static inline uint64_t *lower_size(const chunk_t *c)
{
	return (uint64_t *)((uintptr_t)c - sizeof(uint64_t));
}

/* ---- size classes -------------------------------------------------------------------------- */

/*
 * Four classes to each power of two, by the three highest bits of the number of granules; below 4
 * granules they are linear. The last class takes whatever is larger. Returns how far down those
 * three bits lie.
 */
static inline unsigned long class_shift(size_t granules)
{
	return 61UL - (unsigned long)__builtin_clzll(granules | 4U);
}

static inline unsigned long class_of(size_t size)
{
	size_t granules = size / GRANULE;
	unsigned long shift = class_shift(granules);
	unsigned long n = 4UL * shift + (granules >> shift);

	return MIN(n, LAST_CLASS);
}

/* The first class whose every chunk is at least `size` long; past the last one if there is none. */
static inline unsigned long class_above(size_t size)
{
	size_t granules = size / GRANULE;
	unsigned long shift = class_shift(granules);

	return 4UL * shift + ((granules + (1UL << shift) - 1UL) >> shift);
}

static inline void link_in(struct sys_heap *heap, chunk_t *c, unsigned long n)
{
	chunk_t *next = heap->bins[n];

	c->next = next;
	c->prev = NULL;
	if (next != NULL) {
		next->prev = c;
	}
	heap->bins[n] = c;
	heap->map |= BIT64(n);
}

static inline void unlink(struct sys_heap *heap, chunk_t *c, unsigned long n)
{
	chunk_t *next = c->next;
	chunk_t *prev = c->prev;

	if (next != NULL) {
		next->prev = prev;
	}
	if (prev != NULL) {
		prev->next = next;
		return;
	}
	heap->bins[n] = next;
	if (next == NULL) {
		heap->map &= ~BIT64(n);
	}
}

/* Give a free chunk a new size; it changes lists only if its class changes. */
static inline void resize_free(struct sys_heap *heap, chunk_t *c, unsigned long from, size_t size)
{
	unsigned long to = class_of(size);

	set_head(c, size, 0U);
	*lower_size(at(c, size)) = size;
	if (to != from) {
		unlink(heap, c, from);
		link_in(heap, c, to);
	}
}

static inline void make_free(struct sys_heap *heap, chunk_t *c, size_t size)
{
	set_head(c, size, 0U);
	*lower_size(at(c, size)) = size;
	link_in(heap, c, class_of(size));
}

/* ---- allocation ---------------------------------------------------------------------------- */

/* The first of those that surely fit; NULL if there is none. Its class goes to `n`. */
static inline chunk_t *find_above(const struct sys_heap *heap, size_t size, unsigned long *n)
{
	unsigned long above = class_above(size);
	uint64_t map = heap->map >> (above % 64U);

	if (unlikely(map == 0U || above > LAST_CLASS)) {
		return NULL;
	}
	*n = above + (unsigned long)__builtin_ctzll(map);
	return heap->bins[*n];
}

/* One that happens to fit, of the class of `size` itself. */
static chunk_t *find_within(const struct sys_heap *heap, size_t size, unsigned long n)
{
	unsigned int tries = n == LAST_CLASS ? UINT_MAX : SYS_HEAP_TRIES;

	for (chunk_t *c = heap->bins[n]; c != NULL && tries != 0U; c = c->next, tries--) {
		if (size_of(c) >= size) {
			return c;
		}
	}
	return NULL;
}

static inline void count_in(struct sys_heap *heap, size_t size)
{
	heap->allocated += size;
	if (heap->allocated > heap->max_allocated) {
		heap->max_allocated = heap->allocated;
	}
}

/* Bytes of the chunk for an allocation. */
static inline size_t chunk_bytes(size_t bytes)
{
	return MAX(MIN_CHUNK, (bytes + HEADER + GRANULE - 1U) & ~(GRANULE - 1U));
}

/* Whether a size, or an alignment, is one that can be asked for. */
static inline bool is_sane(size_t bytes)
{
	return (bytes - 1U) / MAX_BYTES == 0U;
}

/*
 * Take the tail of free chunk `c`, of class `n`, so that what is left stays where it is, and most
 * often in its list.
 */
static inline void *take(struct sys_heap *heap, chunk_t *c, unsigned long n, size_t size)
{
	size_t whole = size_of(c);

	/* The upper neighbour's lower one, taken or whole, is in use now. */
	at(c, whole)->head &= ~LOWER_FREE;
	if (whole - size < MIN_CHUNK) {
		unlink(heap, c, n);
		size = whole;
		set_head(c, size, USED);
	} else {
		resize_free(heap, c, n, whole - size);
		c = at(c, whole - size);
		set_head(c, size, USED | LOWER_FREE);
	}
	count_in(heap, size);
	return to_mem(c);
}

/* Out of line, so that the usual way needs no stack frame. */
static __noinline void *alloc_within(struct sys_heap *heap, size_t size)
{
	unsigned long n = class_of(size);
	chunk_t *c = find_within(heap, size, n);

	return c != NULL ? take(heap, c, n, size) : NULL;
}

void *sys_heap_alloc(struct sys_heap *heap, size_t bytes)
{
	unsigned long n;
	size_t size;
	chunk_t *c;

	if (unlikely(!is_sane(bytes))) {
		return NULL;
	}
	size = chunk_bytes(bytes);
	c = find_above(heap, size, &n);
	if (unlikely(c == NULL)) {
		return alloc_within(heap, size);
	}
	return take(heap, c, n, size);
}

void *sys_heap_aligned_alloc(struct sys_heap *heap, size_t align, size_t bytes)
{
	unsigned long n;
	size_t size;
	size_t whole;
	size_t lead;
	size_t rest;
	chunk_t *free;
	chunk_t *c;

	__ASSERT((align & (align - 1U)) == 0U, "an alignment is a power of two");
	if (align <= GRANULE) {
		return sys_heap_alloc(heap, bytes);
	}
	if (!is_sane(bytes) || !is_sane(align)) {
		return NULL;
	}
	size = chunk_bytes(bytes);
	/*
	 * With this much room an aligned place is there, whatever the address, with a whole chunk
	 * left in front.
	 */
	free = find_above(heap, size + align + MIN_CHUNK, &n);
	if (free == NULL) {
		n = class_of(size + align + MIN_CHUNK);
		free = find_within(heap, size + align + MIN_CHUNK, n);
	}
	if (free == NULL) {
		return NULL;
	}
	whole = size_of(free);
	c = from_mem((void *)((uintptr_t)to_mem(at(free, whole - size)) & ~(align - 1U)));
	lead = (uintptr_t)c - (uintptr_t)free;
	rest = whole - lead - size;
	at(free, whole)->head &= ~LOWER_FREE;
	resize_free(heap, free, n, lead);
	if (rest >= MIN_CHUNK) {
		make_free(heap, at(c, size), rest);
		at(free, whole)->head |= LOWER_FREE;
	} else {
		size += rest;
	}
	set_head(c, size, USED | LOWER_FREE);
	count_in(heap, size);
	return to_mem(c);
}

/* ---- freeing ------------------------------------------------------------------------------- */

static __noinline void report(const void *mem, const char *what)
{
	assert_print("ASSERTION FAIL [heap intact] @ %s: %s, memory at %p\n", __FILE__, what, mem);
	assert_post_action(__FILE__, __LINE__);
}

/* The decoded header of an allocation, or 0 after a report. */
static inline uint64_t check_used(const void *mem)
{
	const chunk_t *c = from_mem(mem);
	uint64_t head = decode(c);
	const chunk_t *upper;

	if (unlikely(!is_header(head) || (head & USED) == 0U)) {
		report(mem, "freed twice, or never allocated here");
		return 0;
	}
	upper = at(c, head & SIZE_MASK);
	if (unlikely(!is_header(decode(upper)) || (upper->head & LOWER_FREE) != 0U)) {
		report(mem, "written past its end");
		return 0;
	}
	return head;
}

/* Make the used chunk `c` of `size` free; `head` is its decoded header, for the flags. */
static inline void release(struct sys_heap *heap, chunk_t *c, size_t size, uint64_t head)
{
	chunk_t *upper = at(c, size);

	if ((upper->head & USED) == 0U) {
		size_t more = size_of(upper);

		unlink(heap, upper, class_of(more));
		upper->head = 0;
		size += more;
	} else {
		upper->head |= LOWER_FREE;
	}
	if ((head & LOWER_FREE) != 0U) {
		size_t less = *lower_size(c);

		/* Without a header it can not be freed once more. */
		c->head = 0;
		resize_free(heap, at(c, 0U - less), class_of(less), size + less);
	} else {
		make_free(heap, c, size);
	}
}

void sys_heap_free(struct sys_heap *heap, void *mem)
{
	uint64_t head;

	if (unlikely(mem == NULL)) {
		return;
	}
	head = check_used(mem);
	if (unlikely(head == 0U)) {
		return;
	}
	heap->allocated -= head & SIZE_MASK;
	release(heap, from_mem(mem), head & SIZE_MASK, head);
}

size_t sys_heap_usable_size(struct sys_heap *heap, void *mem)
{
	ARG_UNUSED(heap);
	return mem == NULL ? 0U : size_of(from_mem(mem)) - HEADER;
}

/* Cut or grow an allocation where it is. */
static bool resize_in_place(struct sys_heap *heap, chunk_t *c, size_t want)
{
	uint64_t head = decode(c);
	size_t size = head & SIZE_MASK;
	size_t old = size;
	chunk_t *upper = at(c, size);

	if (want > size) {
		size_t more = (upper->head & USED) == 0U ? size_of(upper) : 0U;

		if (size + more < want) {
			return false;
		}
		unlink(heap, upper, class_of(more));
		upper->head = 0;
		size += more;
		upper = at(c, size);
		upper->head &= ~LOWER_FREE;
	}
	if (size - want >= MIN_CHUNK) {
		release(heap, at(c, want), size - want, 0U);
		size = want;
	}
	set_head(c, size, head & (USED | LOWER_FREE));
	heap->allocated -= old;
	count_in(heap, size);
	return true;
}

void *sys_heap_aligned_realloc(struct sys_heap *heap, void *ptr, size_t align, size_t bytes)
{
	void *mem;

	if (ptr == NULL) {
		return sys_heap_aligned_alloc(heap, align, bytes);
	}
	if (bytes == 0U) {
		sys_heap_free(heap, ptr);
		return NULL;
	}
	if (!is_sane(bytes) || check_used(ptr) == 0U) {
		return NULL;
	}
	if ((align == 0U || (uintptr_t)ptr % align == 0U) &&
	    resize_in_place(heap, from_mem(ptr), chunk_bytes(bytes))) {
		return ptr;
	}
	mem = sys_heap_aligned_alloc(heap, align, bytes);
	if (mem != NULL) {
		memcpy(mem, ptr, MIN(bytes, sys_heap_usable_size(heap, ptr)));
		sys_heap_free(heap, ptr);
	}
	return mem;
}

/* ---- set-up and checks --------------------------------------------------------------------- */

void sys_heap_init(struct sys_heap *heap, void *mem, size_t bytes)
{
	uintptr_t first = ROUND_UP((uintptr_t)mem + HEADER, GRANULE) - HEADER;
	uintptr_t end = ROUND_DOWN((uintptr_t)mem + bytes, GRANULE) - HEADER;

	__ASSERT(end >= first + MIN_CHUNK && bytes <= MAX_BYTES, "a heap of %zu bytes", bytes);
	memset(heap, 0, sizeof(*heap));
	heap->init_mem = mem;
	heap->init_bytes = bytes;
	heap->first = (chunk_t *)first;
	heap->end = (chunk_t *)end;
	set_head(heap->end, 0U, USED | LOWER_FREE);
	make_free(heap, heap->first, end - first);
}

int sys_heap_runtime_stats_get(struct sys_heap *heap, struct sys_memory_stats *stats)
{
	if (heap == NULL || stats == NULL) {
		return -EINVAL;
	}
	stats->allocated_bytes = heap->allocated;
	stats->max_allocated_bytes = heap->max_allocated;
	stats->free_bytes = (size_t)((uintptr_t)heap->end - (uintptr_t)heap->first) -
			    heap->allocated;
	return 0;
}

int sys_heap_runtime_stats_reset_max(struct sys_heap *heap)
{
	if (heap == NULL) {
		return -EINVAL;
	}
	heap->max_allocated = heap->allocated;
	return 0;
}

/* Chunks in the lists, or SIZE_MAX if a list is wrong. */
static size_t count_listed(const struct sys_heap *heap)
{
	size_t listed = 0;

	for (unsigned long n = 0; n <= LAST_CLASS; n++) {
		const chunk_t *prev = NULL;

		if ((heap->bins[n] != NULL) != ((heap->map & BIT64(n)) != 0U)) {
			return SIZE_MAX;
		}
		for (const chunk_t *c = heap->bins[n]; c != NULL; c = c->next) {
			uint64_t head = decode(c);

			if (!is_header(head) || (head & USED) != 0U || c->prev != prev ||
			    class_of(head & SIZE_MASK) != n) {
				return SIZE_MAX;
			}
			prev = c;
			listed++;
		}
	}
	return listed;
}

bool sys_heap_validate(struct sys_heap *heap)
{
	size_t free_chunks = 0;
	size_t used_bytes = 0;
	bool lower_free = false;
	const chunk_t *c = heap->first;

	while (c != heap->end) {
		uint64_t head = decode(c);
		size_t size = head & SIZE_MASK;
		bool is_free = (head & USED) == 0U;

		if (!is_header(head) || size < MIN_CHUNK ||
		    size > (uintptr_t)heap->end - (uintptr_t)c ||
		    lower_free != ((head & LOWER_FREE) != 0U) || (is_free && lower_free)) {
			return false;
		}
		if (is_free && *lower_size(at(c, size)) != size) {
			return false;
		}
		free_chunks += is_free ? 1U : 0U;
		used_bytes += is_free ? 0U : size;
		lower_free = is_free;
		c = at(c, size);
	}
	return decode(c) == (USED | (lower_free ? LOWER_FREE : 0U)) &&
	       used_bytes == heap->allocated && count_listed(heap) == free_chunks;
}
