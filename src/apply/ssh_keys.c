/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ssh_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "atomic_file.h"
#include "rivals.h"
#include "util.h"

#define KEYGEN	     "/usr/bin/ssh-keygen"
#define NEW_KEYS     RUNDIR "/host-keys" /* ssh-keygen adds /etc/ssh */
#define KEY_PATH_MAX 128		 /* of ours, all of which are known */
#define KEY_MAX	     (16 * 1024)
#define TIMEOUT_USEC (60 * 1000000ULL)

/* Those that sshd looks for by itself, without ".pub". */
static const char *const keys[] = {
	"/etc/ssh/ssh_host_rsa_key",
	"/etc/ssh/ssh_host_ecdsa_key",
	"/etc/ssh/ssh_host_ed25519_key",
	"/etc/ssh/ssh_host_dsa_key",
};

/* -- the files ----------------------------------------------------------------------------------
 */

static bool key_exists(const char *root, const char *key)
{
	_cleanup_close_ int fd = file_open(root, key);

	return fd >= 0;
}

bool ssh_keys_exist(const char *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (key_exists(root, keys[i]))
			return true;
	return false;
}

/* The new file for an old one, and its text in memory for no longer than it takes. */
static int move_file(const char *root, const char *path, mode_t mode)
{
	_cleanup_free_ char *text = NULL;
	char new[KEY_PATH_MAX];
	int r;

	(void)snprintf(new, sizeof(new), NEW_KEYS "%s", path);
	r = file_read(root, new, KEY_MAX, &text);
	if (r < 0)
		return r;
	r = atomic_write(root, path, text, mode);
	explicit_bzero(text, strlen(text));
	return r;
}

/* Both halves of a key. sshd reads the private one alone, so that a power failure in between does
 * no harm. */
static int move_key(const char *root, const char *key)
{
	char public[KEY_PATH_MAX];
	int r;

	(void)snprintf(public, sizeof(public), "%s.pub", key);
	r = move_file(root, key, 0600);
	return r < 0 ? r : move_file(root, public, 0644);
}

static int remove_key(const char *root, const char *key)
{
	char public[KEY_PATH_MAX];
	int r;

	(void)snprintf(public, sizeof(public), "%s.pub", key);
	r = atomic_remove(root, key);
	return r < 0 ? r : atomic_remove(root, public);
}

/* Replace what was there; a kind that ssh-keygen does not make any more is removed at the end. */
static int move_keys(const char *root)
{
	const char *outdated[ARRAY_SIZE(keys)];
	size_t n_outdated = 0;
	bool moved = false;
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys) && r >= 0; i++) {
		if (!key_exists(root, keys[i]))
			continue;
		r = move_key(root, keys[i]);
		if (r == -ENOENT) {
			outdated[n_outdated++] = keys[i];
			r = 0;
		} else if (r >= 0) {
			moved = true;
		}
	}
	if (r >= 0 && !moved)
		return -EPROTO;
	for (size_t i = 0; i < n_outdated && r >= 0; i++)
		r = remove_key(root, outdated[i]);
	return r;
}

static bool visit_new_key(const char *root, const char *path, void *userdata)
{
	(void)atomic_remove(root, path);
	return true;
}

/* Remove what was made in the folder of new keys, also by a child that was killed, and the folder.
 */
static void clear_new_keys(const char *root)
{
	static const char *const folders[] = { "/etc/ssh", "/etc", "" };
	char path[PATH_MAX];

	(void)rival_visit_folder(root, NEW_KEYS "/etc/ssh", "", visit_new_key, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s" NEW_KEYS "%s", root, folders[i]);
		(void)rmdir(path);
	}
}

/* Make the folder of new keys, for nobody but root. */
static int make_folders(const char *root)
{
	static const char *const folders[] = { "", "/etc", "/etc/ssh" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (snprintf(path, sizeof(path), "%s" NEW_KEYS "%s", root, folders[i]) >=
			(int)sizeof(path))
			return -ENAMETOOLONG;
		if (mkdir(path, 0700) < 0)
			return -errno;
	}
	return 0;
}

/* -- the child ----------------------------------------------------------------------------------
 */

struct renewal {
	pid_t pid;
	const char *root;
	sd_event_source *exit_source, *timer;
	ssh_keys_done_fn done;
	void *userdata;
};

static void renewal_freep(struct renewal **renewal)
{
	if (!*renewal)
		return;
	sd_event_source_disable_unref((*renewal)->exit_source);
	sd_event_source_disable_unref((*renewal)->timer);
	free(*renewal);
}

/* All keys are made, or none is used. */
static int handle_exit(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	_cleanup_(renewal_freep) struct renewal *renewal = userdata;
	int r = -EPROTO;

	if (info->si_code == CLD_EXITED && info->si_status == 0)
		r = move_keys(renewal->root);
	clear_new_keys(renewal->root);
	renewal->done(r, renewal->userdata);
	return 0;
}

/* It hangs; its end is reported by handle_exit(). */
static int handle_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	const struct renewal *renewal = userdata;

	(void)kill(renewal->pid, SIGKILL);
	return 0;
}

/* The child: nothing of the parent's but its standard error. */
static _Noreturn void child_main(const char *folder)
{
	const char *const words[] = { KEYGEN, "-q", "-A", "-f", folder, NULL };
	const char *const environment[] = { "PATH=/usr/bin", "HOME=/", NULL };
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) == 0 && null >= 0 && dup2(null, 0) == 0 &&
		dup2(null, 1) == 1 && close_range(3, ~0U, 0) == 0)
		(void)execve(KEYGEN, (char *const *)words, (char *const *)environment);
	_exit(127);
}

/* Start ssh-keygen. */
static int fork_child(const char *root, pid_t *ret)
{
	char folder[PATH_MAX];
	pid_t pid;

	(void)snprintf(folder, sizeof(folder), "%s" NEW_KEYS, root);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child_main(folder);
	*ret = pid;
	return 0;
}

/* Start it, and hear of its end. */
static int start(struct renewal *renewal, sd_event *event)
{
	int r;

	r = sd_event_add_time_relative(
		event, &renewal->timer, CLOCK_MONOTONIC, TIMEOUT_USEC, 0, handle_timeout, renewal);
	if (r < 0)
		return r;
	r = fork_child(renewal->root, &renewal->pid);
	if (r < 0)
		return r;
	r = sd_event_add_child(
		event, &renewal->exit_source, renewal->pid, WEXITED, handle_exit, renewal);
	if (r < 0) {
		(void)kill(renewal->pid, SIGKILL);
		(void)waitpid(renewal->pid, NULL, 0);
	}
	return r;
}

int ssh_keys_renew(sd_event *event, const char *root, ssh_keys_done_fn done, void *userdata)
{
	_cleanup_(renewal_freep) struct renewal *renewal = NULL;
	int r;

	if (access(KEYGEN, X_OK) < 0)
		return -errno;
	renewal = calloc(1, sizeof(*renewal));
	if (!renewal)
		return -ENOMEM;
	renewal->root = root;
	renewal->done = done;
	renewal->userdata = userdata;
	clear_new_keys(root);
	r = make_folders(root);
	if (r >= 0)
		r = start(renewal, event);
	if (r < 0) {
		clear_new_keys(root);
		return r;
	}
	(void)take_ptr(renewal);
	return 0;
}
