/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Virtual machines: what they are made of, and their life.
 *
 * Everything a VM needs is taken by vm_create() and given back, cleared, by vm_delete(). Commands on one VM are
 * serialised by the mutex of its id (vm_get()); what a guest does to its own VM (power off, reset, crash) is a request
 * to the manager's thread, because a vCPU cannot end its own thread's siblings.
 */
#ifndef HYP_VM_H_
#define HYP_VM_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/kernel.h>

#include "hyp/mmio.h"
#include "hyp/stage2.h"
#include "hyp/vcpu.h"
#include "hyp/vconsole.h"
#include "hyp/vdev.h"
#include "hyp/vgic_state.h"
#include "hyp/vmdef.h"

/** VMs at once: ids are 0 to VMS_MAX - 1, the lowest free one is taken. */
#define VMS_MAX 32U

enum vm_state {
	VM_READY, /**< created, never run */
	VM_RUNNING,
	VM_PAUSED,
	VM_STOPPED, /**< powered off, by command or by itself */
	VM_CRASHED, /**< its own fault; vm->crash says what */
};

/** What a guest asks for about its own VM. */
enum vm_request {
	VM_REQUEST_NONE,
	VM_REQUEST_OFF,
	VM_REQUEST_RESET,
	VM_REQUEST_CRASH,
};

#define VM_CRASH_TEXT 96U
#define VM_FILE_MAX   (VM_NAME_MAX + 32U)

struct vm {
	uint32_t id;
	/** enum vm_state; changes under the mutex of its id. */
	uint32_t state;
	struct stage2 s2;
	/** Constant HCR_EL2 of its vCPUs. */
	uint64_t hcr;
	/** CNTVOFF_EL2, and when it was paused. */
	uint64_t cntvoff;
	uint64_t paused_at;
	struct mmio_map mmio;
	struct vgic vgic;
	/** vCPU power states. Interrupts masked, no other lock of ours inside but the kernel's. */
	struct k_spinlock lock;
	/* Up to here for exits: within reach of one instruction. */
	uint32_t vcpu_count;
	struct vcpu *vcpu[VCPUS_MAX];
	struct vm_config config;
	/** Where the definition is: config.file. */
	char file[VM_FILE_MAX];
	/** RAM: at config.ram_base in the guest. */
	void *ram;
	uint64_t ram_size;
	/** Nothing was put into it yet. */
	bool ram_clear;
	/** The vCPUs have threads. */
	bool live;
	/** The guest has reset itself: its vCPUs have ended, and the loader's thread is to start it again. */
	bool reloading;
	/** The guest's accesses go to devices of the machine, or to its firmware. */
	bool hardware;
	/** Syndrome of an SError that was found when a vCPU was switched out, or 0: by that CPU (serror.c). */
	uint32_t serror;
	struct vconsole *console;
	sys_slist_t devices; /* struct vdev */
	/** The guest's request, enum vm_request, taken by the manager. */
	uint32_t request;
	char crash[VM_CRASH_TEXT];
	/** CPU time of its vCPUs' threads that have ended, in cycles. */
	uint64_t ended_cycles[VCPUS_MAX];
	/** Times the guest has reset itself; those and the time of the last line about it. */
	uint32_t resets;
	uint32_t resets_told;
	int64_t reset_told_at;
	/** Lines about it that the rate limit let through or not. */
	uint32_t complaints;
	int64_t complained_at;
	/** By CPU: 1 + id of the vCPU that ran there last (guest_load(), flush_tlb). The CPU's own, interrupts masked. */
	uint8_t ran_last[CONFIG_MP_MAX_NUM_CPUS];
};

/**
 * @brief Makes a VM of a definition in the bundle or in the host's devicetree.
 *
 * Images are found and checked, memory is taken, cleared; devices are made. Completely or not at all.
 *
 * @param type    name of the definition; "": the line lists those there are
 * @param vcpus   0: as defined
 * @param mib     0: as defined
 * @param id      where the id goes
 * @param error   one line for people, without a newline, when it fails: what, where, what would be right
 * @return 0 / -ENOENT no such definition / -EINVAL definition or image is wrong / -ENOMEM / -ENOSPC too many VMs
 */
int vm_create(const char *type, unsigned int vcpus, unsigned int mib, unsigned int *id,
	      struct vm_error *error);

/*
 * The commands. Each finds the VM by id, and says in @p error what was wrong: -ENOENT no such VM, -EPERM wrong state.
 * They block; not from a vCPU's thread.
 */
int vm_run(unsigned int id, struct vm_error *error); /* start, or resume a paused one */
int vm_pause(unsigned int id, struct vm_error *error);
int vm_resume(unsigned int id, struct vm_error *error);
int vm_stop(unsigned int id, struct vm_error *error);
int vm_reset(unsigned int id, struct vm_error *error);
int vm_delete(unsigned int id, bool force, struct vm_error *error);

/**
 * @brief The VM, for a command: no other command works on it until vm_put(). May block while one does.
 * @return NULL: there is none
 */
struct vm *vm_get(unsigned int id);
void vm_put(struct vm *vm);

/**
 * @brief The VM, to look at: its parts stay until vm_unref(), its state may change. Does not wait for commands, but
 * vm_delete() waits for vm_unref().
 * @return NULL: there is none
 */
struct vm *vm_ref(unsigned int id);
void vm_unref(struct vm *vm);

/** @brief "ready", "running", ... */
const char *vm_state_name(enum vm_state state);

/**
 * @brief The guest itself powers off, resets or has crashed: from a vCPU's exit. The vCPU does not run on: the call
 * blocks until the manager ends it, and so does not return to the guest.
 * @param crash for VM_REQUEST_CRASH: what happened
 */
bool vm_request(struct vcpu *v, enum vm_request request, const char *crash);

/** @brief A line on the console about a VM: "vm 0 (linux): ...". Without a newline. */
void __printf_like(2, 3) vm_say(const struct vm *vm, const char *format, ...);

/** @brief Starts the manager and makes and runs the VMs that say autostart. Once; lines on the console. */
void vm_autostart(void);

#endif /* HYP_VM_H_ */
