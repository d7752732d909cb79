# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Run the parts of a suite side by side, and add up what they say; sourced by the suites' run scripts.
#
#     parallel_begin [LIMIT]
#     parallel NAME COMMAND...           # as soon as there is room
#     parallel_alone NAME COMMAND...     # when nothing else runs
#     parallel_end                       # the closing line "N passed, N failed"; the status
#
# Each part waits for most of its time: for a lease, for a second to pass, for a service to give up. So two always run, and a
# further one starts while the processors have nothing to do for two fifths of a second, up to three a processor. On a machine that
# is busy otherwise there are but the two: what must be told within a second is not made to wait for a processor. A LIMIT is kept
# whatever the processors do. What a part has said is told in one piece, and how much of its time was work.
#
# Many tests say within which time something is to happen, which nobody can tell while others are at work. So a part that has failed
# is run once more, by itself, and counts as it ends then; the closing lines name it, and what it said at first stands above.

parallel_begin() {
	parallel_fixed=${1-}
	parallel_limit=${1:-$(($(nproc) * 3))}
	parallel_work=$(mktemp -d)
	parallel_parts=0
	trap 'rm -rf "$parallel_work"' EXIT
	mkdir "$parallel_work/again"
	: >"$parallel_work/numbers"
}

# Prints how many ticks the processors had in all, and how many of them they were idle.
parallel_ticks() {
	awk '/^cpu / { print $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9, $5 + $6; exit }' /proc/stat
}

# Had they nothing to do for two fifths of the next second?
parallel_idle() {
	local all idle all_then idle_then
	read -r all_then idle_then < <(parallel_ticks)
	sleep 1
	read -r all idle < <(parallel_ticks)
	[ $(((idle - idle_then) * 5)) -ge $(((all - all_then) * 2)) ]
}

parallel_running() {
	jobs -rp | wc -l
}

# Until another one may start.
parallel_room() {
	while [ "$(parallel_running)" -ge "$parallel_limit" ]; do wait -n; done
	[ -z "$parallel_fixed" ] || return 0
	until [ "$(parallel_running)" -lt 2 ] || parallel_idle; do :; done
}

# Run a part and tell what it said in one piece; its numbers go to $parallel_p and $parallel_f.
parallel_run() {
	local name=$1 status=0 start=$SECONDS said=$parallel_work/$1.said TIMEFORMAT='%0U %0S' user system
	shift
	{ time "$@" >"$said" 2>&1; } 2>"$said.time" || status=$?
	read -r user system <"$said.time" || :
	read -r parallel_p parallel_f < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$said" | tail -n 1) || { parallel_p=0 parallel_f=1; }
	# A failure that no number explains is one.
	[ "$status" = 0 ] || [ "$parallel_f" -gt 0 ] || parallel_f=1
	{
		flock 9
		cat "$said"
		echo "-- $name: $((SECONDS - start)) s, $((user + system)) s of them work"
	} 9>"$parallel_work/lock"
}

# Note the numbers of a part, or that it has to be run again.
parallel_tell() {
	parallel_run "$@"
	if [ "$parallel_f" -gt 0 ]; then
		printf '%q ' "$@" >"$parallel_work/again/$1"
	else
		echo "$parallel_p $parallel_f" >>"$parallel_work/numbers"
	fi
}

# Once more, one behind the other, what has failed.
parallel_again() {
	local file again
	for file in "$parallel_work"/again/*; do
		[ -e "$file" ] || continue
		eval "again=($(cat "$file"))"
		echo "-- again, by itself: ${again[0]}"
		parallel_run "${again[@]}"
		echo "$parallel_p $parallel_f" >>"$parallel_work/numbers"
		[ "$parallel_f" -gt 0 ] || echo "passed only when it was run again, by itself: ${again[0]}" >>"$parallel_work/alone"
	done
	[ ! -e "$parallel_work/alone" ] || cat "$parallel_work/alone"
}

parallel() {
	parallel_parts=$((parallel_parts + 1))
	parallel_room
	parallel_tell "$@" &
}

parallel_alone() {
	parallel_parts=$((parallel_parts + 1))
	wait
	parallel_tell "$@"
}

parallel_end() {
	local passed failed
	wait
	parallel_again
	read -r passed failed < <(awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }' "$parallel_work/numbers")
	[ "$(wc -l <"$parallel_work/numbers")" = "$parallel_parts" ] || failed=$((failed + 1))
	echo "all of it in $SECONDS s"
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
