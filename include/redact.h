/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Secrets taken out of text that leaves the machine: settings files, log lines, whatever a support
 * report quotes. Better one word too many than one secret: what stands behind a name that sounds
 * like a secret goes, whatever it is.
 */

#define REDACTED "(removed)"

/* A copy of text in which each of these is REDACTED: the values of settings named like passwords,
 * keys, tokens, communities and credentials, in INI, YAML, JSON, shell and netplan manner, with
 * the lines that go on with them; PEM blocks; WireGuard keys; hashes of crypt(5); the user part of
 * URLs; HTTP authorizations. Everything else stays, byte for byte, and each line stays a line.
 * -ENOMEM. Caller frees. */
int redact(const char *text, char **ret);
