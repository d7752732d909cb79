/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dns_answer.h"

#include <arpa/nameser.h>

#include "util.h"

/* The address in a record of the class and a type that has one. */
static bool read_record(ns_rr rr, struct ip_addr *ret)
{
	const int family = ns_rr_type(rr) == ns_t_a	 ? AF_INET
			   : ns_rr_type(rr) == ns_t_aaaa ? AF_INET6
							 : AF_UNSPEC;

	if (ns_rr_class(rr) != ns_c_in || family == AF_UNSPEC || ns_rr_rdlen(rr) != ip_size(family))
		return false;
	*ret = (struct ip_addr){ .family = family };
	memcpy(ret->bytes, ns_rr_rdata(rr), ns_rr_rdlen(rr));
	return true;
}

enum dns_answer dns_answer_read(const uint8_t *reply, size_t size, struct ip_addr *ret_addr)
{
	ns_msg message;
	ns_rr rr;

	if (ns_initparse(reply, (int)size, &message) < 0)
		return DNS_GARBAGE;
	switch (ns_msg_getflag(message, ns_f_rcode)) {
	case ns_r_noerror:
		break;
	case ns_r_nxdomain:
		return DNS_NO_NAME;
	case ns_r_refused:
		return DNS_REFUSED;
	default:
		return DNS_FAILED;
	}
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++)
		if (ns_parserr(&message, ns_s_an, i, &rr) == 0 && read_record(rr, ret_addr))
			return DNS_ADDRESS;
	return DNS_NO_ADDRESS;
}
