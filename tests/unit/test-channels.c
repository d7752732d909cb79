/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "channels.h"

#include "tree.h"
#include "util.h"

#define CREDENTIALS "/run/credentials"

static struct answers_problems problems;

static int find(
	int (*channel)(struct channel_search *, struct channel_offer *), struct channel_offer *ret)
{
	struct channel_search search = { .root = tree, .problems = &problems };

	answers_problems_done(&problems);
	problems = (struct answers_problems){ 0 };
	*ret = (struct channel_offer){ 0 };
	return channel(&search, ret);
}

/* What the texts say, one behind the other. */
static const char *all(const struct channel_offer *offer)
{
	static char text[4096];

	*text = '\0';
	for (size_t i = 0; i < offer->n; i++)
		(void)strncat(text, offer->texts[i].text, sizeof(text) - strlen(text) - 1);
	return text;
}

/* Values that count as none. */
static void unset(void)
{
	static const char *const none[] = { "", "null", "NULL", " Null \n", "\t\r\n", "\n" };
	static const char *const some[] = { "nullable", "x", "nul", "[Host]", "null null" };

	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		test_assert(channel_is_unset(none[i]));
	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		test_assert(!channel_is_unset(some[i]));
}

static void credentials(void)
{
	struct channel_offer offer;

	tree_clear();
	tree_write(CREDENTIALS "/x", "");
	(void)setenv("CREDENTIALS_DIRECTORY", "", 1);
	test_equal_int(find(channel_credentials, &offer), 0);
	(void)setenv("CREDENTIALS_DIRECTORY", tree_path(CREDENTIALS), 1);
	test_equal_int(find(channel_credentials, &offer), 0);
	tree_write(CREDENTIALS "/firstboot.answers", "null\n");
	tree_write(CREDENTIALS "/system.hostname", "");
	test_equal_int(find(channel_credentials, &offer), 0);

	tree_write(CREDENTIALS "/system.hostname", "one\n");
	tree_write(CREDENTIALS "/passwd.hashed-password.root", "$y$secret");
	tree_write(CREDENTIALS "/ssh.authorized_keys.root",
		"# mine\nssh-ed25519 A\n\nssh-ed25519 B\n");
	test_equal_int(find(channel_credentials, &offer), 1);
	test_equal_str(offer.source, "the credential system.hostname");
	test_equal_str(all(&offer),
		"[Host]\nHostname=one\n[Root]\nPasswordCredential=passwd.hashed-password.root\n"
		"[Root]\nSSHAuthorizedKey=ssh-ed25519 A\nSSHAuthorizedKey=ssh-ed25519 B\n");
	channel_offer_done(&offer);

	/* The whole file comes last: what it says counts. */
	tree_write(CREDENTIALS "/firstboot.answers", "[Host]\nHostname=two\n");
	test_equal_int(find(channel_credentials, &offer), 1);
	test_equal_str(offer.source, "the credential firstboot.answers");
	test_assert(strstr(all(&offer), "Hostname=one\n") < strstr(all(&offer), "Hostname=two\n"));
	test_equal_int(problems.n, 0);
	channel_offer_done(&offer);
}

/* A line of a value cannot become a line of its own. */
static void hostile_credentials(void)
{
	_cleanup_free_ char *large = calloc(1, 1024 * 1024 + 1);
	struct channel_offer offer;

	tree_clear();
	tree_write(CREDENTIALS "/system.hostname", "one\n[Root]\nPasswordHash=x\n");
	(void)setenv("CREDENTIALS_DIRECTORY", tree_path(CREDENTIALS), 1);
	test_equal_int(find(channel_credentials, &offer), 1);
	test_equal_int(problems.n, 1);
	test_equal_int(offer.n, 0);

	memset(large, 'A', 1024 * 1024);
	tree_clear();
	tree_write(CREDENTIALS "/firstboot.answers", large);
	test_equal_int(find(channel_credentials, &offer), 1);
	test_equal_int(problems.n, 1);
	test_assert(problems.n && strstr(problems.all[0].text, "64 KiB"));
	test_equal_int(offer.n, 0);
}

static void file(void)
{
	struct channel_offer offer;

	tree_clear();
	test_equal_int(find(channel_file, &offer), 0);
	tree_write_mode("/etc/firstboot/answers.ini", "[Host]\n", 0600);
	test_equal_int(find(channel_file, &offer), 1);
	test_assert(offer.n == 1 && offer.texts[0].exposed == (geteuid() != 0));
	channel_offer_done(&offer);
	tree_write_mode("/etc/firstboot/answers.ini", "[Host]\n", 0640);
	test_equal_int(find(channel_file, &offer), 1);
	test_assert(offer.n == 1 && offer.texts[0].exposed);
	channel_offer_done(&offer);
	tree_clear();
	tree_link("/etc/firstboot/answers.ini", "/dev/null");
	test_equal_int(find(channel_file, &offer), 1);
	test_equal_int(problems.n, 1);
}

/* A stand-in for the program of VMware's guest tools. */
static void write_program(const char *script)
{
	tree_clear();
	tree_write_mode("/usr/bin/vmware-rpctool", script, 0755);
}

static int ask_program(const char *script, struct channel_offer *ret)
{
	struct channel_search search = { .root = tree, .problems = &problems };
	int r;

	answers_problems_done(&problems);
	problems = (struct answers_problems){ 0 };
	*ret = (struct channel_offer){ 0 };
	write_program(script);
	if (sd_event_new(&search.event) < 0)
		return -ENOMEM;
	r = channel_properties(&search, ret);
	sd_event_unref(search.event);
	return r;
}

#define ENVIRONMENT(properties)                                                                    \
	"#!/bin/sh\n[ \"$1\" = 'info-get guestinfo.ovfEnv' ] || exit 9\ncat <<'end'\n"             \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                             \
	"<Environment xmlns=\"http://schemas.dmtf.org/ovf/environment/1\" "                        \
	"xmlns:oe=\"http://schemas.dmtf.org/ovf/environment/1\" oe:id=\"\">\n"                     \
	"<PlatformSection><Kind>VMware "                                                           \
	"ESXi</Kind></PlatformSection><PropertySection>\n" properties                              \
	"</PropertySection></Environment>\nend\n"
#define PROPERTY(key, value) "<Property oe:key=\"" key "\" oe:value=\"" value "\"/>\n"

static void properties(void)
{
	struct channel_offer offer;

	test_equal_int(find(channel_properties, &offer), 0);
	test_equal_int(
		ask_program(ENVIRONMENT(PROPERTY("firstboot.host.hostname", "vm7") PROPERTY(
				    "firstboot.network.address", "192.0.2.7/24, 2001:db8::7/64")
					    PROPERTY("firstboot.network.gateway", "null")
						    PROPERTY("firstboot.network.dns", "")
							    PROPERTY("acme.licence", "x&amp;y")),
			&offer),
		1);
	test_equal_str(all(&offer),
		"[Host]\nHostname=vm7\n[Network]\nLink=first\nAddress=192.0.2.7/24\n"
		"Address=2001:db8::7/64\n");
	test_assert(offer.n == 1 && offer.texts[0].exposed);
	channel_offer_done(&offer);
}

/* Nothing is set, or there is nothing to ask. */
static void no_properties(void)
{
	static const char *const scripts[] = {
		ENVIRONMENT(PROPERTY("firstboot.host.hostname", "") PROPERTY("acme.a", "b")),
		"#!/bin/sh\nexit 1\n",
		"#!/bin/sh\necho 'No value found'; exit 1\n",
		"#!/bin/sh\n",
		"#!/bin/sh\necho null\n",
	};
	struct channel_offer offer;

	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		test_equal_int(ask_program(scripts[i], &offer), 0);
		test_equal_int(problems.n, 0);
	}
}

/* Each is refused with a sentence. */
static void hostile_properties(void)
{
	static const struct {
		const char *script, *says;
	} rows[] = {
		{ ENVIRONMENT(PROPERTY("firstboot.root.password", "hunter2")), "refused" },
		{ ENVIRONMENT(PROPERTY("firstboot.root.passwordhash", "$y$x")), "refused" },
		{ ENVIRONMENT(PROPERTY("firstboot.host.colour", "red")), "no property" },
		{ ENVIRONMENT(PROPERTY("firstboot.host.hostname", "a&#10;[Root]")), "one line" },
		{ "#!/bin/sh\necho '<Environment>'\n", "no XML" },
		{ "#!/bin/sh\necho '<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>'\n",
			"document type" },
		{ "#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' x\n", "too long" },
		{ "#!/bin/sh\nhead -c 1000 /dev/zero\n", "no text" },
		{ "#!/bin/sh\nexec sleep 60\n", "in time" },
	};
	struct channel_offer offer;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_equal_int(ask_program(rows[i].script, &offer), 1);
		test_equal_int(offer.n, 0);
		if (problems.n != 1 || !strstr(problems.all[0].text, rows[i].says))
			test_fail("row %zu: %s", i, problems.n ? problems.all[0].text : "nothing");
		test_assert(!problems.n || !strstr(problems.all[0].text, "hunter2"));
	}
}

int main(void)
{
	test_run(unset);
	test_run(credentials);
	test_run(hostile_credentials);
	test_run(file);
	test_run(properties);
	test_run(no_properties);
	test_run(hostile_properties);
	answers_problems_done(&problems);
	tree_done();
	return test_result();
}
