/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Integer CPU, in the proportions of what system programs did when Dhrystone was written and do still: records behind
 * pointers are copied and changed, short strings compared and hashed, small functions called, branches taken on
 * enumerations, and an array walked. No system call.
 */

#include <string.h>

#include "throughput.h"

#define RECORDS 64U
#define SIDE    24U

enum kind { KIND_PLAIN, KIND_DOUBLED, KIND_REVERSED, KIND_COUNT };

struct record {
	struct record *next;
	enum kind kind;
	int value;
	char name[24];
};

static struct record records[RECORDS];
static int matrix[SIDE][SIDE];
static uint32_t seed;

static uint32_t draw(void)
{
	seed = seed * 1664525U + 1013904223U;
	return seed >> 8;
}

__attribute__((noinline)) static void name_record(struct record *r, uint32_t n)
{
	static const char stem[] = "RECORD OF THE LIST ";
	size_t at = sizeof(stem) - 1U;

	memcpy(r->name, stem, at);
	r->name[at++] = (char)('A' + n % 26U);
	r->name[at++] = (char)('0' + n / 26U % 10U);
	r->name[at] = '\0';
}

__attribute__((noinline)) static struct record *build(void)
{
	struct record *head = NULL;

	for (unsigned int i = 0U; i < RECORDS; i++) {
		struct record *r = &records[i];

		r->kind = (enum kind)(draw() % KIND_COUNT);
		r->value = (int)(draw() % 1000U);
		name_record(r, draw());
		r->next = head;
		head = r;
	}
	return head;
}

__attribute__((noinline)) static struct record *insert(struct record *sorted, struct record *r)
{
	struct record **at = &sorted;

	while (*at != NULL && strcmp((*at)->name, r->name) < 0) {
		at = &(*at)->next;
	}
	r->next = *at;
	*at = r;
	return sorted;
}

__attribute__((noinline)) static struct record *sort(struct record *head)
{
	struct record *sorted = NULL;

	while (head != NULL) {
		struct record *next = head->next;

		sorted = insert(sorted, head);
		head = next;
	}
	return sorted;
}

__attribute__((noinline)) static int apply(const struct record *r, int to)
{
	struct record copy = *r;

	switch (copy.kind) {
	case KIND_PLAIN:
		copy.value += to;
		break;
	case KIND_DOUBLED:
		copy.value = copy.value * 2 - to;
		break;
	default:
		for (int i = 0; i < 6; i++) {
			to = to / 2 + (int)(unsigned char)copy.name[i + 14];
		}
		copy.value ^= to;
		break;
	}
	return copy.value & 0xffff;
}

__attribute__((noinline)) static int walk_matrix(int value)
{
	int sum = 0;

	for (unsigned int i = 0U; i < SIDE; i++) {
		for (unsigned int j = 0U; j < SIDE; j++) {
			matrix[i][j] += matrix[j][i] / (value % 7 + 1) + (int)(i ^ j);
			sum += matrix[i][j] & 0xff;
		}
	}
	return sum;
}

uint64_t integer_run(unsigned int work)
{
	uint64_t sum = CHECK_START;

	seed = 1U;
	memset(matrix, 0, sizeof(matrix));
	for (unsigned int i = 0U; i < work; i++) {
		struct record *list = sort(build());
		int value = (int)i;

		for (const struct record *r = list; r != NULL; r = r->next) {
			value = apply(r, value);
		}
		sum = mix(sum, (uint64_t)(unsigned int)walk_matrix(value));
		sum = mix(sum, (uint64_t)(unsigned int)value);
	}
	return sum;
}
