/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "questions.h"
#include "util.h"

/* Find the answer to one line. */
static void answer(const struct questions *questions, char *line)
{
	char *argument = line + strcspn(line, " ");

	if (*argument)
		*argument++ = '\0';
	for (const struct question *q = questions->table; q->name; q++)
		if (streq(q->name, line))
			q->answer(questions->userdata, argument);
	puts(".");
	fflush(stdout);
}

/* The script writes one line and waits for the answer: what is read is that line. */
static int on_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	char line[256];
	ssize_t n = read(fd, line, sizeof(line) - 1);

	if (n <= 0)
		return sd_event_exit(sd_event_source_get_event(source), n < 0);
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	answer(userdata, line);
	return 0;
}

int questions_attach(sd_event *event, struct questions *questions)
{
	_cleanup_(sd_event_source_unrefp) sd_event_source *source = NULL;
	int r = sd_event_add_io(event, &source, STDIN_FILENO, EPOLLIN, on_input, questions);

	if (r < 0)
		return r;
	r = sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IDLE);
	if (r < 0)
		return r;
	return sd_event_source_set_floating(source, true);
}
