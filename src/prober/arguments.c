/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arguments.h"

#include "util.h"

#define NAME_LENGTH_MAX	 253
#define LABEL_LENGTH_MAX 63
#define PATH_LENGTH_MAX	 1024

bool arguments_port(unsigned port)
{
	return port >= 1 && port <= UINT16_MAX;
}

bool arguments_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_";
	size_t total = strlen(name);

	if (total == 0 || total > NAME_LENGTH_MAX || strspn(name, "0123456789.") == total)
		return false;
	while (*name) {
		size_t length = strspn(name, letters);

		if (length == 0 || length > LABEL_LENGTH_MAX || name[0] == '-' ||
			name[length - 1] == '-')
			return false;
		name += length;
		if (*name == '.')
			name++;
		else if (*name)
			return false;
	}
	return true;
}

bool arguments_path(const char *path)
{
	size_t length = strlen(path);

	if (path[0] != '/' || length > PATH_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (path[i] <= ' ' || path[i] > '~')
			return false;
	return true;
}

bool arguments_target(const char *text, struct ip_addr *ret, int *ret_ifindex)
{
	size_t length = strcspn(text, "%");
	char ip[IP_TEXT_MAX];

	if (length >= sizeof(ip) || strpbrk(text, " \t\n\v\f\r"))
		return false;
	(void)snprintf(ip, sizeof(ip), "%.*s", (int)length, text);
	if (ip_parse(ip, ret) < 0)
		return false;
	*ret_ifindex = text[length] ? (int)if_nametoindex(text + length + 1) : 0;
	return !text[length] || (*ret_ifindex > 0 && ip_is_link_local(ret));
}
