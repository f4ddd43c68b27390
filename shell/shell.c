/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The shell on the console: a thread that feeds the line editor and runs the lines.
 *
 * Input stays in the console's receive buffer while a command runs, and the device holds its sender
 * back when that is full, so text pasted at any speed is not lost. What the editor prints is handed
 * to kernel/conout.h together with the bytes that draw the line, which is how lines that others
 * print meanwhile leave it intact.
 */

#include <errno.h>
#include <string.h>

#include <zephyr/init.h>
#include <zephyr/logging/log.h>
#include "kernel/conout.h"
#include "kernel/console.h"
#include "shell/parse.h"
#include "shell/shell.h"

LOG_MODULE_REGISTER(shell);

/* An escape character that nothing follows for so long is the Escape key. */
#define ESCAPE_TIMEOUT K_MSEC(200)

BUILD_ASSERT(sizeof(CONFIG_SHELL_PROMPT) - 1 <= EDIT_PROMPT_MAX, "CONFIG_SHELL_PROMPT is too long");
BUILD_ASSERT(EDIT_RENDER_MAX <= CONOUT_OVERLAY_MAX, "the edited line fits into the console's copy");

static K_MUTEX_DEFINE(run_lock);
static K_MUTEX_DEFINE(out_lock);
static struct shell_state state;
static const struct shell console_shell = {
	.name = "console",
	.run_lock = &run_lock,
	.out_lock = &out_lock,
	.state = &state,
};

static struct k_thread shell_thread_data;
static K_KERNEL_STACK_DEFINE(shell_stack, CONFIG_SHELL_STACK_SIZE);

const struct shell *shell_backend_uart_get_ptr(void)
{
	return &console_shell;
}

/* ---- running a line ---- */

static int bad_arg_count(const struct shell *sh, char **argv, const struct shell_match *match,
			 int which)
{
	const char *usage = shell_usage(match->entry.help);
	bool none = which > 0 && match->entry.args.mandatory + match->entry.args.optional <= 1;

	for (size_t i = 0; i < match->depth; i++) {
		shell_fprintf(sh, SHELL_ERROR, "%s%s", i > 0 ? " " : "", argv[i]);
	}
	if (none) {
		shell_error(sh, " takes no arguments");
		return -EINVAL;
	}
	shell_fprintf(sh, SHELL_ERROR,
		      ": %s arguments, usage:", which < 0 ? "too few" : "too many");
	for (size_t i = 0; i < match->depth; i++) {
		shell_fprintf(sh, SHELL_ERROR, " %s", argv[i]);
	}
	shell_error(sh, " %.*s", (int)strcspn(usage, "\n"), usage);
	return -EINVAL;
}

static int run_words(const struct shell *sh, size_t argc, char **argv)
{
	struct shell_run run = {.argv = argv, .outer = sh->state->run};
	size_t given;
	int rc;

	shell_find(&shell_root, argc, argv, &run.match);
	given = argc - run.match.depth + 1;
	if (run.match.depth == 0) {
		shell_unknown(sh, argv, &run.match);
		return -ENOEXEC;
	}
	if (given > 1 && (strcmp(argv[run.match.depth], "--help") == 0 ||
			  strcmp(argv[run.match.depth], "-h") == 0)) {
		shell_help_print(sh, argv, &run.match);
		return SHELL_CMD_HELP_PRINTED;
	}
	if (run.match.entry.handler == NULL) {
		if (given > 1) {
			shell_unknown(sh, argv, &run.match);
			return -ENOEXEC;
		}
		shell_help_print(sh, argv, &run.match);
		return SHELL_CMD_HELP_PRINTED;
	}
	rc = shell_check_args(&run.match.entry, given);
	if (rc != 0) {
		/* A word where only a subcommand can stand is most likely a mistyped one. */
		if (rc > 0 && run.match.entry.subcmd != NULL) {
			shell_unknown(sh, argv, &run.match);
			return -ENOEXEC;
		}
		return bad_arg_count(sh, argv, &run.match, rc);
	}
	sh->state->run = &run;
	rc = run.match.entry.handler(sh, given, argv + run.match.depth - 1);
	sh->state->run = run.outer;
	return rc;
}

/* Runs a line, which is taken apart in place. */
static int run_line(const struct shell *sh, char *line)
{
	char *argv[SHELL_ARGC_MAX + 1];
	int argc;
	int rc;

	LOG_DBG("run '%s'", line);
	argc = shell_split(line, argv, SHELL_ARGC_MAX);
	if (argc == 0) {
		return sh->state->retval;
	}
	(void)k_mutex_lock(sh->run_lock, K_FOREVER);
	if (argc == -E2BIG) {
		shell_error(sh, "too many words: %d is the limit", SHELL_ARGC_MAX);
		rc = -EINVAL;
	} else if (argc < 0) {
		shell_error(sh, "a quote is not closed, or a backslash ends the line");
		rc = -EINVAL;
	} else {
		rc = run_words(sh, (size_t)argc, argv);
	}
	sh->state->retval = rc;
	shell_flush(sh);
	(void)k_mutex_unlock(sh->run_lock);
	return rc;
}

int shell_execute_cmd(const struct shell *sh, const char *cmd)
{
	char line[EDIT_LINE_MAX + 1];
	size_t len = strlen(cmd);

	if (sh == NULL) {
		sh = &console_shell;
	}
	if (len > EDIT_LINE_MAX) {
		shell_error(sh, "line too long: %d bytes is the limit", EDIT_LINE_MAX);
		return -EINVAL;
	}
	memcpy(line, cmd, len + 1);
	return run_line(sh, line);
}

int shell_get_return_value(const struct shell *sh)
{
	return sh->state->retval;
}

/* ---- the console ---- */

/* Hand the editor's output to the console; edited: its line stays on the terminal. */
static void edit_flush(const struct shell *sh, bool edited)
{
	struct shell_state *st = sh->state;
	char drawing[EDIT_RENDER_MAX];
	size_t len = edited ? edit_render(&st->edit, drawing, sizeof(drawing)) : 0;

	if (st->edit_out_len > 0) {
		conout_edit(st->edit_out, st->edit_out_len, drawing, len);
		st->edit_out_len = 0;
	}
}

static void edit_output(void *ctx, const char *text, size_t len)
{
	const struct shell *sh = ctx;
	struct shell_state *st = sh->state;

	while (len > 0) {
		size_t room = sizeof(st->edit_out) - st->edit_out_len;
		size_t piece = MIN(len, room);

		memcpy(st->edit_out + st->edit_out_len, text, piece);
		st->edit_out_len += piece;
		text += piece;
		len -= piece;
		if (len > 0) {
			edit_flush(sh, false);
		}
	}
}

static void edit_completion(void *ctx, const char *line, size_t len, struct edit_completion *out)
{
	char words[EDIT_LINE_MAX + 1];
	char *argv[SHELL_ARGC_MAX + 1];
	int argc;

	ARG_UNUSED(ctx);
	while (len > 0 && line[len - 1] != ' ') {
		len--;
	}
	memcpy(words, line, len);
	words[len] = '\0';
	argc = shell_split(words, argv, SHELL_ARGC_MAX);
	if (argc >= 0) {
		shell_complete(&shell_root, (size_t)argc, argv, out);
	}
}

void shell_complete_word(struct edit_completion *out, const char *word)
{
	edit_candidate(out, word);
}

static const struct edit_ops ops = {
	.write = edit_output,
	.complete = edit_completion,
	.ctx = (void *)&console_shell,
};

int shell_read(const struct shell *sh, char *buf, size_t size, k_timeout_t timeout)
{
	struct shell_state *st = sh->state;
	size_t n = MIN(size, st->in_len - st->in_pos);

	if (n == 0) {
		return z_console_read(buf, size, timeout);
	}
	memcpy(buf, st->in + st->in_pos, n);
	st->in_pos += n;
	return (int)n;
}

/* Takes typed bytes until the buffer is empty or a line is complete. */
static bool feed(struct shell_state *st)
{
	while (st->in_pos < st->in_len) {
		if (edit_feed(&st->edit, (uint8_t)st->in[st->in_pos++]) == EDIT_LINE) {
			return true;
		}
	}
	return false;
}

static void shell_thread(void *p1, void *p2, void *p3)
{
	const struct shell *sh = p1;
	struct shell_state *st = sh->state;
	int n;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	edit_start(&st->edit);
	for (;;) {
		edit_flush(sh, true);
		if (feed(st)) {
			edit_flush(sh, false);
			(void)run_line(sh, edit_line(&st->edit));
			edit_start(&st->edit);
			continue;
		}
		edit_flush(sh, true);
		st->in_pos = 0;
		st->in_len = 0;
		n = z_console_read(st->in, sizeof(st->in),
				   edit_pending(&st->edit) ? ESCAPE_TIMEOUT : K_FOREVER);
		if (n > 0) {
			st->in_len = (size_t)n;
		} else if (n == -EAGAIN) {
			edit_idle(&st->edit);
		} else {
			printk("\nshell: the console cannot be read, the shell ends\n");
			return;
		}
	}
}

int shell_start(const struct shell *sh)
{
	static bool started;

	if (__atomic_exchange_n(&started, true, __ATOMIC_ACQ_REL)) {
		return -EALREADY;
	}
	(void)k_thread_create(&shell_thread_data, shell_stack, K_KERNEL_STACK_SIZEOF(shell_stack),
			      shell_thread, (void *)sh, NULL, NULL, CONFIG_SHELL_THREAD_PRIORITY, 0,
			      K_NO_WAIT);
	(void)k_thread_name_set(&shell_thread_data, "shell");
	return 0;
}

int shell_prompt_change(const struct shell *sh, const char *prompt)
{
	size_t len = prompt != NULL ? strlen(prompt) : SIZE_MAX;

	if (len > EDIT_PROMPT_MAX) {
		return -EINVAL;
	}
	memcpy(sh->state->edit.prompt, prompt, len + 1);
	return 0;
}

static int shell_init(void)
{
	edit_init(&state.edit, &ops, CONFIG_SHELL_PROMPT);
	return IS_ENABLED(CONFIG_SHELL_AUTOSTART) ? shell_start(&console_shell) : 0;
}

SYS_INIT(shell_init, APPLICATION, 99);
