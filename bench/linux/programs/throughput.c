/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Linux throughput, measured inside of Linux: a fixed amount of work per line, and the virtual time that it takes. One
 * program, so that there is one image to exec and one to keep in memory.
 *
 *	throughput [-c COPIES] [-r REPETITIONS] [-w PERCENT OF THE WORK] [-u] [LINE ...]
 *
 * As many processes as COPIES do a line's work together, copy n on CPU n (-u: anywhere). Each sets up, does the work
 * once unmeasured, and begins to repeat it at the same agreed moment, without a pause: what the kernel puts off, such as
 * giving back memory, is in the next repetition, if not in this one. A repetition ends when the last copy has done it.
 * Nothing is printed, and nothing else runs, between "begin" and "end" of a line.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "throughput.h"

#define COPIES_MAX      8U
#define REPETITIONS_MAX 64U
#define NS_PER_MS       1000000L
/* The console has printed what it was given, and the machine is idle, after this. */
#define SETTLE_MS 20U
/* A line begins at a multiple of this, and a bit: where in a timer tick is the same for all. */
#define ROUND_MS 20U

static const struct line lines[] = {
	{"integer", "rounds", 1500U, NULL, integer_run},
	{"float", "rounds", 5000U, NULL, float_run},
	{"execl", "execs", 400U, exec_setup, exec_run},
	{"copy256", "blocks", 30000U, copy_setup, copy256_run},
	{"copy1024", "blocks", 30000U, copy_setup, copy1024_run},
	{"copy4096", "blocks", 20000U, copy_setup, copy4096_run},
	{"pipe", "transfers", 40000U, pipe_setup, pipe_run},
	{"context", "round trips", 8000U, context_setup, context_run},
	{"across", "round trips", 8000U, across_setup, context_run},
	{"spawn", "processes", 500U, NULL, spawn_run},
	{"script1", "scripts", 12U, script_setup, script1_run},
	{"script8", "scripts of 8", 2U, script_setup, script8_run},
	{"syscall", "rounds of 5", 50000U, NULL, syscall_run},
};

/* What the copies and the parent know of each other. */
struct shared {
	struct timespec start;
	/* Repetitions that copies have done, all together. */
	atomic_uint done;
	struct {
		uint64_t begin;
		uint64_t end[REPETITIONS_MAX];
		uint64_t check;
	} copy[COPIES_MAX];
};

struct options {
	unsigned int copies;
	unsigned int repetitions;
	unsigned int percent;
	int unpinned;
};

const char *program;
unsigned int copy_index;
unsigned int copy_count;
static struct shared *shared;
static int go[COPIES_MAX][2];
static int done[2];

_Noreturn void fail(const char *what)
{
	printf("TPT error: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

void reap(int pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid || status != 0) {
		fail("a child process");
	}
}

static uint64_t ticks(void)
{
	uint64_t now;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now)::"memory");
	return now;
}

static uint64_t frequency(void)
{
	uint64_t hz;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	return hz;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec t = {0, (long)ms * NS_PER_MS};

	while (nanosleep(&t, &t) != 0) {
	}
}

/* A sign to the host, which then counts exits (apps/bench_host, bench watch); all is quiet again when this returns. */
static void say(const char *what, const char *name)
{
	printf("BENCH mark %s-%s\n", what, name);
	fflush(stdout);
	(void)tcdrain(STDOUT_FILENO);
	sleep_ms(SETTLE_MS);
}

void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0) {
		fail("sched_setaffinity");
	}
}

static void pass(int fd)
{
	if (write(fd, "", 1) != 1) {
		fail("write to a pipe");
	}
}

static void await(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1) {
		fail("read from a pipe");
	}
}

/* All copies have done as many repetitions: an emulator may run one CPU for long before it runs another. */
static void meet(unsigned int index, unsigned int copies, unsigned int repetitions)
{
	if (atomic_fetch_add(&shared->done, 1U) + 1U != repetitions * copies) {
		await(go[index][0]);
		return;
	}
	for (unsigned int i = 0U; i < copies; i++) {
		if (i != index) {
			pass(go[i][1]);
		}
	}
}

/* A copy of a line, in a process of its own. */
static void copy_main(const struct line *line, unsigned int index, const struct options *options)
{
	unsigned int work = line->work * options->percent / 100U / options->copies;
	char directory[32];

	copy_index = index;
	copy_count = options->copies;
	if (!options->unpinned) {
		pin(index);
	}
	(void)snprintf(directory, sizeof(directory), "copy%u", index);
	(void)mkdir(directory, 0755);
	if (chdir(directory) != 0) {
		fail(directory);
	}
	if (line->setup != NULL) {
		line->setup();
	}
	(void)line->run(work);
	pass(done[1]);
	await(go[index][0]);
	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &shared->start, NULL);
	shared->copy[index].begin = ticks();
	for (unsigned int i = 0U; i < options->repetitions; i++) {
		shared->copy[index].check = line->run(work);
		shared->copy[index].end[i] = ticks();
		meet(index, options->copies, i + 1U);
	}
	pass(done[1]);
	/* The end of this process is not to be in another copy's last repetition. */
	await(go[index][0]);
	_exit(0);
}

/* When the line begins: late enough for all copies to wait for it. */
static void set_start(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) {
		fail("clock_gettime");
	}
	t.tv_nsec = (t.tv_nsec / (ROUND_MS * NS_PER_MS) + 2L) * ROUND_MS * NS_PER_MS + NS_PER_MS;
	if (t.tv_nsec >= 1000L * NS_PER_MS) {
		t.tv_nsec -= 1000L * NS_PER_MS;
		t.tv_sec++;
	}
	shared->start = t;
}

/* All repetitions of all copies: how long each took, in ticks. */
static void repeat(const struct options *options, uint64_t *taken)
{
	uint64_t before = UINT64_MAX;

	set_start();
	atomic_store(&shared->done, 0U);
	for (unsigned int i = 0U; i < options->copies; i++) {
		pass(go[i][1]);
	}
	for (unsigned int i = 0U; i < options->copies; i++) {
		await(done[0]);
	}
	for (unsigned int i = 0U; i < options->copies; i++) {
		before = shared->copy[i].begin < before ? shared->copy[i].begin : before;
		if (shared->copy[i].check != shared->copy[0].check) {
			errno = EILSEQ;
			fail("copies that computed different results");
		}
	}
	for (unsigned int n = 0U; n < options->repetitions; n++) {
		uint64_t last = before;

		for (unsigned int i = 0U; i < options->copies; i++) {
			last = shared->copy[i].end[n] > last ? shared->copy[i].end[n] : last;
		}
		taken[n] = last - before;
		before = last;
	}
}

static void measure(const struct line *line, const struct options *options)
{
	uint64_t taken[REPETITIONS_MAX];
	int pids[COPIES_MAX];

	for (unsigned int i = 0U; i < options->copies; i++) {
		if (pipe(go[i]) != 0) {
			fail("pipe");
		}
	}
	for (unsigned int i = 0U; i < options->copies; i++) {
		pids[i] = fork();
		if (pids[i] < 0) {
			fail("a copy");
		}
		if (pids[i] == 0) {
			copy_main(line, i, options);
		}
	}
	for (unsigned int i = 0U; i < options->copies; i++) {
		await(done[0]);
	}
	say("begin", line->name);
	repeat(options, taken);
	say("end", line->name);
	printf("TPT line=%s unit=%s work=%u check=%016llx ticks=", line->name, line->unit,
	       line->work * options->percent / 100U / options->copies * options->copies,
	       (unsigned long long)shared->copy[0].check);
	for (unsigned int i = 0U; i < options->repetitions; i++) {
		printf("%s%llu", i == 0U ? "" : ",", (unsigned long long)taken[i]);
	}
	printf("\n");
	for (unsigned int i = 0U; i < options->copies; i++) {
		pass(go[i][1]);
		reap(pids[i]);
		(void)close(go[i][0]);
		(void)close(go[i][1]);
	}
}

static unsigned int number(const char *text, unsigned int most)
{
	unsigned long value = strtoul(text, NULL, 10);

	if (value < 1UL || value > most) {
		errno = ERANGE;
		fail(text);
	}
	return (unsigned int)value;
}

static void arguments(int argc, char **argv, struct options *options)
{
	int c;

	while ((c = getopt(argc, argv, "c:r:w:u")) != -1) {
		if (c == 'c') {
			options->copies = number(optarg, COPIES_MAX);
		} else if (c == 'r') {
			options->repetitions = number(optarg, REPETITIONS_MAX);
		} else if (c == 'w') {
			options->percent = number(optarg, 1000U);
		} else if (c == 'u') {
			options->unpinned = 1;
		} else {
			_exit(2);
		}
	}
}

/* All lines that can be measured, unless some are named. */
static int wanted(const struct line *line, int argc, char **argv, unsigned int copies)
{
	const char *name = line->name;

	if (line->setup == across_setup && copies < 2U) {
		return 0;
	}
	for (int i = optind; i < argc; i++) {
		if (strcmp(argv[i], name) == 0) {
			return 1;
		}
	}
	return optind == argc;
}

int main(int argc, char **argv)
{
	struct options options = {1U, 5U, 100U, 0};

	if (argc == 3 && strcmp(argv[1], "--exec") == 0) {
		exec_next(argv[2]);
	}
	program = argv[0];
	arguments(argc, argv, &options);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED || pipe(done) != 0) {
		fail("set-up");
	}
	printf("TPT start copies=%u frequency=%llu\n", options.copies,
	       (unsigned long long)frequency());
	for (size_t i = 0U; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (wanted(&lines[i], argc, argv, options.copies)) {
			measure(&lines[i], &options);
		}
	}
	printf("TPT done\n");
	return 0;
}
