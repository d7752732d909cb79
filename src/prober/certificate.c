/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "certificate.h"

#include <openssl/x509v3.h>
#include <time.h>

#include "safe_text.h"
#include "util.h"

/* The digest of the whole certificate, in pairs of digits with colons between them. */
static void read_fingerprint(X509 *x509, char *ret, size_t size)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!X509_digest(x509, EVP_sha256(), digest, &n) || n * 3 > size)
		return;
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(ret + i * (size_t)3, size - i * (size_t)3,
			i + 1 < n ? "%02X:" : "%02X", digest[i]);
}

/* Seconds since 1970, 0 for what is before or no time at all. */
static uint64_t read_time(const ASN1_TIME *from)
{
	struct tm tm;
	time_t t;

	if (!from || !ASN1_TIME_to_tm(from, &tm))
		return 0;
	t = timegm(&tm);
	return t > 0 ? (uint64_t)t : 0;
}

/* Text of any of ASN.1's kinds as UTF-8 without NUL; nothing where it is none. */
static void read_text(const ASN1_STRING *from, char *ret, size_t size)
{
	unsigned char *text = NULL;
	int n = ASN1_STRING_to_UTF8(&text, from);

	if (n < 0)
		return;
	if ((size_t)n >= size)
		n = (int)size - 1;
	for (int i = 0; i < n; i++)
		ret[i] = text[i] ? (char)text[i] : '?';
	ret[n] = '\0';
	safe_utf8(ret);
	OPENSSL_free(text);
}

/* An entry of subjectAltName as text. False: it is of another kind. */
static bool read_alternative(const GENERAL_NAME *name, char *ret, size_t size)
{
	struct ip_addr addr;
	char text[IP_TEXT_MAX];

	if (name->type == GEN_DNS)
		read_text(name->d.dNSName, ret, size);
	if (name->type == GEN_IPADD &&
		ip_from_bytes(ASN1_STRING_get0_data(name->d.iPAddress),
			(size_t)ASN1_STRING_length(name->d.iPAddress), &addr))
		(void)snprintf(ret, size, "%s", ip_format(&addr, text));
	return *ret != '\0';
}

/* Its first DNS name or address, else its common name. */
static void read_name(const X509 *x509, char *ret, size_t size)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	const X509_NAME *subject = X509_get_subject_name(x509);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++)
		found = read_alternative(sk_GENERAL_NAME_value(names, i), ret, size);
	GENERAL_NAMES_free(names);
	if (!found && at >= 0)
		read_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)), ret, size);
}

/* Is what was asked for among its names? */
static bool has_name(X509 *x509, const char *host, const struct ip_addr *addr)
{
	const unsigned flags =
		X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;

	if (*host)
		return X509_check_host(x509, host, 0, flags, NULL) == 1;
	return addr && X509_check_ip(x509, addr->bytes, ip_size(addr->family), 0) == 1;
}

void certificate_read(
	X509 *x509, const char *host, const struct ip_addr *addr, struct web_certificate *ret)
{
	*ret = (struct web_certificate){
		.present = true,
		.self_signed = X509_self_signed(x509, 1) == 1,
		.names_host = has_name(x509, host, addr),
		.not_before = read_time(X509_get0_notBefore(x509)),
		.not_after = read_time(X509_get0_notAfter(x509)),
	};
	read_fingerprint(x509, ret->sha256, sizeof(ret->sha256));
	read_name(x509, ret->name, sizeof(ret->name));
}
