/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load like that of compiling: four processes at a time are forked and executed anew; each reads a file in pieces, fills
 * memory that it has just got, computes over it and writes a file; after eight of them one reads all their files and
 * writes one. For ever, and silent.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS    8
#define AT_ONCE 4
#define PIECE   4096
#define READ    (64 * PIECE)
#define MEMORY  (256 * PIECE)
#define WRITTEN (16 * PIECE)
#define PASSES  3

static char piece[PIECE];

static void must(int good, const char *what)
{
	if (!good) {
		perror(what);
		exit(1);
	}
}

static const char *object(int job)
{
	static char name[32];

	snprintf(name, sizeof(name), "/tmp/%d.o", job);
	return name;
}

static size_t copy(int from, int to, size_t most)
{
	size_t all = 0;
	ssize_t n;

	while (all < most && (n = read(from, piece, sizeof(piece))) > 0) {
		must(to < 0 || write(to, piece, (size_t)n) == n, "write");
		all += (size_t)n;
	}
	return all;
}

static int compile(int job)
{
	int in = open("/bin/busybox", O_RDONLY);
	int out = open(object(job), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	unsigned int *words = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int hash = (unsigned int)job;

	must(in >= 0 && out >= 0 && words != MAP_FAILED, "compile");
	(void)copy(in, -1, READ);
	for (int pass = 0; pass < PASSES; pass++) {
		for (size_t i = 0; i < MEMORY / sizeof(words[0]); i++) {
			hash = (hash ^ words[i]) * 16777619U + (unsigned int)i;
			words[i] = hash;
		}
	}
	for (size_t at = 0; at < WRITTEN; at += PIECE) {
		must(write(out, (char *)words + at, PIECE) == PIECE, "write");
	}
	return 0;
}

static void link_all(void)
{
	int out = open("/tmp/all", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	must(out >= 0, "link");
	for (int job = 0; job < JOBS; job++) {
		int in = open(object(job), O_RDONLY);

		must(in >= 0 && copy(in, out, WRITTEN) == WRITTEN, "link");
		close(in);
	}
	close(out);
}

static void start(char *self, int job)
{
	char number[8];
	char *argv[] = {self, number, NULL};
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid == 0) {
		snprintf(number, sizeof(number), "%d", job);
		execv(self, argv);
		must(0, "execv");
	}
}

static void finish(void)
{
	int status;

	must(wait(&status) > 0 && status == 0, "a job");
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		return compile(atoi(argv[1]));
	}
	for (;;) {
		for (int job = 0; job < JOBS; job++) {
			if (job >= AT_ONCE) {
				finish();
			}
			start(argv[0], job);
		}
		for (int job = 0; job < AT_ONCE; job++) {
			finish();
		}
		link_all();
	}
}
