/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What was answered to the fields of a vendor's step: on its page, in [Step NAME] of an answer
 * file, on the bus. */

#include "step_def.h"

struct step_values {
	/* By the place of the field; owned; NULL: not answered. A secret that is not answered may
	 * stay what it is, whatever that is; "" empties it. */
	char *of[STEP_FIELDS_MAX];
};

/* Is the value one that the field takes? Then *ret (the caller's; ret may be NULL) is how it is
 * kept: "5G" as bytes, "on" as "yes". Else problem says in whole sentences which rule, and a value
 * that would pass. */
bool step_field_check(
	const struct step_field *field, const char *value, char **ret, struct problem *problem);

/* Is this field asked, given the answers before it? */
bool step_field_is_visible(
	const struct step_def *def, size_t field, const struct step_values *values);

/* Take a value as it is. NULL takes it away. Secrets are cleared. -ENOMEM. */
int step_values_set(struct step_values *values, size_t field, const char *value);

/* The answer to a field, or its default where there is none. */
const char *step_values_get(
	const struct step_def *def, const struct step_values *values, size_t field);

/* The defaults, of fields that are not answered; a secret has none. -ENOMEM. */
int step_values_complete(const struct step_def *def, struct step_values *values);

/* Are all visible fields answered as they have to be? Else the first that is not, in *ret_field,
 * and why. Answers of fields that are not visible are no fault, and reach nobody. */
bool step_values_check(const struct step_def *def, const struct step_values *values,
	size_t *ret_field, struct problem *problem);

/* Are they the same, but for secrets, which count as different where any is answered? */
bool step_values_equal(
	const struct step_def *def, const struct step_values *a, const struct step_values *b);

/* The visible ones as one JSON object: name to text, number (STEP_NUMBER, STEP_SIZE) or true and
 * false (STEP_SWITCH). Secrets stand in one of their own. *ret: the caller's, who clears it where
 * it is of secrets. -ENOMEM. */
int step_values_to_json(
	const struct step_def *def, const struct step_values *values, bool secrets, char **ret);

/* The same without memory of its own: into text, of as many bytes as step_values_json_size() says.
 */
size_t step_values_json_size(
	const struct step_def *def, const struct step_values *values, bool secrets);
void step_values_put_json(
	const struct step_def *def, const struct step_values *values, bool secrets, char *text);

/* Read such an object into values, which hold zeros or those of another one. False: it is none, or
 * of fields that the step does not have, or they take no such value. -ENOMEM counts as no. */
bool step_values_from_json(const struct step_def *def, const char *json, struct step_values *values,
	struct problem *problem);

/* Clears secrets. */
void step_values_done(const struct step_def *def, struct step_values *values);
