/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's side of the hypervisor, in order. Before other CPUs are up: how interrupts end is the same for all of them,
 * and each prepares its EL2 registers as it comes.
 */
#include <errno.h>

#include <zephyr/init.h>
#include <zephyr/kernel.h>

#include "arch/arm64/guest.h"
#include "hyp/bundle.h"
#include "hyp/hypercall.h"
#include "hyp/idregs.h"
#include "hyp/serror.h"
#include "hyp/stage2.h"
#include "hyp/vcpu.h"
#include "hyp/vgic.h"
#include "hyp/vtimer.h"
#include "kernel/irq.h"
#include "kernel/smp.h"

static void cpu_init(void)
{
	guest_cpu_init(stage2_vtcr());
	idregs_merge_this_cpu();
}

static int hyp_init(void)
{
	int rc = stage2_host_init();

	if (rc == 0) {
		rc = vgic_host_init();
	}
	if (rc == 0) {
		rc = vtimer_host_init();
	}
	if (rc != 0) {
		return rc;
	}
	z_irqchip->set_eoi_split(true);
	vcpu_host_init();
	serror_host_init();
	idregs_init(stage2_ipa_bits());
	hypercall_host_init();
	cpu_init();
	z_smp_cpu_hook = cpu_init;
	return 0;
}
SYS_INIT(hyp_init, PRE_KERNEL_2, 50);

static int find_bundle(void)
{
	bundle_init();
	return 0;
}
SYS_INIT(find_bundle, APPLICATION, 10);
