/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin of QEMU's (TCG, -icount) that finds every stretch of instructions that a CPU executes with interrupts masked:
 * bench/masked.py builds and loads it. It does not sample, so what it does not report has not happened.
 *
 * It reads no registers (QEMU 7.2 has no way to): it follows PSTATE.I by the instructions that change it, whose addresses
 * bench/masked.py takes from the image. What `msr daif, x` restores is what the `mrs x, daif` read that belongs to it; as
 * these pairs nest, a stack for each thread says so. A mistake would show: an interrupt is taken while we think that it
 * is masked, which is counted.
 *
 * Arguments: points=FILE (lines "KIND ADDRESS", hexadecimal), out=FILE, above=N (instructions). Output: a line for each stretch
 * that is longer than those before of its kind: its length, where it began and ended, and for each block of code how many of
 * its instructions were executed.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

/* QEMU's interface to plugins, as far as it is used here. */
typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*exec_fn)(unsigned int cpu, void *data);
typedef void (*mem_fn)(unsigned int cpu, uint32_t info, uint64_t address, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
					   void (*fn)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, exec_fn fn, int flags,
					  void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, exec_fn fn, int flags,
					    void *data);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op, void *ptr,
						uint64_t imm);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, mem_fn fn, int flags, int rw,
				      void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t n);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

#define NO_REGS 0
/* Of loads and stores: with loads alone QEMU 7.2 calls nothing. */
#define ACCESS  3
#define ADD_U64 0

EXPORT int qemu_plugin_version = 1;

#define CPUS    16U
#define DEPTH   32U
#define THREADS 1024U
#define POINTS  4096U
#define RECORDS 1024U

/* What is at an address. */
enum kind {
	TEXT_BEGIN = 'a', /* the image's code: nothing else is counted */
	TEXT_END = 'z',
	START = 'b',     /* counting begins */
	VECTOR = 'v',    /* an exception was taken */
	READ_MASK = 'r', /* mrs x, daif */
	MASK = 'm',      /* msr daifset */
	OPEN = 'o',      /* msr daifclr */
	RESTORE = 'd',   /* msr daif, x */
	RETURN = 'e',    /* eret */
	WAIT = 'w',      /* wfi: an interrupt ends it, masked or not */
	SWITCH = 's',    /* the load of the next thread's registers */
	THREAD = 't',    /* a thread's first instruction */
};

struct thread {
	uint64_t address;
	unsigned int depth;
	bool masked[DEPTH];
};

struct block {
	uint64_t at;
	struct block *next;
	uint64_t stretch;
	uint32_t length;
	uint32_t times;
};

struct cpu {
	bool masked;
	uint64_t count;
	uint64_t since;
	uint64_t from;
	uint64_t stretch;
	struct block *blocks;
	struct thread *thread;
	struct thread boot;
};

struct point {
	uint64_t at;
	enum kind kind;
};

struct record {
	uint64_t from;
	uint64_t to;
	uint64_t most;
	uint64_t length;
};

static struct record records[RECORDS];
static unsigned int record_count;
static struct point points[POINTS];
static unsigned int point_count;
static uint64_t text_begin, text_end;
static uint64_t above = 1000U;
static FILE *out;

static struct cpu cpus[CPUS];
static struct thread threads[THREADS];
static bool counting;
static uint64_t executed, accounted;
static unsigned int running;
static uint64_t stretches;

/* Instructions go to the CPU that has executed them: they take turns. */
static struct cpu *account(unsigned int n)
{
	cpus[running].count += executed - accounted;
	accounted = executed;
	running = n;
	return &cpus[n];
}

static struct thread *thread_at(uint64_t address)
{
	for (unsigned int i = 0U; i < THREADS; i++) {
		struct thread *t = &threads[(address / 64U + i) % THREADS];

		if (t->address == 0U || t->address == address) {
			t->address = address;
			return t;
		}
	}
	abort();
}

static void begin(struct cpu *c, uint64_t at)
{
	c->masked = true;
	c->from = at;
	c->since = c->count;
	c->stretch = ++stretches;
	c->blocks = NULL;
}

/* The longest so far that begin and end alike and spend most of their time in the same place. */
static bool is_record(const struct cpu *c, uint64_t at, uint64_t length)
{
	const struct block *most = c->blocks;
	struct record *r;

	for (const struct block *b = c->blocks; b != NULL; b = b->next) {
		if ((uint64_t)b->length * b->times > (uint64_t)most->length * most->times) {
			most = b;
		}
	}
	for (r = records; r < records + record_count; r++) {
		if (r->from == c->from && r->to == at && most != NULL && r->most == most->at) {
			break;
		}
	}
	if (r == records + RECORDS || length <= r->length) {
		return false;
	}
	record_count += r == records + record_count ? 1U : 0U;
	*r = (struct record){c->from, at, most != NULL ? most->at : 0U, length};
	return true;
}

static void end(struct cpu *c, uint64_t at)
{
	uint64_t length = c->count - c->since;

	if (c->masked && counting && length >= above && is_record(c, at, length)) {
		fprintf(out, "%" PRIu64 " %" PRIx64 " %" PRIx64, length, c->from, at);
		for (struct block *b = c->blocks; b != NULL; b = b->next) {
			fprintf(out, " %" PRIx64 ":%" PRIu64, b->at,
				(uint64_t)b->length * b->times);
		}
		fputc('\n', out);
		fflush(out);
	}
	c->masked = false;
}

static void set_masked(struct cpu *c, bool masked, uint64_t at)
{
	if (masked && !c->masked) {
		begin(c, at);
	} else if (!masked) {
		end(c, at);
	}
}

static void restore(struct cpu *c, uint64_t at)
{
	struct thread *t = c->thread;

	/* With nothing kept it is the mask of an exception's handler, a constant. */
	set_masked(c, t->depth == 0U || t->masked[--t->depth], at);
}

static void keep(struct cpu *c, uint64_t at)
{
	struct thread *t = c->thread;

	if (t->depth == DEPTH) {
		fprintf(out, "# too deep at %" PRIx64 "\n", at);
		t->depth = 0U;
	}
	t->masked[t->depth++] = c->masked;
}

static void vector(struct cpu *c, uint64_t at)
{
	if (c->masked && counting) {
		fprintf(out, "# exception at %" PRIx64 " while masked since %" PRIx64 "\n", at,
			c->from);
		c->masked = false;
	}
	begin(c, at);
}

static void at_point(unsigned int n, void *data)
{
	const struct point *p = data;
	struct cpu *c = account(n);

	if (c->thread == NULL) {
		c->thread = &c->boot;
		c->masked = true;
	}
	switch (p->kind) {
	case START:
		counting = true;
		break;
	case VECTOR:
		vector(c, p->at);
		break;
	case READ_MASK:
		keep(c, p->at);
		break;
	case MASK:
		set_masked(c, true, p->at);
		break;
	case OPEN:
	case RETURN:
		set_masked(c, false, p->at);
		break;
	case RESTORE:
		restore(c, p->at);
		break;
	case WAIT:
		if (c->masked) {
			end(c, p->at);
			begin(c, p->at);
		}
		break;
	case THREAD:
		c->thread->depth = 0U;
		break;
	default:
		break;
	}
}

static void at_switch(unsigned int n, uint32_t info, uint64_t address, void *data)
{
	(void)info;
	(void)data;
	account(n)->thread = thread_at(address);
}

static void at_block(unsigned int n, void *data)
{
	struct block *b = data;
	struct cpu *c = account(n);

	if (!c->masked) {
		return;
	}
	if (b->stretch != c->stretch) {
		b->stretch = c->stretch;
		b->times = 0U;
		b->next = c->blocks;
		c->blocks = b;
	}
	b->times++;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t length = qemu_plugin_tb_n_insns(tb);
	uint64_t at = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0U));
	struct block *b;

	(void)id;
	if (at < text_begin || at >= text_end) {
		return;
	}
	b = calloc(1U, sizeof(*b));
	b->at = at;
	b->length = (uint32_t)length;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, at_block, NO_REGS, b);
	for (size_t i = 0U; i < length; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		at = qemu_plugin_insn_vaddr(insn);
		for (unsigned int p = 0U; p < point_count; p++) {
			if (points[p].at != at) {
				continue;
			}
			if (points[p].kind == SWITCH) {
				qemu_plugin_register_vcpu_mem_cb(insn, at_switch, NO_REGS, ACCESS,
								 NULL);
			} else {
				qemu_plugin_register_vcpu_insn_exec_cb(insn, at_point, NO_REGS,
								       &points[p]);
			}
		}
		qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, &executed, 1U);
	}
}

static bool read_points(const char *name)
{
	FILE *f = fopen(name, "r");
	char kind;
	uint64_t at;

	if (f == NULL) {
		return false;
	}
	while (fscanf(f, " %c %" SCNx64, &kind, &at) == 2) {
		if (kind == TEXT_BEGIN) {
			text_begin = at;
		} else if (kind == TEXT_END) {
			text_end = at;
		} else if (point_count < POINTS) {
			points[point_count++] = (struct point){at, (enum kind)kind};
		}
	}
	fclose(f);
	return true;
}

EXPORT int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "points=", 7U) == 0 && !read_points(argv[i] + 7)) {
			return -1;
		}
		if (strncmp(argv[i], "out=", 4U) == 0) {
			out = fopen(argv[i] + 4, "w");
		}
		if (strncmp(argv[i], "above=", 6U) == 0) {
			above = strtoull(argv[i] + 6, NULL, 10);
		}
	}
	if (out == NULL) {
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
