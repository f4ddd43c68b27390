/* SPDX-License-Identifier: Apache-2.0 */
/* Devices of a VM: what a definition says, all or none, and what is refused with which line. */
#include "hyp_fake.h"

#include "hyp/exit.h"
#include "hyp/inject.h"
#include "hyp/vdev.h"
#include "hyp/vgic.h"

#define FREE_BASE 0x0b000000ULL

static struct vm vm;
static struct vm_error error;
static unsigned int created, destroyed, resets;
/* create() number so and so fails; 0: none. */
static unsigned int failing;
static uint32_t line_of;
static bool line_high;

static int create(struct vdev *dev, struct vm_error *e)
{
	assert_ptr_equal(dev->vm, &vm);
	assert_non_null(dev->data);
	assert_int_equal(*(uint32_t *)dev->data, 0);
	if (++created == failing) {
		created--;
		return vm_fail(e, -ENOMEM, "%s has nothing", dev->name);
	}
	*(uint32_t *)dev->data = 1U;
	return 0;
}

static void destroy(struct vdev *dev)
{
	assert_int_equal(*(uint32_t *)dev->data, 1);
	destroyed++;
}

static void reset(struct vdev *dev)
{
	(void)dev;
	resets++;
}

static bool access_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			uint64_t *value)
{
	(void)v;
	(void)dev;
	(void)offset;
	(void)size;
	*value = 0U;
	return true;
}

static bool access_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			 uint64_t value)
{
	return access_read(v, dev, offset, size, &value);
}

static const struct mmio_ops ops = {.read = access_read, .write = access_write};

/* The list that the linker makes on the target. */
extern const struct vdev_driver drivers[];
const struct vdev_driver drivers[] = {
	{.compatible = "test,full",
	 .base = 0x09000000ULL,
	 .size = 0x1000U,
	 .irq = 33U,
	 .data_size = sizeof(uint32_t),
	 .mmio = &ops,
	 .create = create,
	 .destroy = destroy,
	 .reset = reset},
	{.compatible = "test,bare", .size = 0x200U, .mmio = &ops},
};
__asm__(".globl _vdev_driver_list_start\n.set _vdev_driver_list_start, drivers\n");

static void __attribute__((used)) list_end(void)
{
	__asm__ volatile(".globl _vdev_driver_list_end\n.set _vdev_driver_list_end, drivers + %c0"
			 :
			 : "i"(sizeof(drivers)));
}

void vgic_set_spi(struct vm *v, uint32_t intid, bool high)
{
	assert_ptr_equal(v, &vm);
	line_of = intid;
	line_high = high;
}

/* What mmio.c calls when a guest goes wrong. */
bool guest_complain(struct vcpu *v, const char *format, ...)
{
	(void)v;
	(void)format;
	return false;
}

bool vgic_later(struct vcpu *v)
{
	(void)v;
	fail();
	return false;
}

void inject_data_abort(struct vcpu *v, uint64_t far)
{
	(void)v;
	(void)far;
}

void vcpu_skip_a32(struct vcpu *v)
{
	(void)v;
}

static int setup(void **state)
{
	(void)state;
	fake_arch_reset();
	vm = (struct vm){
		.config = {.name = "box", .ram_base = 0x40000000U, .ram_size = 0x1000000U}};
	created = destroyed = resets = failing = 0U;
	line_of = 0U;
	error.text[0] = '\0';
	return 0;
}

static void add(const char *name, const char *compatible, uint64_t base, uint64_t size,
		uint32_t irq)
{
	vm.config.device[vm.config.device_count++] = (struct vm_device_def){
		.name = name, .compatible = compatible, .base = base, .size = size, .irq = irq};
}

static void refused(int rc, const char *text)
{
	assert_int_equal(vdev_create_all(&vm, &error), rc);
	assert_string_equal(error.text, text);
	assert_true(sys_slist_is_empty(&vm.devices));
	assert_int_equal(created, destroyed);
}

static void test_defaults_and_definition(void **state)
{
	const struct mmio_region *region;
	struct vdev *dev;

	(void)state;
	add("a", "test,full", 0U, 0U, 0U);
	add("b", "test,full", FREE_BASE, 0x2000U, 40U);
	add("c", "test,bare", FREE_BASE + 0x2000U, 0U, 0U);
	assert_int_equal(vdev_create_all(&vm, &error), 0);
	assert_int_equal(vm.mmio.count, 3);
	region = mmio_find(&vm.mmio, ipa(0x09000fffU));
	assert_string_equal(region->name, "a");
	assert_int_equal(region->size, 0x1000);
	dev = region->dev;
	assert_int_equal(dev->irq, 33);
	region = mmio_find(&vm.mmio, ipa(FREE_BASE + 0x1fffU));
	dev = region->dev;
	assert_string_equal(dev->name, "b");
	vdev_irq(dev, true);
	assert_int_equal(line_of, 40);
	assert_true(line_high);
	vdev_reset_all(&vm);
	assert_int_equal(resets, 2);
	assert_false(line_high);
	/* One without an interrupt has none to raise. */
	line_of = 0U;
	region = mmio_find(&vm.mmio, ipa(FREE_BASE + 0x2000U));
	assert_int_equal(region->size, 0x200);
	vdev_irq(region->dev, true);
	assert_int_equal(line_of, 0);
	vdev_destroy_all(&vm);
	assert_int_equal(destroyed, 2);
	assert_true(sys_slist_is_empty(&vm.devices));
}

static void test_none(void **state)
{
	(void)state;
	assert_int_equal(vdev_create_all(&vm, &error), 0);
	vdev_reset_all(&vm);
	vdev_destroy_all(&vm);
}

static void test_refused(void **state)
{
	(void)state;
	add("a", "test,full", 0U, 0U, 0U);
	add("b", "test,nothing", 0U, 0U, 0U);
	refused(-EINVAL, "vms/box.dtb: node b: compatible: there is no device 'test,nothing'");
	(void)setup(state);
	add("a", "test,bare", 0U, 0U, 0U);
	refused(-EINVAL, "vms/box.dtb: node a: it has no usual address: give it a reg");
	(void)setup(state);
	add("a", "test,full", FREE_BASE, 0x800U, 0U);
	refused(-EINVAL, "vms/box.dtb: node a: reg: the device needs 0x1000 bytes");
	(void)setup(state);
	add("a", "test,full", 0U, 0U, 27U);
	refused(-EINVAL,
		"vms/box.dtb: node a: irq: a device's interrupt is a shared one, 32 or above");
	(void)setup(state);
	add("a", "test,full", 0U, 0U, 0U);
	add("b", "test,full", FREE_BASE, 0U, 0U);
	refused(-EINVAL,
		"vms/box.dtb: nodes a and b: both have interrupt 33; give one another irq");
	(void)setup(state);
	add("a", "test,full", 0U, 0U, 0U);
	add("b", "test,full", 0x09000800U, 0x1000U, 50U);
	refused(-EEXIST, "vms/box.dtb: nodes a and b: both are at 0x9000800; give one another reg");
	(void)setup(state);
	add("a", "test,full", 0x40fff000U, 0U, 0U);
	refused(-EINVAL, "vms/box.dtb: node a: reg: it is where the memory is");
	(void)setup(state);
	add("a", "test,full", UINT64_MAX - 0xffU, 0U, 0U);
	refused(-EINVAL, "vms/box.dtb: node a: reg: it is empty, or does not end");
}

static void test_a_failing_device(void **state)
{
	(void)state;
	for (failing = 1U; failing <= 3U; failing++) {
		unsigned int which = failing;

		(void)setup(state);
		failing = which;
		add("a", "test,full", FREE_BASE, 0U, 40U);
		add("b", "test,full", FREE_BASE + 0x1000U, 0U, 41U);
		add("c", "test,full", FREE_BASE + 0x2000U, 0U, 42U);
		assert_int_equal(vdev_create_all(&vm, &error), -ENOMEM);
		assert_int_equal(created, which - 1U);
		assert_int_equal(destroyed, created);
		assert_true(sys_slist_is_empty(&vm.devices));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_defaults_and_definition, setup),
		cmocka_unit_test_setup(test_none, setup),
		cmocka_unit_test_setup(test_refused, setup),
		cmocka_unit_test_setup(test_a_failing_device, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
