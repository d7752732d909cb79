/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Does the change take away what this session of ssh goes through? */

#include <net/if.h>
#include <unistd.h>

#include "plan_parts.h"
#include "util.h"

/* Both ends of the session: sshd says "CLIENT PORT SERVER PORT". */
struct session {
	struct ip_addr client, server;
};

/* One address; sshd adds the link to a link-local one. */
static bool take_address(const char **text, struct ip_addr *ret)
{
	char address[IP_TEXT_MAX];
	size_t length = strcspn(*text, " %");

	if (length >= sizeof(address))
		return false;
	memcpy(address, *text, length);
	address[length] = '\0';
	*text += strcspn(*text, " ");
	*text += strspn(*text, " ");
	return ip_parse(address, ret) >= 0;
}

/* The value of a variable that a process was started with; NULL: it has none, or we may not know.
 */
static char *variable_of(pid_t pid, const char *name)
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *entry = NULL;
	size_t size = 0, length = strlen(name);
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	f = fopen(path, "re");
	while (f && getdelim(&entry, &size, '\0', f) > 0)
		if (strncmp(entry, name, length) == 0 && entry[length] == '=')
			return strdup(entry + length + 1);
	return NULL;
}

/* The process that started another one; 0: nobody knows. */
static pid_t parent_of(pid_t pid)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[64], line[256];
	int parent = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "PPid: %d", &parent) == 1)
			break;
	return parent;
}

/* What sshd has told this process, or one that it comes from: sudo(8) and su(1) keep it from us. */
static char *find_variable(void)
{
	const char *own = getenv("SSH_CONNECTION");
	char *text = own ? strdup(own) : NULL;

	for (pid_t pid = getppid(); !text && pid > 1; pid = parent_of(pid))
		text = variable_of(pid, "SSH_CONNECTION");
	return text;
}

/* Take the variable apart. False: there is no session. */
static bool find_session(struct session *ret)
{
	_cleanup_free_ char *variable = find_variable();
	const char *text = variable;

	if (!text || !take_address(&text, &ret->client))
		return false;
	text += strcspn(text, " ");
	text += strspn(text, " ");
	return take_address(&text, &ret->server);
}

/* The link that has this address. */
static const struct link *find_link(const struct netlink *nl, const struct ip_addr *addr)
{
	size_t n;
	const struct address *addresses = netlink_addresses(nl, &n);

	for (size_t i = 0; i < n; i++)
		if (ip_equal(&addresses[i].ip.addr, addr))
			return netlink_link_by_index(nl, addresses[i].ifindex);
	return NULL;
}

const struct link *plan_find_session_link(const struct app *app)
{
	struct session session;

	return find_session(&session) ? find_link(app->nl, &session.server) : NULL;
}

static const struct net_family *family_of(const struct net_config *config, int af)
{
	return af == AF_INET6 ? &config->v6 : &config->v4;
}

/* Does the family keep this address? One that the network gives may come again. */
static bool keeps_address(
	const struct net_family *now, const struct net_family *wanted, const struct ip_addr *addr)
{
	if (ip_is_link_local(addr) || net_family_is_automatic(wanted))
		return net_family_is_automatic(now) || ip_is_link_local(addr);
	for (size_t i = 0; i < wanted->n_addresses; i++)
		if (ip_equal(&wanted->addresses[i].addr, addr))
			return true;
	return false;
}

/* Is the other end on the network of one of the addresses? */
static bool is_near(const struct net_family *family, const struct ip_addr *addr)
{
	for (size_t i = 0; i < family->n_addresses; i++)
		if (ip_in_prefix(addr, &family->addresses[i]))
			return true;
	return false;
}

/* Does the way to the other end stay? */
static bool keeps_way(
	const struct net_family *now, const struct net_family *wanted, const struct ip_addr *client)
{
	if (net_family_is_automatic(wanted) || is_near(wanted, client))
		return true;
	return ip_equal(&now->gateway, &wanted->gateway) && !is_near(now, client);
}

void plan_find_cut(const struct plan *plan, char ret[static IFNAMSIZ])
{
	const struct net_family *now, *wanted;
	const struct net_draft *draft;
	const struct link *link;
	struct session session;

	*ret = '\0';
	if (!find_session(&session))
		return;
	link = find_link(plan->app->nl, &session.server);
	if (!link)
		return;
	draft = drafts_find(&plan->drafts, link->name);
	if (!drafts_bond_of(&plan->drafts, link->name)) {
		if (!draft || !draft->touched)
			return;
		now = family_of(&draft->now, session.server.family);
		wanted = family_of(&draft->wanted, session.server.family);
		if (keeps_address(now, wanted, &session.server) &&
			keeps_way(now, wanted, &session.client))
			return;
	}
	memcpy(ret, link->name, IFNAMSIZ);
}
