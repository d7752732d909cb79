/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "names_list.h"

#include <errno.h>

#include "util.h"

#define STEP	  64
#define NAMES_MAX 4096

int names_add(struct names_list *list, const char *name, size_t length)
{
	if (list->n == NAMES_MAX)
		return -E2BIG;
	if (list->n % STEP == 0) {
		char **more = reallocarray(list->all, list->n + STEP, sizeof(*more));

		if (!more)
			return -ENOMEM;
		list->all = more;
	}
	list->all[list->n] = strndup(name, length);
	if (!list->all[list->n])
		return -ENOMEM;
	list->n++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void names_sort(struct names_list *list)
{
	size_t n = 0;

	if (list->n == 0)
		return;
	qsort(list->all, list->n, sizeof(*list->all), compare);
	for (size_t i = 1; i < list->n; i++) {
		if (streq(list->all[n], list->all[i]))
			free(list->all[i]);
		else
			list->all[++n] = list->all[i];
	}
	list->n = n + 1;
}

bool names_have(const struct names_list *list, const char *name)
{
	return list->n > 0 && bsearch(&name, list->all, list->n, sizeof(*list->all), compare);
}

void names_done(struct names_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->all[i]);
	free(list->all);
	*list = (struct names_list){ 0 };
}
