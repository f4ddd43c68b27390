/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See conout.h. `lock` is taken before the console device's own lock and after all others; while it
 * is held text is copied to the device's buffer, which is known to have room for it unless the
 * caller could not wait.
 */
#include "kernel/conout.h"

#include <string.h>

#include <zephyr/kernel.h>
#include "kernel/console.h"

/* How often a thread looks whether the buffer has room again. */
#define ROOM_POLL_US 500
/* A console may want so much more room than the bytes need. */
#define ROOM_SLACK 512U
/* Pieces of a foreign stream, and the room that is left for others beside them: two of their pieces. */
#define RAW_PIECE 256U
#define RAW_RESERVE                                                                                \
	MIN(2U * (2U * CONOUT_ATOMIC_MAX + CONOUT_OVERLAY_MAX), CONFIG_UART_TX_BUFFER_SIZE / 2U)

/*
 * Takes the edited line off the terminal: first column, erase to the end of the row (ECMA-48 EL).
 */
static const char erase[] = "\r\033[K";

static struct k_spinlock lock;
/* The bytes that draw the edited line; it is on the terminal if shown. Protected by lock. */
static char overlay[CONOUT_OVERLAY_MAX];
static size_t overlay_len;
static bool shown;
/* The last text did not end a line. */
static bool mid_line;
/* The last bytes were somebody else's (conout_raw()), and did not end a line. */
static bool mid_raw;
static bool panicking;
/* conout_hold(). */
static bool held;

static bool may_block(unsigned int key)
{
	return arch_irq_unlocked(key) && !k_is_pre_kernel() && !arch_is_in_isr() &&
	       arch_current()->base.sched_locked == 0U;
}

/*
 * Take the lock when the device has room for so much and nobody holds the console; at once if the
 * caller cannot wait.
 */
static k_spinlock_key_t lock_with_room(size_t need)
{
	for (;;) {
		k_spinlock_key_t key = k_spin_lock(&lock);

		if ((!held && z_console_room() >= need + ROOM_SLACK) || !may_block(key.key)) {
			return key;
		}
		k_spin_unlock(&lock, key);
		(void)k_usleep(ROOM_POLL_US);
	}
}

/* Line feeds become two bytes. */
static size_t room_for(const char *text, size_t len)
{
	const char *end = text + len;
	size_t need = len;

	while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		need++;
		text++;
	}
	return need;
}

static void print(const char *text, size_t len)
{
	if (overlay_len > 0 && shown) {
		z_console_write(erase, sizeof(erase) - 1);
		shown = false;
	}
	if (mid_raw) {
		z_console_write("\n", 1);
		mid_raw = false;
	}
	z_console_write(text, len);
	mid_line = text[len - 1] != '\n';
	if (overlay_len > 0 && !mid_line) {
		z_console_write(overlay, overlay_len);
		shown = true;
	}
}

void conout_write(const char *text, size_t len)
{
	while (len > 0) {
		size_t piece = MIN(len, (size_t)CONOUT_ATOMIC_MAX);
		k_spinlock_key_t key;
		bool caller_sends;

		if (__atomic_load_n(&panicking, __ATOMIC_RELAXED)) {
			z_console_write(text, len);
			return;
		}
		key = lock_with_room(room_for(text, piece) + CONOUT_OVERLAY_MAX + sizeof(erase));
		caller_sends = may_block(key.key);
		z_console_sender(caller_sends);
		print(text, piece);
		k_spin_unlock(&lock, key);
		if (caller_sends) {
			z_console_send();
		}
		text += piece;
		len -= piece;
	}
}

void conout_raw(const char *bytes, size_t len)
{
	while (len > 0) {
		size_t piece = MIN(len, (size_t)RAW_PIECE);
		k_spinlock_key_t key = lock_with_room(piece + RAW_RESERVE);

		z_console_sender(true);
		z_console_write_raw(bytes, piece);
		mid_line = bytes[piece - 1] != '\n';
		mid_raw = mid_line;
		k_spin_unlock(&lock, key);
		z_console_send();
		bytes += piece;
		len -= piece;
	}
}

void conout_edit(const char *text, size_t len, const char *drawing, size_t drawing_len)
{
	k_spinlock_key_t key;

	__ASSERT(drawing_len <= CONOUT_OVERLAY_MAX, "an edited line of %zu bytes", drawing_len);
	key = lock_with_room(room_for(text, len) + CONOUT_OVERLAY_MAX + 2U);
	z_console_sender(true);
	if (!shown && mid_line) {
		z_console_write("\n", 1);
	}
	if (!shown && overlay_len > 0) {
		z_console_write(overlay, overlay_len);
	}
	z_console_write(text, len);
	memcpy(overlay, drawing, drawing_len);
	overlay_len = drawing_len;
	shown = drawing_len > 0;
	mid_line = false;
	mid_raw = false;
	k_spin_unlock(&lock, key);
	z_console_send();
}

static void set_held(bool value)
{
	k_spinlock_key_t key;

	if (__atomic_load_n(&panicking, __ATOMIC_RELAXED)) {
		return;
	}
	key = k_spin_lock(&lock);
	held = value;
	k_spin_unlock(&lock, key);
}

void conout_hold(void)
{
	set_held(true);
}

void conout_release(void)
{
	set_held(false);
}

void conout_panic(void)
{
	if (!__atomic_exchange_n(&panicking, true, __ATOMIC_RELAXED)) {
		z_console_panic();
		if (mid_line || shown) {
			z_console_write("\n", 1);
		}
	}
}
