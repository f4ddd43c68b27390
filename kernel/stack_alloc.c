/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thread stacks made at run time: whole pages with an unmapped guard page below, as those of
 * K_THREAD_STACK_DEFINE(). What was given out is kept in pages of records, so that freeing knows the size
 * and refuses what is not a stack; both are linear in the number of such stacks.
 */
#include <errno.h>
#include <zephyr/kernel.h>

#include "arch/mmu.h"
#include "kernel/mem.h"

struct record {
	k_thread_stack_t *stack; /* NULL: free */
	size_t bytes;            /* with the guard page */
};

#define RECORDS_PER_PAGE ((Z_STACK_ALIGN - sizeof(void *)) / sizeof(struct record))

struct record_page {
	struct record_page *next;
	struct record records[RECORDS_PER_PAGE];
};
BUILD_ASSERT(sizeof(struct record_page) <= Z_STACK_ALIGN, "a page of records");

static struct k_spinlock lock;
/* The first is there from the start, so that making and freeing a stack leaves memory as it was. */
static struct record_page first_page;
static struct record_page *pages = &first_page;

/* The record of a stack; of NULL: a free one. */
static struct record *record_find(const k_thread_stack_t *stack)
{
	for (struct record_page *page = pages; page != NULL; page = page->next) {
		for (size_t i = 0U; i < RECORDS_PER_PAGE; i++) {
			if (page->records[i].stack == stack) {
				return &page->records[i];
			}
		}
	}
	return NULL;
}

static bool record_add(k_thread_stack_t *stack, size_t bytes)
{
	struct record_page *fresh = NULL;
	struct record *record;
	k_spinlock_key_t key = k_spin_lock(&lock);

	record = record_find(NULL);
	if (record == NULL) {
		k_spin_unlock(&lock, key);
		fresh = mem_alloc(sizeof(*fresh), 0U, 0U);
		if (fresh == NULL) {
			return false;
		}
		*fresh = (struct record_page){0};
		key = k_spin_lock(&lock);
		fresh->next = pages;
		pages = fresh;
		record = &fresh->records[0];
	}
	record->stack = stack;
	record->bytes = bytes;
	k_spin_unlock(&lock, key);
	return true;
}

k_thread_stack_t *k_thread_stack_alloc(size_t size, int flags)
{
	k_thread_stack_t *stack;
	size_t bytes;

	ARG_UNUSED(flags);
	if (size == 0U || size > SIZE_MAX / 2U) {
		return NULL;
	}
	bytes = K_THREAD_STACK_LEN(size);
	stack = mem_alloc(bytes, Z_STACK_ALIGN, MEM_PAGES);
	if (stack == NULL) {
		return NULL;
	}
	if (arch_guard_set((uintptr_t)stack) != 0) {
		mem_free(stack, bytes, MEM_PAGES);
		return NULL;
	}
	if (!record_add(stack, bytes)) {
		(void)arch_guard_clear((uintptr_t)stack);
		mem_free(stack, bytes, MEM_PAGES);
		return NULL;
	}
	return stack;
}

struct user {
	uintptr_t stack_lo;
	bool found;
};

static void look_for_user(const struct k_thread *thread, void *data)
{
	struct user *user = data;

	user->found = user->found || thread->arch.stack_lo == user->stack_lo;
}

int k_thread_stack_free(k_thread_stack_t *stack)
{
	struct user user = {.stack_lo = (uintptr_t)K_THREAD_STACK_BUFFER(stack)};
	struct record *record;
	k_spinlock_key_t key;
	size_t bytes = 0U;

	k_thread_foreach(look_for_user, &user);
	if (user.found) {
		return -EBUSY;
	}
	key = k_spin_lock(&lock);
	record = stack != NULL ? record_find(stack) : NULL;
	if (record != NULL) {
		bytes = record->bytes;
		record->stack = NULL;
	}
	k_spin_unlock(&lock, key);
	/* A guard page that cannot be mapped again takes the stack with it: better lost than broken. */
	if (record == NULL) {
		return -EINVAL;
	}
	if (arch_guard_clear((uintptr_t)stack) == 0) {
		mem_free(stack, bytes, MEM_PAGES);
	}
	return 0;
}
