/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Memory: k_malloc() and k_free() of 10 bytes, as latency_measure does; a block of a slab.
 */
#include "bench.h"

K_MEM_SLAB_DEFINE_STATIC(slab, 64, 4, 16);

static void heap(void)
{
	struct bench *allocate = bench_new("heap.malloc");
	struct bench *release = bench_new("heap.free");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		void *p = k_malloc(10);
		uint64_t end = bench_now();

		if (p == NULL) {
			k_panic();
		}
		bench_sample(allocate, start, end);

		start = bench_now();
		k_free(p);
		bench_sample(release, start, bench_now());
	}
}

static void slabs(void)
{
	struct bench *allocate = bench_new("slab.alloc");
	struct bench *release = bench_new("slab.free");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		void *p;
		uint64_t start = bench_now();
		uint64_t mid;
		uint64_t end;

		(void)k_mem_slab_alloc(&slab, &p, K_NO_WAIT);
		mid = bench_now();
		k_mem_slab_free(&slab, p);
		end = bench_now();
		bench_sample(allocate, start, mid);
		bench_sample(release, mid, end);
	}
}

void bench_memory(void)
{
	heap();
	slabs();
}
