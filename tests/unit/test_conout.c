/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The console as printk, the log and the shell share it, over a console device whose room the test
 * controls.
 */
#include "unit.h"

#include <zephyr/kernel.h>

#include "kernel/conout.h"
#include "kernel/console.h"

#define ERASE "\r\033[K"
#define DRAWN "rtos:~# ver"

static char out[20000];
static size_t out_len;
static size_t room;
static unsigned int sleeps;
static bool pre_kernel;
static bool device_panics;
static struct k_thread thread;

void z_console_write(const char *text, size_t len)
{
	/* In one piece: nobody comes between, and no interrupt. */
	assert_true(device_panics || fake_arch.irq_masked != 0U);
	assert_true(out_len + len < sizeof(out));
	memcpy(out + out_len, text, len);
	out_len += len;
	out[out_len] = '\0';
}

void z_console_write_raw(const char *bytes, size_t len)
{
	z_console_write(bytes, len);
}

void z_console_sender(bool caller)
{
	(void)caller;
}

void z_console_send(void)
{
}

size_t z_console_room(void)
{
	return room;
}

void z_console_panic(void)
{
	device_panics = true;
}

int32_t k_usleep(int32_t us)
{
	assert_true(us > 0);
	/* Nothing is held, and nothing has been printed in part. */
	assert_int_equal(fake_arch.irq_masked, 0);
	assert_int_equal(out_len, 0);
	sleeps++;
	room += 1000;
	return 0;
}

bool k_is_pre_kernel(void)
{
	return pre_kernel;
}

void z_spin_wait(struct k_spinlock *l, uint32_t tickets)
{
	(void)l;
	(void)tickets;
	fail_msg("the lock is held already");
}

static void write_text(const char *text)
{
	conout_write(text, strlen(text));
}

static void edit(const char *text, const char *drawing)
{
	conout_edit(text, strlen(text), drawing, strlen(drawing));
}

static void expect_out(const char *text)
{
	assert_string_equal(out, text);
	out_len = 0;
	out[0] = '\0';
}

static int setup(void **state)
{
	(void)state;
	fake_arch_reset();
	memset(&thread, 0, sizeof(thread));
	fake_arch.current = &thread.arch;
	room = 100000;
	sleeps = 0;
	pre_kernel = false;
	/* An empty row without an edited line. */
	edit("", "");
	write_text("\n");
	out_len = 0;
	out[0] = '\0';
	return 0;
}

static void test_plain(void **state)
{
	(void)state;
	write_text("one\n");
	write_text("two");
	conout_write("", 0);
	expect_out("one\ntwo");
}

static void test_line_is_drawn_again(void **state)
{
	(void)state;
	edit(DRAWN, DRAWN);
	expect_out(DRAWN);
	write_text("[log] line\n");
	expect_out(ERASE "[log] line\n" DRAWN);
	edit("s", DRAWN "s");
	expect_out("s");
	write_text("two\nlines\n");
	expect_out(ERASE "two\nlines\n" DRAWN "s");
	edit("\n", "");
	write_text("output of the command\n");
	expect_out("\noutput of the command\n");
}

static void test_text_in_pieces(void **state)
{
	(void)state;
	edit(DRAWN, DRAWN);
	write_text("begun");
	write_text(", ended\n");
	expect_out(DRAWN ERASE "begun, ended\n" DRAWN);
	/* Somebody types while a line is not complete: both go on, in rows of their own. */
	write_text("begun");
	edit("s", DRAWN "s");
	expect_out(ERASE "begun\n" DRAWN "s");
	write_text("\n");
	expect_out(ERASE "\n" DRAWN "s");
}

static void test_prompt_begins_a_row(void **state)
{
	(void)state;
	write_text("no line feed");
	edit(DRAWN, DRAWN);
	expect_out("no line feed\n" DRAWN);
}

static void test_thread_sleeps_for_room(void **state)
{
	(void)state;
	room = 0;
	write_text("text\n");
	assert_true(sleeps > 0);
	expect_out("text\n");
	room = 0;
	sleeps = 0;
	edit("text", "text");
	assert_true(sleeps > 0);
	expect_out("text");
}

static void test_who_may_not_sleep(void **state)
{
	(void)state;
	room = 0;
	fake_arch.irq_masked = 1;
	write_text("masked\n");
	assert_int_equal(fake_arch.irq_masked, 1);
	fake_arch.irq_masked = 0;
	thread.arch.irq_depth = 1;
	write_text("ISR\n");
	thread.arch.irq_depth = 0;
	thread.base.sched_locked = 1;
	write_text("scheduler locked\n");
	thread.base.sched_locked = 0;
	pre_kernel = true;
	write_text("boot\n");
	assert_int_equal(sleeps, 0);
	expect_out("masked\nISR\nscheduler locked\nboot\n");
}

static void test_long_text(void **state)
{
	static char text[5 * CONOUT_ATOMIC_MAX / 2];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	conout_write(text, sizeof(text));
	assert_int_equal(out_len, sizeof(text));
}

static void test_raw(void **state)
{
	(void)state;
	conout_raw("login: ", 7);
	write_text("a line of the host\n");
	conout_raw("root\r\n", 6);
	write_text("another\n");
	expect_out("login: \na line of the host\nroot\r\nanother\n");
	conout_raw("$ ", 2);
	edit(DRAWN, DRAWN);
	edit("\n", "");
	write_text("text\n");
	expect_out("$ \n" DRAWN "\ntext\n");
}

/* A stream leaves room for others, who need not wait then. */
static void test_raw_leaves_room(void **state)
{
	(void)state;
	room = 4000;
	conout_raw("x", 1);
	assert_true(sleeps > 0);
	expect_out("x");
	room = 4000;
	sleeps = 0;
	write_text("a line\n");
	assert_int_equal(sleeps, 0);
}

/* The last test: there is no way back. */
static void test_panic(void **state)
{
	(void)state;
	edit(DRAWN, DRAWN);
	conout_panic();
	assert_true(device_panics);
	write_text("FATAL\n");
	conout_panic();
	expect_out(DRAWN "\nFATAL\n");
	assert_int_equal(fake_arch.irq_masked, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain, setup),
		cmocka_unit_test_setup(test_line_is_drawn_again, setup),
		cmocka_unit_test_setup(test_text_in_pieces, setup),
		cmocka_unit_test_setup(test_prompt_begins_a_row, setup),
		cmocka_unit_test_setup(test_thread_sleeps_for_room, setup),
		cmocka_unit_test_setup(test_who_may_not_sleep, setup),
		cmocka_unit_test_setup(test_long_text, setup),
		cmocka_unit_test_setup(test_raw, setup),
		cmocka_unit_test_setup(test_raw_leaves_room, setup),
		cmocka_unit_test_setup(test_panic, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
