#!/usr/bin/env bash
# What happens to the package on a machine, step by step, inside the container that scripts/test-package boots:
# installed, configured, run, upgraded under load, not downgraded, removed, purged. Prints a line for each claim.
# shellcheck disable=SC2016,SC2317
set -u
cd /root || exit 1
old=$1 new=$2
failed=0

# claim WORDS COMMAND...: that it succeeds.
claim() {
    local words=$1 out
    shift
    if out=$("$@" 2>&1); then echo "ok      $words"; else echo "FAILED  $words: $* : $out" && failed=1; fi
}
not() { ! "$@"; }
# says WORDS COMMAND...: that its output has them, whatever its exit code.
says() {
    local words=$1
    shift
    "$@" 2>&1 | tr '\n' ' ' | grep -qF -- "$words" || { "$@" 2>&1; return 1; }
}
is() { [[ $(stat -c '%U:%G %a' "$1") == "$2" ]] || { stat -c '%n %U:%G %a' "$1" && return 1; }; }
within() { # SECONDS COMMAND...
    local until=$((SECONDS + $1))
    shift
    while ! "$@" >/dev/null 2>&1; do
        [[ $SECONDS -lt $until ]] || { "$@"; return 1; }
        sleep 0.2 # polls until it is so
    done
}
main_pid() { systemctl show -P MainPID hubspool; }
simulated() { curl -sS --cacert sim/ca.pem -H 'Authorization: Bearer test-token' https://localhost:8443/_simulator/report; }
figure() { simulated | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"; }
put() { su producer -c "hubspool submit $1"; }

echo "== installed"
is_as_told() {
    is /etc/hubspool 'root:root 755' && is /etc/hubspool/hubspool.yaml 'root:root 644' &&
        is /var/spool/hubspool 'hubspool:hubspool 755' && is /var/spool/hubspool/cur 'hubspool:hubspool 700' &&
        is /var/spool/hubspool/new 'hubspool:hubspool-submit 3770' && is /var/lib/hubspool 'hubspool:hubspool 700'
}
claim 'files, users and modes are as the guide says' is_as_told
claim 'dpkg finds nothing changed' bash -c 'test -z "$(dpkg --verify hubspool)"'
claim 'it is not enabled' says disabled systemctl is-enabled hubspool
claim 'it does not run' says inactive systemctl is-active hubspool
claim 'an unconfigured start fails at once' not systemctl start hubspool
claim 'and says of what' says '/etc/hubspool/token' journalctl -u hubspool --no-pager
systemctl stop hubspool
claim 'the manual has its pages' man -w 1 hubspool 5 hubspool.yaml 8 hubspool

echo "== configured and run"
hubspool-simulator --certificate sim/server.pem --key sim/server.key --port 8443 --port-file port --report report \
    --token test-token --latency-ms 100 >simulator.log 2>&1 &
within 10 test -e port
install -m 0640 -g hubspool /dev/stdin /etc/hubspool/token <<<test-token
install -m 0644 sim/ca.pem /etc/hubspool/ca.pem
cat >/etc/hubspool/hubspool.yaml <<'END'
queue: {reserve: 0, scan_interval: 1s}
api: {url: "https://localhost:8443", ca_file: /etc/hubspool/ca.pem}
END
useradd --groups hubspool-submit producer
claim 'check finds no error' hubspool check --quiet
claim 'it starts, and is ready' systemctl enable --now hubspool
claim 'a producer of the group is served' bash -c \
    'echo "{\"objectId\":\"1\",\"eventName\":\"A\"}" | su producer -c "hubspool submit --wait"'
claim 'systemctl tells how it is' within 10 says 'Idle: nothing waits; 1 record delivered' systemctl status hubspool
rmdir /var/spool/hubspool/new
claim 'a directory of producers that vanishes is told with the remedy' \
    within 10 says 'systemd-tmpfiles --create' journalctl -u hubspool --no-pager
claim 'which helps' bash -c 'systemd-tmpfiles --create && test -g /var/spool/hubspool/new'

echo "== reloaded, and stuck"
configured=$(</etc/hubspool/hubspool.yaml) before=$(main_pid)
sed -i 's/scan_interval: 1s/scan_interval: 2s/' /etc/hubspool/hubspool.yaml
claim 'it reads its configuration again' systemctl reload hubspool
claim 'and says what has changed' within 10 says 'keys=queue.scan_interval' journalctl -u hubspool --no-pager
claim 'as the same process' bash -c "test $(main_pid) = $before"
echo 'no: such key' >>/etc/hubspool/hubspool.yaml
systemctl reload hubspool
claim 'a mistake changes nothing, and is told' within 10 says 'of before stays in force' systemctl status hubspool
echo "$configured" >/etc/hubspool/hubspool.yaml
systemctl reload hubspool
claim 'until it is mended' within 10 not says 'of before stays in force' systemctl show -P StatusText hubspool
printf '#!/bin/sh\ncat >>/var/lib/hubspool/told\n' >/etc/hubspool/tell
chmod 0755 /etc/hubspool/tell
echo 'notify: {command: /etc/hubspool/tell}' >>/etc/hubspool/hubspool.yaml
hubspool reload
claim 'it knows whom to tell' within 10 says 'keys=notify.command' journalctl -u hubspool --no-pager
within 10 says 'Idle' systemctl show -P StatusText hubspool
hubspool pause
claim 'and tells, out of its sandbox' within 20 grep -q '"code":"paused","phase":"begun"' /var/lib/hubspool/told
hubspool resume
claim 'that it is over, too' within 20 grep -q '"code":"paused","phase":"over"' /var/lib/hubspool/told
echo 'log: {format: journald}' >>/etc/hubspool/hubspool.yaml
claim 'it takes in where it logs to' says 'has taken in what has changed: log.format' hubspool reload
asked() { # USER METHOD PATH [CURL'S WORDS...]: prints the status
    local user=$1 method=$2 path=$3
    shift 3
    su -s /bin/sh "$user" -c "curl -sS --unix-socket /var/spool/hubspool/control.sock -X $method $* -o /dev/null \
        -w '%{http_code}' http://localhost/v1/$path"
}
claim 'the control socket is the producers'"'"' too' is /var/spool/hubspool/control.sock 'hubspool:hubspool-submit 660'
claim 'one of them puts a change in' says 202 asked producer POST changes --data '{\"objectId\":\"4711\"}'
claim 'and looks' says 200 asked producer GET status
claim 'but may not pause' says 403 asked producer POST pause
claim 'and whoever is none of them gets nowhere' says 'connect' asked nobody GET status
claim 'root has it ask at once' hubspool flush
claim 'the journal finds batches by a field' within 10 says 'http_status=200' \
    journalctl -u hubspool --no-pager HUBSPOOL_HTTP_STATUS=200
mkdir -p /etc/systemd/system/hubspool.service.d
printf '[Service]\nWatchdogSec=3s\n' >/etc/systemd/system/hubspool.service.d/watchdog.conf
systemctl daemon-reload && systemctl restart hubspool
before=$(main_pid)
kill -STOP "$before"
is_another() { [[ $(main_pid) != "$before" && $(main_pid) != 0 ]]; }
claim 'one that does not move is started anew' within 60 is_another
claim 'by the watchdog' says 'Watchdog timeout' journalctl -u hubspool --no-pager
rm -r /etc/systemd/system/hubspool.service.d
systemctl daemon-reload && systemctl restart hubspool

echo "== upgraded under load"
seq 1 4000 | sed 's/.*/{"objectId":"&","eventName":"load"}/' >load.ndjson
chmod 0644 load.ndjson && mv load.ndjson /tmp/
put '--bulk /tmp/load.ndjson' >/dev/null
under_way() { [[ $(figure requests) -gt 5 ]]; }
within 20 under_way
before=$(main_pid) requests=$(figure requests)
claim 'the newer version installs, and keeps the edited configuration' dpkg -i "$new"
claim 'it runs, as another process' bash -c "systemctl is-active hubspool && test $(main_pid) != $before"
claim 'it is still enabled' systemctl is-enabled hubspool
claim 'the configuration is ours' grep -q localhost:8443 /etc/hubspool/hubspool.yaml
claim 'the load was not through by then' test "$requests" -lt 40
claim 'everything is delivered' within 90 says '4002 in = 4002 delivered' hubspool status
claim 'no value went backwards, nothing was in two requests' bash -c \
    "test '$(figure regressions) $(figure overlaps) $(figure window_violations)' = '0 0 0'"

echo "== not downgraded"
claim 'the older version is refused' not dpkg -i "$old"
claim 'with words' says 'To go back all the same' dpkg -i "$old"
claim 'the newer one is still there and runs' bash -c \
    "test \"\$(dpkg-query -W -f '\${Status}' hubspool)\" = 'install ok installed' && systemctl is-active hubspool"
systemctl stop hubspool
cp -p /var/lib/hubspool/state.db state.db
printf '\0\0\3\347' | dd of=/var/lib/hubspool/state.db bs=1 seek=60 conv=notrunc status=none
claim 'a state of a newer version is refused' not systemctl start hubspool
claim 'with words, too' says 'newer' journalctl -u hubspool --no-pager -n 20
systemctl stop hubspool
cat state.db >/var/lib/hubspool/state.db
systemctl reset-failed hubspool
claim 'and taken again when it is the right one' systemctl start hubspool

echo "== two more units"
sed s/NAME/berlin/ /usr/share/hubspool/instance.tmpfiles >/etc/tmpfiles.d/hubspool-berlin.conf
systemd-tmpfiles --create
cat >/etc/hubspool/berlin.yaml <<'END'
queue: {reserve: 0, directory: /var/spool/hubspool-berlin}
state: {directory: /var/lib/hubspool-berlin}
api: {url: "https://127.0.0.1:8443", ca_file: /etc/hubspool/ca.pem}
END
claim 'an instance runs beside it' systemctl start hubspool@berlin
claim 'and is served under its name' bash -c \
    'echo "{\"objectId\":\"7\",\"eventName\":\"A\"}" | su producer -c "hubspool submit -i berlin --wait"'
claim 'an instance that nobody configured fails' not systemctl start hubspool@nobody
claim 'and says so' says '/etc/hubspool/nobody.yaml: cannot be read' journalctl -u hubspool@nobody --no-pager
systemctl stop hubspool@berlin
echo '{"objectId":"8","eventName":"A"}' >/tmp/one.ndjson
put '-i berlin /tmp/one.ndjson' >/dev/null
claim 'the nightly unit delivers' systemctl start hubspool-drain@berlin
claim 'all of it' says '2 in = 2 delivered' hubspool status -i berlin
claim 'its state stays its own' is /var/lib/hubspool-berlin 'hubspool:hubspool 700'
claim 'the timer can be enabled' systemctl enable --now hubspool-drain@berlin.timer

seq 10001 11000 | sed 's/.*/{"objectId":"&","eventName":"night"}/' >/tmp/night.ndjson
put '--bulk /tmp/night.ndjson' >/dev/null
claim 'beside a service it waits' systemctl start hubspool-drain@hubspool
claim 'until that has delivered' says '5002 in = 5002 delivered' hubspool status

echo "== removed and purged"
claim 'it is removed' dpkg -r hubspool
claim 'nothing of it runs' bash -c '! pgrep -x hubspool'
claim 'configuration, queue and state stay' bash -c \
    'test -e /etc/hubspool/token && test -d /var/spool/hubspool/cur && test -e /var/lib/hubspool/state.db'
claim 'it is installed again' dpkg -i "$new"
claim 'enabled as it was' says enabled systemctl is-enabled hubspool
put '/tmp/one.ndjson' >/dev/null
claim 'it is purged, and tells what it keeps' says 'rm -r /var/spool/hubspool /var/lib/hubspool' dpkg -P hubspool
claim 'what waits is kept' bash -c 'test -n "$(ls /var/spool/hubspool/new)" && test -e /var/lib/hubspool/state.db'
claim 'no configuration and no credential stay' not test -e /etc/hubspool
claim 'no link leads nowhere' bash -c 'test -z "$(find /etc/systemd/system -xtype l -name "hubspool*")"'
claim 'it can be installed anew' dpkg -i "$new"
exit "$failed"
