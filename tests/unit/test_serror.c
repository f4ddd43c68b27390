/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of a guest's SErrors, by syndrome, and who hears of one that was found when the guest was switched out. */
#include "unit.h"

#include "hyp/serror.c"

#define ESR(iss)  ((UINT64_C(0x2f) << ESR_EC_SHIFT) | ESR_IL | (iss))
#define RAS(aet)  ESR((uint64_t)(aet) << ESR_AET_SHIFT | DFSC_SERROR)
#define OWN(bits) ESR(ESR_SERROR_IDS | (bits))
#define CORRECTED RAS(ESR_AET_CORRECTED)

const struct z_irqchip *z_irqchip;

static struct z_cpu cpu;
static struct vm vm;
static struct vcpu vcpus[2];
static struct guest_frame frames[2];
static char crash[VM_CRASH_TEXT];
static char complaint[VM_CRASH_TEXT];
static uint32_t called;
static unsigned int ipis, panics;
static z_isr_t isr;

static void ipi_send(unsigned int to, unsigned int sgi)
{
	assert_int_equal(sgi, Z_SGI_SERROR);
	assert_int_equal(to, 3);
	ipis++;
}

static const struct z_irqchip chip = {.ipi_send = ipi_send};

int irq_connect_dynamic(unsigned int irq, unsigned int priority, void (*routine)(const void *),
			const void *parameter, uint32_t flags)
{
	(void)priority;
	(void)parameter;
	(void)flags;
	assert_int_equal(irq, Z_SGI_SERROR);
	isr = routine;
	return (int)irq;
}

void z_irq_enable_percpu(unsigned int intid)
{
	assert_int_equal(intid, Z_SGI_SERROR);
}

void vm_manager_call(uint32_t vms)
{
	called = vms;
}

bool vm_request(struct vcpu *v, enum vm_request request, const char *text)
{
	assert_ptr_equal(v, &vcpus[1]);
	assert_int_equal(request, VM_REQUEST_CRASH);
	(void)strncpy(crash, text, sizeof(crash) - 1U);
	return true;
}

bool guest_complain(struct vcpu *v, const char *format, ...)
{
	va_list ap;

	(void)v;
	va_start(ap, format);
	(void)vsnprintf(complaint, sizeof(complaint), format, ap);
	va_end(ap);
	return true;
}

int snprintk(char *to, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(to, size, format, ap);
	va_end(ap);
	return n;
}

void vm_say(const struct vm *of, const char *format, ...)
{
	(void)format;
	assert_ptr_equal(of, &vm);
}

void z_fatal_software(unsigned int reason)
{
	(void)reason;
	panics++;
}

static int start(void **state)
{
	(void)state;
	fake_arch_reset();
	memset(&vm, 0, sizeof(vm));
	memset(vcpus, 0, sizeof(vcpus));
	cpu.arch.id = 3;
	z_irqchip = &chip;
	vm.id = 5;
	vm.vcpu_count = 2;
	for (unsigned int i = 0; i < 2; i++) {
		vm.vcpu[i] = &vcpus[i];
		vcpus[i].vm = &vm;
		vcpus[i].id = i;
		vcpus[i].frame = &frames[i];
		vcpus[i].thread.arch.bus_errors = true;
		vcpus[i].thread.arch.cpu = &cpu;
		frames[i].elr = 0x40000100;
	}
	fake_arch.current = &vcpus[1].thread.arch;
	fake_arch.irq_masked = 1;
	crash[0] = '\0';
	complaint[0] = '\0';
	called = ipis = panics = 0;
	told = 0;
	serror_host_init();
	return 0;
}

static void test_no_class(void **state)
{
	static const uint64_t syndromes[] = {
		ESR(0), /* uncategorized: nothing is known */
		OWN(0), /* the core's own: whatever the bits are */
		OWN(2),      OWN(DFSC_SERROR),
		OWN(0x1fff), ESR(7U << ESR_AET_SHIFT), /* AET counts with DFSC alone */
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(syndromes); i++) {
		assert_int_equal(serror_verdict(syndromes[i], true), SERROR_ENDS_VM);
		assert_int_equal(serror_verdict(syndromes[i], false), SERROR_ENDS_VM);
	}
}

static void test_classes(void **state)
{
	static const enum serror_verdict verdicts[8][2] = {
		/* without hardware of its own, and with it */
		[ESR_AET_UNCONTAINED] = {SERROR_ENDS_HOST, SERROR_ENDS_VM},
		[ESR_AET_UNRECOVERABLE] = {SERROR_ENDS_VM, SERROR_ENDS_VM},
		[ESR_AET_RESTARTABLE] = {SERROR_ENDS_VM, SERROR_ENDS_VM},
		[ESR_AET_RECOVERABLE] = {SERROR_ENDS_VM, SERROR_ENDS_VM},
		[4] = {SERROR_ENDS_HOST, SERROR_ENDS_VM},
		[5] = {SERROR_ENDS_HOST, SERROR_ENDS_VM},
		[ESR_AET_CORRECTED] = {SERROR_GOES_ON, SERROR_GOES_ON},
		[7] = {SERROR_ENDS_HOST, SERROR_ENDS_VM},
	};

	(void)state;
	for (unsigned int aet = 0; aet < 8; aet++) {
		for (unsigned int hardware = 0; hardware < 2; hardware++) {
			assert_int_equal(serror_verdict(RAS(aet), hardware != 0),
					 verdicts[aet][hardware]);
			/* EA, and what is reserved, changes nothing. */
			assert_int_equal(serror_verdict(RAS(aet) | ESR_EA | 0x2040U, hardware != 0),
					 verdicts[aet][hardware]);
		}
	}
}

static void test_while_it_runs(void **state)
{
	(void)state;
	assert_true(exit_serror(&vcpus[1], RAS(0)));
	assert_string_equal(crash, "SError (syndrome 0xbe000011, PC 0x40000100)");
	assert_int_equal(fake_arch.irq_masked, 0);
	assert_int_equal(vcpus[1].exits[EXIT_OTHER], 1);
	assert_int_equal(ipis + panics, 0);
}

static void test_corrected(void **state)
{
	(void)state;
	assert_true(exit_serror(&vcpus[1], CORRECTED));
	assert_string_equal(complaint, "SError, corrected (syndrome 0xbe001811)");
	guest_bus_error(&vcpus[1].thread, CORRECTED);
	assert_string_equal(crash, "");
	assert_int_equal(vm.serror, 0);
	assert_int_equal(ipis, 0);
}

static void test_not_the_guests(void **state)
{
	(void)state;
	vcpus[1].thread.arch.bus_errors = false;
	(void)exit_serror(&vcpus[1], RAS(0));
	assert_int_equal(panics, 1);
}

static void test_switched_out(void **state)
{
	(void)state;
	guest_bus_error(&vcpus[1].thread, RAS(1));
	/* With the kernel lock held: nobody is called. */
	assert_int_equal(called, 0);
	assert_int_equal(ipis, 1);
	assert_int_equal(fake_arch.irq_masked, 1);
	assert_int_equal(vm.serror, RAS(1));
	isr(NULL);
	assert_int_equal(called, 1U << 5);
	isr(NULL);
	assert_int_equal(called, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_no_class, start),
		cmocka_unit_test_setup(test_classes, start),
		cmocka_unit_test_setup(test_while_it_runs, start),
		cmocka_unit_test_setup(test_corrected, start),
		cmocka_unit_test_setup(test_not_the_guests, start),
		cmocka_unit_test_setup(test_switched_out, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
