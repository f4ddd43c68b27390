/* SPDX-License-Identifier: Apache-2.0 */

/* UTF-8 as a line editor needs it: where characters begin, and how many columns they take. */

#ifndef ZVM_SHELL_UTF8_H_
#define ZVM_SHELL_UTF8_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * @brief Length of the sequence that a byte begins.
 *
 * @param lead First byte.
 * @return 1 to 4, or 0 if no sequence begins with this byte.
 */
unsigned int utf8_length(uint8_t lead);

/**
 * @brief Decode one complete sequence.
 *
 * @param bytes The sequence.
 * @param len Its length, from utf8_length().
 * @return The code point, or UINT32_MAX if the sequence is not valid (overlong, surrogate, out of
 * range).
 */
uint32_t utf8_decode(const uint8_t *bytes, unsigned int len);

/**
 * @brief Columns that a code point takes on a terminal.
 *
 * @param cp The code point.
 * @return 0 (combining), 1 or 2 (East Asian wide, emoji).
 */
unsigned int utf8_columns(uint32_t cp);

/**
 * @brief Offset of the character after the one at pos.
 *
 * @param text Valid UTF-8.
 * @param len Its length in bytes.
 * @param pos Offset of a character.
 * @return Offset of the next one; len at the end. Combining characters belong to the one before.
 */
size_t utf8_next(const char *text, size_t len, size_t pos);

/**
 * @brief Offset of the character before pos.
 *
 * @param text Valid UTF-8.
 * @param pos Offset of a character or of the end.
 * @return Offset of the previous one; 0 at the beginning.
 */
size_t utf8_prev(const char *text, size_t pos);

/**
 * @brief Columns of a piece of text.
 *
 * @param text Valid UTF-8.
 * @param from Offset of its first character.
 * @param to Offset behind its last one.
 * @return Number of columns.
 */
size_t utf8_width(const char *text, size_t from, size_t to);

#endif /* ZVM_SHELL_UTF8_H_ */
