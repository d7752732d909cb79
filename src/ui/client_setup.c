/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of the wizard: its licence text and its steps. */

#include <errno.h>
#include <stdlib.h>

#include "client_parts.h"
#include "names.h"
#include "sealed.h"
#include "step_def.h"
#include "util.h"

/* The program's time, and that of whoever starts it on a slow machine. */
#define RUN_USEC ((STEP_SECONDS_MAX + 60) * 1000000ULL)

/* GetSetup's last part: which of the steps have changed. */
static int read_changed(sd_bus_message *reply, struct client_step *steps, size_t n)
{
	const char *name;
	int r = sd_bus_message_enter_container(reply, 'a', "s");

	while (r >= 0 && (r = sd_bus_message_read(reply, "s", &name)) > 0)
		for (size_t i = 0; i < n; i++)
			if (streq(steps[i].name, name))
				steps[i].changed = true;
	return r;
}

/* GetSetup: steps, whose texts are the reply's. */
static int read_setup(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	struct client_step *steps = calloc(STEPS_MAX, sizeof(*steps));
	int accepted, r;
	size_t n = 0;

	if (!steps)
		return -ENOMEM;
	*ret_data = steps;
	r = sd_bus_message_read(reply, "b", &accepted);
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "(ss)");
	while (r >= 0 && n < STEPS_MAX &&
		(r = sd_bus_message_read(reply, "(ss)", &steps[n].name, &steps[n].values)) > 0)
		n++;
	if (r >= 0)
		r = sd_bus_message_exit_container(reply);
	if (r >= 0)
		r = read_changed(reply, steps, n);
	if (r < 0)
		return r;
	result->eula_accepted = accepted;
	result->steps = steps;
	result->n_steps = n;
	return 0;
}

/* RunStep: whether the program was run, and what it says. */
static int read_run(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int changed, r;

	r = sd_bus_message_read(reply, "bs", &changed, &result->text);
	if (r < 0)
		return r;
	result->unchanged = !changed;
	return 0;
}

static const struct client_method get_setup = { "GetSetup", CLIENT_CALL_USEC, read_setup };
static const struct client_method accept_eula = { "AcceptEula", CLIENT_CALL_USEC, NULL };
static const struct client_method run_step = { "RunStep", RUN_USEC, read_run };

int client_get_setup(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &get_setup, done, userdata, "");
}

int client_accept_eula(struct client *client, const char *file, client_done_fn done, void *userdata)
{
	return client_call(client, &accept_eula, done, userdata, "s", file);
}

/* An object of JSON, or an empty one, as a sealed memory file. */
static int seal_object(const char *json)
{
	if (!json[0])
		json = "{}";
	return sealed_memfd("firstboot-step", json, strlen(json));
}

int client_run_step(struct client *client, const char *name, const char *values,
	const char *secrets, client_done_fn done, void *userdata)
{
	_cleanup_close_ int open_fd = seal_object(values);
	_cleanup_close_ int secret_fd = seal_object(secrets);

	if (open_fd < 0 || secret_fd < 0)
		return open_fd < 0 ? open_fd : secret_fd;
	return client_call(client, &run_step, done, userdata, "shh", name, open_fd, secret_fd);
}
