/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The library of the test guests: small programs at EL1 that run on a bare machine (QEMU's virt, the oracle) and in a
 * virtual machine with the same layout.
 *
 * A guest is a file with guest_main(). It runs its checks by RUN() and ends with finish(), which prints
 * "guest-test: N passed, M failed" and powers off. The MMU is on (identity map, device memory below 1 GiB), interrupts
 * are masked. Register accesses are inline assembly: a compiler's post-indexed access to a device carries no syndrome.
 */
#ifndef GUEST_H_
#define GUEST_H_

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest_offsets.h"

#define RAM_BASE     0x40000000UL
#define GICD_BASE    0x08000000UL
#define GICR_BASE    0x080a0000UL
#define GICR_SIZE    0x20000UL
#define UART_BASE    0x09000000UL
#define RTC_BASE     0x09010000UL
#define UART_INTID   33U
#define RTC_INTID    34U
#define VTIMER_INTID 27U
#define PTIMER_INTID 30U

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n)        (1UL << (n))

/* ---- registers ---- */

#define read_sysreg(name)                                                                          \
	({                                                                                         \
		uint64_t v_;                                                                       \
		__asm__ volatile("mrs %0, " #name : "=r"(v_)::"memory");                           \
		v_;                                                                                \
	})
#define write_sysreg(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)) : "memory")

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

static inline void dsb(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

static inline void wfi(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/**
 * Lets others run: under -icount an emulated CPU runs until it says so. That takes the emulator long, so time goes by
 * first.
 */
static inline void relax(void)
{
	__asm__ volatile(".rept 48\n\tnop\n\t.endr\n\tyield" ::: "memory");
}

/* One try at a lock between vCPUs, which is 0 while nobody has it. */
static inline bool lock_try(uint32_t *lock)
{
	uint32_t old;
	uint32_t failed;

	__asm__ volatile(
		"ldaxr %w0, [%2]\n\tmov %w1, #1\n\tcbnz %w0, 1f\n\tstxr %w1, %w3, [%2]\n1: clrex"
		: "=&r"(old), "=&r"(failed)
		: "r"(lock), "r"(1)
		: "memory");
	return failed == 0;
}

static inline void lock_take(uint32_t *lock)
{
	while (!lock_try(lock)) {
		relax();
	}
}

static inline void lock_give(uint32_t *lock)
{
	__asm__ volatile("stlr wzr, [%0]" ::"r"(lock) : "memory");
}

static inline void irq_on(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" ::: "memory");
}

static inline void irq_off(void)
{
	__asm__ volatile("msr daifset, #2\n\tisb" ::: "memory");
}

#define MMIO_ACCESSORS(bits, type, suffix, reg)                                                    \
	static inline type read##bits(uint64_t address)                                            \
	{                                                                                          \
		type v;                                                                            \
		__asm__ volatile("ldr" suffix " %" reg "0, [%1]"                                   \
				 : "=r"(v)                                                         \
				 : "r"(address)                                                    \
				 : "memory");                                                      \
		return v;                                                                          \
	}                                                                                          \
	static inline void write##bits(uint64_t address, type v)                                   \
	{                                                                                          \
		__asm__ volatile("str" suffix " %" reg "0, [%1]" ::"r"(v), "r"(address)            \
				 : "memory");                                                      \
	}

MMIO_ACCESSORS(8, uint8_t, "b", "w")
MMIO_ACCESSORS(16, uint16_t, "h", "w")
MMIO_ACCESSORS(32, uint32_t, "", "w")
MMIO_ACCESSORS(64, uint64_t, "", "x")

/* ---- text, checks, end ---- */

void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprint(const char *format, va_list args);
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
bool str_equal(const char *a, const char *b);

/** First word behind the Image header's flags: scripts may write a number there, else 0. */
extern const uint64_t guest_option[3];
/** Counter at the guest's first instructions, and devicetree (0: none). */
extern uint64_t first_count;
extern uint64_t devicetree;

/** Runs in a virtual machine of ZVM, not on a bare one. */
bool in_vm(void);

/** The program. */
void guest_main(void);

void test_begin(const char *name);
void test_end(void);
/** A failed expectation: one line; the test goes on. */
void test_fail(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void __attribute__((noreturn)) finish(void);

#define RUN(test)                                                                                  \
	do {                                                                                       \
		test_begin(#test);                                                                 \
		test();                                                                            \
		test_end();                                                                        \
	} while (0)

/** RUN() where the bare machine is legitimately another one. */
#define RUN_IN_VM(test)                                                                            \
	do {                                                                                       \
		if (in_vm()) {                                                                     \
			RUN(test);                                                                 \
		} else {                                                                           \
			print("skip %s: only in a virtual machine\n", #test);                      \
		}                                                                                  \
	} while (0)

#define EXPECT(condition, ...)                                                                     \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			test_fail(__FILE__, __LINE__, #condition ": " __VA_ARGS__);                \
		}                                                                                  \
	} while (0)

#define EXPECT_EQ(value, wanted)                                                                   \
	do {                                                                                       \
		uint64_t v_ = (uint64_t)(value);                                                   \
		uint64_t w_ = (uint64_t)(wanted);                                                  \
		if (v_ != w_) {                                                                    \
			test_fail(__FILE__, __LINE__, #value " is %#lx, not %#lx", v_, w_);        \
		}                                                                                  \
	} while (0)

/* ---- exceptions ---- */

struct regs {
	uint64_t x[31];
	uint64_t elr;
	uint64_t spsr;
	uint64_t esr;
	uint64_t far;
	uint64_t pad;
};

_Static_assert(sizeof(struct regs) == REGS_SIZE, "REGS_SIZE");

#define EC_UNDEF    0x00U
#define EC_SVC      0x15U
#define EC_IABT_EL0 0x20U
#define EC_IABT     0x21U
#define EC_DABT_EL0 0x24U
#define EC_DABT     0x25U
#define EC_PC_ALIGN 0x22U
#define EC_ILLEGAL  0x0eU

/** What a CPU's latest synchronous exception was, while it is armed for one. */
struct trap {
	volatile bool armed;
	volatile unsigned int count;
	uint64_t esr, far, elr, spsr;
	/** Where to go on; 0: behind the instruction. */
	uint64_t resume;
};

struct trap *my_trap(void);

static inline unsigned int trap_ec(void)
{
	return (unsigned int)(my_trap()->esr >> 26) & 0x3fU;
}

static inline unsigned int trap_fsc(void)
{
	return (unsigned int)my_trap()->esr & 0x3fU;
}

/** Expect synchronous exceptions from here on; trap_disarm() is how many there were. */
void trap_arm(void);
unsigned int trap_disarm(void);

/** What a synchronous exception goes to instead (EL0 and so on); NULL: the usual. */
extern void (*volatile sync_hook)(struct regs *regs, unsigned int kind);
/** Interrupts: the common code acknowledges, calls, ends. */
extern void (*volatile irq_hook)(unsigned int intid);
/** Interrupts raw, instead: nothing is acknowledged for it. */
extern void (*volatile irq_raw_hook)(struct regs *regs, bool fiq);

/* ---- CPUs ---- */

static inline unsigned int cpu_index(void)
{
	return (unsigned int)read_sysreg(tpidr_el1);
}

uint64_t smccc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c);
uint64_t smccc_smc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c);
/** x0-x3 of the answer. */
void smccc4(bool smc, uint64_t fn, const uint64_t args[3], uint64_t result[4]);

#define PSCI_VERSION       0x84000000U
#define PSCI_CPU_SUSPEND   0xc4000001U
#define PSCI_CPU_OFF       0x84000002U
#define PSCI_CPU_ON        0xc4000003U
#define PSCI_AFFINITY_INFO 0xc4000004U
#define PSCI_SYSTEM_OFF    0x84000008U
#define PSCI_SYSTEM_RESET  0x84000009U
#define PSCI_FEATURES      0x8400000aU

/** CPUs there are: those whose redistributor is. */
unsigned int cpu_count(void);
/** MPIDR affinity of the n-th CPU, from its redistributor. */
uint64_t cpu_affinity(unsigned int n);
/** Starts a CPU in @p fn with its GIC interface set up if @p fn wants it; it ends by returning. PSCI's answer. */
int64_t cpu_start(unsigned int n, void (*fn)(void *arg), void *arg);
/** Waits until it is off. */
bool cpu_wait_off(unsigned int n);
void mmu_on(void);
void mmu_off(void);
extern uint64_t page_table[512];
extern char secondary_start[], cpu_stop[], guest_start[], guest_end[], vectors[];

/* ---- EL0 ---- */

/** Where EL0 sees something of the first gigabyte of RAM. */
uint64_t el0_address(const void *p);
/**
 * Runs code at EL0 until its first synchronous exception, which is the result (its registers, ESR, ELR as EL0 sees it).
 * @param spsr 0x3c0: AArch64; 0x1d0: A32; 0x1f0: T32
 */
const struct regs *el0_run(uint64_t entry, uint64_t arg, uint64_t spsr);

/* ---- instructions made at run time ---- */

/** Runs one with x0; x0 afterwards. @p undefined: it took a synchronous exception (my_trap()). */
uint64_t run_instruction(uint32_t instruction, uint64_t x0, bool *undefined);
/** The same at EL0: an SVC follows it. */
const struct regs *el0_instruction(uint32_t instruction, uint64_t x0);
/** AArch32 addresses 32 bits: RAM's first gigabyte for EL0 at EL0_LOW, while it is on. */
#define EL0_LOW 0x80000000UL
void el0_low_alias(bool on);
/** Up to 16 words of code at EL0, at @p entry (EL0_LOW, or the alias el0_address() means) plus their place. */
const struct regs *el0_instructions(const uint32_t *list, unsigned int n, uint64_t entry,
				    uint64_t x0, uint64_t spsr);

/* ---- time ---- */

static inline uint64_t now(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

/** Waits with WFE-friendly spinning. */
void delay_us(uint64_t us);
uint64_t us_to_ticks(uint64_t us);

#define WAIT_US 20000000UL
/** Waits until the condition holds, or for a time that is generous to everybody; true if it held. */
#define WAIT_FOR(condition)                                                                        \
	({                                                                                         \
		uint64_t end_ = now() + us_to_ticks(WAIT_US);                                      \
		while (!(condition) && now() < end_) {                                             \
			relax();                                                                   \
		}                                                                                  \
		(condition);                                                                       \
	})

#endif /* GUEST_H_ */
