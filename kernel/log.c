/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging.
 *
 * One ring of lines for all CPUs. A line is formatted into a buffer of the caller, with no lock
 * held and interrupts as they are; then, under log_lock and with interrupts masked, it gets the
 * time and is copied into the next slot. So the order in the ring is the order of the time stamps,
 * whatever the CPU, and a line is complete when it is in the ring: a thread that is preempted or
 * aborted while it formats delays nobody. The lock is held for a copy of at most one slot, it is
 * taken last of all locks (nothing is called with it held), so logging is possible with any other
 * lock held.
 *
 * A thread of low priority prints. It is woken through a software interrupt to the logging CPU
 * itself when the caller might hold the kernel's lock: the interrupt is taken when interrupts are
 * open again, and that is after any lock.
 *
 * What does not fit is counted, never waited for: lines beyond a module's rate
 * (CONFIG_LOG_RATE_LIMIT per second), and lines for which the ring has no room. The line that comes
 * next says how many were lost before it.
 */
#include <string.h>

#include <zephyr/init.h>
#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>
#include <zephyr/logging/log_ctrl.h>
#include "kernel/conout.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"
#include "kernel/timeout.h"

#ifdef CONFIG_LOG

#define SLOT_SIZE 256U
#define SLOTS     (CONFIG_LOG_BUFFER_SIZE / SLOT_SIZE)

/** One line. */
struct slot {
	uint64_t cycles;
	/** NULL: text to be printed as it is. */
	struct log_source *source;
	/** Lines lost before this one: for want of room, and of this module by its rate. */
	uint32_t lost;
	uint32_t suppressed;
	uint8_t level;
	uint8_t cpu;
	uint16_t len;
	char text[SLOT_SIZE - 28U];
};

BUILD_ASSERT(sizeof(struct slot) == SLOT_SIZE, "a slot has its size");
BUILD_ASSERT(SLOTS >= 2U, "CONFIG_LOG_BUFFER_SIZE holds two lines at least");

#define TEXT_MAX sizeof(((struct slot *)0)->text)
/* Time stamp, CPU, level and module in front of the text, new line behind. */
#define PREFIX_MAX 112U

static struct k_spinlock log_lock;
/*
 * Protected by log_lock; slots from tail to head are not written, and only the one who prints moves
 * tail.
 */
static struct slot ring[SLOTS];
static uint32_t head;
static uint32_t tail;
static uint32_t lost;
/* A module has suppressed lines that no line of it has reported yet. */
static bool suppressed_pending;

/* Who may take lines out of the ring: the thread, log_process(), the one who panics. */
static K_MUTEX_DEFINE(print_lock);
static K_SEM_DEFINE(log_sem, 0, 1);
/* The thread is there: lines are printed by it. Before that, and in panic, they are printed at once. */
static bool deferred;
static bool panicking;

static struct k_thread log_thread_data;
static K_KERNEL_STACK_DEFINE(log_stack, CONFIG_LOG_PROCESS_THREAD_STACK_SIZE);

static const char *const level_tags[] = {"---", "err", "wrn", "inf", "dbg"};

/* Room for one more line of this module at this time? Lock held. */
static bool admit(struct log_source *source, uint64_t now)
{
	if (source == NULL || CONFIG_LOG_RATE_LIMIT == 0) {
		return true;
	}
	if (now - source->window_start >= (uint64_t)z_clock_hz) {
		source->window_start = now;
		source->in_window = 0;
	}
	if (source->in_window < CONFIG_LOG_RATE_LIMIT) {
		source->in_window++;
		return true;
	}
	source->suppressed++;
	return false;
}

static uint32_t take(uint32_t *counter)
{
	uint32_t value = *counter;

	*counter = 0;
	return value;
}

static void fill(struct slot *slot, struct log_source *source, unsigned int level, uint64_t now)
{
	slot->cycles = now;
	slot->source = source;
	slot->level = (uint8_t)level;
	slot->cpu = (uint8_t)arch_cpu()->arch.id;
	slot->lost = take(&lost);
	slot->suppressed = source != NULL ? take(&source->suppressed) : 0;
}

/* One line with a time stamp, formatted behind it; then `len` bytes of text, and the line's end. */
static void __printf_like(4, 5)
	print_line(uint64_t cycles, const char *text, size_t len, const char *fmt, ...)
{
	uint64_t us = k_cyc_to_us_floor64(cycles - z_ticks_to_counter(0));
	char line[PREFIX_MAX + TEXT_MAX + 1U];
	size_t at = (size_t)snprintk(line, PREFIX_MAX, "[%5u.%06u] ",
				     (unsigned int)(us / USEC_PER_SEC),
				     (unsigned int)(us % USEC_PER_SEC));
	va_list args;

	va_start(args, fmt);
	at += (size_t)vsnprintk(line + at, PREFIX_MAX - at, fmt, args);
	va_end(args);
	at = MIN(at, PREFIX_MAX - 1U);
	memcpy(line + at, text, len);
	line[at + len] = '\n';
	conout_write(line, at + len + 1U);
}

static void print(const struct slot *slot, const char *text, size_t len)
{
	if (slot->lost != 0) {
		print_line(slot->cycles, "", 0, "log: %u messages dropped, the buffer was full",
			   slot->lost);
	}
	if (slot->suppressed != 0) {
		print_line(slot->cycles, "", 0,
			   "log: %u messages of %.24s dropped, over %u per second",
			   slot->suppressed, slot->source->name, CONFIG_LOG_RATE_LIMIT);
	}
	if (slot->source == NULL) {
		if (len > 0) {
			conout_write(text, len);
		}
	} else if (slot->level != LOG_LEVEL_NONE) {
		print_line(slot->cycles, text, len, "cpu%u <%s> %.24s: ", slot->cpu,
			   level_tags[slot->level], slot->source->name);
	}
}

/* Wake the thread, whatever the caller holds. */
static void kick(void)
{
	unsigned int key = arch_irq_lock();
	bool open = arch_irq_unlocked(key) && !arch_is_in_isr();

	if (!open && z_irqchip != NULL) {
		z_ipi_send(arch_cpu()->arch.id, Z_SGI_LOG);
	}
	arch_irq_unlock(key);
	if (open) {
		k_sem_give(&log_sem);
	}
}

static void put(struct log_source *source, unsigned int level, const char *text, size_t len)
{
	k_spinlock_key_t key = k_spin_lock(&log_lock);
	uint64_t now = arch_cycles();
	bool wake = head == tail;
	struct slot now_slot;

	if (!admit(source, now)) {
		/* Should no line follow, it is the thread that says so. */
		wake = !suppressed_pending;
		suppressed_pending = true;
		k_spin_unlock(&log_lock, key);
		if (wake && deferred) {
			kick();
		}
		return;
	}
	if (!deferred || panicking) {
		fill(&now_slot, source, level, now);
		k_spin_unlock(&log_lock, key);
		print(&now_slot, text, len);
		return;
	}
	if (head - tail == SLOTS) {
		lost++;
		k_spin_unlock(&log_lock, key);
		return;
	}
	fill(&ring[head % SLOTS], source, level, now);
	ring[head % SLOTS].len = (uint16_t)len;
	memcpy(ring[head % SLOTS].text, text, len);
	head++;
	k_spin_unlock(&log_lock, key);
	if (wake) {
		kick();
	}
}

void z_log_va(struct log_source *source, unsigned int level, const char *fmt, va_list args)
{
	char text[TEXT_MAX + 1U];
	int full = vsnprintk(text, sizeof(text), fmt, args);
	size_t len = full < 0 ? 0U : MIN((size_t)full, TEXT_MAX);

	if (full > (int)TEXT_MAX) {
		memset(text + TEXT_MAX - 3U, '.', 3U);
	}
	while (len > 0U && text[len - 1U] == '\n') {
		len--;
	}
	put(source, level, text, len);
}

void z_log(struct log_source *source, unsigned int level, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	z_log_va(source, level, fmt, args);
	va_end(args);
}

void z_log_text(const char *text, size_t len)
{
	put(NULL, LOG_LEVEL_NONE, text, MIN(len, TEXT_MAX));
}

void z_log_vprintk(const char *fmt, va_list args)
{
	char text[TEXT_MAX + 1U];
	int full = vsnprintk(text, sizeof(text), fmt, args);

	if (full > 0) {
		z_log_text(text, (size_t)full);
	}
}

void z_log_printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	z_log_vprintk(fmt, args);
	va_end(args);
}

void z_log_hexdump(struct log_source *source, unsigned int level, const void *data, size_t len,
		   const char *text)
{
	const uint8_t *bytes = data;

	z_log(source, level, "%s", text);
	for (size_t row = 0; row < len; row += 16U) {
		size_t count = MIN(len - row, (size_t)16U);
		char line[80];
		int at = snprintk(line, sizeof(line), "%04x ", (unsigned int)row);

		for (size_t i = 0; i < 16U; i++) {
			at += snprintk(line + at, sizeof(line) - (size_t)at,
				       i < count ? " %02x" : "   ", i < count ? bytes[row + i] : 0);
		}
		line[at++] = ' ';
		line[at++] = ' ';
		for (size_t i = 0; i < count; i++) {
			uint8_t c = bytes[row + i];

			line[at++] = c >= 0x20U && c < 0x7fU ? (char)c : '.';
		}
		put(source, level, line, (size_t)at);
	}
}

/* Lines were lost and none has come since that could say so. */
static void report_losses(void)
{
	struct slot slot;
	k_spinlock_key_t key = k_spin_lock(&log_lock);

	if (head == tail && lost != 0) {
		fill(&slot, NULL, LOG_LEVEL_NONE, arch_cycles());
		k_spin_unlock(&log_lock, key);
		print(&slot, "", 0);
		key = k_spin_lock(&log_lock);
	}
	if (suppressed_pending) {
		suppressed_pending = false;
		STRUCT_SECTION_FOREACH(log_source, source) {
			uint64_t now = arch_cycles();

			if (source->suppressed == 0) {
				continue;
			}
			if (now - source->window_start < (uint64_t)z_clock_hz) {
				suppressed_pending = true;
				continue;
			}
			fill(&slot, source, LOG_LEVEL_NONE, now);
			k_spin_unlock(&log_lock, key);
			print(&slot, "", 0);
			key = k_spin_lock(&log_lock);
		}
	}
	k_spin_unlock(&log_lock, key);
}

/*
 * Print the oldest line, if there is one; print_lock held. Whether there are more is seen under the
 * same lock as the logging CPU sees whether the ring was empty, so no line is left behind without a
 * wake-up.
 */
static bool print_one(void)
{
	k_spinlock_key_t key = k_spin_lock(&log_lock);
	const struct slot *slot = &ring[tail % SLOTS];
	bool more = head != tail;

	k_spin_unlock(&log_lock, key);
	if (!more) {
		return false;
	}
	print(slot, slot->text, slot->len);
	key = k_spin_lock(&log_lock);
	tail++;
	more = head != tail;
	k_spin_unlock(&log_lock, key);
	return more;
}

bool log_process(void)
{
	bool more;

	(void)k_mutex_lock(&print_lock, K_FOREVER);
	more = !panicking && print_one();
	(void)k_mutex_unlock(&print_lock);
	return more;
}

static void log_thread(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (;;) {
		(void)k_sem_take(&log_sem, suppressed_pending ? K_SECONDS(1) : K_FOREVER);
		while (log_process()) {
		}
		report_losses();
	}
}

static void log_isr(const void *arg)
{
	ARG_UNUSED(arg);
	k_sem_give(&log_sem);
}

static int log_init(void)
{
	(void)irq_connect_dynamic(Z_SGI_LOG, 0, log_isr, NULL, 0);
	z_irq_enable_percpu(Z_SGI_LOG);
	return 0;
}

SYS_INIT(log_init, PRE_KERNEL_2, 0);

static int log_start(void)
{
	(void)k_thread_create(&log_thread_data, log_stack, K_KERNEL_STACK_SIZEOF(log_stack),
			      log_thread, NULL, NULL, NULL, CONFIG_LOG_PROCESS_THREAD_PRIORITY, 0,
			      K_NO_WAIT);
	(void)k_thread_name_set(&log_thread_data, "logging");
	__atomic_store_n(&deferred, IS_ENABLED(CONFIG_LOG_MODE_DEFERRED), __ATOMIC_RELAXED);
	return 0;
}

SYS_INIT(log_start, SMP, 99);

void log_flush(void)
{
	/* Bounded: what others log meanwhile is not waited for without end. */
	for (uint32_t i = 0; i < SLOTS && log_process(); i++) {
	}
}

void log_panic(void)
{
	struct slot slot;

	if (__atomic_exchange_n(&panicking, true, __ATOMIC_ACQ_REL)) {
		return;
	}
	conout_panic();
	/*
	 * No lock: their owners may never run again. At worst the line that was being printed
	 * appears twice.
	 */
	for (; head != tail; tail++) {
		print(&ring[tail % SLOTS], ring[tail % SLOTS].text, ring[tail % SLOTS].len);
	}
	/* There is no next line that could say what was dropped. */
	fill(&slot, NULL, LOG_LEVEL_NONE, arch_cycles());
	print(&slot, "", 0);
	STRUCT_SECTION_FOREACH(log_source, source) {
		fill(&slot, source, LOG_LEVEL_NONE, arch_cycles());
		print(&slot, "", 0);
	}
}

uint32_t log_buffered_cnt(void)
{
	return __atomic_load_n(&head, __ATOMIC_RELAXED) - __atomic_load_n(&tail, __ATOMIC_RELAXED);
}

uint32_t log_src_cnt_get(uint32_t domain_id)
{
	uint32_t count;

	ARG_UNUSED(domain_id);
	STRUCT_SECTION_COUNT(log_source, &count);
	return count;
}

static struct log_source *source_get(uint32_t source_id)
{
	struct log_source *source;

	if (source_id >= log_src_cnt_get(0)) {
		return NULL;
	}
	STRUCT_SECTION_GET(log_source, source_id, &source);
	return source;
}

const char *log_source_name_get(uint32_t domain_id, uint32_t source_id)
{
	const struct log_source *source = source_get(source_id);

	ARG_UNUSED(domain_id);
	return source != NULL ? source->name : NULL;
}

int log_source_id_get(const char *name)
{
	int id = 0;

	STRUCT_SECTION_FOREACH(log_source, source) {
		if (strcmp(source->name, name) == 0) {
			return id;
		}
		id++;
	}
	return -1;
}

static uint32_t level_set(struct log_source *source, uint32_t level)
{
	uint8_t possible = (uint8_t)MIN(
		level, MIN((uint32_t)source->compiled, (uint32_t)CONFIG_LOG_MAX_LEVEL));

	__atomic_store_n(&source->level, possible, __ATOMIC_RELAXED);
	return possible;
}

uint32_t log_filter_set(const struct log_backend *backend, uint32_t domain_id, int16_t source_id,
			uint32_t level)
{
	struct log_source *source;
	uint32_t highest = 0;

	ARG_UNUSED(backend);
	ARG_UNUSED(domain_id);
	if (source_id >= 0) {
		source = source_get((uint32_t)source_id);
		return source != NULL ? level_set(source, level) : 0;
	}
	STRUCT_SECTION_FOREACH(log_source, each) {
		highest = MAX(highest, level_set(each, level));
	}
	return highest;
}

uint32_t log_filter_get(const struct log_backend *backend, uint32_t domain_id, int16_t source_id,
			bool runtime)
{
	const struct log_source *source = source_id >= 0 ? source_get((uint32_t)source_id) : NULL;

	ARG_UNUSED(backend);
	ARG_UNUSED(domain_id);
	if (source == NULL) {
		return 0;
	}
	return runtime ? source->level : source->compiled;
}

#else

void log_flush(void)
{
}

void log_panic(void)
{
	conout_panic();
}

#endif /* CONFIG_LOG */
