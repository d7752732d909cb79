/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_plan.h"

#include <errno.h>

#include "util.h"

/* -- facts --------------------------------------------------------------------------------------
 */

/* Does the profile say digest, kept on the disk? */
static bool is_kept(const struct nm_link *link, const char *digest)
{
	return link->profile && !link->unsaved && streq(link->digest, digest);
}

/* Is our profile in force on the link, saying digest? A profile that is written, or that comes out
 * from behind another one, is not in force before it is activated. */
static bool is_in_force(const struct nm_link *link, const char *digest)
{
	return link->profile && streq(link->digest, digest) && streq(link->in_force, digest) &&
	       streq(link->active_uuid, link->uuid);
}

/* Is the link to be set up once more, although its profile says what is wanted? */
static bool is_again(const struct nm_link *link)
{
	return link->again && link->device;
}

/* -- calls --------------------------------------------------------------------------------------
 */

/* Add one. */
static int add(struct nm_plan *plan, const struct nm_call *call)
{
	struct nm_call *calls = reallocarray(plan->calls, plan->n_calls + 1, sizeof(*calls));

	if (!calls)
		return -ENOMEM;
	plan->calls = calls;
	calls[plan->n_calls++] = *call;
	return 0;
}

/* Add one that is about a link, or about none, and nothing else. */
static int add_plain(struct nm_plan *plan, enum nm_call_kind kind, struct nm_link *link)
{
	return add(plan, &(struct nm_call){ .kind = kind, .link = link });
}

/* Add one that may be refused: NetworkManager then finds a profile by itself, or there is nothing
 * to be taken away. */
static int add_optional(struct nm_plan *plan, enum nm_call_kind kind, struct nm_link *link)
{
	return add(plan, &(struct nm_call){ .kind = kind, .link = link, .optional = true });
}

/* Is the link a VLAN that is made of something else than before? */
static bool is_other_vlan(const struct nm_link *link)
{
	const struct net_device *old, *new;

	if (!nm_role_is_virtual(&link->old) || !nm_role_is_virtual(&link->new))
		return false;
	old = &link->old.config->device;
	new = &link->new.config->device;
	return old->kind == NET_DEVICE_VLAN && new->kind == NET_DEVICE_VLAN &&
	       !net_device_equal(old, new);
}

/* Put our profile into force. NetworkManager does not let a VLAN that is there become another one.
 */
static int add_activation(struct nm_plan *plan, struct nm_link *link)
{
	int r = 0;

	if (link->device && is_other_vlan(link))
		r = add_optional(plan, NM_CALL_DELETE_DEVICE, link);
	return r < 0 ? r : add_plain(plan, NM_CALL_ACTIVATE, link);
}

/* -- try ----------------------------------------------------------------------------------------
 */

/* The profile says what is wanted, in memory. */
static int try_write(struct nm_plan *plan, struct nm_link *link)
{
	if (nm_role_is_none(&link->new) ||
		(streq(link->digest, link->new_digest) && !is_again(link)))
		return 0;
	return add(
		plan, &(struct nm_call){ .kind = NM_CALL_WRITE, .link = link, .role = link->new });
}

static int try_activate(struct nm_plan *plan, struct nm_link *link)
{
	if (nm_role_is_none(&link->new) || (is_in_force(link, link->new_digest) && !is_again(link)))
		return 0;
	return add_activation(plan, link);
}

/* A link that leaves the set has the profile from before ours, else one as NetworkManager makes for
 * it. Ours stays until the change is kept. */
static int try_leave(struct nm_plan *plan, struct nm_link *link)
{
	struct nm_call write = { .kind = NM_CALL_WRITE, .link = link, .role = link->old };
	bool virtual = nm_role_is_virtual(&link->old), alone = !virtual && !link->previous_profile;
	int r;

	if (!nm_role_is_none(&link->new))
		return 0;
	if (alone)
		write.role = (struct nm_role){ .config = link->automatic };
	else
		write.idle = true;
	r = add(plan, &write);
	if (r < 0)
		return r;
	if (alone)
		return add_plain(plan, NM_CALL_ACTIVATE, link);
	return add_optional(
		plan, virtual ? NM_CALL_DELETE_DEVICE : NM_CALL_ACTIVATE_PREVIOUS, link);
}

/* -- keep ---------------------------------------------------------------------------------------
 */

/* What stands in memory, or is missing, goes to the disk. */
static int keep_write(struct nm_plan *plan, struct nm_link *link)
{
	if (nm_role_is_none(&link->new) || (is_kept(link, link->new_digest) && !is_again(link)))
		return 0;
	return add(plan,
		&(struct nm_call){
			.kind = NM_CALL_WRITE, .link = link, .role = link->new, .to_disk = true });
}

/* What has been tried is in force; what stands in memory has been. */
static int keep_activate(struct nm_plan *plan, struct nm_link *link)
{
	bool tried = link->unsaved || !is_again(link);

	if (nm_role_is_none(&link->new) || (tried && is_in_force(link, link->new_digest)))
		return 0;
	return add_activation(plan, link);
}

/* Has nobody but us chosen what is in force on the link? */
static bool is_ours(const struct nm_link *link)
{
	return !*link->active_uuid || streq(link->active_uuid, link->uuid);
}

/* Our profile goes, and the link has the one from before it. */
static int give_back(struct nm_plan *plan, struct nm_link *link)
{
	int r = 0;

	if (!link->profile)
		return 0;
	if (link->previous_profile && link->device && is_ours(link))
		r = add_optional(plan, NM_CALL_ACTIVATE_PREVIOUS, link);
	return r < 0 ? r : add_plain(plan, NM_CALL_DELETE, link);
}

static int keep_leave(struct nm_plan *plan, struct nm_link *link)
{
	return nm_role_is_none(&link->new) ? give_back(plan, link) : 0;
}

/* -- take back ----------------------------------------------------------------------------------
 */

/* The profile says again what it said. Where the change stands in memory the disk has the old one
 * still, and need not take it. */
static int back_write(struct nm_plan *plan, struct nm_link *link)
{
	if (nm_role_is_none(&link->old) || is_kept(link, link->old_digest))
		return 0;
	return add(plan, &(struct nm_call){ .kind = NM_CALL_WRITE,
				 .link = link,
				 .role = link->old,
				 .to_disk = true,
				 .or_in_memory = link->unsaved });
}

static int back_activate(struct nm_plan *plan, struct nm_link *link)
{
	if (nm_role_is_none(&link->old) || is_in_force(link, link->old_digest))
		return 0;
	return add_activation(plan, link);
}

static int back_leave(struct nm_plan *plan, struct nm_link *link)
{
	return nm_role_is_none(&link->old) ? give_back(plan, link) : 0;
}

/* -- the table ----------------------------------------------------------------------------------
 */

static int forget(struct nm_plan *plan, struct nm_link *link)
{
	return add_optional(plan, NM_CALL_FORGET_CHECKPOINT, NULL);
}

static int checkpoint(struct nm_plan *plan, struct nm_link *link)
{
	return add_plain(plan, NM_CALL_CHECKPOINT, NULL);
}

enum order { ONCE, FORWARDS, BACKWARDS }; /* the last made goes first */

/*
 * What each step is, in this order. Kept: the checkpoint goes first, since NetworkManager must not
 * take back what is on the disk. Taken back: it goes last, and stands in for us until then.
 */
static const struct {
	enum nm_step step;
	enum order order;
	int (*plan)(struct nm_plan *plan, struct nm_link *link);
} passes[] = {
	{ NM_STEP_TRY, ONCE, checkpoint },
	{ NM_STEP_TRY, FORWARDS, try_write },
	{ NM_STEP_TRY, BACKWARDS, try_leave },
	{ NM_STEP_TRY, FORWARDS, try_activate },
	{ NM_STEP_KEEP, ONCE, forget },
	{ NM_STEP_KEEP, FORWARDS, keep_write },
	{ NM_STEP_KEEP, BACKWARDS, keep_leave },
	{ NM_STEP_KEEP, FORWARDS, keep_activate },
	{ NM_STEP_TAKE_BACK, FORWARDS, back_write },
	{ NM_STEP_TAKE_BACK, BACKWARDS, back_leave },
	{ NM_STEP_TAKE_BACK, FORWARDS, back_activate },
	{ NM_STEP_TAKE_BACK, ONCE, forget },
};

int nm_plan_make(enum nm_step step, struct nm_links *links, struct nm_plan *ret)
{
	int r = 0;

	*ret = (struct nm_plan){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(passes) && r == 0; i++) {
		size_t n = passes[i].order == ONCE ? 1 : links->n_links;

		for (size_t k = 0; passes[i].step == step && k < n && r == 0; k++)
			r = passes[i].plan(
				ret, &links->links[passes[i].order == BACKWARDS ? n - 1 - k : k]);
	}
	if (r < 0)
		nm_plan_done(ret);
	return r;
}

void nm_plan_done(struct nm_plan *plan)
{
	free(plan->calls);
	*plan = (struct nm_plan){ 0 };
}

int nm_plan_render(const struct nm_plan *plan, char **ret)
{
	static const char *const names[] = {
		[NM_CALL_CHECKPOINT] = "checkpoint",
		[NM_CALL_FORGET_CHECKPOINT] = "forget-checkpoint",
		[NM_CALL_WRITE] = "write",
		[NM_CALL_ACTIVATE] = "activate",
		[NM_CALL_ACTIVATE_PREVIOUS] = "activate-previous",
		[NM_CALL_DELETE] = "delete",
		[NM_CALL_DELETE_DEVICE] = "delete-device",
	};
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return -ENOMEM;
	for (size_t i = 0; i < plan->n_calls; i++) {
		const struct nm_call *call = &plan->calls[i];

		fprintf(f, "%s%s%s%s%s%s\n", names[call->kind], call->link ? " " : "",
			call->link ? call->link->ifname : "", call->to_disk ? " to-disk" : "",
			call->or_in_memory ? " or-in-memory" : "", call->idle ? " idle" : "");
	}
	if (fclose(f) != 0)
		return -ENOMEM;
	*ret = take_ptr(text);
	return 0;
}
