/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names, keys and the machine itself in words. */

#include <sys/utsname.h>

#include "details.h"
#include "i18n.h"
#include "local_time.h"
#include "product.h"
#include "safe_text.h"
#include "util.h"

#define LIST_MAX 512

void details_put_dns(const struct details_sources *sources, struct fact_lines *lines)
{
	struct dns_in_force dns;
	safe_char list[LIST_MAX] = "";
	char text[IP_TEXT_MAX];

	machine_read_dns("", &dns);
	fact_lines_heading(lines, "%s", _("Name servers in force"));
	for (size_t i = 0; i < dns.n_servers; i++)
		details_add_to_list(
			list, sizeof(list), safe_text(ip_format(&dns.servers[i], text), 0).text);
	fact_lines_put(lines, _("DNS"), "%s", *list ? list : _("none"));
	*list = '\0';
	for (size_t i = 0; i < dns.n_domains; i++)
		details_add_to_list(list, sizeof(list), safe_text(dns.domains[i], 0).text);
	if (*list)
		fact_lines_put(lines, _("Domains"), "%s", list);
	fact_lines_put(lines, _("Set by"), dns.stub ? _("%s, whom programs ask") : OURS("%s"),
		*dns.manager ? safe_text(dns.manager, 0).text
			     : _("nobody known, in /etc/resolv.conf"));
}

/* What only PID 1 tells. */
static void put_systemd(const struct machine_facts *facts, struct fact_lines *lines)
{
	if (*facts->systemd)
		fact_lines_put(lines, _("systemd"), "%s", safe_text(facts->systemd, 0).text);
	if (facts->answered && *facts->systemd)
		fact_lines_put(lines, _("Runs on"), "%s",
			*facts->virtualization ? safe_text(facts->virtualization, 0).text
					       : _("hardware, not a virtual machine"));
	if (*facts->state)
		fact_lines_put(lines, _("State"), _("%s, units that have failed: %zu"),
			safe_text(facts->state, 0).text, facts->n_failed);
}

/* What stands where a customer looks for a login that the vendor does not want. */
static void put_login(const struct app *app, struct fact_lines *lines)
{
	if (app->conf.shell == SHELL_RESTRICTED)
		fact_lines_put(lines, _("Log in"), "%s",
			_("not at this console; \"Rescue\" on the start screen helps, with root's "
			  "password"));
	else if (app->conf.shell == SHELL_OFF)
		fact_lines_put(lines, _("Log in"), "%s",
			_("not at this console; what the settings do not mend is mended over the "
			  "network, or from this machine's disk by another system"));
	if (app->conf.authentication == AUTHENTICATION_LOGIN)
		fact_lines_put(lines, _("Settings"), "%s",
			_("after \"Log in\" alone: firstboot --reconfigure"));
}

void details_put_machine(const struct details_sources *sources, struct fact_lines *lines)
{
	const struct app *app = sources->app;
	char hostname[HOST_NAME_SIZE];
	safe_char since[LOCAL_TIME_MAX];
	struct utsname names;

	sysstate_hostname(hostname);
	fact_lines_heading(lines, "%s", _("This machine"));
	fact_lines_put(lines, _("Product"), "%s", product_title(&app->conf).text);
	if (*app->conf.vendor)
		fact_lines_put(lines, _("Vendor"), "%s", safe_text(app->conf.vendor, 0).text);
	fact_lines_put(lines, _("Hostname"), "%s", safe_text(hostname, 0).text);
	fact_lines_put(lines, _("Started"), "%s",
		local_time_format(local_time_boot(), LOCAL_TIME_NEAR, since));
	fact_lines_put(lines, _("Set up"), "%s",
		!app->state_known ? _("not known, the settings service does not answer")
		: app->unclaimed  ? _("not yet")
				  : _("yes"));
	put_login(app, lines);
	fact_lines_put(lines, _("Identity"), "%s",
		!app->state_known ? _("not known, the settings service does not answer")
		: app->copy	  ? _("looks like a copy of another machine")
				  : _("its own, no copy of another machine"));
	if (uname(&names) == 0)
		fact_lines_put(lines, _("Kernel"), "%s %s", safe_text(names.release, 0).text,
			safe_text(names.machine, 0).text);
	if (sources->machine)
		put_systemd(machine_facts(sources->machine), lines);
	fact_lines_put(lines, _("Version"), "firstboot %s", OURS(VERSION));
}
