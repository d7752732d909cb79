/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of options, and --help, which tells it. */

#include <errno.h>

#include "options_parts.h"
#include "outcome.h"

#define BIT(mode)     (1U << (mode))
#define WITH_ANSWERS  (BIT(MODE_RECONFIGURE) | BIT(MODE_CHECK))
#define WITH_A_CHECK  (WITH_ANSWERS | BIT(MODE_CHECK_STEPS))
#define WITH_IMAGE    (WITH_A_CHECK | BIT(MODE_EXPORT) | BIT(MODE_AUDIT))
#define WITH_A_CHANGE (BIT(MODE_RECONFIGURE) | BIT(MODE_RESTORE))
#define WITH_OUTCOME  (WITH_A_CHECK | BIT(MODE_CONFIRM) | BIT(MODE_REVERT) | BIT(MODE_RESTORE))
#define WITH_JSON     (WITH_OUTCOME | BIT(MODE_STATUS) | BIT(MODE_EXPORT) | BIT(MODE_HISTORY))

#define HELP_COLUMN 27

/* -- arguments ----------------------------------------------------------------------------------
 */

static enum exit_status take_answers(
	struct options *options, const char *argument, struct outcome *outcome)
{
	if (!*argument)
		return outcome_set(outcome, EXIT_USAGE, "%s",
			_("--answers needs the name of a file, or - for standard input."));
	options->answers = argument;
	return EXIT_DONE;
}

static enum exit_status take_set(
	struct options *options, const char *argument, struct outcome *outcome)
{
	if (options->n_sets == OPTIONS_SETS_MAX)
		return outcome_set(outcome, EXIT_USAGE,
			_("--set can be given at most %d times; more belongs into a file."),
			OPTIONS_SETS_MAX);
	options->sets[options->n_sets++] = argument;
	return EXIT_DONE;
}

static enum exit_status take_root(
	struct options *options, const char *argument, struct outcome *outcome)
{
	/* A variable of a script that is empty must not mean this machine. */
	if (!*argument)
		return outcome_set(
			outcome, EXIT_USAGE, "%s", _("--root needs the folder of an image."));
	options->root = argument;
	return EXIT_DONE;
}

static enum exit_status take_timeout(
	struct options *options, const char *argument, struct outcome *outcome)
{
	unsigned long seconds;
	char *end;

	errno = 0;
	seconds = strtoul(argument, &end, 10);
	if (errno != 0 || *end || *argument < '0' || *argument > '9' ||
		seconds < OPTIONS_TIMEOUT_MIN || seconds > OPTIONS_TIMEOUT_MAX)
		return outcome_set(outcome, EXIT_USAGE,
			_("\"%s\" is no time for --timeout, which takes seconds from %d to %d."),
			safe_text(argument, 0).text, OPTIONS_TIMEOUT_MIN, OPTIONS_TIMEOUT_MAX);
	options->timeout = (unsigned)seconds;
	options->timeout_given = true;
	return EXIT_DONE;
}

static enum exit_status take_id(
	struct options *options, const char *argument, struct outcome *outcome)
{
	char *end;

	if (!argument)
		return EXIT_DONE;
	errno = 0;
	options->id = strtoull(argument, &end, 10);
	if (errno != 0 || *end || *argument < '0' || *argument > '9' || options->id == 0)
		return outcome_set(outcome, EXIT_USAGE,
			_("\"%s\" is no number of a change; firstboot --history lists them."),
			safe_text(argument, 0).text);
	return EXIT_DONE;
}

static enum exit_status take_json(
	struct options *options, const char *argument, struct outcome *outcome)
{
	options->json = true;
	return EXIT_DONE;
}

static enum exit_status take_watch(
	struct options *options, const char *argument, struct outcome *outcome)
{
	options->watch = true;
	return EXIT_DONE;
}

static enum exit_status take_quiet(
	struct options *options, const char *argument, struct outcome *outcome)
{
	options->quiet = true;
	return EXIT_DONE;
}

static enum exit_status take_no_rollback(
	struct options *options, const char *argument, struct outcome *outcome)
{
	options->no_rollback = true;
	return EXIT_DONE;
}

static enum exit_status take_plain(
	struct options *options, const char *argument, struct outcome *outcome)
{
	options->plain = true;
	return EXIT_DONE;
}

/* -- the table ----------------------------------------------------------------------------------
 */

/* clang-format off */
const struct option_entry option_entries[] = {
	{ .name = "status", .mode = MODE_STATUS,
	  .help = N_("what the start screen says, as plain lines") },
	{ .name = "watch", .modes = BIT(MODE_STATUS), .take = take_watch,
	  .help = N_("with --status: again whenever something changes") },
	{ .name = "report", .mode = MODE_REPORT,
	  .help = N_("all that support may ask for, without secrets") },
	{ .name = "reconfigure", .mode = MODE_RECONFIGURE, .argument = "[PAGE...]",
	  .help = N_("open the pages of settings, or apply answers") },
	{ .name = "check", .mode = MODE_CHECK,
	  .help = N_("say what answers would change, and change nothing") },
	{ .name = "answers", .argument = "FILE", .modes = WITH_ANSWERS, .take = take_answers,
	  .help = N_("settings from this file, - for standard input") },
	{ .name = "set", .argument = "SECTION.KEY=VALUE", .modes = WITH_ANSWERS, .repeated = true,
	  .take = take_set,
	  .help = N_("one setting; may be given more than once") },
	{ .name = "root", .argument = "DIR", .modes = WITH_IMAGE, .headless = true,
	  .take = take_root,
	  .help = N_("the image below DIR, not this machine") },
	{ .name = "export", .mode = MODE_EXPORT,
	  .help = N_("the settings in force, as answers") },
	{ .name = "confirm", .mode = MODE_CONFIRM,
	  .help = N_("keep the change of the network that waits") },
	{ .name = "revert", .mode = MODE_REVERT,
	  .help = N_("take it back") },
	{ .name = "history", .mode = MODE_HISTORY, .argument = "[N]", .take = take_id,
	  .help = N_("the last changes of the network, or one of them") },
	{ .name = "restore", .mode = MODE_RESTORE, .argument = "N", .take = take_id,
	  .help = N_("bring the settings of a change back") },
	{ .name = "timeout", .argument = "SEC", .modes = WITH_A_CHANGE, .headless = true,
	  .excludes = "root", .take = take_timeout,
	  .help = N_("wait so long: for --confirm, and for who else\nchanges settings") },
	{ .name = "no-rollback", .modes = WITH_A_CHANGE, .headless = true, .excludes = "root",
	  .take = take_no_rollback,
	  .help = N_("keep the network as written, proven or not") },
	{ .name = "plain", .modes = BIT(MODE_SCREEN) | BIT(MODE_RECONFIGURE), .take = take_plain,
	  .help = N_("numbered lines in place of screens: to be read\naloud, or for terminals without a cursor") },
	{ .name = "json", .modes = WITH_JSON, .headless = true, .take = take_json,
	  .help = N_("one JSON object on standard output") },
	{ .name = "quiet", .modes = WITH_OUTCOME, .headless = true, .take = take_quiet,
	  .help = N_("say nothing but what went wrong") },
	{ .name = "unattended", .mode = MODE_UNATTENDED,
	  .help = N_("apply what the machine was given (at boot)") },
	{ .name = "check-steps", .mode = MODE_CHECK_STEPS, .argument = "[FILE...]",
	  .help = N_("say what is wrong with a vendor's steps") },
	{ .name = "audit", .mode = MODE_AUDIT,
	  .help = N_("judge what keeps the console closed") },
	{ .name = "help", .mode = MODE_HELP, .letter = 'h',
	  .help = N_("this text") },
	{ .name = "version", .mode = MODE_VERSION, .letter = 'V',
	  .help = N_("the version") },
};
/* clang-format on */

const size_t n_option_entries = ARRAY_SIZE(option_entries);

const struct option_entry *option_of_mode(enum mode mode)
{
	for (size_t i = 0; i < n_option_entries && mode != MODE_SCREEN; i++)
		if (option_entries[i].mode == mode)
			return &option_entries[i];
	return NULL;
}

/* -- --help -------------------------------------------------------------------------------------
 */

/* The lines of one option. */
static void print_entry(const struct option_entry *entry)
{
	struct safe_str argument = safe_text(entry->argument, 0);
	const safe_char *text = translate(entry->help);
	safe_char left[64];
	size_t length;

	(void)safe_format(left, sizeof(left), "--%s%s%s", safe_text(entry->name, 0).text,
		*argument.text ? OURS(" ") : OURS(""), argument.text);
	if (safe_length(left) > HELP_COLUMN - 2) {
		draw_print(stdout, "  %s\n", left);
		*left = '\0';
	}
	for (;; text += length + 1) {
		length = safe_until(text, "\n");
		draw_print(stdout, "  %-*s %.*s\n", HELP_COLUMN - 2, left, (int)length, text);
		*left = '\0';
		if (!text[length])
			return;
	}
}

void options_print_help(void)
{
	draw_print(stdout, "%s",
		_("Usage: firstboot [OPTION]...\n"
		  "Show where the web interface of this appliance is, or change its settings.\n"
		  "Without an option: the start screen.\n\n"));
	for (size_t i = 0; i < n_option_entries; i++)
		print_entry(&option_entries[i]);
	draw_print(stdout, "\n%s",
		_("Exit status: 0 done or nothing to change, 1 failed, 2 wrong arguments or no\n"
		  "terminal, 3 answers not valid, 4 not permitted, 5 a service does not answer,\n"
		  "6 taken back because it was not confirmed.\n"));
}
