/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * An answer file (firstboot.answers(5)): settings as INI in the vocabulary of systemd.network(5).
 * Reading one looks at nothing but its text. A key that is not named leaves what it is about as it
 * is, one that is named replaces it whole, and an empty value clears it.
 */

#include <stdbool.h>
#include <stdio.h>

#include "login_key.h"
#include "netconf.h"
#include "problem.h"

#define ANSWERS_KEYS_MAX	16
#define ANSWERS_LINK_NAME_MAX	32
#define ANSWERS_HASH_MAX	384 /* crypt(5): CRYPT_OUTPUT_SIZE */
#define ANSWERS_TIMEZONE_MAX	64
#define ANSWERS_KEYMAP_MAX	64
#define ANSWERS_CREDENTIAL_MAX	256
#define ANSWERS_TEXT_MAX	(64 * 1024)

/* What a file says of the machine itself: bits of answers.given. */
enum answer {
	ANSWER_HOSTNAME = 1 << 0,
	ANSWER_TIMEZONE = 1 << 1,
	ANSWER_KEYMAP = 1 << 2,
	ANSWER_PASSWORD = 1 << 3, /* of root, in one of the three ways */
	ANSWER_KEYS = 1 << 4,	  /* of root */
	ANSWER_EULA = 1 << 5,	  /* accepted */
};

/* What a [Network] section says of its link: bits of answers_link.given. */
enum link_answer {
	LINK_ANSWER_DEVICE = 1 << 0, /* VLAN=, Bond=, Port= */
	LINK_ANSWER_DHCP = 1 << 1,
	LINK_ANSWER_IPV6_RA = 1 << 2,
	LINK_ANSWER_ADDRESSES = 1 << 3,
	LINK_ANSWER_GATEWAYS = 1 << 4,
	LINK_ANSWER_DNS = 1 << 5,
	LINK_ANSWER_DOMAINS = 1 << 6,
	LINK_ANSWER_NTP = 1 << 7,
	LINK_ANSWER_MTU = 1 << 8,
	LINK_ANSWER_ROUTES = 1 << 9,
	LINK_ANSWER_CLIENT_ID = 1 << 10,
	LINK_ANSWER_SEND_HOSTNAME = 1 << 11,
	LINK_ANSWER_ADVERTISED = 1 << 12,
};

enum answers_password {
	PASSWORD_NOT_GIVEN,
	PASSWORD_HASH,	     /* text is the hash */
	PASSWORD_CREDENTIAL, /* text is the name of a credential with the hash in it */
	PASSWORD_FILE,	     /* text is the path of a file with the hash in it */
};

/* One [Network] section. */
struct answers_link {
	char link[ANSWERS_LINK_NAME_MAX]; /* a name, a MAC address in lower case, or "first"; of a
					     VLAN the link below it, of a bond its own name */
	unsigned line;			  /* of its Link=; 0: --set */
	unsigned given;			  /* enum link_answer */
	struct net_config config;	  /* the fields of what is given */
	bool dhcp[2], accept_ra, solicit; /* IPv4, IPv6: what config's methods are made of */
};

struct answers {
	unsigned given; /* enum answer */
	char hostname[HOST_NAME_SIZE];
	char timezone[ANSWERS_TIMEZONE_MAX];
	char keymap[ANSWERS_KEYMAP_MAX];
	struct answers_link *links[NET_LINKS_MAX]; /* owned */
	size_t n_links;
	enum answers_password password;
	char password_text[ANSWERS_HASH_MAX]; /* cleared by answers_done() */
	char keys[ANSWERS_KEYS_MAX][LOGIN_KEY_MAX];
	size_t n_keys;
};

/* What is wrong with an answer. */
struct answers_problem {
	char file[128];	   /* as it was named, "--set" */
	unsigned line;	   /* 0: the whole file */
	char text[320];	   /* whole sentences: the value, the rule, the nearest known name */
};

/* All that is wrong, in the order of the lines. */
struct answers_problems {
	struct answers_problem *all; /* owned */
	size_t n;
};

/* Read text, which was found in file, into answers, which hold zeros or what was read before: a key
 * of text takes the place of the same one before. 0, or -ENOMEM; whatever else is wrong is added to
 * problems, all of it in one run, and answers are not to be used then. */
int answers_read(const char *text, const char *file, struct answers *answers,
	struct answers_problems *problems);

/* Likewise one "SECTION.KEY=VALUE" of a command line; of a [Network] section, the one that was
 * named last, or the only one, or that of "first". The second one of a list adds to it. No key that
 * holds a secret: everybody can see a command line. */
int answers_set(const char *text, struct answers *answers, struct answers_problems *problems);

/* What settings a link has with these answers, that has those of config now. False: problem says
 * what does not fit. */
bool answers_merge(const struct answers_link *link, const struct net_config *config,
	struct net_config *ret, struct problem *problem);

/* Is it an answer file that nobody else needs to see? */
bool answers_have_secret(const struct answers *answers);

/* Is this a hash that crypt(5) makes today, of a kind that is not broken (yescrypt, gost-yescrypt,
 * scrypt, bcrypt, SHA-512, SHA-256)? */
bool answers_check_hash(const char *hash, struct problem *problem);

/* Write answers as a file, every key that is given; a secret as a comment that says so. */
int answers_write(FILE *f, const struct answers *answers);

/* The section of a link that has these settings, every key of it. -ENOMEM. */
int answers_add_config(struct answers *answers, const struct net_config *config, bool advertised);

int answers_complain(struct answers_problems *problems, const char *file, unsigned line,
	const char *format, ...) _printf_(4, 5);

void answers_done(struct answers *answers);
void answers_problems_done(struct answers_problems *problems);
