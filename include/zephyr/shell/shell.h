/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The shell's commands: names and macros of Zephyr's shell.
 *
 * A command registers itself by a linker section, so that a file with a command needs no entry
 * anywhere else:
 *
 *     static int cmd_blink(const struct shell *sh, size_t argc, char **argv)
 *     {
 *             shell_print(sh, "blinking %s times", argv[1]);
 *             return 0;
 *     }
 *     SHELL_CMD_ARG_REGISTER(blink, NULL, SHELL_HELP("Blink the LED.", "TIMES"), cmd_blink, 2, 0);
 */
#ifndef ZEPHYR_SHELL_SHELL_H_
#define ZEPHYR_SHELL_SHELL_H_

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys_clock.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A handler's result when it has printed the command's help: shown to nobody, not an error. */
#define SHELL_CMD_HELP_PRINTED 1

/** As the number of optional arguments: any number. */
#define SHELL_OPT_ARG_CHECK_SKIP 0xff
/** The same; in Zephyr the rest of the line is then one argument, here it is split as always. */
#define SHELL_OPT_ARG_RAW 0xfe

struct shell;
struct shell_static_entry;
struct edit_completion;

/**
 * @brief A command.
 *
 * Runs in the shell's thread; may block.
 *
 * @param sh The shell, for output.
 * @param argc Number of words, the command's own name (its last part) counted.
 * @param argv The words, argv[0] is the name; NULL behind the last. They may be changed.
 * @return 0 or SHELL_CMD_HELP_PRINTED, or -errno after having printed one line that says what was
 * wrong.
 */
typedef int (*shell_cmd_handler)(const struct shell *sh, size_t argc, char **argv);

/**
 * @brief Names made at run time: fills in entry, or leaves entry->syntax NULL when idx is past the
 * last one.
 */
typedef void (*shell_dynamic_get)(size_t idx, struct shell_static_entry *entry);

/**
 * @brief Offers words for the argument behind argv[argc - 1], with shell_complete_word().
 *
 * @param out Handed on to shell_complete_word().
 * @param argc Number of words typed so far, the command's name counted, the one being typed not.
 * @param argv Those words.
 */
typedef void (*shell_complete_t)(struct edit_completion *out, size_t argc, char **argv);

/**
 * How many words a command takes: mandatory ones, its name counted, then optional ones. Both 0: not
 * checked.
 */
struct shell_static_args {
	uint8_t mandatory;
	uint8_t optional;
};

/** A set of commands: exactly one member is not NULL. */
struct shell_cmd_entry {
	/** An array that ends with SHELL_SUBCMD_SET_END. */
	const struct shell_static_entry *entry;
	shell_dynamic_get dynamic_get;
	/** What SHELL_SUBCMD_ADD() names: members are in any file. */
	const char *section;
};

/** A command or subcommand. */
struct shell_static_entry {
	const char *syntax;
	/**
	 * The first line says what it does; a line that begins with "Usage: " lists the arguments.
	 */
	const char *help;
	const struct shell_cmd_entry *subcmd;
	shell_cmd_handler handler;
	struct shell_static_args args;
	/** Completion of arguments, or NULL. Not in Zephyr. */
	shell_complete_t complete;
};

/** A command of SHELL_CMD_REGISTER(). */
struct shell_root_cmd {
	struct shell_static_entry entry;
};

/** A subcommand of SHELL_SUBCMD_ADD(). */
struct shell_subcmd {
	const char *section;
	struct shell_static_entry entry;
};

/**
 * A help text: what the command does, and its arguments as the usage line shall show them behind
 * its name.
 */
#define SHELL_HELP(description, usage) description "\nUsage: " usage

/* The fields of an entry: Zephyr's five, then completion. */
#define Z_SHELL_ENTRY(_syntax, _subcmd, _help, _handler, _mand, _opt, _complete)                   \
	{                                                                                          \
		.syntax = (_syntax),                                                               \
		.help = (_help),                                                                   \
		.subcmd = (_subcmd),                                                               \
		.handler = (_handler),                                                             \
		.args = {.mandatory = (_mand), .optional = (_opt)},                                \
		.complete = (_complete),                                                           \
	}

/** @name Members of SHELL_STATIC_SUBCMD_SET_CREATE()
 * @{ */
#define SHELL_CMD_FULL(_syntax, _subcmd, _help, _handler, _mand, _opt, _complete)                  \
	Z_SHELL_ENTRY(STRINGIFY(_syntax), _subcmd, _help, _handler, _mand, _opt, _complete)
#define SHELL_CMD_ARG(_syntax, _subcmd, _help, _handler, _mand, _opt)                              \
	SHELL_CMD_FULL(_syntax, _subcmd, _help, _handler, _mand, _opt, NULL)
#define SHELL_CMD(_syntax, _subcmd, _help, _handler)                                               \
	SHELL_CMD_ARG(_syntax, _subcmd, _help, _handler, 0, 0)
#define SHELL_COND_CMD_ARG(flag, _syntax, _subcmd, _help, _handler, _mand, _opt)                   \
	COND_CODE_1(flag, (SHELL_CMD_ARG(_syntax, _subcmd, _help, _handler, _mand, _opt)),         \
		    (Z_SHELL_ENTRY("", NULL, NULL, NULL, 0, 0, NULL)))
#define SHELL_COND_CMD(flag, _syntax, _subcmd, _help, _handler)                                    \
	SHELL_COND_CMD_ARG(flag, _syntax, _subcmd, _help, _handler, 0, 0)
#define SHELL_SUBCMD_SET_END Z_SHELL_ENTRY(NULL, NULL, NULL, NULL, 0, 0, NULL)
/** @} */

/** @brief A set of subcommands, given as a list that ends with SHELL_SUBCMD_SET_END. */
#define SHELL_STATIC_SUBCMD_SET_CREATE(name, ...)                                                  \
	static const struct shell_static_entry _CONCAT(shell_entries_, name)[] = {__VA_ARGS__};    \
	static const struct shell_cmd_entry name = {.entry = _CONCAT(shell_entries_, name)}

/** @brief A set of subcommands that other files add to; parent is in brackets: (kernel). */
#define SHELL_SUBCMD_SET_CREATE(name, parent)                                                      \
	static const struct shell_cmd_entry name = {.section = STRINGIFY(parent)}

/** @brief Add a subcommand to the set of parent. */
#define SHELL_SUBCMD_ADD(parent, _syntax, _subcmd, _help, _handler, _mand, _opt)                   \
	SHELL_SUBCMD_ADD_FULL(parent, _syntax, _subcmd, _help, _handler, _mand, _opt, NULL)
#define SHELL_SUBCMD_ADD_FULL(parent, _syntax, _subcmd, _help, _handler, _mand, _opt, _complete)   \
	static const STRUCT_SECTION_ITERABLE_NAMED(                                                \
		shell_subcmd, _syntax, Z_SHELL_UNIQUE(_CONCAT(shell_subcmd_, _syntax))) = {        \
		.section = STRINGIFY(parent),                                                      \
		.entry = Z_SHELL_ENTRY(STRINGIFY(_syntax), _subcmd, _help, _handler, _mand, _opt,  \
				       _complete),                                                 \
	}
#define Z_SHELL_UNIQUE(name) _CONCAT(_CONCAT(name, _), __LINE__)

/** @brief A set of names made at run time by get. */
#define SHELL_DYNAMIC_CMD_CREATE(name, get)                                                        \
	static const struct shell_cmd_entry name = {.dynamic_get = (get)}

/** @brief Register a command of the first level, all fields. */
#define SHELL_CMD_FULL_REGISTER(_syntax, _subcmd, _help, _handler, _mand, _opt, _complete)         \
	static const STRUCT_SECTION_ITERABLE_NAMED(shell_root_cmd, _syntax,                        \
						   _CONCAT(shell_cmd_, _syntax)) = {               \
		.entry = Z_SHELL_ENTRY(STRINGIFY(_syntax), _subcmd, _help, _handler, _mand, _opt,  \
				       _complete),                                                 \
	}
/**
 * @brief Register a command that takes `mandatory` words (its name counted) and up to `optional`
 * more.
 */
#define SHELL_CMD_ARG_REGISTER(_syntax, _subcmd, _help, _handler, _mand, _opt)                     \
	SHELL_CMD_FULL_REGISTER(_syntax, _subcmd, _help, _handler, _mand, _opt, NULL)
/** @brief Register a command. */
#define SHELL_CMD_REGISTER(_syntax, _subcmd, _help, _handler)                                      \
	SHELL_CMD_ARG_REGISTER(_syntax, _subcmd, _help, _handler, 0, 0)
#define SHELL_COND_CMD_REGISTER(flag, _syntax, _subcmd, _help, _handler)                           \
	COND_CODE_1(flag, (SHELL_CMD_REGISTER(_syntax, _subcmd, _help, _handler)),                 \
		    (static shell_cmd_handler _CONCAT(_syntax, _unused) __unused = (_handler)))

/**
 * The kinds of output, as in Zephyr. All look the same here: what is read is often a file, not a
 * terminal.
 */
enum shell_vt100_color {
	SHELL_VT100_COLOR_DEFAULT,
	SHELL_VT100_COLOR_BLACK,
	SHELL_VT100_COLOR_RED,
	SHELL_VT100_COLOR_GREEN,
	SHELL_VT100_COLOR_YELLOW,
	SHELL_VT100_COLOR_BLUE,
	SHELL_VT100_COLOR_MAGENTA,
	SHELL_VT100_COLOR_CYAN,
	SHELL_VT100_COLOR_WHITE,
	VT100_COLOR_END,
};
#define SHELL_NORMAL  SHELL_VT100_COLOR_DEFAULT
#define SHELL_INFO    SHELL_VT100_COLOR_GREEN
#define SHELL_OPTION  SHELL_VT100_COLOR_CYAN
#define SHELL_WARNING SHELL_VT100_COLOR_YELLOW
#define SHELL_ERROR   SHELL_VT100_COLOR_RED

/**
 * @brief Print. What is printed appears when a line is complete, when the command ends, or by
 * shell_flush(), so that lines of others do not come into it. Threads only; may block until the
 * console has taken it.
 *
 * @param sh The shell.
 * @param color Kind of output, for instance SHELL_NORMAL.
 * @param fmt As for printk().
 */
void __printf_like(3, 4)
	shell_fprintf(const struct shell *sh, enum shell_vt100_color color, const char *fmt, ...);
/** @brief shell_fprintf() with the arguments as a va_list. */
void shell_vfprintf(const struct shell *sh, enum shell_vt100_color color, const char *fmt,
		    va_list args);

/** @brief Put what was printed so far on the console. May block. */
void shell_flush(const struct shell *sh);

#define shell_fprintf_info(sh, fmt, ...)   shell_fprintf(sh, SHELL_INFO, fmt, ##__VA_ARGS__)
#define shell_fprintf_normal(sh, fmt, ...) shell_fprintf(sh, SHELL_NORMAL, fmt, ##__VA_ARGS__)
#define shell_fprintf_warn(sh, fmt, ...)   shell_fprintf(sh, SHELL_WARNING, fmt, ##__VA_ARGS__)
#define shell_fprintf_error(sh, fmt, ...)  shell_fprintf(sh, SHELL_ERROR, fmt, ##__VA_ARGS__)
/** @brief Print a line. */
#define shell_print(sh, fmt, ...) shell_fprintf(sh, SHELL_NORMAL, fmt "\n", ##__VA_ARGS__)
#define shell_info(sh, fmt, ...)  shell_fprintf(sh, SHELL_INFO, fmt "\n", ##__VA_ARGS__)
#define shell_warn(sh, fmt, ...)  shell_fprintf(sh, SHELL_WARNING, fmt "\n", ##__VA_ARGS__)
#define shell_error(sh, fmt, ...) shell_fprintf(sh, SHELL_ERROR, fmt "\n", ##__VA_ARGS__)

/** @brief Print bytes as a hex dump, 16 to a line. */
void shell_hexdump(const struct shell *sh, const uint8_t *data, size_t len);
/** @brief Print one line of a hex dump. */
void shell_hexdump_line(const struct shell *sh, unsigned int offset, const uint8_t *data,
			size_t len);

/** @brief Print the help of the command that is running. */
void shell_help(const struct shell *sh);

/**
 * @brief Run a command line as if it had been typed. Not from an ISR; waits while another thread
 * runs one.
 *
 * @param sh The shell, or NULL for the one there is.
 * @param cmd The line.
 * @return The command's result.
 * @retval -ENOEXEC There is no such command; one line has been printed.
 * @retval -EINVAL The line is too long, or the words are wrong; one line has been printed.
 */
int shell_execute_cmd(const struct shell *sh, const char *cmd);

/** @brief The result of the last command. */
int shell_get_return_value(const struct shell *sh);

/** @brief Offer a word; only from a shell_complete_t. */
void shell_complete_word(struct edit_completion *out, const char *word);

/**
 * @brief Read what is typed, unedited; for commands, from the shell's thread. Blocks.
 *
 * @param sh The shell.
 * @param buf Receives the bytes.
 * @param size Most bytes that are taken.
 * @param timeout How long to wait for the first one.
 * @return Number of bytes, at least 1.
 * @retval -EAGAIN Nothing was typed in that time.
 */
int shell_read(const struct shell *sh, char *buf, size_t size, k_timeout_t timeout);

/**
 * @brief Start the shell; with CONFIG_SHELL_AUTOSTART it starts by itself. @retval 0 @retval
 * -EALREADY it runs
 */
int shell_start(const struct shell *sh);

/** @brief Change the prompt, at most 31 bytes. @retval 0 @retval -EINVAL too long */
int shell_prompt_change(const struct shell *sh, const char *prompt);

/** @brief The shell on the console. */
const struct shell *shell_backend_uart_get_ptr(void);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_SHELL_SHELL_H_ */
