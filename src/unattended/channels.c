/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "channels.h"

#include <errno.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>

#include "i18n.h"
#include "textfile.h"
#include "util.h"

static int (*const channels[])(struct channel_search *search, struct channel_offer *ret) = {
	channel_credentials,
	channel_file,
	channel_volume,
	channel_properties,
};

int channels_find(struct channel_search *search, struct channel_offer *ret)
{
	*ret = (struct channel_offer){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(channels); i++) {
		int r = channels[i](search, ret);

		if (r != 0)
			return r;
	}
	return 0;
}

void channel_offer_done(struct channel_offer *offer)
{
	for (size_t i = 0; i < offer->n; i++) {
		explicit_bzero(offer->texts[i].text, strlen(offer->texts[i].text));
		free(offer->texts[i].text);
	}
	*offer = (struct channel_offer){ 0 };
}

int channel_add(struct channel_offer *offer, const char *file, char *text, bool exposed)
{
	struct channel_text *place = &offer->texts[offer->n];

	if (offer->n == CHANNEL_TEXTS_MAX) {
		free(text);
		return -ENOMEM;
	}
	(void)snprintf(place->file, sizeof(place->file), "%s", file);
	place->text = text;
	place->exposed = exposed;
	offer->n++;
	return 0;
}

bool channel_is_unset(const char *text)
{
	static const char blanks[] = " \t\r\n";
	size_t length;

	text += strspn(text, blanks);
	length = strlen(text);
	while (length > 0 && strchr(blanks, text[length - 1]))
		length--;
	return length == 0 || (length == 4 && strncasecmp(text, "null", 4) == 0);
}

/* What is wrong with a file that holds no answers. */
static int complain(struct channel_search *search, const char *file, int error)
{
	if (error == -EFBIG)
		return answers_complain(search->problems, file, 0,
			_("This is longer than %d KiB, which no answer file is."),
			ANSWERS_TEXT_MAX / 1024);
	if (error == -EINVAL)
		return answers_complain(search->problems, file, 0,
			_("This is no text: there is a NUL byte in it."));
	return answers_complain(
		search->problems, file, 0, _("This cannot be read: %s."), strerror(-error));
}

int channel_read_fd(struct channel_search *search, int fd, const char *file, bool owned,
	struct channel_offer *ret)
{
	_cleanup_close_ int taken = fd;
	struct stat st;
	char *text;
	int r;

	if (fstat(taken, &st) < 0)
		return complain(search, file, -errno);
	if (!S_ISREG(st.st_mode))
		return answers_complain(search->problems, file, 0, _("This is no file."));
	r = textfile_read_fd(taken, ANSWERS_TEXT_MAX, &text);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return complain(search, file, r);
	return channel_add(ret, file, text, owned && (st.st_uid != 0 || (st.st_mode & 077) != 0));
}
