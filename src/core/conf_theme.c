/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pairs of colours, and whether they can be told apart. */

#include <errno.h>

#include "theme.h"
#include "util.h"

#define BRIGHT "bright-"

static const char *const names[THEME_BRIGHT] = { "black", "red", "green", "yellow", "blue",
	"magenta", "cyan", "white" };

/* The palette of VGA text, in which yellow is a brown: each part is a step of channel[]. */
static const uint8_t palette[2 * THEME_BRIGHT][3] = {
	{ 0, 0, 0 },
	{ 2, 0, 0 },
	{ 0, 2, 0 },
	{ 2, 1, 0 },
	{ 0, 0, 2 },
	{ 2, 0, 2 },
	{ 0, 2, 2 },
	{ 2, 2, 2 },
	{ 1, 1, 1 },
	{ 3, 1, 1 },
	{ 1, 3, 1 },
	{ 3, 3, 1 },
	{ 1, 1, 3 },
	{ 3, 1, 3 },
	{ 1, 3, 3 },
	{ 3, 3, 3 },
};

/* 0x00, 0x55, 0xaa and 0xff as light, in millionths (the transfer function of sRGB). */
static const unsigned channel[] = { 0, 90842, 401978, 1000000 };

static const struct theme_pair normal[THEME_ROLES] = {
	[THEME_TEXT] = { 7, 0 },
	[THEME_TITLE] = { 15, 0 },
	[THEME_SELECTED] = { 0, 7 },
	[THEME_FIELD] = { 15, 4 },
	[THEME_ACTIVE_FIELD] = { 0, 6 },
	[THEME_HINT] = { 11, 0 },
	[THEME_BAR] = { 0, 7 },
};

bool theme_is_normal(const struct theme_pair pairs[static THEME_ROLES], enum theme_role role)
{
	return pairs[role].text == normal[role].text && pairs[role].ground == normal[role].ground;
}

/* The light of a colour, in millionths. */
static uint64_t luminance(uint8_t colour)
{
	static const uint64_t weights[] = { 2126, 7152, 722 };
	uint64_t sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(weights); i++)
		sum += weights[i] * channel[palette[colour][i]];
	return sum / 10000;
}

unsigned theme_contrast(struct theme_pair pair)
{
	uint64_t a = luminance(pair.text), b = luminance(pair.ground);
	uint64_t lighter = (a > b ? a : b) + 50000, darker = (a > b ? b : a) + 50000;

	return (unsigned)(100 * lighter / darker);
}

/* The number of a colour whose name is the first length bytes of word. */
static int find_colour(const char *word, size_t length, uint8_t *ret)
{
	for (uint8_t i = 0; i < THEME_BRIGHT; i++)
		if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

int theme_parse(const char *value, struct theme_pair *ret)
{
	bool bright = strncmp(value, BRIGHT, strlen(BRIGHT)) == 0;
	const char *text = bright ? value + strlen(BRIGHT) : value;
	size_t length = strcspn(text, " \t");
	const char *ground = text + length + strspn(text + length, " \t");
	struct theme_pair pair;

	if (find_colour(text, length, &pair.text) < 0 ||
		find_colour(ground, strlen(ground), &pair.ground) < 0)
		return -EINVAL;
	if (bright)
		pair.text += THEME_BRIGHT;
	if (theme_contrast(pair) < THEME_CONTRAST_MIN)
		return -ERANGE;
	*ret = pair;
	return 0;
}
