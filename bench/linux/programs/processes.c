/* SPDX-License-Identifier: Apache-2.0 */

/* Processes: one that replaces itself again and again, many that do nothing, and shell scripts. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "throughput.h"

#define SCRIPTS 8
#define WORDS   200U

/* Below "copyN", where all runs. */
#define SCRIPT "script.sh"

/* What people write scripts for: text sorted, counted, cut, and files made and removed. $1: which of many at once. */
static const char script_text[] = "sort -k 2 words > sorted.$1\n"
				  "tr a-m A-M < sorted.$1 | grep -c -E 'A.*C' > count.$1\n"
				  "cut -d ' ' -f 1 sorted.$1 | sort -n | uniq | wc -l >> count.$1\n"
				  "od -x sorted.$1 | tail -n 3 >> count.$1\n"
				  "rm sorted.$1 count.$1\n";

void exec_setup(void)
{
	if (program[0] != '/') {
		fail("the program needs an absolute path");
	}
}

void exec_next(const char *count)
{
	unsigned long left = strtoul(count, NULL, 10);
	char text[24];

	if (left == 0UL) {
		_exit(0);
	}
	(void)snprintf(text, sizeof(text), "%lu", left - 1UL);
	(void)execl("/proc/self/exe", "throughput", "--exec", text, (char *)NULL);
	fail("execl");
}

uint64_t exec_run(unsigned int work)
{
	char text[24];
	int pid = fork();

	if (pid < 0) {
		fail("fork");
	}
	if (pid == 0) {
		(void)snprintf(text, sizeof(text), "%u", work - 1U);
		(void)execl(program, "throughput", "--exec", text, (char *)NULL);
		fail("execl");
	}
	reap(pid);
	return work;
}

uint64_t spawn_run(unsigned int work)
{
	for (unsigned int i = 0U; i < work; i++) {
		int pid = fork();

		if (pid < 0) {
			fail("fork");
		}
		if (pid == 0) {
			_exit(0);
		}
		reap(pid);
	}
	return work;
}

static FILE *create(const char *name)
{
	FILE *file = fopen(name, "w");

	if (file == NULL) {
		fail(name);
	}
	return file;
}

void script_setup(void)
{
	uint32_t seed = 1U;
	FILE *file = create("words");

	for (unsigned int i = 0U; i < WORDS; i++) {
		(void)fprintf(file, "%u ", seed % 97U);
		for (unsigned int j = 0U; j < 8U; j++) {
			seed = seed * 1664525U + 1013904223U;
			(void)fputc((int)('a' + (seed >> 16) % 26U), file);
		}
		(void)fputc('\n', file);
	}
	(void)fclose(file);
	file = create(SCRIPT);
	(void)fputs(script_text, file);
	(void)fclose(file);
}

static int script_start(int which)
{
	char name[4];
	int pid = fork();

	if (pid < 0) {
		fail("fork");
	}
	if (pid == 0) {
		(void)snprintf(name, sizeof(name), "%d", which);
		(void)execl("/bin/sh", "sh", SCRIPT, name, (char *)NULL);
		fail("/bin/sh");
	}
	return pid;
}

uint64_t script1_run(unsigned int work)
{
	for (unsigned int i = 0U; i < work; i++) {
		reap(script_start(0));
	}
	return work;
}

uint64_t script8_run(unsigned int work)
{
	int pids[SCRIPTS];

	for (unsigned int i = 0U; i < work; i++) {
		for (int n = 0; n < SCRIPTS; n++) {
			pids[n] = script_start(n);
		}
		for (int n = 0; n < SCRIPTS; n++) {
			reap(pids[n]);
		}
	}
	return work;
}
