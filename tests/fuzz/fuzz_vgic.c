/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC under guests that do anything: accesses of every offset, size and value to distributor and redistributors, SGIs,
 * what the CPU interface lets them do, while interrupts come and vCPUs move. After each step its books are consistent.
 */
#include "fuzz.h"
#include "vgic_fixture.h"

#define VCPUS    5U
#define CPUS     FAKE_GIC_CPUS
#define HOST_SPI 100U
/* Tied to physical ones: two from here on. */
#define TIED 40U

/* Registers of which there are several, of private interrupts in the second frame of a redistributor. */
static const struct {
	uint32_t offset;
	unsigned int size;
} arrays[] = {
	{0x80, 4},  {0x100, 4}, {0x180, 4}, {0x200, 4}, {0x280, 4}, {0x300, 4},
	{0x380, 4}, {0x400, 1}, {0x400, 4}, {0xc00, 4}, {0xd00, 4}, {0x6000, 8},
};

/* Any offset and size, or a register that there is, of the first interrupts or of all. */
static void access_register(struct input *in, const struct vcpu *by)
{
	uint8_t how = in_byte(in);
	uint32_t frame = in_below(in, 1U + VCPUS) * 2U;
	unsigned int size = 1U << (how & 3U);
	uint32_t offset = (uint32_t)in_number(in, 2);

	if ((how & 0xcU) != 0U) {
		uint32_t array = offset % ARRAY_SIZE(arrays);
		uint32_t first = frame == 0U ? 32U : 0U;
		uint32_t intid = first + (offset >> 8) % ((how & 8U) != 0U ? 32U : 256U);

		size = arrays[array].size;
		/* Of bits, bytes, pairs of bits, words. */
		offset = array == 7U || array == 8U ? intid
			 : array == 9U              ? intid / 4U
			 : array == 11U             ? intid * 8U
						    : intid / 8U;
		offset += arrays[array].offset;
		frame += frame != 0U ? 1U : 0U;
	} else if ((how & 0x40U) != 0U) {
		/* The few at the start. */
		offset &= 0x5cU;
		size = 4U;
	}
	offset = (offset & 0xffffU & ~(size - 1U)) + (frame > 1U ? (frame - 2U) * 0x10000U : 0U);
	any_access(by->id, frame == 0U ? 0U : 1U, offset, size, (how & 0x80U) == 0U,
		   (how & 0x10U) != 0U ? in_number(in, size) : in_edge(in));
}

static void guest(struct input *in, const struct vcpu *v)
{
	uint8_t how = in_byte(in);
	bool group1 = (how & 0x80U) != 0U;
	uint32_t intid = in_below(in, 300U);

	switch (how % 6U) {
	case 0:
	case 1:
		intid = fake_gic_ack(group1);
		assert_true(intid == SPURIOUS || intid < VGIC_INTIDS);
		break;
	case 2:
		fake_gic_eoi(group1, intid);
		break;
	case 3:
		if (fake_gic_dir(intid)) {
			(void)vgic_dir(&f.vcpu[v->id], (how & 0x40U) != 0U ? in_edge(in) : intid);
			any_end(v->id);
		}
		break;
	case 4:
		/* It waits; or something of its own is high. */
		if ((how & 0x40U) != 0U) {
			(void)vgic_pending(&f.vcpu[v->id]);
		} else {
			vgic_set_ppi(&f.vcpu[v->id], 16U + intid % 16U, group1);
		}
		break;
	default:
		/* PMR, EOImode, groups on and off. */
		fake_gic.cpu[fake_gic.current].vmcr = (uint32_t)in_number(in, 4) & 0xff00021fU;
		break;
	}
}

static void sgi(struct input *in, struct vcpu *v)
{
	uint8_t how = in_byte(in);
	uint64_t value = (how & 1U) != 0U ? in_number(in, 8)
					  : (uint64_t)in_below(in, 16U) << 24 | in_byte(in);

	if ((how & 2U) != 0U) {
		(void)vgic_sgi1r(v, value);
	} else {
		(void)vgic_sgi(v, value, (how & 4U) != 0U);
	}
	any_end(v->id);
}

static void move(struct input *in)
{
	struct vcpu *v = &f.vcpu[in_below(in, VCPUS)];

	if (vcpu_resident() != NULL) {
		save(vcpu_resident()->id);
	}
	if (v->resident == NULL) {
		load(v->id, fake_gic.current);
	}
}

static void timer(struct input *in, const struct vcpu *v)
{
	f.timer_line[v->id] = (in_byte(in) & 1U) != 0U;
	if (f.timer_line[v->id] &&
	    (fake_gic.ppi_active[fake_gic.current] >> HOST_TIMER & 1U) == 0U) {
		fire(v->id);
	}
}

static void device(struct input *in)
{
	uint8_t how = in_byte(in);
	uint32_t host = HOST_SPI + how % 2U;

	if ((how & 0x80U) != 0U) {
		vgic_set_spi(&f.vm, 32U + in_below(in, 8U), (how & 1U) != 0U);
	} else if ((how & 0x40U) != 0U) {
		vgic_set_spi(&f.vm, 42U + in_below(in, VGIC_SPIS - 10U), (how & 1U) != 0U);
	} else if ((fake_gic.spi_active[host / 32U] >> host % 32U & 1U) == 0U) {
		fake_gic.spi_active[host / 32U] |= 1U << host % 32U;
		vgic_hw_fired(&f.vcpu[0], TIED + how % 2U);
	}
}

static void step(struct input *in)
{
	uint8_t what = in_byte(in);
	struct vcpu *v;

	on_cpu(what / 16U % CPUS);
	v = vcpu_resident();
	if (v == NULL || what % 16U < 2U) {
		move(in);
		return;
	}
	switch (what % 16U) {
	case 2:
	case 3:
		sgi(in, v);
		break;
	case 4:
	case 5:
		timer(in, v);
		break;
	case 6:
	case 7:
		device(in);
		break;
	case 8:
	case 9:
	case 10:
		guest(in, v);
		break;
	default:
		access_register(in, v);
		break;
	}
}

static void begin(struct input *in)
{
	uint8_t lrs = in_byte(in);

	if ((lrs & 0x80U) != 0U) {
		fixture_bare(VCPUS, 1U + lrs % 16U);
		return;
	}
	fixture_start(VCPUS, 1U + lrs % 4U);
	for (uint32_t i = 0U; i < 2U; i++) {
		assert_int_equal(vgic_map_hw(&f.vm, NULL, TIED + i, HOST_SPI + i), 0);
	}
	for (uint32_t i = 0U; i < VCPUS; i++) {
		redist_write(i, SGI_FRAME + 0x80U, 4U, UINT32_MAX);
		redist_write(i, SGI_FRAME + 0x100U, 4U, UINT32_MAX);
	}
	dist_write(0x84U, 4U, UINT32_MAX);
	dist_write(0x104U, 4U, UINT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	begin(&in);
	while (in.left != 0U) {
		step(&in);
		if ((in.left & 3U) == 0U) {
			take_kicks();
		}
		for (unsigned int cpu = 0U; cpu < CPUS; cpu++) {
			on_cpu(cpu);
			maintain();
		}
		check();
	}
	return 0;
}
