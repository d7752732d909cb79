/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ovf.h"

#include <ctype.h>
#include <expat.h>
#include <stdarg.h>
#include <strings.h>

#include "channels.h"
#include "i18n.h"
#include "safe_text.h"
#include "util.h"

#define ENVIRONMENT "http://schemas.dmtf.org/ovf/environment/1|"
#define PREFIX	    "firstboot."
#define VALUE_MAX   512

/* What is taken over, in the order of the answer file. */
static const struct property {
	const char *key, *section, *answer;
	bool list; /* several values, with blanks or commas between them */
} properties[] = {
	{ "firstboot.host.hostname", "Host", "Hostname", false },
	{ "firstboot.host.timezone", "Host", "Timezone", false },
	{ "firstboot.host.keymap", "Host", "Keymap", false },
	{ "firstboot.network.link", "Network", "Link", false },
	{ "firstboot.network.dhcp", "Network", "DHCP", false },
	{ "firstboot.network.address", "Network", "Address", true },
	{ "firstboot.network.gateway", "Network", "Gateway", true },
	{ "firstboot.network.dns", "Network", "DNS", true },
	{ "firstboot.network.domains", "Network", "Domains", true },
	{ "firstboot.network.ntp", "Network", "NTP", true },
	{ "firstboot.network.mtu", "Network", "MTU", false },
	{ "firstboot.root.sshauthorizedkey", "Root", "SSHAuthorizedKey", false },
	{ "firstboot.eula.accept", "Eula", "Accept", false },
};

#define N_PROPERTIES ARRAY_SIZE(properties)

struct reader {
	XML_Parser parser;
	char values[N_PROPERTIES][VALUE_MAX]; /* "": not set */
	struct ovf_answers *ret;
};

/* Only the first problem is told: nothing is taken then. */
static _printf_(2, 3) void complain(struct reader *reader, const char *format, ...)
{
	va_list ap;

	if (*reader->ret->problem)
		return;
	va_start(ap, format);
	(void)vsnprintf(reader->ret->problem, sizeof(reader->ret->problem), format, ap);
	va_end(ap);
}

/* Does it speak of a password? None is taken this way, nor is its value told. */
static bool is_password(const char *key)
{
	return strcasestr(key, "password") || strcasestr(key, "passwd");
}

/* The row of a key; VMware writes it as the vendor did, with or without capitals. */
static size_t find(const char *key)
{
	size_t i = 0;

	while (i < N_PROPERTIES && strcasecmp(properties[i].key, key) != 0)
		i++;
	return i;
}

/* May it stand in a line of an answer file? */
static bool is_line(const char *value)
{
	for (; *value; value++)
		if (iscntrl((unsigned char)*value))
			return false;
	return true;
}

/* A property has this value. */
static void take(struct reader *reader, const char *key, const char *value)
{
	size_t i = find(key);

	if (strncasecmp(key, PREFIX, strlen(PREFIX)) != 0 || channel_is_unset(value))
		return;
	if (is_password(key))
		complain(reader,
			_("The property %.100s is refused: everybody on the machine can read "
			  "properties, and a password must not come that way."),
			key);
	else if (i == N_PROPERTIES)
		complain(reader, _("There is no property %.100s."), key);
	else if (strlen(value) >= VALUE_MAX || !is_line(value))
		complain(reader,
			_("The value of the property %.100s is longer than %d characters, "
			  "or more than one line."),
			key, VALUE_MAX - 1);
	else
		memcpy(reader->values[i], value, strlen(value) + 1);
}

/* An element begins. */
static void on_element(void *userdata, const XML_Char *name, const XML_Char **attributes)
{
	const char *key = NULL, *value = NULL;

	if (!streq(name, ENVIRONMENT "Property"))
		return;
	for (; *attributes; attributes += 2) {
		if (streq(attributes[0], ENVIRONMENT "key"))
			key = attributes[1];
		else if (streq(attributes[0], ENVIRONMENT "value"))
			value = attributes[1];
	}
	if (key && value)
		take(userdata, key, value);
}

/* No such document has declarations, by which a small text could become a large one. */
static void on_doctype(void *userdata, const XML_Char *name, const XML_Char *system,
	const XML_Char *public, int internal)
{
	struct reader *reader = userdata;

	complain(reader, _("The OVF environment has a document type, which none needs."));
	(void)XML_StopParser(reader->parser, XML_FALSE);
}

/* Write the lines of one property. */
static void write_property(FILE *f, const struct property *property, char *value)
{
	char *part;

	if (!property->list) {
		(void)fprintf(f, "%s=%s\n", property->answer, value);
		return;
	}
	while ((part = strsep(&value, ", \t")))
		if (*part)
			(void)fprintf(f, "%s=%s\n", property->answer, part);
}

/* Write the answer file; which link is meant need not be said where there is only one. */
static void write_answers(struct reader *reader)
{
	FILE *f = fmemopen(reader->ret->text, sizeof(reader->ret->text) - 1, "w");
	const char *section = "";
	bool whole;

	if (!f)
		return;
	for (size_t i = 0; i < N_PROPERTIES; i++) {
		const struct property *property = &properties[i];

		if (!*reader->values[i])
			continue;
		if (!streq(section, property->section)) {
			(void)fprintf(f, "[%s]\n", property->section);
			if (streq(property->section, "Network") && !streq(property->answer, "Link"))
				(void)fputs("Link=first\n", f);
		}
		section = property->section;
		write_property(f, property, reader->values[i]);
	}
	whole = fflush(f) == 0 && !ferror(f);
	if (fclose(f) != 0 || !whole)
		complain(reader, _("The properties are longer than %zu characters together."),
			sizeof(reader->ret->text) - 2);
}

void ovf_read(const char *xml, struct ovf_answers *ret)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	memset(ret, 0, sizeof(*ret));
	if (!reader)
		return;
	reader->ret = ret;
	reader->parser = XML_ParserCreateNS(NULL, '|');
	if (!reader->parser) {
		free(reader);
		return;
	}
	XML_SetUserData(reader->parser, reader);
	XML_SetStartElementHandler(reader->parser, on_element);
	XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
	if (!channel_is_unset(xml) &&
		XML_Parse(reader->parser, xml, (int)strlen(xml), XML_TRUE) != XML_STATUS_OK)
		complain(reader, _("The OVF environment is no XML: line %lu, %s."),
			XML_GetCurrentLineNumber(reader->parser),
			XML_ErrorString(XML_GetErrorCode(reader->parser)));
	write_answers(reader);
	safe_utf8(ret->problem);
	if (*ret->problem)
		memset(ret->text, 0, sizeof(ret->text));
	XML_ParserFree(reader->parser);
	free(reader);
}
