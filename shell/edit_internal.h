/* SPDX-License-Identifier: Apache-2.0 */

/* Operations on the line, shared by the editor's own files. Each leaves the terminal up to date. */

#ifndef ZVM_SHELL_EDIT_INTERNAL_H_
#define ZVM_SHELL_EDIT_INTERNAL_H_

#include <stddef.h>

struct edit;

void edit_write(struct edit *ed, const char *text, size_t len);
void edit_puts(struct edit *ed, const char *text);
void edit_bell(struct edit *ed);
/*
 * Draw the line behind the prompt that is there; or the prompt and the line, from the first column.
 */
void edit_redraw(struct edit *ed);
void edit_redraw_all(struct edit *ed);

/* Insert at the cursor; when it does not fit, ring the bell and mark the line as incomplete. */
void edit_insert(struct edit *ed, const char *text, size_t len);
/* Remove bytes [from, to) and put the cursor there. */
void edit_remove(struct edit *ed, size_t from, size_t to);
void edit_move(struct edit *ed, size_t to);
/* Replace the line; the text must not be longer than EDIT_LINE_MAX. */
void edit_set(struct edit *ed, const char *text);
size_t edit_word_left(const struct edit *ed);
size_t edit_word_right(const struct edit *ed);
void edit_enter(struct edit *ed);
/* Show the line `back` steps ago; 0 is the one being typed. */
void edit_browse(struct edit *ed, size_t back);

/* The Tab key. `again` is true when the key before was Tab, too. */
void edit_tab(struct edit *ed, bool again);

#endif /* ZVM_SHELL_EDIT_INTERNAL_H_ */
