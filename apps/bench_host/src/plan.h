/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The plan: lines that are run as if they had been typed.
 */
#ifndef PLAN_H_
#define PLAN_H_

#include <stdbool.h>
#include <stddef.h>

/** A place in the plan: what is still to come. */
struct plan_at {
	const char *text;
	size_t size;
};

/** Behind the line that is running. A command that takes lines of its own moves it on. */
extern struct plan_at plan_rest;

/**
 * @brief Runs the line that comes next, unless it is empty or a comment.
 * @return what its command does; a negative one was printed
 */
int plan_run(struct plan_at *at);

/** @return true if the line that comes next begins with a blank: it belongs to the one before. */
bool plan_indented(const struct plan_at *at);

#endif /* PLAN_H_ */
