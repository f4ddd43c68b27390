/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first process of a measured Linux, static and without a C library: its first instruction reads the counter. It
 * prints that, and becomes the shell that runs /bench/main.
 */
#define SYS_WRITE  64
#define SYS_EXECVE 221

#define TEXT_MAX 64

static long call(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}

void init_main(unsigned long ticks);

void init_main(unsigned long ticks)
{
	static const char head[] = "BENCH init ";
	static const char *const argv[] = {"sh", "/bench/start", 0};
	static const char *const envp[] = {"PATH=/bin:/usr/bin", "HOME=/root", 0};
	char text[TEXT_MAX];
	char *at = text + TEXT_MAX;

	*--at = '\n';
	do {
		*--at = (char)('0' + ticks % 10U);
		ticks /= 10U;
	} while (ticks != 0U);
	for (unsigned int i = sizeof(head) - 1U; i-- > 0U;) {
		*--at = head[i];
	}
	(void)call(SYS_WRITE, 1, (long)at, text + TEXT_MAX - at);
	(void)call(SYS_EXECVE, (long)"/bin/busybox", (long)argv, (long)envp);
}

__asm__(".globl _start\n"
	"_start:\n"
	"	mrs	x0, cntvct_el0\n"
	"	mov	x29, xzr\n"
	"	mov	x30, xzr\n"
	"	bl	init_main\n"
	"	brk	#1\n");
