/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "login_key.h"

#include "test.h"
#include "util.h"

/* As ssh-keygen(1) has made them; the last two by hand. */
static const struct {
	const char *kind, *base64;
} keys[] = {
	{ "ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIBVe/Qq4s2i9mldsrxA8H42N8Stlv9M8Z6HkE8skCymy" },
	{ "ecdsa-sha2-nistp256",
		"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBDht70WieKsxjqa4D0121SAhzokr"
		"BqxlySEHyq+bOmXGlS0Mb0+iPhyam2AumwNMXxuV4+/TzGQy2cHgRva9fqw=" },
	{ "ecdsa-sha2-nistp384",
		"AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBIxH8+E+cYUhU6iYgqh1vnkE/3H7"
		"ZZquM74uAN/7q74bKyTGVJUx5TpuY1kyTMaGbRKqhTq7uT2t4cBGNhk7AmZJxlrh0ijQAEVmwWsFo+Ri"
		"myL3tM40DOqMFY15ELs9+A==" },
	{ "ecdsa-sha2-nistp521",
		"AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAEYyxM9m2v6DUOF7fsPcTdNd1n"
		"/etKNWTprMbTNAoXB06CxkNGlTSpOorTj/5Tg+0UpYIblVwgqysS9ss0f7v3UAEgdWX7T6LGQJTfz0Yr"
		"uHrsS72nf0o0dU0x1FB3yzSJ/Dir3XyAdxY6oYsc3+sps5n3V4NCLS4p27T38AYcyjCHjw==" },
	{ "ssh-rsa",
		"AAAAB3NzaC1yc2EAAAADAQABAAABAQCkAh+7Hh1wMJDdbzw7MWpzhWLxwEw3g0YZO7UsOXv+FtnLR+hn"
		"ndJC+/1j0UzJ47Q3h3yFPkx0PqQoPwENViRMHR39sdOB4FPQud2aQWu5R7CkFl6zx/vkoECrPC1+ScGa"
		"u6fIRNp2iHSlQX98ngqHCB6Gq9gcFktyc0tUjAEYbMB5X6NOcnfzhmfa/meiAlH5ViXgmeydsp5Hxuyj"
		"ABWJhjYH3F/6AiTpyXl+ltb19iam6mv1YEiTpecG8+H5VJeCxNtvqSQwMkPCEWN40dlEIUkr1hf1fYUG"
		"h+j9ZVJdIWJWSyEAZ4d5gURzIK20o21TpNph6lDH6CKypJODlgHf" },
	{ "ssh-rsa",
		"AAAAB3NzaC1yc2EAAAADAQABAAACAQDTUPL7Vw6tyF3vuf9BZ76GmIaRolW33qFOKIdhPybxOxID0x1H"
		"V29AnYmEV8l6BxIhUnL4ynvMOJ1kg5TdX0QE4URFgd1/7uePdEhH/jwGW21vBXo+0sDv+NEi3dr2610K"
		"4txWp1/SjqXR+vhUs6FuI7N5LGyJYJZcQmQU2Bi4iy9SIqPtYFQhV46qsINCiriRwrZPivrF6u+EX05n"
		"uirgcUV7mPgIHcS/O22YahsnrpY+V8ZmwbPRIXO6GQm+ro72Q/9fu9DI4PgFzwag1I0HLWQbJiYnxoks"
		"QF8dYhbkqzvLMA2kKIpxA9j6/XDyFF7kuPs44KriozV1N1i8D8mpl5+icqoBdwB+2UMDJtfR7G7ngXQ0"
		"fEikgQ/AJA1oUfDxgNenye+cikhq02E3j4iNrKS3gXlLd/+rNlZz+nhgzqYohxDcsR7XmIWsi9+yGaVy"
		"K7VXh8eD2ghhY0xWLwYh6502LcNXLMPWzT/BbWgTDpWawvk86uajhBi5u9ZxDzpBH5IZn99b3oAdEnus"
		"ase4ufDXzBWSRf3xMeK9FqQFYB5F/NW/knlh1nXcFtsT0h8545RltGSYalNtzToHhxGRzHcCPUL1OB5Z"
		"OZm9ie2QktAhZRYeRkR24ChntkGM/+jkw+/3GeEtd2Du8PxltKWl2HZuYrXqJfwlGhq0KYZG5w==" },
	{ "sk-ssh-ed25519@openssh.com",
		"AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZ"
		"GhscHR4fAAAABHNzaDo=" },
	{ "sk-ecdsa-sha2-nistp256@openssh.com",
		"AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAEc3NoOg==" },
};

#define SHORT_RSA                                                                                  \
	"ssh-rsa "                                                                                 \
	"AAAAB3NzaC1yc2EAAAADAQABAAAAgQC+CPSNg9l3bDyp2euO2xJ4NZSuYKjdNsorD6959LbNexVjefBc"         \
	"EofoGHId7yksBpHLJTtmRsZiWOU9RZjboxPcFx1dGf8uNOyp1J8c8nJEKT5XWabkbS06lXNnVnCSW8f4"         \
	"d3llou8EDcmMV7mquc98oGoKtkOswpL2O9FTGX1WTQ=="

static char ret[LOGIN_KEY_MAX];
static struct problem problem;

/* Is a line of these parts taken, and written so? */
static bool taken(const char *before, size_t i, const char *after, const char *written)
{
	char line[2 * LOGIN_KEY_MAX], wanted[LOGIN_KEY_MAX];

	(void)snprintf(
		line, sizeof(line), "%s%s %s%s", before, keys[i].kind, keys[i].base64, after);
	(void)snprintf(wanted, sizeof(wanted), "%s %s%s", keys[i].kind, keys[i].base64, written);
	return login_key_check(line, ret, &problem) && streq(ret, wanted);
}

/* Every kind, with and without a comment, as it is pasted. */
static void good(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		test_assert(taken("", i, "", ""));
		test_assert(taken("  ", i, "  alice@laptop key 1  ", " alice@laptop key 1"));
	}
}

/* Every key that has lost or changed a character. */
static void damaged(void)
{
	char line[LOGIN_KEY_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		int whole = snprintf(line, sizeof(line), "%s %s", keys[i].kind, keys[i].base64);

		for (int length = 0; length < whole; length++) {
			line[length] = '\0';
			test_assert(!login_key_check(line, ret, &problem));
			(void)snprintf(line, sizeof(line), "%s %s", keys[i].kind, keys[i].base64);
		}
		(void)snprintf(line, sizeof(line), "%s %sAAAA", keys[i].kind, keys[i].base64);
		test_assert(!login_key_check(line, ret, &problem));
		/* of another kind than it says */
		(void)snprintf(line, sizeof(line), "%s %s", keys[i].kind,
			keys[(i + 2) % ARRAY_SIZE(keys)].base64);
		test_assert(streq(keys[i].kind, keys[(i + 2) % ARRAY_SIZE(keys)].kind) ||
			    !login_key_check(line, ret, &problem));
	}
	test_assert(!login_key_check(SHORT_RSA, ret, &problem));
	test_assert(strstr(problem.text, "1024 bits"));
}

/* What no line of ours has. */
static void refused(void)
{
	static const char *const before[] = { "no-pty ", "command=\"/bin/sh\" ", "from=\"*\" ",
		"environment=\"LD_PRELOAD=x\" ", "# ", "\n", "ssh-dss " };
	static const char *const after[] = { " a\nssh-ed25519 AAAA", " \033[2J", " \r", " \x80",
		" caf\xc3\xa9", "\001" };

	for (size_t i = 0; i < ARRAY_SIZE(before); i++)
		test_assert(!taken(before[i], 0, "", ""));
	for (size_t i = 0; i < ARRAY_SIZE(after); i++)
		test_assert(!taken("", 0, after[i], after[i]));
	test_assert(!login_key_check("", ret, &problem));
	test_assert(!login_key_check("correct horse battery staple", ret, &problem));
	test_assert(!login_key_check(
		"ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5", ret, &problem));
}

/* Lines of authorized_keys that are a login, and some that are none. */
static void found(void)
{
	static const struct {
		const char *before;
		bool login;
	} rows[] = { { "", true }, { "\t", true }, { "no-pty,no-X11-forwarding ", true },
		{ "from=\"10.0.0.*,!10.0.0.9\" ", true }, { "environment=\"A=a b\",no-pty ", true },
		{ "environment=\"A=\\\",command=\\\"\" ", true }, { "# ", false },
		{ "command=\"echo 'Please login as the user \\\"admin\\\"'\" ", false },
		{ "no-pty,COMMAND=\"false\" ", false },
		{ "from=\"a\\\"b\",command=\"x\" ", false } };
	char line[LOGIN_KEY_MAX], wanted[LOGIN_KEY_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		(void)snprintf(line, sizeof(line), "%s%s %s somebody", rows[i].before, keys[0].kind,
			keys[0].base64);
		(void)snprintf(wanted, sizeof(wanted), "%s %s", keys[0].kind, keys[0].base64);
		test_equal_int(login_key_find(line, ret), rows[i].login);
		if (rows[i].login)
			test_equal_str(ret, wanted);
	}
	test_assert(!login_key_find("", ret));
	test_assert(!login_key_find("\"", ret));
	test_assert(!login_key_find("no-pty", ret));
}

int main(void)
{
	test_run(good);
	test_run(damaged);
	test_run(refused);
	test_run(found);
	return test_result();
}
