/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Linux throughput: what a line of the benchmark is. Each copy of a line is a process, so lines keep what they need
 * between set-up and repetitions in static variables.
 */
#ifndef THROUGHPUT_H_
#define THROUGHPUT_H_

#include <stddef.h>
#include <stdint.h>

struct line {
	const char *name;
	/** What one piece of work is. */
	const char *unit;
	/** Pieces in one repetition, of all copies together. */
	unsigned int work;
	/** Once for each copy, in a directory of its own; NULL if there is nothing to do. */
	void (*setup)(void);
	/** Does @p work pieces; returns a value that depends on all that was computed, and on nothing else. */
	uint64_t (*run)(unsigned int work);
};

uint64_t integer_run(unsigned int work);
uint64_t float_run(unsigned int work);

void exec_setup(void);
uint64_t exec_run(unsigned int work);
/** @brief One link of the chain that exec_run() starts: this program, with how many are to follow. Does not return. */
void exec_next(const char *count);
uint64_t spawn_run(unsigned int work);

void script_setup(void);
uint64_t script1_run(unsigned int work);
uint64_t script8_run(unsigned int work);

void copy_setup(void);
uint64_t copy256_run(unsigned int work);
uint64_t copy1024_run(unsigned int work);
uint64_t copy4096_run(unsigned int work);

void pipe_setup(void);
uint64_t pipe_run(unsigned int work);
void context_setup(void);
void across_setup(void);
uint64_t context_run(unsigned int work);

uint64_t syscall_run(unsigned int work);

/** @brief Path of this program. */
extern const char *program;

/** Which copy this process is, and of how many. */
extern unsigned int copy_index;
extern unsigned int copy_count;

/** @brief Keeps this process on one CPU. */
void pin(unsigned int cpu);

/** @brief Ends the program with a line that says what failed. */
_Noreturn void fail(const char *what);

/** @brief Waits for a child process, which must have ended well. */
void reap(int pid);

/** @brief One step of a checksum (the multiplier of FNV-1a). */
static inline uint64_t mix(uint64_t sum, uint64_t value)
{
	return (sum ^ value) * 0x100000001b3ULL;
}

#define CHECK_START 0xcbf29ce484222325ULL

#endif /* THROUGHPUT_H_ */
