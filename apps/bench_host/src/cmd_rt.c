/* SPDX-License-Identifier: Apache-2.0 */

/* bench rt, bench meanwhile: how late real-time tasks wake up beside what the plan has started, or does meanwhile. */

#include <errno.h>
#include <stdlib.h>

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "plan.h"
#include "rt_cause.h"
#include "rt_meter.h"

static int start(size_t argc, char **argv)
{
	struct rt_plan plan = {
		.tasks = argc > 2U ? (uint32_t)strtoul(argv[2], NULL, 10) : RT_TASKS,
		.periods = argc > 3U ? (uint32_t)strtoul(argv[3], NULL, 10) : RT_PERIODS,
		.period = argc > 4U ? (uint32_t)strtoul(argv[4], NULL, 10) : RT_PERIOD,
		.cpu = argc > 5U ? (int)strtoul(argv[5], NULL, 10) : 0,
		.note = rt_cause_note,
	};

	rt_cause_reset();
	return rt_meter_start(&plan);
}

static int cmd_start(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(sh);
	return start(argc, argv);
}

static int cmd_end(const struct shell *sh, size_t argc, char **argv)
{
	int rc = rt_meter_end("HOST rt", argv[1]);

	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	if (rc == 0) {
		rt_cause_print(argv[1]);
	}
	return rc;
}

static int cmd_run(const struct shell *sh, size_t argc, char **argv)
{
	int rc = start(argc, argv);

	return rc != 0 ? rc : cmd_end(sh, 2U, argv);
}

/* Until the tasks have ended, the lines that follow it, indented, over and over; a line that fails ends it. */
static int cmd_meanwhile(const struct shell *sh, size_t argc, char **argv)
{
	struct plan_at body = plan_rest;
	uint32_t rounds = 0U;
	int rc = 0;

	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	do {
		plan_rest = body;
		while (rc >= 0 && plan_indented(&plan_rest)) {
			rc = plan_run(&plan_rest);
		}
		rounds++;
	} while (rc >= 0 && rt_meter_running());
	printk("HOST meanwhile rounds=%u\n", rounds);
	return rc;
}

#define ARGUMENTS "LABEL [TASKS [PERIODS [MICROSECONDS [CPU]]]]"

SHELL_STATIC_SUBCMD_SET_CREATE(
	rt_set,
	SHELL_CMD_ARG(start, NULL, SHELL_HELP("Start the tasks.", ARGUMENTS), cmd_start, 2, 4),
	SHELL_CMD_ARG(end, NULL, SHELL_HELP("Wait for their end; their figures.", "LABEL"), cmd_end,
		      2, 0),
	SHELL_CMD_ARG(run, NULL, SHELL_HELP("Both.", ARGUMENTS), cmd_run, 2, 4),
	SHELL_SUBCMD_SET_END);

SHELL_SUBCMD_ADD((bench), rt, &rt_set, "Real-time tasks, and how late they wake up.", NULL, 0, 0);
SHELL_SUBCMD_ADD((bench), meanwhile, NULL,
		 "Run the plan's lines below, indented, until the tasks have ended.", cmd_meanwhile,
		 1, 0);
