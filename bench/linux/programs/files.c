/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Copying a file to another in memory (tmpfs), block by block. Small, medium and large blocks go with files of 125 KiB, 2
 * MiB and 8 MiB at most, which are copied again and again from the beginning.
 */

#include <fcntl.h>
#include <unistd.h>

#include "throughput.h"

#define BLOCK_MAX  4096U
#define BLOCKS_MAX 2000U

static int from;
static int to;
static unsigned char block[BLOCK_MAX];

void copy_setup(void)
{
	from = open("from", O_RDWR | O_CREAT | O_TRUNC, 0644);
	to = open("to", O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (from < 0 || to < 0) {
		fail("open");
	}
	for (unsigned int i = 0U; i < BLOCKS_MAX; i++) {
		for (unsigned int j = 0U; j < BLOCK_MAX; j++) {
			block[j] = (unsigned char)(i * 7U + j * 13U);
		}
		if (write(from, block, BLOCK_MAX) != (ssize_t)BLOCK_MAX) {
			fail("write");
		}
	}
}

/* Returns the sum of the blocks' first bytes: a figure, and the blocks were really read. */
static uint64_t copy(unsigned int work, size_t size, unsigned int blocks)
{
	uint64_t sum = CHECK_START;

	for (unsigned int i = 0U; i < work; i++) {
		if (i % blocks == 0U &&
		    (lseek(from, 0, SEEK_SET) != 0 || lseek(to, 0, SEEK_SET) != 0)) {
			fail("lseek");
		}
		if (read(from, block, size) != (ssize_t)size ||
		    write(to, block, size) != (ssize_t)size) {
			fail("copying");
		}
		sum = mix(sum, block[0]);
	}
	return sum;
}

uint64_t copy256_run(unsigned int work)
{
	return copy(work, 256U, 500U);
}

uint64_t copy1024_run(unsigned int work)
{
	return copy(work, 1024U, 2000U);
}

uint64_t copy4096_run(unsigned int work)
{
	return copy(work, 4096U, BLOCKS_MAX);
}
