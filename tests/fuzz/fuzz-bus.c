/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstbootd on a bus, with its real table of methods, which it tells of itself. An input is a
 * course of calls: for each the number of the method, how it is called, two bytes of length, and
 * the body. What a method leads to ends in the stubs below, which see that everything has been
 * checked on the way. */

#include <locale.h>
#include <sys/mman.h>
#include <systemd/sd-journal.h>

#include "child.h"
#include "clone.h"
#include "fuzz.h"
#include "fuzz_bus.h"
#include "fuzz_set.h"
#include "fuzz_tree.h"
#include "keymap.h"
#include "names.h"
#include "service.h"
#include "surroundings.h"
#include "zone.h"

#define UI_UID	  999
#define CALLS_MAX 16

/* How a call is made: the bits of its second byte. */
#define FROM_ROOT      (1U << 0)
#define FROM_ELSEWHERE (1U << 1) /* by an account that has no business here */
#define WRONG_TYPES    (1U << 2)
#define UNSEALED       (1U << 3)
#define RAW	       (1U << 4) /* the bytes are the whole message */

/* A step without a program, whose answers are kept and that is all. */
static const char word_step[] = "[Step]\nTitle=Word\n[Field word]\nType=text\nLabel=Word\n"
				"[Field seats]\nType=number\nLabel=Seats\nMax=9\n"
				"[Field token]\nType=secret\nLabel=Token\n";
/* RunStep of it: its name, and twice the first descriptor. */
static const uint8_t run_word[] = { 4, 0, 0, 0, 'w', 'o', 'r', 'd', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0 };

#define METHODS_MAX 64
static struct {
	char member[64], signature[256];
} methods[METHODS_MAX];
static size_t n_methods;

static unsigned flags;

/* Bytes of any kind were sent, of which a part may still be waited for. */
static bool torn;

/* -- where the methods lead to ------------------------------------------------------------------
 */

/* The settings that a transaction would try have passed every check. */
int transaction_try(struct transaction *transaction, const struct net_set *new, const char *origin,
	bool unsafe, apply_done_fn done, void *userdata)
{
	struct problem problem;

	fuzz_assert(!(flags & FROM_ELSEWHERE));
	fuzz_assert(validate_net_set(new, &problem));
	fuzz_check_set(new);
	return -EPERM;
}

const struct net_set *transaction_settings(const struct transaction *transaction)
{
	static const struct net_set none;

	return &none;
}

bool transaction_is_open(const struct transaction *transaction)
{
	return false;
}

int transaction_keep(struct transaction *transaction, apply_done_fn done, void *userdata)
{
	return -EPERM;
}

int transaction_take_back(
	struct transaction *transaction, bool expired, apply_done_fn done, void *userdata)
{
	return -EPERM;
}

int transaction_new(struct apply *apply, const struct apply_network_backend *backend,
	transaction_step_fn step, void *userdata, struct transaction **ret)
{
	return -EPERM;
}

int transaction_recover(struct transaction *transaction, apply_done_fn done, void *userdata)
{
	return -EPERM;
}

int transaction_abandon(struct transaction *transaction, apply_done_fn done, void *userdata)
{
	return -EPERM;
}

struct transaction *transaction_free(struct transaction *transaction)
{
	return NULL;
}

int apply_hostname(struct apply *apply, const char *hostname, apply_done_fn done, void *userdata)
{
	size_t length = strlen(hostname);

	fuzz_assert(!(flags & FROM_ELSEWHERE));
	fuzz_assert(length > 0 && length < HOST_NAME_SIZE && hostname[0] != '-');
	fuzz_assert(strspn(hostname, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length);
	return -EPERM;
}

int apply_timezone(struct apply *apply, const char *zone, apply_done_fn done, void *userdata)
{
	fuzz_assert(!(flags & FROM_ELSEWHERE) && zone_is_installed("", zone));
	fuzz_assert(zone[0] != '/' && !strstr(zone, ".."));
	return -EPERM;
}

int apply_keymap(struct apply *apply, const char *keymap, apply_done_fn done, void *userdata)
{
	fuzz_assert(!(flags & FROM_ELSEWHERE) && keymap_check_name(keymap));
	fuzz_assert(!strpbrk(keymap, "/ \"'\n$`"));
	return -EPERM;
}

int apply_keymap_read(const char *root, char **ret)
{
	*ret = strdup("us");
	return *ret ? 0 : -ENOMEM;
}

int apply_keymap_back(struct apply *apply, const char *before, apply_done_fn done, void *userdata)
{
	return -EPERM;
}

int clone_check(const char *root, char *ret_why, size_t size)
{
	return 0;
}

int clone_renew(struct apply *apply, uint32_t what, apply_done_fn done, void *userdata)
{
	fuzz_assert(!(flags & FROM_ELSEWHERE) && what <= (CLONE_MACHINE_ID | CLONE_SSH_KEYS));
	return -EPERM;
}

int clone_accept(const char *root)
{
	return -EPERM;
}

void surroundings_follow_leases(struct apply *apply, const struct net_set *set)
{
}

int child_start(sd_event *event, const struct child_work *work, const void *what,
	child_done_fn done, void *userdata, struct child **ret)
{
	return -EPERM;
}

struct child *child_free(struct child *child)
{
	return NULL;
}

/* What would be written down: fields, each with a name and a value of one line. */
int sd_journal_sendv_with_location(
	const char *file, const char *line, const char *function, const struct iovec *iov, int n)
{
	for (int i = 0; i < n; i++) {
		size_t name = strspn(iov[i].iov_base, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

		fuzz_assert(name > 0 && ((const char *)iov[i].iov_base)[name] == '=');
		fuzz_assert(!memchr(iov[i].iov_base, '\n', iov[i].iov_len));
	}
	return 0;
}

/* -- who calls ----------------------------------------------------------------------------------
 */

/* The bus says who has sent a message, and no more than that. */
int sd_bus_query_sender_creds(sd_bus_message *message, uint64_t mask, sd_bus_creds **ret)
{
	return mask == SD_BUS_CREDS_EUID ? sd_bus_creds_new_from_pid(ret, getpid(), mask)
					 : -ENODATA;
}

int sd_bus_creds_get_euid(sd_bus_creds *creds, uid_t *ret)
{
	*ret = flags & FROM_ELSEWHERE ? UI_UID + 1 : flags & FROM_ROOT ? 0 : UI_UID;
	return 0;
}

/* There is nobody else. */
int sd_bus_call(sd_bus *bus, sd_bus_message *message, uint64_t usec, sd_bus_error *error,
	sd_bus_message **ret)
{
	return -EHOSTUNREACH;
}

/* -- calls --------------------------------------------------------------------------------------
 */

/* Copy the value of an attribute of the first tag of xml. */
static void get_attribute(const char *xml, const char *name, char *ret, size_t size)
{
	const char *end = strchr(xml, '>'), *at = strstr(xml, name);

	*ret = '\0';
	if (at && at < end)
		(void)snprintf(ret, size, "%.*s", (int)strcspn(at + strlen(name), "\""),
			at + strlen(name));
}

/* Add a method and the types that it takes. */
static void add_method(const char *xml, const char *end)
{
	char *signature = methods[n_methods].signature;

	get_attribute(xml, "name=\"", methods[n_methods].member, sizeof(methods->member));
	while ((xml = strstr(xml, "<arg ")) && xml < end) {
		size_t length = strlen(signature);
		char direction[8];

		get_attribute(xml, "direction=\"", direction, sizeof(direction));
		if (streq(direction, "in"))
			get_attribute(xml, "type=\"", signature + length,
				sizeof(methods->signature) - length);
		xml++;
	}
	n_methods++;
}

/* Ask firstbootd for its methods. */
static void find_methods(struct fuzz_bus *fb)
{
	static const char opening[] = "<interface name=\"" BUS_INTERFACE "\">";
	static struct fuzz_message message;
	const char *xml, *end;

	fuzz_put_call(&message, ":1.0", "org.freedesktop.DBus.Introspectable", "Introspect", "",
		NULL, 0, 0);
	fuzz_bus_send(fb, message.bytes, message.n, -1);
	fuzz_bus_process(fb);
	fuzz_assert(fuzz_bus_hear(fb, NULL));
	xml = memmem(fb->heard, sizeof(fb->heard), opening, strlen(opening));
	fuzz_assert(xml);
	end = strstr(xml, "</interface>");
	while ((xml = strstr(xml, "<method ")) && xml < end && n_methods < METHODS_MAX) {
		const char *closed = strchr(xml, '>');

		add_method(xml, closed[-1] == '/' ? closed : strstr(xml, "</method>"));
		xml++;
	}
	fuzz_assert(n_methods > 20);
}

/* A memory file with this in it. */
static int make_memfd(const void *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	fuzz_assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	if (!(flags & UNSEALED))
		fuzz_assert(fcntl(fd, F_ADD_SEALS, SECRET_SEALS) == 0);
	return fd;
}

/* Call a method, with a file where it takes one. */
static void call(struct fuzz_bus *fb, size_t which, const uint8_t *body, size_t size)
{
	static const uint32_t first_fd;
	static struct fuzz_message message;
	const char *signature = methods[which].signature;
	_cleanup_close_ int fd = -1;

	if (size > sizeof(message.bytes) - 1024)
		return;
	if (flags & RAW) {
		torn = true;
		fuzz_bus_send(fb, body, size, -1);
		return;
	}
	if (flags & WRONG_TYPES)
		signature = methods[(which + 1) % n_methods].signature;
	if (streq(signature, "h")) {
		fd = make_memfd(body, size);
		body = (const uint8_t *)&first_fd;
		size = sizeof(first_fd);
	} else if (streq(signature, "shh")) {
		fd = make_memfd(body, size);
		body = run_word;
		size = sizeof(run_word);
	}
	fuzz_put_call(&message,
		flags & FROM_ELSEWHERE ? ":1.9"
		: flags & FROM_ROOT    ? ":1.0"
				       : ":1.7",
		BUS_INTERFACE, methods[which].member, signature, body, size, fd >= 0);
	/* sd-bus loses the descriptors of a message that it drops, which no bus would pass on. */
	fuzz_bus_send(fb, message.bytes, message.n, torn ? -1 : fd);
}

/* One call of the input. False: the connection is closed, as a bus would close it. */
static bool take_call(struct fuzz_bus *fb, sd_event *event, struct fuzz_bytes *from)
{
	size_t which = fuzz_below(from, (unsigned)n_methods), size;
	unsigned returns = 0;
	bool open;

	flags = fuzz_byte(from);
	size = (size_t)fuzz_byte(from) << 8;
	size |= fuzz_byte(from);
	if (size > from->left)
		size = from->left;
	call(fb, which, from->at, size);
	from->at += size;
	from->left -= size;
	fuzz_bus_process(fb);
	while (sd_event_run(event, 0) > 0)
		;
	open = fuzz_bus_hear(fb, &returns);
	/* Who has no business here gets errors alone, but for what any service answers. */
	fuzz_assert(returns == 0 || !(flags & FROM_ELSEWHERE) || (flags & RAW));
	return open;
}

/* A firstbootd on a bus of its own. */
static void start(struct service *service, struct fuzz_bus *fb)
{
	fuzz_assert(sd_event_new(&service->event) >= 0);
	fuzz_bus_open(fb);
	service->bus = fb->bus;
	fuzz_assert(service_init(service) >= 0);
}

static void stop(struct service *service, struct fuzz_bus *fb)
{
	service_done(service);
	fuzz_bus_close(fb);
	sd_event_unref(service->event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char unit[] = "acme.service", ttys[] = "tty1", none[] = "", eula[] = "/eula.txt";
	static struct fuzz_bus fb;
	const struct conf conf = {
		.password_min_length = 8,
		.web_unit = unit,
		.console_ttys = ttys,
		.wizard_steps = none,
		.wizard_skippable = none,
		.eula = eula,
	};
	struct service service = { .conf = &conf, .ui_uid = UI_UID };
	struct fuzz_bytes from = { data, size };
	bool claimed = fuzz_below(&from, 2);

	fuzz_tree_write(STATEDIR "/state", claimed ? "claimed\n" : "unclaimed\n", claimed ? 8 : 10);
	fuzz_tree_write("/eula.txt", "You shall not.\n", 15);
	fuzz_tree_write(VENDORDIR "/steps.d/50-word.step", word_step, sizeof(word_step) - 1);
	service.apply.root = fuzz_tree;
	torn = false;
	start(&service, &fb);
	if (n_methods == 0)
		find_methods(&fb);
	for (int i = 0; i < CALLS_MAX && from.left > 0; i++)
		if (!take_call(&fb, service.event, &from))
			break;
	stop(&service, &fb);
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* Nothing that a method might do after all shall be able to do harm. */
	fuzz_assert(geteuid() != 0);
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}
