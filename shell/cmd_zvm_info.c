/* SPDX-License-Identifier: Apache-2.0 */

/* zvm info */

#ifdef CONFIG_ZVM

#include <errno.h>

#include "hyp/vm_info.h"
#include "kernel/cpu.h"
#include "shell/cmd_zvm.h"

/* Rates are measured over this time. */
#define SAMPLE_MS 200

ZVM_SUBCMD(info,
	   "List the VMs, or show all about one.\n"
	   "CPU use (of one CPU) and exits per second are measured over a fifth of a second.",
	   "[-n ID]", ZVM_ARG_ID, 0);

static unsigned int state_of(const struct vm *vm)
{
	return __atomic_load_n(&vm->state, __ATOMIC_RELAXED);
}

static unsigned long long mib(uint64_t bytes)
{
	return (unsigned long long)(bytes >> 20);
}

/* ---- the list ---- */

static void print_row(const struct shell *sh, const struct vm *vm, const struct vm_usage *from)
{
	struct vm_usage to;
	uint32_t permille;

	vm_usage_all(vm, &to);
	permille = vm_usage_permille(from, &to);
	shell_print(sh, "%2u  %-16s  %-6s  %5u  %6llu MiB  %-7s  %4u.%u %%  %7u", vm->id,
		    vm->config.name, vm_info_os_name(vm->config.os), vm->vcpu_count,
		    mib(vm->ram_size), vm_state_name(state_of(vm)), permille / 10U, permille % 10U,
		    vm_usage_exit_rate(from, &to));
}

/* What all have used so far. @return whether any of them runs, so that it is worth to wait for more. */
static bool sample_all(struct vm_usage *usage, uint32_t *there)
{
	bool running = false;

	*there = 0U;
	for (unsigned int id = 0; id < VMS_MAX; id++) {
		struct vm *vm = vm_ref(id);

		if (vm != NULL) {
			vm_usage_all(vm, &usage[id]);
			running = running || state_of(vm) == VM_RUNNING;
			*there |= BIT(id);
			vm_unref(vm);
		}
	}
	return running;
}

static void print_list(const struct shell *sh)
{
	struct vm_usage from[VMS_MAX];
	uint32_t there;

	if (sample_all(from, &there)) {
		(void)k_msleep(SAMPLE_MS);
	}
	if (there == 0U) {
		shell_print(sh, "there is no VM, 'zvm new' makes one");
		return;
	}
	shell_print(sh,
		    "ID  NAME              OS      VCPUS      MEMORY  STATE    CPU USE  EXITS/S");
	for (unsigned int id = 0; id < VMS_MAX; id++) {
		struct vm *vm = (there & BIT(id)) != 0U ? vm_ref(id) : NULL;

		if (vm != NULL) {
			print_row(sh, vm, &from[id]);
			vm_unref(vm);
		}
	}
}

/* ---- one VM ---- */

static void print_summary(const struct shell *sh, const struct vm *vm)
{
	uint64_t ms = vm_info_uptime_ms(vm);
	unsigned int state = state_of(vm);

	shell_fprintf(sh, SHELL_NORMAL, "vm %u: %s (%s), %s", vm->id, vm->config.name,
		      vm_info_os_name(vm->config.os), vm_state_name(state));
	if (state == VM_RUNNING || state == VM_PAUSED) {
		shell_fprintf(sh, SHELL_NORMAL, ", up %llu.%03u s",
			      (unsigned long long)(ms / 1000U), (unsigned int)(ms % 1000U));
	} else if (state == VM_CRASHED) {
		shell_fprintf(sh, SHELL_NORMAL, ": %s", vm->crash);
	}
	if (vm->resets > 0U) {
		shell_fprintf(sh, SHELL_NORMAL, ", has reset itself %u times", vm->resets);
	}
	shell_print(sh, "");
	shell_print(sh,
		    "host memory: %llu MiB for the guest, %llu KiB for it otherwise, "
		    "%u KiB of translation tables",
		    mib(vm->ram_size), (unsigned long long)((vm_info_host_bytes(vm) + 1023U) >> 10),
		    vm->s2.table_pages * 4U);
	shell_print(sh, "interrupts injected: %llu", (unsigned long long)vgic_injected(vm));
}

/* "all", or the CPU it is pinned to. */
static const char *cpus_of(const struct vm *vm, uint32_t vcpu, char *text, size_t size)
{
	if (!vm->config.pinned) {
		return "all";
	}
	(void)snprintk(text, size, "%u", vm->config.cpu[vcpu]);
	return text;
}

static void print_vcpu(const struct shell *sh, const struct vcpu *v, const struct vm_usage *from)
{
	/* Once: the VM may just be starting again, and there is no CPU while its thread is being made. */
	const struct z_cpu *on = __atomic_load_n(&v->thread.arch.cpu, __ATOMIC_RELAXED);
	const char *state = vm_info_vcpu_state(v);
	struct vm_usage to;
	uint32_t permille;
	char cpus[8];
	char cpu[8] = "-";

	vm_usage_vcpu(v, &to);
	permille = vm_usage_permille(from, &to);
	if (on != NULL) {
		(void)snprintk(cpu, sizeof(cpu), "%u", on->arch.id);
	}
	shell_print(sh, "%4u  %-8s  %4d  %3s  %-7s  %4u.%u %%  %7u", v->id, state,
		    v->vm->config.priority, cpu, cpus_of(v->vm, v->id, cpus, sizeof(cpus)),
		    permille / 10U, permille % 10U, vm_usage_exit_rate(from, &to));
}

static void print_vcpus(const struct shell *sh, const struct vm *vm)
{
	struct vm_usage from[VCPUS_MAX];

	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		vm_usage_vcpu(vm->vcpu[i], &from[i]);
	}
	if (state_of(vm) == VM_RUNNING) {
		(void)k_msleep(SAMPLE_MS);
	}
	shell_print(sh, "VCPU  STATE     PRIO  CPU  ON CPUS  CPU USE  EXITS/S");
	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		print_vcpu(sh, vm->vcpu[i], &from[i]);
	}
}

/* A column per vCPU would be wide, so a row per reason: what each vCPU had, and all. */
static void print_exits(const struct shell *sh, const struct vm *vm)
{
	shell_fprintf(sh, SHELL_NORMAL, "EXITS     ");
	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		shell_fprintf(sh, SHELL_NORMAL, "  %5s %2u", "vCPU", i);
	}
	shell_print(sh, "%12s", "ALL");
	for (unsigned int r = 0; r < EXIT_REASONS; r++) {
		uint64_t all = 0;

		shell_fprintf(sh, SHELL_NORMAL, "%-10s", exit_reason_name((enum exit_reason)r));
		for (uint32_t i = 0; i < vm->vcpu_count; i++) {
			uint64_t n = vm_info_exits(vm->vcpu[i], (enum exit_reason)r);

			all += n;
			shell_fprintf(sh, SHELL_NORMAL, "%10llu", (unsigned long long)n);
		}
		shell_print(sh, "%12llu", (unsigned long long)all);
	}
}

static const struct vdev *device_at(const struct vm *vm, uint64_t base)
{
	struct vdev *dev;

	SYS_SLIST_FOR_EACH_CONTAINER(&vm->devices, dev, node) {
		if (dev->base == base) {
			return dev;
		}
	}
	return NULL;
}

static void print_range(const struct shell *sh, uint64_t base, uint64_t size, const char *name)
{
	shell_fprintf(sh, SHELL_NORMAL, "0x%010llx-0x%010llx  %-10s", (unsigned long long)base,
		      (unsigned long long)(base + size - 1U), name);
}

/* Where the guest finds a device of the host's, where that is, and its interrupts in the guest and in the host. */
static void print_passthrough(const struct shell *sh, const struct vm_device_def *d)
{
	for (uint32_t i = 0; i < d->host.range_count; i++) {
		const struct vm_pt_range *range = &d->host.range[i];

		print_range(sh, range->ipa, range->size, d->name);
		shell_fprintf(sh, SHELL_NORMAL, "  %s, at 0x%llx", d->host.path,
			      (unsigned long long)range->hpa);
		for (uint32_t n = 0; i == 0U && n < d->host.irq_count; n++) {
			shell_fprintf(sh, SHELL_NORMAL, ", interrupt %u <- %u",
				      d->host.irq[n].guest, d->host.irq[n].host);
		}
		shell_print(sh, "");
	}
}

static void print_map(const struct shell *sh, const struct vm *vm)
{
	shell_print(sh, "ADDRESSES                  WHAT");
	for (unsigned int i = 0; i < vm->mmio.count; i++) {
		const struct mmio_region *region = &vm->mmio.region[i];
		const struct vdev *dev = device_at(vm, region->base);

		print_range(sh, region->base, region->size, region->name);
		if (dev != NULL) {
			shell_fprintf(sh, SHELL_NORMAL, "  %s", dev->driver->compatible);
		}
		if (dev != NULL && dev->irq != 0U) {
			shell_fprintf(sh, SHELL_NORMAL, ", interrupt %u", dev->irq);
		}
		shell_print(sh, "");
	}
	for (uint32_t i = 0; i < vm->config.device_count; i++) {
		print_passthrough(sh, &vm->config.device[i]);
	}
	print_range(sh, vm->config.ram_base, vm->ram_size, "RAM");
	shell_print(sh, "  %llu MiB", mib(vm->ram_size));
}

static int cmd_info(const struct shell *sh, size_t argc, char **argv)
{
	struct zvm_args args;
	struct vm *vm;
	int rc = zvm_args_get(sh, &syntax, argc, argv, &args);

	if (rc != 0) {
		return rc;
	}
	if ((args.given & ZVM_ARG_ID) == 0U) {
		print_list(sh);
		return 0;
	}
	vm = vm_ref(args.id);
	if (vm == NULL) {
		shell_error(sh, "zvm info: there is no vm %u, 'zvm info' lists those there are",
			    args.id);
		return -ENOENT;
	}
	print_summary(sh, vm);
	print_vcpus(sh, vm);
	print_exits(sh, vm);
	print_map(sh, vm);
	vm_unref(vm);
	return 0;
}

#endif /* CONFIG_ZVM */
