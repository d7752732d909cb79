/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <sys/socket.h>

#include "any.h"
#include "netwire.h"
#include "test.h"
#include "util.h"

/* A bus that nobody is at the other end of: enough for messages. */
static sd_bus *bus;

/* An empty message. */
static sd_bus_message *message_new(void)
{
	sd_bus_message *message = NULL;

	test_equal_int(sd_bus_message_new_method_call(
			       bus, &message, NULL, "/", "org.example.Example", "Example"),
		0);
	return message;
}

/* End a message, so that it can be read. */
static void message_seal(sd_bus_message *message)
{
	test_equal_int(sd_bus_message_seal(message, 1, 0), 0);
}

/* Whatever the settings are, they arrive as they were, to the signature's letter. */
static void test_round_trip(void)
{
	for (int i = 0; i < 500; i++) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = message_new();
		static struct net_set set, again;
		int sent[NET_LINKS_MAX], received[NET_LINKS_MAX] = { 0 };

		any_set(&set, i % 100 == 0 ? NET_LINKS_MAX : 3, false);
		for (size_t j = 0; j < set.n_links; j++)
			sent[j] = (int)any_below(1000);
		test_equal_int(netwire_append(message, &set, sent), 0);
		message_seal(message);
		test_equal_str(sd_bus_message_get_signature(message, true), NETWIRE_SET);
		test_equal_int(netwire_read(message, &again, received), 0);
		test_assert(net_set_equal(&set, &again));
		test_assert(set.n_links == 0 ||
			    memcmp(sent, received, set.n_links * sizeof(*sent)) == 0);
	}
}

/* Without ifindexes they are 0; with a flag behind it, the set ends where it should. */
static void test_followed(void)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = message_new();
	int received[NET_LINKS_MAX] = { 7 };
	static struct net_set set, again;
	uint32_t flags = 0;

	any_set(&set, 0, false);
	set.n_links = 1;
	set.links[0] = any_config(false);
	test_equal_int(netwire_append(message, &set, NULL), 0);
	test_assert(sd_bus_message_append(message, "u", 5u) >= 0);
	message_seal(message);
	test_equal_int(netwire_read(message, &again, received), 0);
	test_equal_int(received[0], 0);
	test_equal_int(sd_bus_message_read(message, "u", &flags), 1);
	test_equal_int(flags, 5);
	test_equal_int(sd_bus_message_rewind(message, true), 1);
	test_equal_int(netwire_read(message, &again, NULL), 0);
	test_assert(net_set_equal(&set, &again));
}

/* A message with one value that is out of its limits. */
struct odd {
	const char *label;
	unsigned kind, ports, mode, method, prefix, addresses, n_bytes, gateway, dns, domain_length;
	unsigned domains, ntp, routes, route_prefix, route_gateway, name_length;
	bool good;
};

/* A text of n letters. */
static const char *letters(unsigned n)
{
	static char text[512];

	memset(text, 'a', n);
	text[n] = '\0';
	return text;
}

/* Append n items. */
#define append_times(n, message, ...)                                                              \
	for (unsigned _i = 0; _i < (n); _i++)                                                      \
	test_assert(sd_bus_message_append(message, __VA_ARGS__) >= 0)

/* One family of such a message. */
static void odd_family(sd_bus_message *m, const struct odd *o)
{
	static const uint8_t bytes[32] = { 192, 0, 2, 1 };

	sd_bus_message_open_container(m, 'r', NETWIRE_FAMILY_FIELDS);
	sd_bus_message_append(m, "y", o->method);
	sd_bus_message_open_container(m, 'a', "(ayy)");
	for (unsigned i = 0; i < o->addresses; i++) {
		sd_bus_message_open_container(m, 'r', "ayy");
		sd_bus_message_append_array(m, 'y', bytes, o->n_bytes);
		sd_bus_message_append(m, "y", o->prefix);
		sd_bus_message_close_container(m);
	}
	sd_bus_message_close_container(m);
	sd_bus_message_append_array(m, 'y', bytes, o->gateway);
	sd_bus_message_append(m, "b", 0);
	sd_bus_message_close_container(m);
}

/* The message. */
static void odd_append(sd_bus_message *m, const struct odd *o)
{
	static const uint8_t bytes[32] = { 192, 0, 2, 1 };

	sd_bus_message_open_container(m, 'a', NETWIRE_LINK);
	sd_bus_message_open_container(m, 'r', NETWIRE_LINK_FIELDS);
	sd_bus_message_append(m, "is", 1, letters(o->name_length));
	sd_bus_message_open_container(m, 'r', NETWIRE_DEVICE_FIELDS);
	sd_bus_message_append(m, "y", o->kind);
	sd_bus_message_open_container(m, 'a', "s");
	append_times(o->ports, m, "s", "enp1s0");
	sd_bus_message_close_container(m);
	sd_bus_message_append(m, "qy", 5, o->mode);
	sd_bus_message_close_container(m);
	odd_family(m, o);
	sd_bus_message_append(m, NETWIRE_FAMILY, 0, 0, 0, 0);
	sd_bus_message_open_container(m, 'a', "ay");
	sd_bus_message_append_array(m, 'y', bytes, o->dns);
	sd_bus_message_close_container(m);
	sd_bus_message_open_container(m, 'a', "s");
	append_times(o->domains, m, "s", letters(o->domain_length));
	sd_bus_message_close_container(m);
	sd_bus_message_open_container(m, 'a', "s");
	append_times(o->ntp, m, "s", letters(o->domain_length));
	sd_bus_message_close_container(m);
	sd_bus_message_append(m, "u", 1500);
	sd_bus_message_open_container(m, 'a', NETWIRE_ROUTE);
	for (unsigned i = 0; i < o->routes; i++) {
		sd_bus_message_open_container(m, 'r', NETWIRE_ROUTE_FIELDS);
		sd_bus_message_append_array(m, 'y', bytes, 4);
		sd_bus_message_append(m, "y", o->route_prefix);
		sd_bus_message_append_array(m, 'y', bytes, o->route_gateway);
		sd_bus_message_append(m, "u", 0);
		sd_bus_message_close_container(m);
	}
	sd_bus_message_close_container(m);
	sd_bus_message_append(m, "bb", 0, 0);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	sd_bus_message_append(m, "s", letters(o->name_length));
}

/* What every row starts from. */
#define GOOD                                                                                       \
	.kind = 1, .ports = NET_PORTS_MAX, .mode = 2, .method = 3, .prefix = 32,                   \
	.addresses = NET_ADDRESSES_MAX, .n_bytes = 4, .gateway = 4, .dns = 16,                     \
	.domain_length = 253, .domains = NET_DOMAINS_MAX, .ntp = NET_NTP_MAX,                      \
	.routes = NET_ROUTES_MAX, .route_prefix = 32, .route_gateway = 4, .name_length = 15

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
static const struct odd odds[] = {
	{ .label = "the limits", GOOD, .good = true },
	{ .label = "no gateways", GOOD, .gateway = 0, .route_gateway = 0, .good = true },
	{ .label = "kind", GOOD, .kind = 3 },
	{ .label = "ports", GOOD, .ports = NET_PORTS_MAX + 1 },
	{ .label = "mode", GOOD, .mode = 3 },
	{ .label = "method", GOOD, .method = 4 },
	{ .label = "prefix", GOOD, .prefix = 33 },
	{ .label = "addresses", GOOD, .addresses = NET_ADDRESSES_MAX + 1 },
	{ .label = "IPv6 in IPv4", GOOD, .n_bytes = 16 },
	{ .label = "no address", GOOD, .n_bytes = 0 },
	{ .label = "three bytes", GOOD, .n_bytes = 3 },
	{ .label = "32 bytes", GOOD, .n_bytes = 32 },
	{ .label = "an IPv6 gateway", GOOD, .gateway = 16 },
	{ .label = "five bytes", GOOD, .gateway = 5 },
	{ .label = "a name server of none", GOOD, .dns = 0 },
	{ .label = "a name server of 17", GOOD, .dns = 17 },
	{ .label = "long names", GOOD, .domain_length = 254 },
	{ .label = "domains", GOOD, .domains = NET_DOMAINS_MAX + 1 },
	{ .label = "time servers", GOOD, .ntp = NET_NTP_MAX + 1 },
	{ .label = "routes", GOOD, .routes = NET_ROUTES_MAX + 1 },
	{ .label = "a route's prefix", GOOD, .route_prefix = 33 },
	{ .label = "a route's gateway", GOOD, .route_gateway = 16 },
	{ .label = "a long name", GOOD, .name_length = 16 },
};
#pragma GCC diagnostic pop

/* Each limit is a limit. */
static void test_limits(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(odds); i++) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = message_new();
		static struct net_set set;
		int r;

		odd_append(message, &odds[i]);
		message_seal(message);
		test_equal_str(sd_bus_message_get_signature(message, true), NETWIRE_SET);
		r = netwire_read(message, &set, NULL);
		if (r != (odds[i].good ? 0 : -EBADMSG))
			test_fail("%s: %d", odds[i].label, r);
	}
}

/* -- any message of the signature, and of others */

/* The end of the complete type that signature begins with. */
static const char *type_end(const char *signature)
{
	int depth = 0;

	while (*signature == 'a')
		signature++;
	do
		depth += *signature == '(' ? 1 : *signature == ')' ? -1 : 0;
	while (*signature++ != '\0' && depth > 0);
	return signature;
}

/* A number of items: mostly none or few, seldom more than fit. */
static unsigned any_count(void)
{
	if (any_below(50) == 0)
		return any_below(40);
	return any_below(2) ? any_below(3) : 0;
}

static void any_values(sd_bus_message *m, const char *signature, const char *end);

/* An array of any length, of bytes often a good one. */
static void any_array(sd_bus_message *m, const char *contents, const char *end)
{
	static const unsigned sizes[] = { 0, 4, 4, 4, 16, 16, 16, 5 };
	unsigned n = *contents == 'y' ? sizes[any_below(ARRAY_SIZE(sizes))] : any_count();
	char type[256];

	snprintf(type, sizeof(type), "%.*s", (int)(end - contents), contents);
	test_assert(sd_bus_message_open_container(m, 'a', type) >= 0);
	for (unsigned i = 0; i < n; i++)
		any_values(m, contents, end);
	test_assert(sd_bus_message_close_container(m) >= 0);
}

/* Any values for a signature. */
static void any_values(sd_bus_message *m, const char *signature, const char *end)
{
	for (const char *next; signature < end; signature = next) {
		char type[256];

		next = type_end(signature);
		switch (*signature) {
		case 'a':
			any_array(m, signature + 1, next);
			break;
		case '(':
			snprintf(type, sizeof(type), "%.*s", (int)(next - signature - 2),
				signature + 1);
			sd_bus_message_open_container(m, 'r', type);
			any_values(m, signature + 1, next - 1);
			sd_bus_message_close_container(m);
			break;
		case 's':
			sd_bus_message_append(m, "s", letters(any_below(20) ? 5 : any_below(300)));
			break;
		case 'y':
			sd_bus_message_append(
				m, "y", any_below(50) ? any_below(3) : any_below(256));
			break;
		case 'b':
			sd_bus_message_append(m, "b", any_below(2));
			break;
		case 'q':
			sd_bus_message_append(m, "q", any_below(65536));
			break;
		case 'i':
			sd_bus_message_append(m, "i", any_below(100));
			break;
		default:
			sd_bus_message_append(m, "u", any_below(UINT32_MAX));
			break;
		}
	}
}

/* Whatever comes, it is refused or within the limits. */
static void test_any_message(void)
{
	unsigned taken = 0;

	for (int i = 0; i < 20000; i++) {
		_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = message_new();
		static const char signature[] = NETWIRE_SET;
		static struct net_set set;
		int r;

		any_values(message, signature, signature + strlen(signature));
		message_seal(message);
		r = netwire_read(message, &set, NULL);
		test_assert(r == 0 || r == -EBADMSG);
		taken += r == 0 && set.n_links > 0;
	}
	if (taken < 100)
		test_fail("only %u messages were taken", taken);
}

/* A message of another signature is refused wherever it differs. */
static void test_signatures(void)
{
	static const char good[] = NETWIRE_SET, letter[] = "ybqus";

	for (size_t at = 0; at < strlen(good); at++)
		for (size_t i = 0; i < ARRAY_SIZE(letter) - 1; i++) {
			_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
			char signature[sizeof(good)];
			static struct net_set set;
			int r;

			memcpy(signature, good, sizeof(good));
			if (strchr("()a", good[at]) || good[at] == letter[i])
				continue;
			signature[at] = letter[i];
			message = message_new();
			any_values(message, signature, signature + strlen(signature));
			message_seal(message);
			r = netwire_read(message, &set, NULL);
			if (r != -EBADMSG)
				test_fail("%s: %d", signature, r);
		}
}

/* Make the bus. */
static bool bus_open(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0 &&
	       sd_bus_new(&bus) >= 0 && sd_bus_set_fd(bus, fds[0], fds[0]) >= 0 &&
	       sd_bus_start(bus) >= 0;
}

int main(void)
{
	int fds[2];

	if (!bus_open(fds)) {
		fputs("no bus\n", stderr);
		return 1;
	}
	test_run(test_round_trip);
	test_run(test_followed);
	test_run(test_limits);
	test_run(test_any_message);
	test_run(test_signatures);
	sd_bus_close_unref(bus);
	close(fds[1]);
	return test_result();
}
