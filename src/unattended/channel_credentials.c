/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Credentials of systemd (systemd.exec(5), LoadCredential=): of a hypervisor by SMBIOS or fw_cfg,
 * of a container manager, or files in /etc/credstore. A whole answer file, and single values under
 * the names that systemd has for them, each of which counts where the file has nothing to say.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "channels.h"
#include "i18n.h"
#include "textfile.h"
#include "util.h"

#define WHOLE_FILE "firstboot.answers"

/* The single ones, and the keys that they stand for. */
static const struct single {
	const char *credential, *section, *key;
	bool by_name; /* the key takes the credential's name; the value is none of our business */
	bool lines;   /* several values, a line each */
} singles[] = {
	{ "system.hostname", "Host", "Hostname", false, false },
	{ "firstboot.timezone", "Host", "Timezone", false, false },
	{ "firstboot.keymap", "Host", "Keymap", false, false },
	{ "passwd.hashed-password.root", "Root", "PasswordCredential", true, false },
	{ "ssh.authorized_keys.root", "Root", "SSHAuthorizedKey", false, true },
};

/* The folder that PID 1 has put our credentials into; NULL: there are none. */
static const char *folder(void)
{
	const char *path = getenv("CREDENTIALS_DIRECTORY");

	return path && *path == '/' ? path : NULL;
}

/* Open a credential that is set to something. -ENOENT. */
static int open_set(const char *name)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX], start[64];
	ssize_t n;

	if (snprintf(path, sizeof(path), "%s/%s", folder(), name) >= (int)sizeof(path))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = pread(fd, start, sizeof(start) - 1, 0);
	if (n < 0)
		return -errno;
	start[n] = '\0';
	if (strlen(start) == (size_t)n && (size_t)n < sizeof(start) - 1 && channel_is_unset(start))
		return -ENOENT;
	return take_fd(&fd);
}

/* Write the values of a credential as lines of an answer file. */
static int write_lines(const struct single *single, char *value, char **ret)
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *text = NULL;
	char *line;
	size_t size;

	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	(void)fprintf(f, "[%s]\n", single->section);
	while ((line = strsep(&value, "\n")))
		if (*line && !(single->lines && *line == '#'))
			(void)fprintf(f, "%s=%s\n", single->key, line);
	if (fclose(take_ptr(f)) != 0)
		return -ENOMEM;
	*ret = take_ptr(text);
	return 0;
}

/* Is there more behind the first line? */
static bool has_further_line(const char *value)
{
	const char *end = strchr(value, '\n');

	return end && end[1] != '\0';
}

/* Add what one of them says. */
static int add_single(struct channel_search *search, const struct single *single, int fd,
	struct channel_offer *ret)
{
	_cleanup_free_ char *value = NULL;
	char file[128], *text;
	int r;

	(void)snprintf(file, sizeof(file), _("credential %s"), single->credential);
	if (single->by_name)
		value = strdup(single->credential);
	else if ((r = textfile_read_fd(fd, ANSWERS_TEXT_MAX, &value)) < 0 && r != -ENOMEM)
		return answers_complain(
			search->problems, file, 0, _("This is no text, or too long."));
	if (!value)
		return -ENOMEM;
	if (!single->lines && has_further_line(value))
		return answers_complain(
			search->problems, file, 0, _("This is more than one line."));
	r = write_lines(single, value, &text);
	return r < 0 ? r : channel_add(ret, file, text, false);
}

/* All single ones; 1 where there was one. */
static int add_singles(struct channel_search *search, struct channel_offer *ret)
{
	int found = 0;

	for (size_t i = 0; i < ARRAY_SIZE(singles); i++) {
		_cleanup_close_ int fd = open_set(singles[i].credential);
		int r;

		if (fd < 0)
			continue;
		found = 1;
		r = add_single(search, &singles[i], fd, ret);
		if (r < 0)
			return r;
		if (!*ret->source)
			(void)snprintf(ret->source, sizeof(ret->source), _("the credential %s"),
				singles[i].credential);
	}
	return found;
}

int channel_credentials(struct channel_search *search, struct channel_offer *ret)
{
	_cleanup_close_ int whole = -1;
	int found, r;

	if (!folder())
		return 0;
	found = add_singles(search, ret);
	if (found < 0)
		return found;
	whole = open_set(WHOLE_FILE);
	if (whole < 0)
		return found;
	(void)snprintf(ret->source, sizeof(ret->source), _("the credential %s"), WHOLE_FILE);
	r = channel_read_fd(search, take_fd(&whole), "credential " WHOLE_FILE, false, ret);
	return r < 0 ? r : 1;
}
