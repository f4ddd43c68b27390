/* SPDX-License-Identifier: Apache-2.0 */

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>
#include "shell/cmd_zvm_args.h"

/* So much of a wrong word is shown. */
#define SHOWN 32

/** An option, and what its value must be. */
struct option {
	const char *name;
	uint32_t arg;
	/** NULL: it has none. */
	const char *value;
	unsigned int min;
	unsigned int max;
};

/* The ranges that can be told without looking at the machine: ids and vCPUs are those of hyp/. */
static const struct option options[] = {
	{"-n", ZVM_ARG_ID, "the id of a VM, 0 to 31", 0, 31},
	{"-t", ZVM_ARG_TYPE, "the name of a VM definition", 0, 0},
	{"-c", ZVM_ARG_VCPUS, "a number of vCPUs, 1 to 8", 1, 8},
	{"-m", ZVM_ARG_MIB, "a number of MiB, 2 to 1048576", 2, 1048576},
	{"-f", ZVM_ARG_FORCE, NULL, 0, 0},
};

static const struct option *option_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (strcmp(word, options[i].name) == 0) {
			return &options[i];
		}
	}
	return NULL;
}

/* The whole word is a number within the option's range. */
static bool number(const char *word, const struct option *option, unsigned int *value)
{
	unsigned int n = 0;

	if (word[0] == '\0') {
		return false;
	}
	for (; *word != '\0'; word++) {
		if (*word < '0' || *word > '9') {
			return false;
		}
		n = n * 10U + (unsigned int)(*word - '0');
		/* All limits are far below where this would wrap. */
		if (n > option->max) {
			return false;
		}
	}
	*value = n;
	return n >= option->min;
}

/* before 'word' after; usage */
static int fail_usage(const struct zvm_syntax *syntax, const char *before, const char *word,
		      const char *after, char *error)
{
	(void)snprintk(error, ZVM_ARGS_ERROR, "zvm %s: %s'%.*s'%s; usage: zvm %s%s%s", syntax->verb,
		       before, SHOWN, word, after, syntax->verb,
		       syntax->usage[0] != '\0' ? " " : "", syntax->usage);
	return -EINVAL;
}

/* A word that nothing can be done with. */
static int fail_word(const struct zvm_syntax *syntax, const char *word, char *error)
{
	return word[0] == '-' ? fail_usage(syntax, "there is no option ", word, "", error)
			      : fail_usage(syntax, "", word, " is not the id of a VM", error);
}

static int take_value(const struct zvm_syntax *syntax, const struct option *option,
		      const char *word, struct zvm_args *args, char *error)
{
	unsigned int value = 0;
	bool ok;

	if (option->arg == ZVM_ARG_TYPE) {
		ok = word != NULL && word[0] != '\0' && word[0] != '-';
		args->type = word;
	} else {
		ok = word != NULL && number(word, option, &value);
		args->id = option->arg == ZVM_ARG_ID ? value : args->id;
		args->vcpus = option->arg == ZVM_ARG_VCPUS ? value : args->vcpus;
		args->mib = option->arg == ZVM_ARG_MIB ? value : args->mib;
	}
	if (ok) {
		return 0;
	}
	(void)snprintk(error, ZVM_ARGS_ERROR, "zvm %s: %s needs %s%s%.*s%s", syntax->verb,
		       option->name, option->value, word != NULL ? ", not '" : "", SHOWN,
		       word != NULL ? word : "", word != NULL ? "'" : "");
	return -EINVAL;
}

/* What a word stands for: an option that the subcommand takes, or -n for an id and -t for a name without it. */
static const struct option *meaning(const struct zvm_syntax *syntax, const char *word)
{
	const struct option *option = option_find(word);

	if (option != NULL) {
		return (syntax->takes & option->arg) != 0U ? option : NULL;
	}
	if (word[0] != '-' && (syntax->takes & ZVM_ARG_TYPE) != 0U) {
		return &options[1];
	}
	return word[0] >= '0' && word[0] <= '9' && (syntax->takes & ZVM_ARG_ID) != 0U ? &options[0]
										      : NULL;
}

static int missing(const struct zvm_syntax *syntax, uint32_t given, char *error)
{
	if ((syntax->needs & ~given) == 0U) {
		return 0;
	}
	(void)snprintk(error, ZVM_ARGS_ERROR, "zvm %s: which VM? usage: zvm %s %s", syntax->verb,
		       syntax->verb, syntax->usage);
	return -EINVAL;
}

int zvm_args_parse(const struct zvm_syntax *syntax, size_t argc, char **argv, struct zvm_args *args,
		   char *error)
{
	memset(args, 0, sizeof(*args));
	for (size_t i = 1; i < argc; i++) {
		const char *word = argv[i];
		const struct option *option = meaning(syntax, word);
		int rc;

		if (option == NULL) {
			return fail_word(syntax, word, error);
		}
		if ((args->given & option->arg) != 0U) {
			return fail_usage(syntax, "", word,
					  word[0] == '-' ? " is given twice" : " is one too many",
					  error);
		}
		args->given |= option->arg;
		if (option->value == NULL) {
			continue;
		}
		/* The word itself is the value, or the next one is. */
		if (option_find(word) != NULL) {
			word = i + 1 < argc ? argv[++i] : NULL;
		}
		rc = take_value(syntax, option, word, args, error);
		if (rc != 0) {
			return rc;
		}
	}
	return missing(syntax, args->given, error);
}

uint32_t zvm_args_next(size_t argc, char **argv)
{
	const struct option *option = argc > 1 ? option_find(argv[argc - 1]) : NULL;

	return option != NULL && option->value != NULL ? option->arg : 0U;
}
