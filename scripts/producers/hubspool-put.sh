#!/bin/sh
# Puts the records on standard input into hubspool's queue as one file, durably.
#
#   hubspool-put.sh [--bulk] [QUEUE_DIRECTORY] < records.ndjson
#
# The producer's contract: write in tmp/ under a unique name, fsync, rename into new/ (or bulk/), fsync
# the directory. When this exits with 0, the records survive a power loss; else it says whether they were put.
# Needs GNU coreutils (sync FILE, date +%N).
set -eu

lane=new
if [ "${1:-}" = --bulk ]; then
    lane=bulk
    shift
fi
case "$#:${1:-}" in
0: | 1:[!-]*) ;;
*)
    echo "usage: hubspool-put.sh [--bulk] [QUEUE_DIRECTORY] < records" >&2
    exit 2
    ;;
esac
queue=${1:-/var/spool/hubspool}

# Sorts by time: within one tick of the file system's clock, hubspool takes names in order. The digits
# keep apart what two processes of one number (in two containers) write in one nanosecond.
random=$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')
name=$(printf '%020d-%07d-%08d.ndjson' "$(date +%s%N)" "$$" "$random")

# noclobber: fails rather than writes into somebody else's file.
set -C
trap 'rm -f "$queue/tmp/$name"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$queue/tmp/$name"
# hubspool reads it by its group, whatever the umask is.
chmod 0640 "$queue/tmp/$name"
sync "$queue/tmp/$name"
mv -n "$queue/tmp/$name" "$queue/$lane/"
if [ -e "$queue/tmp/$name" ]; then
    echo "hubspool-put.sh: nothing was put: $queue/$lane/$name is there already" >&2
    exit 1
fi
trap - EXIT
if ! sync "$queue/$lane"; then
    echo "hubspool-put.sh: $name was put, but a power loss may undo it" >&2
    exit 1
fi
echo "$name"
