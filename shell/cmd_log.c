/* SPDX-License-Identifier: Apache-2.0 */

/* log level */

#include <errno.h>
#include <string.h>

#include <zephyr/logging/log_ctrl.h>
#include "shell/shell.h"

#ifdef CONFIG_LOG

static const char *const levels[] = {"none", "err", "wrn", "inf", "dbg"};

/* A level by its name or number; -1 if it is neither. */
static int level_parse(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (strcmp(word, levels[i]) == 0 ||
		    (word[0] == (char)('0' + i) && word[1] == '\0')) {
			return (int)i;
		}
	}
	return -1;
}

static void print_levels(const struct shell *sh)
{
	if (log_src_cnt_get(0) == 0) {
		shell_print(sh, "no module of this image logs");
		return;
	}
	shell_print(sh, "MODULE            LEVEL  COMPILED IN");
	for (uint32_t id = 0; id < log_src_cnt_get(0); id++) {
		shell_print(sh, "%-16s  %-5s  %s", log_source_name_get(0, id),
			    levels[log_filter_get(NULL, 0, (int16_t)id, true)],
			    levels[log_filter_get(NULL, 0, (int16_t)id, false)]);
	}
}

static int cmd_level(const struct shell *sh, size_t argc, char **argv)
{
	int level = argc > 1 ? level_parse(argv[argc - 1]) : 0;
	int module = argc > 2 ? log_source_id_get(argv[1]) : -1;
	uint32_t now;

	if (argc == 1) {
		print_levels(sh);
		return 0;
	}
	if (level < 0) {
		shell_error(sh,
			    "log level: '%s' is not a level, those are none, err, wrn, inf, dbg",
			    argv[argc - 1]);
		return -EINVAL;
	}
	if (argc > 2 && module < 0) {
		shell_error(sh, "log level: there is no module '%s', 'log level' lists them",
			    argv[1]);
		return -ENOENT;
	}
	now = log_filter_set(NULL, 0, (int16_t)module, (uint32_t)level);
	if (now < (uint32_t)level) {
		shell_warn(sh, "log level: no more than '%s' is compiled in", levels[now]);
	}
	return 0;
}

static void complete_level(struct edit_completion *out, size_t argc, char **argv)
{
	if (argc > 2 || (argc == 2 && level_parse(argv[1]) >= 0)) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		shell_complete_word(out, levels[i]);
	}
	for (uint32_t id = 0; argc == 1 && id < log_src_cnt_get(0); id++) {
		shell_complete_word(out, log_source_name_get(0, id));
	}
}

SHELL_STATIC_SUBCMD_SET_CREATE(
	log_set,
	SHELL_CMD_FULL(
		level, NULL,
		SHELL_HELP("Show the modules and their levels, or set the level of one or of all.\n"
			   "Levels are none, err, wrn, inf, dbg; each includes those before it.",
			   "[[MODULE] LEVEL]"),
		cmd_level, 1, 2, complete_level),
	SHELL_SUBCMD_SET_END);
SHELL_CMD_REGISTER(log, &log_set, "What is logged.", NULL);

#endif /* CONFIG_LOG */
