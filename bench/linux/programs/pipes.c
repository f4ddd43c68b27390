/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Pipes: one process that writes to itself, and two that pass a number to and fro: a context switch each way where they
 * share a CPU, and a wake-up of another CPU each way where they do not. And the cheapest system calls there are.
 */

#define _GNU_SOURCE
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "throughput.h"

#define TRANSFER 512U

static int ours[2];
static int there[2];
static int back[2];

void pipe_setup(void)
{
	if (pipe(ours) != 0) {
		fail("pipe");
	}
}

uint64_t pipe_run(unsigned int work)
{
	static unsigned char buffer[TRANSFER];
	uint64_t sum = CHECK_START;

	for (unsigned int i = 0U; i < work; i++) {
		buffer[i % TRANSFER] = (unsigned char)i;
		if (write(ours[1], buffer, TRANSFER) != (ssize_t)TRANSFER ||
		    read(ours[0], buffer, TRANSFER) != (ssize_t)TRANSFER) {
			fail("a transfer");
		}
		sum = mix(sum, buffer[i % TRANSFER]);
	}
	return sum;
}

/* The other one adds 1 to what it gets, until the pipe is closed. */
static void echo(void)
{
	unsigned int n;

	while (read(there[0], &n, sizeof(n)) == (ssize_t)sizeof(n)) {
		n++;
		if (write(back[1], &n, sizeof(n)) != (ssize_t)sizeof(n)) {
			fail("echo");
		}
	}
	_exit(0);
}

/*
 * A pair. Neither preempts the other when it wakes up (SCHED_BATCH): else it would be a matter of how long each has run
 * before how often a round trip blocks, and one boot would be measured against another.
 */
static void pair(unsigned int cpu)
{
	static const struct sched_param none;
	int pid;

	if (pipe(there) != 0 || pipe(back) != 0 || sched_setscheduler(0, SCHED_BATCH, &none) != 0) {
		fail("a pair");
	}
	pid = fork();
	if (pid < 0) {
		fail("fork");
	}
	if (pid == 0) {
		pin(cpu);
		(void)close(there[1]);
		echo();
	}
	(void)close(there[0]);
	(void)close(back[1]);
}

void context_setup(void)
{
	pair(copy_index);
}

void across_setup(void)
{
	pair((copy_index + 1U) % copy_count);
}

uint64_t context_run(unsigned int work)
{
	uint64_t sum = CHECK_START;

	for (unsigned int i = 0U; i < work; i++) {
		unsigned int n = i;

		if (write(there[1], &n, sizeof(n)) != (ssize_t)sizeof(n) ||
		    read(back[0], &n, sizeof(n)) != (ssize_t)sizeof(n) || n != i + 1U) {
			fail("a round trip");
		}
		sum = mix(sum, n);
	}
	return sum;
}

uint64_t syscall_run(unsigned int work)
{
	uint64_t sum = CHECK_START;

	for (unsigned int i = 0U; i < work; i++) {
		int fd = dup(STDIN_FILENO);

		if (fd < 0 || close(fd) != 0 || syscall(SYS_getpid) <= 0) {
			fail("a system call");
		}
		sum = mix(sum, (uint64_t)syscall(SYS_getuid));
		sum = mix(sum, (uint64_t)umask(022U));
	}
	return sum;
}
