/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What firstbootd and its clients agree on. The methods and their rules stand in
 * src/helper/service.c. */

#define BUS_NAME      "org.firstboot.Firstboot1"
#define BUS_PATH      "/org/firstboot/Firstboot1"
#define BUS_INTERFACE "org.firstboot.Firstboot1"

/* Errors; the message of each is a sentence for the customer. */
#define BUS_ERROR_REFUSED                                                                          \
	BUS_NAME ".Error.Refused" /* the value breaks a rule; nothing was changed */
#define BUS_ERROR_NOT_PERMITTED                                                                    \
	BUS_NAME ".Error.NotPermitted" /* this caller, or not without root's password */
#define BUS_ERROR_WRONG_PASSWORD BUS_NAME ".Error.WrongPassword"
#define BUS_ERROR_TOO_SOON	 BUS_NAME ".Error.TooSoon" /* after failed tries, or too many calls */
#define BUS_ERROR_BUSY		 BUS_NAME ".Error.Busy"	   /* another change is under way */
#define BUS_ERROR_FAILED                                                                           \
	BUS_NAME ".Error.Failed" /* tried, failed, taken back; the message says what and why */

/* firstboot-password, who alone looks at root's password; its errors are those above. */
#define PASSWORD_NAME	   "org.firstboot.Password1"
#define PASSWORD_PATH	   "/org/firstboot/Password1"
#define PASSWORD_INTERFACE "org.firstboot.Password1"

/* firstboot-cable, who alone may make a socket for packets. */
#define CABLE_NAME	"org.firstboot.Cable1"
#define CABLE_PATH	"/org/firstboot/Cable1"
#define CABLE_INTERFACE "org.firstboot.Cable1"

/* firstboot-step, who runs a vendor's program; its errors are those above. */
#define STEP_NAME      "org.firstboot.Step1"
#define STEP_PATH      "/org/firstboot/Step1"
#define STEP_INTERFACE "org.firstboot.Step1"

/* The answers of a step cross as memfds of JSON, sealed as a secret's: at most so many bytes. */
#define STEP_JSON_MAX (64 * 1024)

/* What a program has not said of how far it is. */
#define STEP_PERCENT_UNKNOWN UINT32_MAX

/* Flags of SetNetwork. */
#define NET_CHANGE_REPLACE                                                                         \
	(1U << 0) /* the links named are all: others of ours are given back to the machine */
#define NET_CHANGE_UNSAFE                                                                          \
	(1U << 1) /* no probe, no proof, no waiting: kept as soon as it is written */
#define NET_CHANGE_ASK                                                                             \
	(1U << 2) /* kept by another connection than this one alone, even where all is proven */

/* How long a change may wait for Confirm, where SetNetwork says so. */
#define CONFIRM_SECONDS_MIN 10
#define CONFIRM_SECONDS_MAX 3600

/* How a change that waited came to its end: what the signal ChangeEnded says. */
enum change_end {
	CHANGE_KEPT,
	CHANGE_TAKEN_BACK,
	CHANGE_BROKEN, /* not all of that has succeeded */
};

/* Secrets cross as memfds with exactly these seals, at most SECRET_MAX bytes, no NUL and no newline
 * within. */
#define SECRET_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define SECRET_MAX   511 /* crypt(3) and PAM take no more */

/* The language that was chosen on a screen. */
#define LANGUAGE_FILE "/etc/firstboot/firstboot.conf.d/91-language.conf"

/* So many lines of a unit's journal are shown at most. */
#define UNIT_JOURNAL_LINES 200

/* A support report crosses likewise: at most so many bytes of text. */
#define REPORT_MAX (256 * 1024)
