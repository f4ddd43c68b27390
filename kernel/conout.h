/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The console as printk, the log and the shell share it: text of one call stays together, and
 * the line that somebody is editing stays at the bottom.
 *
 * What is printed goes into the console's transmit buffer under one lock, in one piece, when there
 * is room for all of it: so lines of several CPUs never mix, and nobody waits for the wire with the
 * lock held or interrupts masked. Who may not sleep and finds the buffer full waits for the wire
 * himself.
 *
 * The line being edited is kept here as the bytes that draw it. Output takes it off the terminal,
 * prints, and draws it again, so this works from interrupts, too.
 */
#ifndef KERNEL_CONOUT_H_
#define KERNEL_CONOUT_H_

#include <stdbool.h>
#include <stddef.h>

/** Longest drawing of an edited line. */
#define CONOUT_OVERLAY_MAX 512
/**
 * Most bytes that are kept together; longer text may be mixed with others' behind every such piece.
 */
#define CONOUT_ATOMIC_MAX 1024

/**
 * @brief Print text. Line feeds become CR LF.
 *
 * ISR ok, with locks held ok. A thread that may sleep does so while the console's buffer is full.
 *
 * @param text The text.
 * @param len Its length.
 */
void conout_write(const char *text, size_t len);

/**
 * @brief Print bytes that somebody else made for a terminal, a guest for instance, as they are.
 *
 * Text of others comes between them in lines of its own, and before them if there is little room:
 * a stream of this at full speed does not keep others from printing. There must be no edited line.
 * Thread only, no locks held.
 *
 * @param bytes The bytes.
 * @param len Their number.
 */
void conout_raw(const char *bytes, size_t len);

/**
 * @brief Print the terminal output of a line editor, and remember what draws its line. Thread only,
 * no locks held.
 *
 * @param text Bytes for the terminal; line feeds become CR LF.
 * @param len Their number; the terminal's cursor is where the editor left it.
 * @param drawing What draws the line from the first column of an empty row; empty: there is no
 * line.
 * @param drawing_len Its length, at most CONOUT_OVERLAY_MAX.
 */
void conout_edit(const char *text, size_t len, const char *drawing, size_t drawing_len);

/**
 * @brief Keep other threads' text off the console until conout_release(), so that a text of many
 * pieces stays together.
 *
 * The caller has interrupts masked until then, and is the only one who holds it. Interrupt handlers
 * and whoever else cannot wait still print.
 */
void conout_hold(void);

/** @brief End of what conout_hold() began. */
void conout_release(void);

/** @brief From now on print by polling and take no lock that somebody may hold. Any context. */
void conout_panic(void);

#endif /* KERNEL_CONOUT_H_ */
