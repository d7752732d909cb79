/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * firstboot --unattended, of firstboot-headless.service: the answers that this machine was given
 * for its first boot, wherever they are. What comes of them is left for the consoles before
 * anything is done, so that whatever ends this process leaves them the truth.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "app.h"
#include "channels.h"
#include "cloudinit.h"
#include "given.h"
#include "headless.h"
#include "i18n.h"
#include "outcome.h"
#include "step_def.h"
#include "textfile.h"
#include "usec.h"
#include "util.h"

#define RESULT_FILE GIVEN_DIR "/result.json"

/* The boot waits for us, but not longer than this, and for the vendor's steps. */
#define LIMIT_SECONDS 120

/* For the services that tell how the links are; they may still be starting. */
#define SERVICES_USEC (20 * 1000000ULL)
#define BUS_USEC      (60 * 1000000ULL)

/* For the bus itself, where cloud-init has the basic system, which it comes with, wait for the
 * network. No login prompt comes without that either. */
#define SOCKET_SECONDS	  300
#define SOCKET_POLL_NSECS 100000000L

struct unattended {
	struct app app;
	struct channel_offer offer;
	struct answers answers;
	struct answers_problems problems;
	struct given given;
	struct outcome outcome;
	bool cloudinit; /* it has a source of data */
};

/* Is there anything to do? firstbootd asks the same again, more strictly. */
static bool is_unclaimed(void)
{
	_cleanup_free_ char *text = NULL;

	return textfile_read("", STATEDIR "/state", &text) >= 0 &&
	       strncmp(text, "unclaimed", 9) == 0;
}

/* -- the answers --------------------------------------------------------------------------------
 */

/* Read one text; what it may not hold is a problem, too. */
static int read_text(struct unattended *u, const struct channel_text *text)
{
	struct answers_problems ignored = { 0 };
	struct answers alone = { 0 };
	int r;

	u->answers.exposed = text->exposed;
	r = answers_read(text->text, text->file, &u->answers, &u->problems);
	if (r < 0 || !text->exposed)
		return r;
	/* All of them together may have a secret that came another way. */
	r = answers_read(text->text, text->file, &alone, &ignored);
	if (r >= 0 && answers_have_secret(&alone))
		r = answers_complain(&u->problems, text->file, 0, "%s",
			safe_bytes(_("It has root's password in it: only root may own it, and only "
				     "its owner may read it (chown root, chmod 600).")));
	answers_done(&alone);
	answers_problems_done(&ignored);
	return r;
}

/* Drop what cloud-init has set already. */
static void skip_cloudinit(struct unattended *u)
{
	struct cloudinit found;

	cloudinit_read("", &found);
	u->cloudinit = found.active;
	if (found.hostname && (u->answers.given & ANSWER_HOSTNAME)) {
		u->answers.given &= ~(unsigned)ANSWER_HOSTNAME;
		outcome_warn(&u->outcome,
			_("cloud-init has set the hostname already; the one given stays unused."));
	}
	if (found.network && u->answers.n_links > 0) {
		for (size_t i = 0; i < u->answers.n_links; i++)
			free(take_ptr(u->answers.links[i]));
		u->answers.n_links = 0;
		outcome_warn(&u->outcome,
			_("cloud-init sets up the network already; the settings given for it "
			  "stay unused."));
	}
}

/* What the answers are about. */
static unsigned find_what(const struct answers *answers)
{
	static const struct {
		unsigned answer, what;
	} pairs[] = {
		{ ANSWER_HOSTNAME, GIVEN_HOSTNAME },
		{ ANSWER_TIMEZONE, GIVEN_TIMEZONE },
		{ ANSWER_KEYMAP, GIVEN_KEYMAP },
		{ ANSWER_PASSWORD | ANSWER_KEYS, GIVEN_LOGIN },
		{ ANSWER_EULA, GIVEN_EULA },
		{ ANSWER_KEYS, GIVEN_KEYS },
	};
	unsigned what = answers->n_links > 0 ? GIVEN_NETWORK : 0;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (answers->given & pairs[i].answer)
			what |= pairs[i].what;
	return what;
}

/* The vendor's steps that they answer, by spaces. */
static void find_steps(const struct answers *answers, size_t size, char *ret)
{
	size_t length = 0;

	*ret = '\0';
	for (size_t i = 0; i < answers->n_steps && length < size; i++)
		length += (size_t)snprintf(ret + length, size - length, "%s%s", i > 0 ? " " : "",
			answers->steps[i]->name);
}

/* -- what came of them --------------------------------------------------------------------------
 */

/* The reason as lines: each problem, or the sentences of the outcome. */
static void write_reason(struct unattended *u)
{
	struct given *given = &u->given;
	size_t length = 0;

	given->reason[0] = '\0';
	for (size_t i = 0; i < u->problems.n && length < sizeof(given->reason); i++) {
		const struct answers_problem *problem = &u->problems.all[i];

		length += (size_t)snprintf(given->reason + length, sizeof(given->reason) - length,
			problem->line > 0 ? "%s:%u: %s\n" : "%s:%.0u %s\n", problem->file,
			problem->line, problem->text);
	}
	if (u->problems.n == 0 && !given->taken)
		(void)snprintf(
			given->reason, sizeof(given->reason), "%s", safe_bytes(u->outcome.text));
	safe_utf8(given->reason);
}

/* Leave word for the consoles. */
static void leave_given(struct unattended *u)
{
	int r = given_write("", &u->given);

	if (r >= 0)
		r = given_write_issue("", &u->given);
	if (r < 0)
		outcome_warn(
			&u->outcome, _("The consoles could not be told what came of the answers."));
}

/* Until it is known better: whatever ends us has cut it off. */
static void leave_cut_off(struct unattended *u)
{
	outcome_set(&u->outcome, EXIT_FAILED, "%s",
		_("It was cut off before its end. Some of the settings may be in force."));
	write_reason(u);
	leave_given(u);
	*u->outcome.text = '\0';
	u->outcome.status = EXIT_DONE;
}

/* From now on standard output is the result's file, where it can be made. */
static bool open_result(void)
{
	_cleanup_close_ int fd = -1;

	(void)unlink(RESULT_FILE);
	fd = open(RESULT_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	return fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0;
}

/* Tell the journal and whoever reads the result. */
static int tell(struct unattended *u, const struct options *options)
{
	struct options json = *options;

	json.json = open_result();
	if (u->problems.n > 0)
		u->outcome.problems = &u->problems;
	return outcome_tell(&u->outcome, &json);
}

/* Find answers and read them. 0: there are none. */
static int find_answers(struct unattended *u)
{
	struct channel_search search = {
		.root = "",
		.event = u->app.event,
		.problems = &u->problems,
	};
	int r = channels_find(&search, &u->offer);

	if (r <= 0)
		return r;
	u->given.ran = true;
	(void)snprintf(u->given.source, sizeof(u->given.source), "%s", u->offer.source);
	leave_cut_off(u);
	for (size_t i = 0; r > 0 && i < u->offer.n; i++) {
		int read = read_text(u, &u->offer.texts[i]);

		if (read < 0)
			return read;
	}
	skip_cloudinit(u);
	u->given.what = find_what(&u->answers);
	find_steps(&u->answers, sizeof(u->given.steps), u->given.steps);
	return r;
}

/* How long the steps that are answered may take. */
static unsigned sum_step_seconds(const struct answers *answers)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	unsigned seconds = 0;

	if (answers->n_steps == 0 || step_defs_load("", "", NULL, NULL, &defs) < 0)
		return 0;
	for (size_t i = 0; i < answers->n_steps; i++) {
		const struct step_def *def = step_defs_find(&defs, answers->steps[i]->name);

		seconds += def ? def->seconds : 0;
	}
	return seconds;
}

/* -- doing it -----------------------------------------------------------------------------------
 */

static bool is_answered(const void *app)
{
	return app_is_answered(app);
}

/* We may have come before the bus, which comes with the basic system. */
static int open_bus(bool patiently, sd_bus **ret)
{
	const struct timespec pause = { .tv_nsec = SOCKET_POLL_NSECS };
	uint64_t end = usec_now(CLOCK_MONOTONIC) + SOCKET_SECONDS * USEC_PER_SEC;
	int r;

	for (;;) {
		r = sd_bus_open_system(ret);
		if (!patiently || (r != -ENOENT && r != -ECONNREFUSED) ||
			usec_now(CLOCK_MONOTONIC) > end)
			return r;
		(void)nanosleep(&pause, NULL);
	}
}

/* Until the bus answers. */
static int wait_bus(bool patiently)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	int r = open_bus(patiently, &bus);

	if (r >= 0)
		r = sd_bus_set_method_call_timeout(bus, BUS_USEC);
	if (r < 0)
		return r;
	r = sd_bus_call_method(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", "GetId", NULL, NULL, "");
	return r < 0 ? r : 0;
}

/* Bring the machine to the answers. */
static void apply(struct unattended *u, const struct options *options)
{
	int r;

	(void)alarm(LIMIT_SECONDS + SOCKET_SECONDS);
	r = wait_bus(u->cloudinit);
	(void)alarm(LIMIT_SECONDS + sum_step_seconds(&u->answers));
	/* It may have gone on meanwhile. */
	skip_cloudinit(u);
	u->given.what = find_what(&u->answers);
	if (r >= 0)
		r = app_read_machine(&u->app);
	if (r >= 0)
		r = app_wait(&u->app, SERVICES_USEC, is_answered, &u->app);
	if (r < 0) {
		outcome_set(&u->outcome, EXIT_FAILED,
			_("The state of this machine could not be read: %s."),
			safe_text(strerror(-r), 0).text);
		return;
	}
	headless_apply(&u->app, &u->answers, options, true, &u->problems, &u->outcome);
}

/* All of it, until there is an outcome. */
static void run(struct unattended *u, const struct options *options)
{
	int r = app_init(&u->app);

	if (r >= 0)
		r = find_answers(u);
	if (r < 0) {
		outcome_set(&u->outcome, EXIT_FAILED, _("The answers could not be read: %s."),
			safe_text(strerror(-r), 0).text);
		return;
	}
	if (r == 0) {
		outcome_set(&u->outcome, EXIT_DONE, "%s", _("No answers were given."));
		return;
	}
	if (u->problems.n > 0)
		outcome_set(&u->outcome, EXIT_INVALID, "%s",
			_("The answers are invalid; nothing was changed."));
	else
		apply(u, options);
	u->given.taken = u->outcome.status == EXIT_DONE;
	write_reason(u);
	leave_given(u);
}

int unattended_run(const struct options *options)
{
	struct unattended *u;
	int status;

	if (!is_unclaimed())
		return EXIT_DONE;
	u = calloc(1, sizeof(*u));
	if (!u) {
		outcome_complain(_("Not enough memory"));
		return EXIT_FAILED;
	}
	(void)alarm(LIMIT_SECONDS);
	run(u, options);
	status = tell(u, options);
	app_done(&u->app);
	channel_offer_done(&u->offer);
	answers_done(&u->answers);
	answers_problems_done(&u->problems);
	outcome_done(&u->outcome);
	free(u);
	return status;
}
