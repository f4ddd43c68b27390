/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two rings of bytes under one spinlock, which is inside the UART's (docs/locking.md): the device calls
 * vconsole_put() and vconsole_get() with its own lock held, and is called back with none of ours.
 *
 * Bounds: constant, but for reading and typing, which copy at most CHUNK bytes with the lock held.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/spinlock.h>
#include <zephyr/sys/util.h>

#include "hyp/alloc.h"
#include "hyp/vconsole.h"

/* A guest that was held up goes on when there is room for so much: not an interrupt for each byte. */
#define ROOM_AGAIN (VCONSOLE_OUT_SIZE / 4U)
/* So much is worth waking up for; for less the reader waits a little for more. */
#define GATHER    256U
#define GATHER_MS 1
#define CHUNK     512U
#define PAGE      4096U

BUILD_ASSERT((VCONSOLE_OUT_SIZE & (VCONSOLE_OUT_SIZE - 1U)) == 0U &&
	     (VCONSOLE_IN_SIZE & (VCONSOLE_IN_SIZE - 1U)) == 0U);

struct vconsole {
	struct k_spinlock lock;
	/* Put and taken so far; the difference is what the ring holds. */
	uint32_t out_put;
	uint32_t out_got;
	uint32_t in_put;
	uint32_t in_got;
	/* Output that nobody has read is kept. */
	bool attached;
	/* The reader has not left: it may call the device. */
	bool present;
	/* No UART any more: the reader is to leave. */
	bool gone;
	/* The reader waits for output. */
	bool waiting;
	/* The reader's wait is to end without output. */
	bool woken;
	/* The device found no room; it wants to hear of it. */
	bool held_up;
	/* vconsole_type() found no room. */
	bool type_short;
	uint64_t lost;
	const struct vconsole_ops *ops;
	void *ctx;
	struct k_sem wake;
	struct k_sem left;
	uint8_t in[VCONSOLE_IN_SIZE];
	uint8_t out[VCONSOLE_OUT_SIZE];
};

struct vconsole *vconsole_create(void)
{
	struct vconsole *con = hyp_pages_alloc(sizeof(*con), PAGE);

	if (con != NULL) {
		(void)k_sem_init(&con->wake, 0U, 1U);
		(void)k_sem_init(&con->left, 0U, 1U);
	}
	return con;
}

size_t vconsole_size(void)
{
	return ROUND_UP(sizeof(struct vconsole), PAGE);
}

/* No reader is there, and none comes any more, when it returns. */
static void end_reader(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	bool present = con->present;

	con->gone = true;
	k_spin_unlock(&con->lock, key);
	if (present) {
		k_sem_give(&con->wake);
		(void)k_sem_take(&con->left, K_FOREVER);
	}
}

void vconsole_destroy(struct vconsole *con)
{
	if (con != NULL) {
		end_reader(con);
		hyp_pages_free(con, sizeof(*con));
	}
}

int vconsole_bind(struct vconsole *con, const struct vconsole_ops *ops, void *ctx)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	int rc = -EBUSY;

	if (con->ops == NULL) {
		con->ctx = ctx;
		con->ops = ops;
		rc = 0;
	}
	k_spin_unlock(&con->lock, key);
	return rc;
}

bool vconsole_bound(const struct vconsole *con)
{
	return con->ops != NULL;
}

void vconsole_unbind(struct vconsole *con, void *ctx)
{
	if (con->ops != NULL && con->ctx == ctx) {
		end_reader(con);
		con->ops = NULL;
	}
}

static uint32_t held(const struct vconsole *con)
{
	return con->out_put - con->out_got;
}

/* ---- the device's side ----------------------------------------------------------------------- */

bool vconsole_put(struct vconsole *con, uint8_t byte)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	bool waiting = con->waiting;

	if (unlikely(held(con) == VCONSOLE_OUT_SIZE)) {
		if (con->attached) {
			con->held_up = true;
			k_spin_unlock(&con->lock, key);
			return false;
		}
		con->out_got++;
		con->lost++;
	}
	con->out[con->out_put++ % VCONSOLE_OUT_SIZE] = byte;
	con->waiting = false;
	k_spin_unlock(&con->lock, key);
	if (unlikely(waiting)) {
		k_sem_give(&con->wake);
	}
	return true;
}

size_t vconsole_room(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	size_t room = VCONSOLE_OUT_SIZE;

	/* Detached, the oldest makes room. */
	if (con->attached) {
		room -= held(con);
		con->held_up |= room == 0U;
	}
	k_spin_unlock(&con->lock, key);
	return room;
}

int vconsole_get(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	bool wake = false;
	int byte = -1;

	if (con->in_put != con->in_got) {
		byte = con->in[con->in_got++ % VCONSOLE_IN_SIZE];
		wake = con->type_short && con->in_put - con->in_got <= VCONSOLE_IN_SIZE / 2U;
	}
	if (wake) {
		con->type_short = false;
		con->woken = true;
	}
	k_spin_unlock(&con->lock, key);
	if (wake) {
		k_sem_give(&con->wake);
	}
	return byte;
}

/* ---- the reader's side ----------------------------------------------------------------------- */

int vconsole_attach(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	int rc = 0;

	if (con->gone) {
		rc = -EPIPE;
	} else if (con->present) {
		rc = -EBUSY;
	} else {
		con->present = true;
		con->attached = true;
		con->waiting = false;
		con->woken = false;
		con->type_short = false;
	}
	k_spin_unlock(&con->lock, key);
	return rc;
}

/* Unlocks, and tells the device if it was held up and need not be any longer. */
static void unlock_and_tell(struct vconsole *con, k_spinlock_key_t key, bool room)
{
	const struct vconsole_ops *ops = con->ops;
	void *ctx = con->ctx;
	bool tell = con->held_up && room && ops != NULL;

	if (room) {
		con->held_up = false;
	}
	k_spin_unlock(&con->lock, key);
	if (tell) {
		ops->room(ctx);
	}
}

void vconsole_detach(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	bool gone;

	con->attached = false;
	con->waiting = false;
	unlock_and_tell(con, key, true);

	/* The UART, which was just told, may go from here on. */
	key = k_spin_lock(&con->lock);
	con->present = false;
	gone = con->gone;
	k_spin_unlock(&con->lock, key);
	if (gone) {
		k_sem_give(&con->left);
	}
}

/* Copies out of a ring what is there, at most @p size bytes. */
static uint32_t take(struct vconsole *con, char *buffer, size_t size)
{
	uint32_t at = con->out_got % VCONSOLE_OUT_SIZE;
	uint32_t n = MIN(held(con), (uint32_t)MIN(size, CHUNK));
	uint32_t first = MIN(n, VCONSOLE_OUT_SIZE - at);

	memcpy(buffer, &con->out[at], first);
	memcpy(buffer + first, con->out, n - first);
	con->out_got += n;
	return n;
}

/* Little has come, and nothing else is to be done: more is probably on its way. */
static void gather(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	bool wait = !con->woken && !con->gone && held(con) < GATHER;

	k_spin_unlock(&con->lock, key);
	if (wait) {
		(void)k_sleep(K_MSEC(GATHER_MS));
	}
}

int vconsole_read(struct vconsole *con, char *buffer, size_t size, k_timeout_t timeout)
{
	k_timepoint_t end = sys_timepoint_calc(timeout);

	for (;;) {
		k_spinlock_key_t key = k_spin_lock(&con->lock);
		uint32_t n = take(con, buffer, size);
		bool woken = con->woken;
		bool gone = con->gone;

		con->waiting = n == 0U;
		con->woken = woken && n != 0U;
		unlock_and_tell(con, key, VCONSOLE_OUT_SIZE - held(con) >= ROOM_AGAIN);
		if (n != 0U) {
			return (int)n;
		}
		if (gone) {
			return -EPIPE;
		}
		if (woken || k_sem_take(&con->wake, sys_timepoint_timeout(end)) != 0) {
			return 0;
		}
		gather(con);
	}
}

size_t vconsole_type(struct vconsole *con, const char *text, size_t size)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	const struct vconsole_ops *ops = con->ops;
	void *ctx = con->ctx;
	size_t n = MIN(size, VCONSOLE_IN_SIZE - (con->in_put - con->in_got));

	for (size_t i = 0U; i < n; i++) {
		con->in[con->in_put++ % VCONSOLE_IN_SIZE] = (uint8_t)text[i];
	}
	con->type_short = n < size;
	k_spin_unlock(&con->lock, key);
	if (n != 0U && ops != NULL) {
		ops->input(ctx);
	}
	return n;
}

void vconsole_wake(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);

	con->woken = true;
	k_spin_unlock(&con->lock, key);
	k_sem_give(&con->wake);
}

uint64_t vconsole_lost(struct vconsole *con)
{
	k_spinlock_key_t key = k_spin_lock(&con->lock);
	uint64_t lost = con->lost;

	con->lost = 0U;
	k_spin_unlock(&con->lock, key);
	return lost;
}
