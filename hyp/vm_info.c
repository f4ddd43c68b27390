/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters are read while their owners count on: each is one aligned word, and what is shown was true a moment ago.
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/util.h>

#include "hyp/vm_info.h"
#include "kernel/sched.h"

uint64_t vm_info_exits(const struct vcpu *v, enum exit_reason reason)
{
	uint64_t exits = __atomic_load_n(&v->exits[reason], __ATOMIC_RELAXED);

	return reason == EXIT_IRQ ? exits + vcpu_timer_fired(v) : exits;
}

/* A thread that was never made has run on no CPU. */
static bool has_thread(const struct vcpu *v)
{
	return __atomic_load_n(&v->thread.arch.cpu, __ATOMIC_RELAXED) != NULL;
}

static uint64_t thread_cycles(const struct vcpu *v)
{
	k_thread_runtime_stats_t stats = {0};

	if (has_thread(v)) {
		(void)k_thread_runtime_stats_get((k_tid_t)&v->thread, &stats);
	}
	return stats.execution_cycles;
}

void vm_usage_ended(struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		vm->ended_cycles[i] += thread_cycles(vm->vcpu[i]);
	}
}

void vm_usage_vcpu(const struct vcpu *v, struct vm_usage *usage)
{
	*usage = (struct vm_usage){.when = k_cycle_get_64(), .cycles = v->vm->ended_cycles[v->id]};
	usage->cycles += v->vm->live ? thread_cycles(v) : 0U;
	for (unsigned int i = 0U; i < EXIT_REASONS; i++) {
		usage->exits += vm_info_exits(v, (enum exit_reason)i);
	}
}

void vm_usage_all(const struct vm *vm, struct vm_usage *usage)
{
	*usage = (struct vm_usage){.when = k_cycle_get_64()};
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		struct vm_usage one;

		vm_usage_vcpu(vm->vcpu[i], &one);
		usage->cycles += one.cycles;
		usage->exits += one.exits;
	}
}

uint32_t vm_usage_permille(const struct vm_usage *from, const struct vm_usage *to)
{
	uint64_t span = to->when - from->when;

	/* It may just have ended, between two of its figures. */
	if (span == 0U || to->cycles < from->cycles) {
		return 0U;
	}
	return (uint32_t)((to->cycles - from->cycles) * 1000U / span);
}

uint32_t vm_usage_exit_rate(const struct vm_usage *from, const struct vm_usage *to)
{
	uint64_t us = k_cyc_to_us_floor64(to->when - from->when);

	return us == 0U ? 0U : (uint32_t)((to->exits - from->exits) * 1000000U / us);
}

uint64_t vm_info_host_bytes(const struct vm *vm)
{
	uint64_t bytes = sizeof(*vm) + vconsole_size();
	struct vdev *dev;

	bytes += vm->vcpu_count * (sizeof(struct vcpu) + K_THREAD_STACK_LEN(VCPU_STACK_SIZE));
	SYS_SLIST_FOR_EACH_CONTAINER(&vm->devices, dev, node) {
		bytes += sizeof(*dev) + dev->driver->data_size;
	}
	return bytes;
}

uint64_t vm_info_uptime_ms(const struct vm *vm)
{
	uint32_t state = __atomic_load_n(&vm->state, __ATOMIC_RELAXED);

	if (state != VM_RUNNING && state != VM_PAUSED) {
		return 0U;
	}
	return k_cyc_to_ms_floor64(vtimer_now(vm));
}

const char *vm_info_vcpu_state(const struct vcpu *v)
{
	const char *state = "waiting";
	unsigned int key;

	if (!v->vm->live || v->power == VCPU_OFF) {
		return "off";
	}
	if (!has_thread(v)) {
		return "starting";
	}
	key = z_lock();
	if (z_is_running(&v->thread)) {
		state = z_cpu_waits(v->thread.arch.cpu) ? "waiting" : "running";
	} else if ((v->thread.base.thread_state & _THREAD_SUSPENDED) != 0U) {
		state = "paused";
	} else if (z_is_queued(&v->thread)) {
		state = "ready";
	}
	z_unlock(key);
	return state;
}

const char *vm_info_os_name(enum vm_os os)
{
	static const char *const names[] = {
		[VM_OS_LINUX] = "linux",
		[VM_OS_ZEPHYR] = "zephyr",
		[VM_OS_RAW] = "raw",
	};

	return names[os];
}
