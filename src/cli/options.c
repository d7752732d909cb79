/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "options.h"

#include <getopt.h>

#include "nearest.h"
#include "options_parts.h"
#include "outcome.h"
#include "screens.h"

#define OPTIONS_MAX 32
#define FIRST_VALUE 256 /* of getopt's: no letter */

/* What is being taken apart. */
struct parser {
	struct options *options;
	struct outcome *outcome;
	bool seen[OPTIONS_MAX]; /* of option_entries[] */
};

static struct safe_str name_of(const struct option_entry *entry)
{
	return safe_text(entry->name, 0);
}

/* -- what goes with what ------------------------------------------------------------------------
 */

/* The options that ask for these modes: "--status, --check". */
static void list_modes(unsigned modes, safe_char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (size_t i = 0; i < n_option_entries && used < size; i++) {
		const struct option_entry *entry = &option_entries[i];

		if (entry->mode != MODE_SCREEN && (modes & (1U << entry->mode)))
			used += (size_t)safe_format(ret + used, size - used, "%s--%s",
				used ? OURS(", ") : OURS(""), name_of(entry).text);
	}
}

/* Was the option of this name given? */
static bool is_seen(const struct parser *parser, const char *name)
{
	for (size_t i = 0; i < n_option_entries; i++)
		if (parser->seen[i] && streq(option_entries[i].name, name))
			return true;
	return false;
}

/* Does an option go with the mode, and with the others? */
static enum exit_status check_entry(const struct parser *parser, const struct option_entry *entry)
{
	const struct options *options = parser->options;
	const struct option_entry *mode = option_of_mode(options->mode);
	safe_char modes[256];

	list_modes(entry->modes, modes, sizeof(modes));
	if (!mode && !(entry->modes & (1U << MODE_SCREEN)))
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--%s does not stand alone; it goes with: %s."), name_of(entry).text,
			modes);
	if (mode && !(entry->modes & (1U << mode->mode)))
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--%s does not go with --%s; it goes with: %s."), name_of(entry).text,
			name_of(mode).text, modes);
	if (entry->excludes && is_seen(parser, entry->excludes))
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--%s and --%s cannot be given together."), name_of(entry).text,
			safe_text(entry->excludes, 0).text);
	if (entry->headless && options->mode == MODE_RECONFIGURE && !options_are_headless(options))
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--%s goes with --reconfigure only where there is --answers or --set."),
			name_of(entry).text);
	return EXIT_DONE;
}

/* Is there all that the mode needs? */
static enum exit_status check_mode(const struct parser *parser)
{
	const struct options *options = parser->options;

	if (options->mode == MODE_CHECK && !options_are_headless(options))
		return outcome_set(parser->outcome, EXIT_USAGE, "%s",
			_("--check needs what to check: --answers or --set."));
	if (options->mode == MODE_RESTORE && options->id == 0)
		return outcome_set(parser->outcome, EXIT_USAGE, "%s",
			_("--restore needs the number of a change; firstboot --history lists "
			  "them."));
	if (options->plain && options_are_headless(options))
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--plain shows pages in lines, and %s changes settings without one: only "
			  "one of them can be given."),
			options->answers ? OURS("--answers") : OURS("--set"));
	if (options->n_words > 0 && options_are_headless(options))
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--reconfigure %s opens a page, and %s changes settings without one: "
			  "only one of them can be given."),
			safe_text(options->words[0], 0).text,
			options->answers ? OURS("--answers") : OURS("--set"));
	return EXIT_DONE;
}

/* Do the options that were given go together? */
static enum exit_status check(const struct parser *parser)
{
	for (size_t i = 0; i < n_option_entries; i++) {
		enum exit_status status = EXIT_DONE;

		if (parser->seen[i] && option_entries[i].mode == MODE_SCREEN)
			status = check_entry(parser, &option_entries[i]);
		if (status != EXIT_DONE)
			return status;
	}
	return check_mode(parser);
}

/* -- words --------------------------------------------------------------------------------------
 */

/* The option whose name may have been meant; NULL: none. */
static const struct option_entry *find_meant(const char *word)
{
	struct nearest search = nearest_begin(word + strspn(word, "-"));

	for (size_t i = 0; i < n_option_entries; i++)
		nearest_try(&search, option_entries[i].name, !option_entries[i].help,
			&option_entries[i]);
	return *search.written ? nearest_found(&search) : NULL;
}

static enum exit_status not_understood(const struct parser *parser, const char *word)
{
	const struct option_entry *meant = find_meant(word);

	if (meant)
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("\"%s\" is not understood; --%s may be meant."), safe_text(word, 0).text,
			name_of(meant).text);
	return outcome_set(parser->outcome, EXIT_USAGE,
		_("\"%s\" is not understood; firstboot --help lists what is."),
		safe_text(word, 0).text);
}

/* Keep a page or a file, once. */
static enum exit_status keep_word(struct parser *parser, const char *word)
{
	struct options *options = parser->options;

	for (size_t i = 0; i < options->n_words; i++)
		if (streq(options->words[i], word))
			return EXIT_DONE;
	if (options->n_words == OPTIONS_WORDS_MAX)
		return not_understood(parser, word);
	options->words[options->n_words++] = word;
	return EXIT_DONE;
}

/* A page of --reconfigure. */
static enum exit_status take_page(struct parser *parser, const char *word)
{
	safe_char names[256];

	if (!screens_have_page(word)) {
		screens_list_pages(names, sizeof(names));
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("\"%s\" is no page of settings; there are: %s."), safe_text(word, 0).text,
			names);
	}
	return keep_word(parser, word);
}

/* A word that is no option. */
static enum exit_status take_word(struct parser *parser, const char *word)
{
	const struct option_entry *mode = option_of_mode(parser->options->mode);

	if (mode && mode->mode == MODE_RECONFIGURE)
		return take_page(parser, word);
	if (mode && mode->mode == MODE_CHECK_STEPS)
		return keep_word(parser, word);
	if (mode && mode->take && parser->options->id == 0)
		return mode->take(parser->options, word, parser->outcome);
	return not_understood(parser, word);
}

/* -- options ------------------------------------------------------------------------------------
 */

/* One option that getopt has found. */
static enum exit_status take_entry(struct parser *parser, size_t i, const char *argument)
{
	const struct option_entry *entry = &option_entries[i];
	struct options *options = parser->options;

	if (parser->seen[i] && entry->argument && !entry->repeated)
		return outcome_set(parser->outcome, EXIT_USAGE, _("--%s can be given only once."),
			name_of(entry).text);
	parser->seen[i] = true;
	if (entry->mode != MODE_SCREEN && options->mode != MODE_SCREEN &&
		options->mode != entry->mode)
		return outcome_set(parser->outcome, EXIT_USAGE,
			_("--%s and --%s cannot be given together: each says what is to be done."),
			name_of(option_of_mode(options->mode)).text, name_of(entry).text);
	if (entry->mode != MODE_SCREEN)
		options->mode = entry->mode;
	return entry->take ? entry->take(options, argument, parser->outcome) : EXIT_DONE;
}

/* The word of the command line that getopt has just taken apart, without its argument. */
static const char *last_word(char **argv)
{
	return argv[optarg && optind > 2 && optarg == argv[optind - 1] ? optind - 2 : optind - 1];
}

/* Is it the name of the option in full? One that is shortened means another one in a later
 * version. */
static bool is_whole(const struct option_entry *entry, const char *word)
{
	size_t length = strcspn(word, "=");

	return strncmp(word, "--", 2) != 0 ||
	       (length == strlen(entry->name) + 2 &&
		       strncmp(word + 2, entry->name, length - 2) == 0);
}

/* An option that getopt has found by the beginning of its name. */
static enum exit_status refuse_shortened(
	const struct parser *parser, const struct option_entry *entry, const char *word)
{
	safe_char shown[SAFE_TEXT_MAX];

	(void)safe_format(
		shown, sizeof(shown), "%.*s", (int)strcspn(word, "="), safe_text(word, 0).text);
	return outcome_set(parser->outcome, EXIT_USAGE,
		_("\"%s\" is not understood: it may mean --%s, which has to be written in full."),
		shown, name_of(entry).text);
}

/* What getopt did not take: c is its answer. */
static enum exit_status refuse(const struct parser *parser, int c, const char *word)
{
	const struct option_entry *entry =
		optopt >= FIRST_VALUE ? &option_entries[optopt - FIRST_VALUE] : NULL;

	if (!entry)
		return not_understood(parser, word);
	if (!is_whole(entry, word))
		return refuse_shortened(parser, entry, word);
	if (c == ':')
		return outcome_set(parser->outcome, EXIT_USAGE, _("--%s needs an argument: %s."),
			name_of(entry).text, safe_text(entry->argument, 0).text);
	return outcome_set(
		parser->outcome, EXIT_USAGE, _("--%s takes no argument."), name_of(entry).text);
}

/* getopt's own table, made of ours. A mode's argument may stand behind = or as a word. */
static void make_table(struct option table[static OPTIONS_MAX + 1])
{
	_Static_assert(N_MODES <= 32, "modes are bits");

	for (size_t i = 0; i < n_option_entries; i++) {
		const struct option_entry *entry = &option_entries[i];

		table[i] = (struct option){ .name = entry->name,
			.has_arg = !entry->argument || (!entry->take)
					   ? no_argument
					   : (entry->mode != MODE_SCREEN ? optional_argument
									 : required_argument),
			.val = FIRST_VALUE + (int)i };
	}
	table[n_option_entries] = (struct option){ 0 };
}

/* The entry of a value that getopt gave. */
static size_t find_entry(int c)
{
	size_t i = 0;

	if (c >= FIRST_VALUE)
		return (size_t)(c - FIRST_VALUE);
	while (option_entries[i].letter != c)
		i++;
	return i;
}

/* One answer of getopt's. */
static enum exit_status take(struct parser *parser, int c, char **argv)
{
	const char *word = last_word(argv);
	size_t i;

	if (c == '?' || c == ':')
		return refuse(parser, c, argv[optind > 1 ? optind - 1 : 1]);
	i = find_entry(c);
	if (c >= FIRST_VALUE && !is_whole(&option_entries[i], word))
		return refuse_shortened(parser, &option_entries[i], word);
	return take_entry(parser, i, optarg);
}

/* All of the command line, one behind the other. */
static enum exit_status parse(struct parser *parser, int argc, char **argv)
{
	struct option table[OPTIONS_MAX + 1];
	enum exit_status status = EXIT_DONE;
	int c;

	make_table(table);
	opterr = 0;
	while (status == EXIT_DONE && (c = getopt_long(argc, argv, ":hV", table, NULL)) != -1)
		status = take(parser, c, argv);
	for (int i = optind; i < argc && status == EXIT_DONE; i++)
		status = take_word(parser, argv[i]);
	return status == EXIT_DONE ? check(parser) : status;
}

enum exit_status options_parse(int argc, char **argv, struct options *ret, struct outcome *outcome)
{
	struct parser parser = { .options = ret, .outcome = outcome };
	enum exit_status status;

	*ret = (struct options){ .root = "" };
	status = parse(&parser, argc, argv);
	/* A program that asked for JSON is told so in JSON. */
	for (int i = 1; i < argc && status != EXIT_DONE; i++)
		ret->json |= streq(argv[i], "--json");
	return status;
}

bool options_are_headless(const struct options *options)
{
	return options->answers || options->n_sets > 0;
}
