/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "shell/parse.h"
#include "shell/tree.h"

static const char usage_mark[] = "\nUsage: ";

const struct shell_cmd_entry shell_root = {0};

static const struct shell_static_entry *root_get(size_t idx)
{
	STRUCT_SECTION_FOREACH(shell_root_cmd, cmd) {
		if (idx-- == 0) {
			return &cmd->entry;
		}
	}
	return NULL;
}

static const struct shell_static_entry *section_get(const char *section, size_t idx)
{
	STRUCT_SECTION_FOREACH(shell_subcmd, cmd) {
		if (strcmp(cmd->section, section) == 0 && idx-- == 0) {
			return &cmd->entry;
		}
	}
	return NULL;
}

const struct shell_static_entry *shell_set_get(const struct shell_cmd_entry *set, size_t idx,
					       struct shell_static_entry *room)
{
	if (set == NULL) {
		return NULL;
	}
	if (set == &shell_root) {
		return root_get(idx);
	}
	if (set->section != NULL) {
		return section_get(set->section, idx);
	}
	if (set->dynamic_get != NULL) {
		memset(room, 0, sizeof(*room));
		set->dynamic_get(idx, room);
		return room->syntax != NULL ? room : NULL;
	}
	/* An array is short, and its end is known only by walking to it. */
	for (size_t i = 0; i < idx; i++) {
		if (set->entry[i].syntax == NULL) {
			return NULL;
		}
	}
	return set->entry[idx].syntax != NULL ? &set->entry[idx] : NULL;
}

static bool set_find(const struct shell_cmd_entry *set, const char *word,
		     struct shell_static_entry *found)
{
	const struct shell_static_entry *entry;
	struct shell_static_entry room;

	for (size_t i = 0; (entry = shell_set_get(set, i, &room)) != NULL; i++) {
		if (strcmp(entry->syntax, word) == 0) {
			*found = *entry;
			return true;
		}
	}
	return false;
}

void shell_find(const struct shell_cmd_entry *root, size_t argc, char **argv,
		struct shell_match *match)
{
	const struct shell_cmd_entry *set = root;
	struct shell_static_entry found;

	memset(match, 0, sizeof(*match));
	while (match->depth < argc && set_find(set, argv[match->depth], &found)) {
		/* A name made at run time may leave what it does to the command above it. */
		if (found.handler == NULL && found.subcmd == NULL && match->entry.handler != NULL) {
			break;
		}
		match->entry = found;
		match->depth++;
		set = found.subcmd;
	}
}

const char *shell_nearest(const struct shell_cmd_entry *set, const char *typed)
{
	const struct shell_static_entry *entry;
	struct shell_static_entry room;
	struct shell_guess guess = {.typed = typed};

	for (size_t i = 0; (entry = shell_set_get(set, i, &room)) != NULL; i++) {
		shell_guess_offer(&guess, entry->syntax);
	}
	/* Or what others call it: "list" is in the help of what lists. */
	for (size_t i = 0; guess.best == NULL && (entry = shell_set_get(set, i, &room)) != NULL;
	     i++) {
		guess.best = shell_mentions(entry->help, typed) ? entry->syntax : NULL;
	}
	return guess.best;
}

static void offer_set(const struct shell_cmd_entry *set, struct edit_completion *out)
{
	const struct shell_static_entry *entry;
	struct shell_static_entry room;

	for (size_t i = 0; (entry = shell_set_get(set, i, &room)) != NULL; i++) {
		if (entry->syntax[0] != '\0') {
			shell_complete_word(out, entry->syntax);
		}
	}
}

void shell_complete(const struct shell_cmd_entry *root, size_t argc, char **argv,
		    struct edit_completion *out)
{
	struct shell_match match;

	if (argc == 0) {
		offer_set(root, out);
		return;
	}
	shell_find(root, argc, argv, &match);
	if (match.depth == 0) {
		return;
	}
	if (match.depth == argc) {
		offer_set(match.entry.subcmd, out);
	}
	if (match.entry.complete != NULL) {
		match.entry.complete(out, argc - match.depth + 1, argv + match.depth - 1);
	}
}

int shell_check_args(const struct shell_static_entry *entry, size_t argc)
{
	if (entry->args.mandatory == 0 && entry->args.optional == 0) {
		return 0;
	}
	if (argc < entry->args.mandatory) {
		return -1;
	}
	if (entry->args.optional < SHELL_OPT_ARG_RAW &&
	    argc > (size_t)entry->args.mandatory + entry->args.optional) {
		return 1;
	}
	return 0;
}

const char *shell_usage(const char *help)
{
	const char *usage = help != NULL ? strstr(help, usage_mark) : NULL;

	return usage != NULL ? usage + sizeof(usage_mark) - 1 : "";
}
