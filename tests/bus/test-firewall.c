/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firewall_child.h at work, for test_firewall_truth.py: to each line of IFINDEX and then ADDRESS
 * PORT, as often as you like, it answers with lines of VERDICT WHERE, and with a dot. */

#include "firewall_child.h"

#include <stdio.h>

#include "util.h"

static const char *const verdicts[FIREWALL_N_VERDICTS] = {
	[FIREWALL_UNKNOWN] = "UNKNOWN",
	[FIREWALL_NONE] = "NONE",
	[FIREWALL_OPEN] = "OPEN",
	[FIREWALL_SOME] = "SOME",
	[FIREWALL_CLOSED] = "CLOSED",
};

/* What one line asks. */
struct inquiry {
	struct firewall_question questions[FIREWALL_PACKETS_MAX];
	size_t n;
	sd_event *event;
};

static void handle_judged(const struct firewall_judgement *judgements, void *userdata)
{
	struct inquiry *inquiry = userdata;

	for (size_t i = 0; i < inquiry->n; i++)
		printf("%s %s\n", verdicts[judgements[i].verdict], judgements[i].where);
	(void)sd_event_exit(inquiry->event, 0);
}

/* Read a line. False: it is none. */
static bool read_inquiry(char *line, struct inquiry *ret)
{
	char *state, *ifindex = strtok_r(line, " \n", &state), *addr, *port;

	*ret = (struct inquiry){ 0 };
	while (ifindex && ret->n < FIREWALL_PACKETS_MAX && (addr = strtok_r(NULL, " \n", &state)) &&
		(port = strtok_r(NULL, " \n", &state))) {
		struct firewall_question *question = &ret->questions[ret->n++];

		question->ifindex = atoi(ifindex);
		question->dport = (unsigned)atoi(port);
		if (ip_parse(addr, &question->daddr) < 0)
			return false;
	}
	return ret->n > 0;
}

/* Have it answered by a child. */
static bool answer(struct inquiry *inquiry)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	struct firewall_child *child;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0 || sd_event_new(&event) < 0)
		return false;
	inquiry->event = event;
	return firewall_child_start(event, inquiry->questions, inquiry->n, handle_judged, inquiry,
		       &child) >= 0 &&
	       sd_event_loop(event) >= 0;
}

int main(void)
{
	struct inquiry inquiry;
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (!read_inquiry(line, &inquiry) || !answer(&inquiry))
			return 1;
		puts(".");
		if (fflush(stdout) != 0)
			return 1;
	}
	return 0;
}
