/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "i18n.h"
#include "names.h"
#include "util.h"
#include "validate.h"

#define SECRET_PAGE 4096

/* -- secrets ------------------------------------------------------------------------------------
 */

void request_secret_done(struct request_secret *secret)
{
	if (!secret->bytes)
		return;
	explicit_bzero(secret->bytes, SECRET_PAGE);
	(void)munmap(secret->bytes, SECRET_PAGE);
	*secret = (struct request_secret){ 0 };
}

/* Is fd a file that nobody can change any more, of a size that a password has? */
static int check_memfd(int fd, size_t *ret_size, sd_bus_error *error)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || seals < 0 ||
		(seals & SECRET_SEALS) != SECRET_SEALS)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must come in a sealed memory file."));
	if (st.st_size < 1 || st.st_size > SECRET_MAX)
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must have 1 to %d bytes."), SECRET_MAX);
	*ret_size = (size_t)st.st_size;
	return 0;
}

/* Read size bytes of fd into a page of its own. */
static int load_secret(int fd, size_t size, struct request_secret *secret)
{
	void *page =
		mmap(NULL, SECRET_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -ENOMEM;
	secret->bytes = page;
	secret->length = size;
	if (mlock(page, SECRET_PAGE) < 0 || madvise(page, SECRET_PAGE, MADV_DONTDUMP) < 0)
		return -errno;
	if (pread(fd, page, size, 0) != (ssize_t)size)
		return -EIO;
	return 0;
}

/* A password is one line: PAM's modules and shadow(5) know no other. */
static bool is_one_line(const struct request_secret *secret)
{
	for (size_t i = 0; i < secret->length; i++) {
		unsigned char c = (unsigned char)secret->bytes[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

int request_read_secret(sd_bus_message *message, struct request_secret *ret, sd_bus_error *error)
{
	_cleanup_(request_secret_done) struct request_secret secret = { 0 };
	size_t size = 0;
	int fd, r;

	/* The descriptor is the message's. */
	r = sd_bus_message_read(message, "h", &fd);
	if (r < 0)
		return r;
	r = check_memfd(fd, &size, error);
	if (r < 0)
		return r;
	r = load_secret(fd, size, &secret);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The password could not be read: %s."), strerror(-r));
	if (!is_one_line(&secret))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it holds a character that cannot be typed "
			  "everywhere, such as a line end or a tab."));
	*ret = secret;
	secret = (struct request_secret){ 0 };
	return 0;
}

/* -- SetNetwork ---------------------------------------------------------------------------------
 */

/* An address of n bytes; of this family, unless that is AF_UNSPEC. */
static int address_from_bytes(const void *bytes, size_t n, int family, struct ip_addr *ret)
{
	int found = n == ip_size(AF_INET) ? AF_INET : n == ip_size(AF_INET6) ? AF_INET6 : AF_UNSPEC;

	if (found == AF_UNSPEC || (family != AF_UNSPEC && found != family))
		return -EBADMSG;
	*ret = (struct ip_addr){ .family = found };
	memcpy(ret->bytes, bytes, n);
	return 0;
}

/* (ayy): an address and its prefix length. Returns 0 at the end of the array. */
static int read_prefix(sd_bus_message *message, int family, struct ip_prefix *ret)
{
	const void *bytes;
	size_t n;
	int r;

	r = sd_bus_message_enter_container(message, 'r', "ayy");
	if (r <= 0)
		return r;
	r = sd_bus_message_read_array(message, 'y', &bytes, &n);
	if (r < 0)
		return r;
	r = address_from_bytes(bytes, n, family, &ret->addr);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "y", &ret->length);
	if (r < 0)
		return r;
	r = sd_bus_message_exit_container(message);
	return r < 0 ? r : 1;
}

/* a(ayy) */
static int read_prefixes(sd_bus_message *message, int af, struct net_family *family)
{
	int r;

	r = sd_bus_message_enter_container(message, 'a', "(ayy)");
	if (r < 0)
		return r;
	for (;;) {
		struct ip_prefix prefix = { 0 };

		r = read_prefix(message, af, &prefix);
		if (r <= 0)
			break;
		if (family->n_addresses == NET_ADDRESSES_MAX)
			return -EBADMSG;
		family->addresses[family->n_addresses++] = prefix;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* BUS_FAMILY_SIGNATURE */
static int read_family(sd_bus_message *message, int af, struct net_family *family)
{
	const void *gateway;
	uint8_t method;
	size_t n;
	int onlink, r;

	r = sd_bus_message_enter_container(message, 'r', "ya(ayy)ayb");
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "y", &method);
	if (r < 0)
		return r;
	if (method > NET_METHOD_STATIC)
		return -EBADMSG;
	family->method = (enum net_method)method;
	r = read_prefixes(message, af, family);
	if (r < 0)
		return r;
	r = sd_bus_message_read_array(message, 'y', &gateway, &n);
	if (r < 0)
		return r;
	r = n == 0 ? 0 : address_from_bytes(gateway, n, af, &family->gateway);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "b", &onlink);
	if (r < 0)
		return r;
	family->gateway_onlink = onlink;
	return sd_bus_message_exit_container(message);
}

/* aay */
static int read_dns(sd_bus_message *message, struct net_config *config)
{
	int r;

	r = sd_bus_message_enter_container(message, 'a', "ay");
	if (r < 0)
		return r;
	for (;;) {
		const void *bytes;
		size_t n;

		r = sd_bus_message_at_end(message, false);
		if (r != 0)
			break;
		r = sd_bus_message_read_array(message, 'y', &bytes, &n);
		if (r < 0)
			return r;
		if (config->n_dns == NET_DNS_MAX)
			return -EBADMSG;
		r = address_from_bytes(bytes, n, AF_UNSPEC, &config->dns[config->n_dns]);
		if (r < 0)
			return r;
		config->n_dns++;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* as */
static int read_domains(sd_bus_message *message, struct net_config *config)
{
	int r;

	r = sd_bus_message_enter_container(message, 'a', "s");
	if (r < 0)
		return r;
	for (;;) {
		const char *domain;

		r = sd_bus_message_read(message, "s", &domain);
		if (r <= 0)
			break;
		if (config->n_domains == NET_DOMAINS_MAX || strlen(domain) >= DOMAIN_MAX)
			return -EBADMSG;
		(void)strcpy(config->domains[config->n_domains++], domain);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* The whole of BUS_NETWORK_SIGNATURE. */
static int read_config(sd_bus_message *message, int *ret_ifindex, struct net_config *config)
{
	const char *ifname;
	int r;

	r = sd_bus_message_read(message, "is", ret_ifindex, &ifname);
	if (r < 0)
		return r;
	if (strlen(ifname) >= sizeof(config->ifname))
		return -EBADMSG;
	(void)strcpy(config->ifname, ifname);
	r = read_family(message, AF_INET, &config->v4);
	if (r < 0)
		return r;
	r = read_family(message, AF_INET6, &config->v6);
	if (r < 0)
		return r;
	r = read_dns(message, config);
	if (r < 0)
		return r;
	return read_domains(message, config);
}

/* Has the interface this index and this name? It may have been renamed since the caller looked. */
static bool names_agree(int ifindex, const char *ifname)
{
	return ifindex > 0 && if_nametoindex(ifname) == (unsigned)ifindex;
}

int request_read_network(sd_bus_message *message, struct net_config *ret, sd_bus_error *error)
{
	struct net_config config = { 0 };
	struct problem problem;
	int ifindex, r;

	r = read_config(message, &ifindex, &config);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The network settings were not changed: the request holds an address of "
			  "a wrong length, or more values than are allowed."));
	if (!validate_ifname(config.ifname, &problem) || !validate_net_config(&config, &problem))
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The network settings were not changed. %s"), problem.text);
	if (!names_agree(ifindex, config.ifname))
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The network settings were not changed: network card number %d is no "
			  "longer called %s. Choose the card again."),
			ifindex, config.ifname);
	*ret = config;
	return 0;
}
