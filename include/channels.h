/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Where a machine that starts for the first time finds answers: credentials, a file, a volume, the
 * properties of a virtual machine. The first place that has some is taken, the others are not
 * looked at.
 */

#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "answers.h"

#define CHANNEL_TEXTS_MAX 8

/* An answer file, or what is to be read as one. */
struct channel_text {
	char file[128]; /* what problems are to name */
	char *text;	/* owned */
	bool exposed;	/* others than root can read it, or may have written it: no secrets */
};

struct channel_offer {
	char source[128]; /* as a phrase: "the credential firstboot.answers" */
	struct channel_text texts[CHANNEL_TEXTS_MAX]; /* to be read in this order */
	size_t n;
};

/* What the channels look with. */
struct channel_search {
	const char *root; /* "" for this machine */
	sd_event *event;
	struct answers_problems *problems; /* what is there and cannot be read is added */
};

/* 1: ret is what was found, with a problem for what of it cannot be read; 0: there is nothing.
 * -ENOMEM. */
int channels_find(struct channel_search *search, struct channel_offer *ret);
void channel_offer_done(struct channel_offer *offer);

/* Add a text, which is taken over. -ENOMEM after freeing it. */
int channel_add(struct channel_offer *offer, const char *file, char *text, bool exposed);

/* Is this as good as no value: nothing but blanks, or "null"? */
bool channel_is_unset(const char *text);

/* The channels, in the order of the table. As channels_find(). */
int channel_credentials(struct channel_search *search, struct channel_offer *ret);
int channel_file(struct channel_search *search, struct channel_offer *ret);
int channel_volume(struct channel_search *search, struct channel_offer *ret);
int channel_properties(struct channel_search *search, struct channel_offer *ret);

/* The name of an answer file on a volume and in /etc/firstboot. */
#define CHANNEL_FILE_NAME "answers.ini"

/* Read an answer file from fd, which is told as file; a problem where it is none. Takes fd. */
int channel_read_fd(struct channel_search *search, int fd, const char *file, bool owned,
	struct channel_offer *ret);
