/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL011 UART, r1p5 (Arm DDI 0183). What the guest sends goes to its console at once, and what is typed waits in the console's
 * ring until the receive FIFO has room, so neither side overruns the other. A byte has no duration here:
 *
 *  - the transmit FIFO is only in use while an attached reader holds the guest up;
 *  - the receive time-out comes as soon as there is a byte.
 *
 * u->lock is taken before the console's and the vGIC's.
 */
#include <libfdt.h>

#include <zephyr/spinlock.h>
#include <zephyr/sys/util.h>

#include "hyp/guest_dtb.h"
#include "hyp/guest_layout.h"
#include "hyp/vconsole.h"
#include "hyp/vdev.h"
#include "hyp/vm.h"

#define UARTDR    0x000U
#define UARTRSR   0x004U
#define UARTFR    0x018U
#define UARTILPR  0x020U
#define UARTIBRD  0x024U
#define UARTFBRD  0x028U
#define UARTLCR_H 0x02cU
#define UARTCR    0x030U
#define UARTIFLS  0x034U
#define UARTIMSC  0x038U
#define UARTRIS   0x03cU
#define UARTMIS   0x040U
#define UARTICR   0x044U
#define UARTID    0xfe0U

#define DR_OE BIT(11)

#define FR_CTS  BIT(0)
#define FR_DSR  BIT(1)
#define FR_DCD  BIT(2)
#define FR_BUSY BIT(3)
#define FR_RXFE BIT(4)
#define FR_TXFF BIT(5)
#define FR_RXFF BIT(6)
#define FR_TXFE BIT(7)

#define LCR_H_FEN BIT(4)

#define CR_LBE  BIT(7)
#define CR_TXE  BIT(8)
#define CR_RXE  BIT(9)
#define CR_MASK 0xff87U

#define IFLS_RESET 0x12U

#define INT_RX  BIT(4)
#define INT_TX  BIT(5)
#define INT_RT  BIT(6)
#define INT_OE  BIT(10)
#define INT_ALL 0x7ffU

#define FIFO_DEPTH 32U

struct pl011 {
	struct k_spinlock lock;
	struct vdev *dev;
	/* NULL: another UART is the VM's console. */
	struct vconsole *con;
	/* Of the interrupt line. */
	bool level;
	uint8_t rx_first;
	uint8_t rx_count;
	uint8_t tx_first;
	uint8_t tx_count;
	uint8_t rsr;
	uint16_t ris;
	uint16_t imsc;
	uint16_t cr;
	uint16_t lcr_h;
	uint16_t ifls;
	uint16_t ibrd;
	uint16_t fbrd;
	uint16_t ilpr;
	uint16_t rx[FIFO_DEPTH];
	uint8_t tx[FIFO_DEPTH];
};

static void update_irq(struct pl011 *u)
{
	bool level = (u->ris & u->imsc) != 0U;

	if (level != u->level) {
		u->level = level;
		vdev_irq(u->dev, level);
	}
}

static unsigned int depth(const struct pl011 *u)
{
	return (u->lcr_h & LCR_H_FEN) != 0U ? FIFO_DEPTH : 1U;
}

/* The levels that IFLS selects, in bytes: 1/8, 1/4, 1/2, 3/4, 7/8 (DDI 0183, 3.3.9). */
static unsigned int level_of(unsigned int select)
{
	static const uint8_t levels[] = {4, 8, 16, 24, 28};

	return levels[MIN(select, ARRAY_SIZE(levels) - 1U)];
}

/* ---- transmit -------------------------------------------------------------------------------- */

/* The transmit interrupt says that the FIFO is down to its level; a FIFO of one: that it is empty. */
static void tx_changed(struct pl011 *u)
{
	unsigned int level = (u->lcr_h & LCR_H_FEN) != 0U ? level_of(u->ifls & 7U) : 0U;

	if (u->tx_count <= level) {
		u->ris |= INT_TX;
	} else {
		u->ris &= (uint16_t)~INT_TX;
	}
}

static void tx_drain(struct pl011 *u)
{
	bool moved = false;

	while (u->tx_count != 0U && vconsole_put(u->con, u->tx[u->tx_first])) {
		u->tx_first = (uint8_t)((u->tx_first + 1U) % FIFO_DEPTH);
		u->tx_count--;
		moved = true;
	}
	if (moved) {
		tx_changed(u);
	}
}

static void tx_byte(struct pl011 *u, uint8_t byte)
{
	if (likely(u->tx_count == 0U) && (u->con == NULL || likely(vconsole_put(u->con, byte)))) {
		u->ris |= INT_TX;
		return;
	}
	/* What is written to a full FIFO is lost. */
	if (u->tx_count < depth(u)) {
		u->tx[(u->tx_first + u->tx_count) % FIFO_DEPTH] = byte;
		u->tx_count++;
	}
	tx_changed(u);
}

/* ---- receive --------------------------------------------------------------------------------- */

/*
 * A byte has come, or is still there. A guest that does not listen to the time-out would never hear of the bytes below
 * the level: it hears of each, as from a FIFO of one.
 */
static void rx_signal(struct pl011 *u)
{
	unsigned int level = (u->lcr_h & LCR_H_FEN) != 0U ? level_of((u->ifls >> 3) & 7U) : 1U;

	if (u->rx_count == 0U) {
		return;
	}
	u->ris |= INT_RT;
	if (u->rx_count >= level || (u->imsc & INT_RT) == 0U) {
		u->ris |= INT_RX;
	}
}

static void rx_push(struct pl011 *u, uint8_t byte)
{
	if (u->rx_count >= depth(u)) {
		/* The error comes with the next byte that is received; the FIFO keeps what it has. */
		u->ris |= INT_OE;
		u->rx[(u->rx_first + u->rx_count - 1U) % FIFO_DEPTH] |= DR_OE;
		return;
	}
	u->rx[(u->rx_first + u->rx_count) % FIFO_DEPTH] = byte;
	u->rx_count++;
}

/* Takes what was typed, as far as there is room. */
static void rx_fill(struct pl011 *u)
{
	unsigned int before = u->rx_count;

	while (u->con != NULL && u->rx_count < depth(u)) {
		int byte = vconsole_get(u->con);

		if (byte < 0) {
			break;
		}
		rx_push(u, (uint8_t)byte);
	}
	if (u->rx_count != before) {
		rx_signal(u);
	}
}

static uint32_t read_dr(struct pl011 *u)
{
	uint32_t value;

	if (u->rx_count == 0U) {
		return 0U;
	}
	value = u->rx[u->rx_first];
	u->rx_first = (uint8_t)((u->rx_first + 1U) % FIFO_DEPTH);
	u->rx_count--;
	u->rsr = (uint8_t)(value >> 8);
	u->ris &= (uint16_t)~(INT_RX | INT_RT);
	rx_fill(u);
	rx_signal(u);
	update_irq(u);
	return value;
}

static void write_dr(struct pl011 *u, uint32_t value)
{
	if (unlikely((u->cr & CR_LBE) != 0U)) {
		rx_push(u, (uint8_t)value);
		rx_signal(u);
		u->ris |= INT_TX;
	} else {
		tx_byte(u, (uint8_t)value);
	}
	update_irq(u);
}

/* ---- the other registers --------------------------------------------------------------------- */

static uint32_t read_rsr(struct pl011 *u)
{
	return u->rsr;
}

static void write_rsr(struct pl011 *u, uint32_t value)
{
	ARG_UNUSED(value);
	u->rsr = 0U;
}

static uint32_t read_fr(struct pl011 *u)
{
	/* A terminal is on the other end, and listens. */
	uint32_t fr = FR_CTS | FR_DSR | FR_DCD;

	if (unlikely(u->tx_count != 0U)) {
		tx_drain(u);
		update_irq(u);
	}
	fr |= u->rx_count == 0U ? FR_RXFE : 0U;
	fr |= u->rx_count >= depth(u) ? FR_RXFF : 0U;
	fr |= u->tx_count == 0U ? FR_TXFE : FR_BUSY;
	fr |= u->tx_count >= depth(u) ? FR_TXFF : 0U;
	return fr;
}

static void write_lcr_h(struct pl011 *u, uint32_t value)
{
	if ((u->lcr_h & ~value & LCR_H_FEN) != 0U) {
		u->rx_count = 0U;
		u->ris &= (uint16_t)~(INT_RX | INT_RT);
	}
	u->lcr_h = (uint16_t)(value & 0xffU);
	rx_fill(u);
	tx_changed(u);
	update_irq(u);
}

static void write_ifls(struct pl011 *u, uint32_t value)
{
	u->ifls = (uint16_t)(value & 0x3fU);
}

static void write_imsc(struct pl011 *u, uint32_t value)
{
	uint32_t opened = value & ~u->imsc;

	u->imsc = (uint16_t)(value & INT_ALL);
	if ((opened & (INT_RX | INT_RT)) != 0U) {
		/* The time-out of bytes that the guest has cleared but not read comes again. */
		rx_signal(u);
	}
	update_irq(u);
}

static uint32_t read_ris(struct pl011 *u)
{
	return u->ris;
}

static uint32_t read_mis(struct pl011 *u)
{
	return u->ris & u->imsc;
}

static void write_icr(struct pl011 *u, uint32_t value)
{
	u->ris &= (uint16_t)~value;
	update_irq(u);
}

/* Registers that only keep what is written. */
#define STORED(field_, mask_)                                                                      \
	static uint32_t read_##field_(struct pl011 *u)                                             \
	{                                                                                          \
		return u->field_;                                                                  \
	}                                                                                          \
	static void store_##field_(struct pl011 *u, uint32_t value)                                \
	{                                                                                          \
		u->field_ = (uint16_t)(value & (mask_));                                           \
	}

STORED(ilpr, 0xffU)
STORED(ibrd, 0xffffU)
STORED(fbrd, 0x3fU)
STORED(cr, CR_MASK)

static uint32_t read_lcr_h(struct pl011 *u)
{
	return u->lcr_h;
}

static uint32_t read_ifls(struct pl011 *u)
{
	return u->ifls;
}

static uint32_t read_imsc(struct pl011 *u)
{
	return u->imsc;
}

struct reg {
	uint32_t (*read)(struct pl011 *u);
	void (*write)(struct pl011 *u, uint32_t value);
};

/* What is not here reads as zero and ignores writes, DMACR with it: there is no DMA. */
static const struct reg regs[] = {
	[UARTDR / 4U] = {read_dr, write_dr},
	[UARTRSR / 4U] = {read_rsr, write_rsr},
	[UARTFR / 4U] = {read_fr, NULL},
	[UARTILPR / 4U] = {read_ilpr, store_ilpr},
	[UARTIBRD / 4U] = {read_ibrd, store_ibrd},
	[UARTFBRD / 4U] = {read_fbrd, store_fbrd},
	[UARTLCR_H / 4U] = {read_lcr_h, write_lcr_h},
	[UARTCR / 4U] = {read_cr, store_cr},
	[UARTIFLS / 4U] = {read_ifls, write_ifls},
	[UARTIMSC / 4U] = {read_imsc, write_imsc},
	[UARTRIS / 4U] = {read_ris, NULL},
	[UARTMIS / 4U] = {read_mis, NULL},
	[UARTICR / 4U] = {NULL, write_icr},
};

/* UARTPeriphID: part 0x011 of designer 0x41, revision 3 (r1p5); UARTPCellID (DDI 0183, 3.3.14). */
static const uint8_t ids[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

/* APB has no byte lanes that a PL011 looks at: a narrow access is one to the whole register. */
static bool pl011_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		       uint64_t *value)
{
	struct pl011 *u = ((struct vdev *)dev)->data;
	uint32_t index = offset / 4U;
	uint64_t word = 0U;

	ARG_UNUSED(v);
	if (size > sizeof(uint32_t)) {
		return false;
	}
	if (index < ARRAY_SIZE(regs) && regs[index].read != NULL) {
		k_spinlock_key_t key = k_spin_lock(&u->lock);

		word = regs[index].read(u);
		k_spin_unlock(&u->lock, key);
	} else if (index - UARTID / 4U < ARRAY_SIZE(ids)) {
		word = ids[index - UARTID / 4U];
	}
	*value = (word >> (8U * (offset % 4U))) & (UINT64_MAX >> (64U - 8U * size));
	return true;
}

static bool pl011_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			uint64_t value)
{
	struct pl011 *u = ((struct vdev *)dev)->data;
	uint32_t index = offset / 4U;

	ARG_UNUSED(v);
	if (size > sizeof(uint32_t)) {
		return false;
	}
	if (index < ARRAY_SIZE(regs) && regs[index].write != NULL && offset % 4U == 0U) {
		k_spinlock_key_t key = k_spin_lock(&u->lock);

		regs[index].write(u, (uint32_t)(value & (UINT64_MAX >> (64U - 8U * size))));
		k_spin_unlock(&u->lock, key);
	}
	return true;
}

/* ---- the console's calls, and life ----------------------------------------------------------- */

static void on_input(void *ctx)
{
	struct pl011 *u = ctx;
	k_spinlock_key_t key = k_spin_lock(&u->lock);

	rx_fill(u);
	update_irq(u);
	k_spin_unlock(&u->lock, key);
}

static void on_room(void *ctx)
{
	struct pl011 *u = ctx;
	k_spinlock_key_t key = k_spin_lock(&u->lock);

	tx_drain(u);
	update_irq(u);
	k_spin_unlock(&u->lock, key);
}

static const struct vconsole_ops console_ops = {.input = on_input, .room = on_room};

static void pl011_reset(struct vdev *dev)
{
	struct pl011 *u = dev->data;
	k_spinlock_key_t key = k_spin_lock(&u->lock);

	u->rx_count = 0U;
	u->tx_count = 0U;
	u->rsr = 0U;
	u->ris = 0U;
	u->imsc = 0U;
	u->lcr_h = 0U;
	u->ilpr = 0U;
	u->ibrd = 0U;
	u->fbrd = 0U;
	u->cr = CR_TXE | CR_RXE;
	u->ifls = IFLS_RESET;
	update_irq(u);
	k_spin_unlock(&u->lock, key);
}

static int pl011_create(struct vdev *dev, struct vm_error *error)
{
	struct pl011 *u = dev->data;

	ARG_UNUSED(error);
	u->dev = dev;
	pl011_reset(dev);
	if (vconsole_bind(dev->vm->console, &console_ops, u) == 0) {
		u->con = dev->vm->console;
	}
	return 0;
}

static void pl011_destroy(struct vdev *dev)
{
	struct pl011 *u = dev->data;

	vconsole_unbind(dev->vm->console, u);
}

static int pl011_describe(const struct vdev *dev, void *fdt)
{
	static const char compatible[] = "arm,pl011\0arm,primecell";
	static const char clocks[] = "uartclk\0apb_pclk";
	int rc = fdt_property(fdt, "compatible", compatible, sizeof(compatible));

	if (rc == 0) {
		rc = guest_dtb_irq(fdt, dev->irq, false);
	}
	return rc != 0 ? rc : guest_dtb_clocks(fdt, 2U, clocks, sizeof(clocks));
}

static const struct mmio_ops pl011_mmio = {.read = pl011_read, .write = pl011_write};

VDEV_DRIVER(pl011, .compatible = "arm,pl011", .base = GUEST_PL011_BASE, .size = GUEST_PL011_SIZE,
	    .irq = GUEST_PL011_IRQ, .data_size = sizeof(struct pl011), .mmio = &pl011_mmio,
	    .create = pl011_create, .destroy = pl011_destroy, .reset = pl011_reset,
	    .describe = pl011_describe);
