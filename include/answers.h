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
#include "step_def.h"

#define ANSWERS_KEYS_MAX       16
#define ANSWERS_LINK_NAME_MAX  32
#define ANSWERS_HASH_MAX       384 /* crypt(5): CRYPT_OUTPUT_SIZE */
#define ANSWERS_TIMEZONE_MAX   64
#define ANSWERS_KEYMAP_MAX     64
#define ANSWERS_CREDENTIAL_MAX 256
#define ANSWERS_TEXT_MAX       (64 * 1024)
#define ANSWERS_LINE_MAX       4096
#define ANSWERS_PROBLEMS_MAX   200
#define ANSWERS_FILES_MAX      10
#define ANSWERS_FILE_SIZE      128

/* What a file says of the machine itself: bits of answers.given. */
enum host_answer {
	ANSWER_HOSTNAME = 1 << 0,
	ANSWER_TIMEZONE = 1 << 1,
	ANSWER_KEYMAP = 1 << 2,
	ANSWER_PASSWORD = 1 << 3, /* of root, in one of the three ways */
	ANSWER_KEYS = 1 << 4,	  /* of root */
	ANSWER_EULA = 1 << 5,	  /* accepted */
	N_HOST_ANSWERS = 6,
};

/* Where an answer stands. */
struct answers_place {
	unsigned file; /* of answers.files, from 1 on; 0: the command line */
	unsigned line; /* 0: the command line */
};

/* What a [Network] section says of its link: bits of answers_link.given. */
enum link_answer {
	LINK_ANSWER_VLAN = 1 << 0,
	LINK_ANSWER_NAME = 1 << 1, /* of the VLAN */
	LINK_ANSWER_BOND = 1 << 2,
	LINK_ANSWER_PORTS = 1 << 3,
	LINK_ANSWER_DHCP = 1 << 4,
	LINK_ANSWER_IPV6_RA = 1 << 5,
	LINK_ANSWER_WITHOUT_RA = 1 << 6,
	/* An address or gateway is about its family; an empty value about both. */
	LINK_ANSWER_ADDRESSES4 = 1 << 7,
	LINK_ANSWER_ADDRESSES6 = 1 << 8,
	LINK_ANSWER_GATEWAY4 = 1 << 9,
	LINK_ANSWER_GATEWAY6 = 1 << 10,
	LINK_ANSWER_ONLINK = 1 << 11,
	LINK_ANSWER_DNS = 1 << 12,
	LINK_ANSWER_DOMAINS = 1 << 13,
	LINK_ANSWER_NTP = 1 << 14,
	LINK_ANSWER_MTU = 1 << 15,
	LINK_ANSWER_ROUTES = 1 << 16,
	LINK_ANSWER_CLIENT_ID = 1 << 17,
	LINK_ANSWER_SEND_HOSTNAME = 1 << 18,
	LINK_ANSWER_ADVERTISED = 1 << 19,

	LINK_ANSWER_DEVICE = LINK_ANSWER_VLAN | LINK_ANSWER_BOND | LINK_ANSWER_PORTS,
	LINK_ANSWER_ADDRESSES = LINK_ANSWER_ADDRESSES4 | LINK_ANSWER_ADDRESSES6,
	LINK_ANSWER_GATEWAYS = LINK_ANSWER_GATEWAY4 | LINK_ANSWER_GATEWAY6,
};

enum answers_password {
	PASSWORD_NOT_GIVEN,
	PASSWORD_HASH,	     /* text is the hash */
	PASSWORD_CREDENTIAL, /* text is the name of a credential with the hash in it */
	PASSWORD_FILE,	     /* text is the path of a file with the hash in it */
};

/* One [Network] section. */
struct answers_link {
	char link[ANSWERS_LINK_NAME_MAX]; /* a name, a MAC address as "52:54:00:12:34:56", or
					     "first"; of a VLAN the link below it, of a bond its own
					     name */
	struct answers_place place;	  /* of the section */
	unsigned given;			  /* enum link_answer */
	unsigned seen;			  /* likewise, in the text that is read */
	struct net_config config;	  /* the fields of what is given; its ifname is Name= */
	bool dhcp[2];			  /* IPv4, IPv6 */
	bool accept_ra, solicit, advertised;
};

/* What is answered to one field of a vendor's step: as it stands, since what it may be is for the
 * step to say (step_values.h). */
struct answers_value {
	char field[STEP_NAME_SIZE];
	char *text; /* owned; cleared, since it may be a secret */
	struct answers_place place;
	bool exposed; /* others than root can read where it stands */
	bool seen;    /* in the text that is read */
};

/* One [Step NAME] section. */
struct answers_step {
	char name[STEP_NAME_SIZE];
	struct answers_place place; /* of the section */
	struct answers_value values[STEP_FIELDS_MAX];
	size_t n_values;
	bool seen; /* in the text that is read */
};

struct answers {
	unsigned given, seen; /* enum host_answer: at all, in the text that is read */
	struct answers_place places[N_HOST_ANSWERS]; /* by their bits; see answers_place_of() */
	char files[ANSWERS_FILES_MAX][ANSWERS_FILE_SIZE]; /* that were read, as they were named */
	size_t n_files;
	bool exposed; /* others than root can read the text that is read next: said by its reader */
	char hostname[HOST_NAME_SIZE];
	char timezone[ANSWERS_TIMEZONE_MAX];
	char keymap[ANSWERS_KEYMAP_MAX];
	struct answers_link *links[NET_LINKS_MAX]; /* owned */
	size_t n_links;
	struct answers_link *set_link; /* that --set is about; borrowed, NULL: not known yet */
	enum answers_password password;
	char password_text[ANSWERS_HASH_MAX]; /* cleared by answers_done() */
	char keys[ANSWERS_KEYS_MAX][LOGIN_KEY_MAX];
	size_t n_keys;
	struct answers_step *steps[STEPS_MAX]; /* owned */
	size_t n_steps;
};

/* What is wrong with an answer. */
struct answers_problem {
	char file[ANSWERS_FILE_SIZE]; /* as it was named, "--set" */
	unsigned line;		      /* 0: the whole file */
	char text[400]; /* whole sentences: the value, the rule, the nearest known name */
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

/* Likewise the file at path, "-" for standard input. It is a problem that it cannot be read, and
 * that others than root, or than the caller whose file it is, may read a hash in it. */
int answers_load(const char *path, struct answers *answers, struct answers_problems *problems);

/* Likewise one "SECTION.KEY=VALUE" of a command line; of a [Network] section, the one that was
 * named last (Network.Link=), or the only one or, where there is none, that of "first". The second
 * one of a list adds to it. No hash: everybody can see a command line. Whether keys of a section go
 * together shows in answers_merge(). */
int answers_set(const char *text, struct answers *answers, struct answers_problems *problems);

/* Where the settings go that a section is about, when its Link= stands for the interface ifname:
 * the interface itself, a VLAN on it, a bond. ret_device is of a card that is there already, or of
 * what is to be made (of a bond without Bond= or Port=, only the parts that are named). */
void answers_find_device(const struct answers_link *link, const char *ifname,
	char ret_name[static IFNAMSIZ], struct net_device *ret_device);

/* What settings a link has with these answers, that has those of config now; config is of the
 * interface that answers_find_device() names, with the device that it has or is to have, and may be
 * *ret. What came from the network (a lease) is not taken over. False: problem says what does not
 * fit; it may be overridable. */
bool answers_merge(const struct answers_link *link, const struct net_config *config,
	struct net_config *ret, struct problem *problem);

/* Where an answer about the machine itself (one bit of given) stands. */
struct answers_place answers_place_of(const struct answers *answers, enum host_answer answer);

/* The name of the file of a place: as it was read, or "--set". */
const char *answers_file_of(const struct answers *answers, struct answers_place place);

/* Is there a hash in them, which nobody else needs to see? */
bool answers_have_secret(const struct answers *answers);

/* Is the Link= of a section the name of an interface, and neither a MAC address nor "first"? */
bool answers_link_is_name(const struct answers_link *link);

/* Is this a hash that crypt(5) makes today, of a kind that is not broken (yescrypt, gost-yescrypt,
 * scrypt, bcrypt, SHA-512, SHA-256)? */
bool answers_check_hash(const char *hash, struct problem *problem);

/* Write answers as a file, every key that is given; a hash as a comment that says so. -EIO: f
 * does not take it. */
int answers_write(FILE *f, const struct answers *answers);

/* Add the section of a link that has these settings, every key of it. -ENOMEM; -ENOSPC: too many.
 */
int answers_add_config(struct answers *answers, const struct net_config *config, bool advertised);

/* Add the section of a step, and a value of its last one. -ENOMEM; -ENOSPC: too many. */
int answers_add_step(struct answers *answers, const char *name);
int answers_add_value(struct answers *answers, const char *field, const char *value);

/* Add what is wrong. A file with more than ANSWERS_PROBLEMS_MAX of them is not read to its end.
 * -ENOMEM. */
int answers_complain(struct answers_problems *problems, const char *file, unsigned line,
	const char *format, ...) _printf_(4, 5);

void answers_done(struct answers *answers);
void answers_problems_done(struct answers_problems *problems);
