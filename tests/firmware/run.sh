#!/usr/bin/env bash
# Builds the firmware samples' portable part and the POSIX sample, runs their host tests, and drives the sample against
# a real mosquitto broker that is stopped and restarted, through a connection that is cut, and across kill -9 of the
# sample itself: every reading must arrive at least once, in order, none missing.
# mosquitto is ended with SIGTERM: it answers PUBACK before its own file is written, so that after SIGKILL readings would
# be missing that it, not the sample, had lost. Needs gcc, make, libmosquitto-dev, mosquitto, mosquitto-clients, socat and python3 (Debian package names).
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd -- "$here/../.." && pwd)
build=$repository/artifacts/firmware
sensor=$build/posix-c/edgestream-sensor
work=$(mktemp -d)
broker="" proxy="" watcher=""
export PATH=$PATH:/usr/sbin

end() {
    local code=$?
    for process in $broker $proxy $watcher; do
        kill -- "-$process" 2>/dev/null || true
        # A broker that stops still writes to its folder.
        wait "$process" 2>/dev/null || true
    done
    if [ $code -ne 0 ]; then
        tail -n 20 "$work"/*.log >&2 2>/dev/null || true
    fi
    rm -rf -- "$work"
    exit $code
}
trap end EXIT

fail() {
    printf 'FAIL %s\n' "$1" >&2
    exit 1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Polls a condition for at most 30 seconds.
wait_for() {
    local what=$1 deadline=$((SECONDS + 30))
    shift
    until "$@"; do
        [ $SECONDS -lt $deadline ] || fail "waited 30 s for $what"
        sleep 0.05
    done
}

# Each of them leads a process group of its own, so that it can be ended with its children and nothing else.
start_broker() {
    setsid mosquitto -c "$work/mosquitto.conf" >>"$work/broker.log" 2>&1 &
    broker=$!
    wait_for "the broker" listening "$broker_port"
}

start_proxy() {
    setsid socat "TCP-LISTEN:$proxy_port,bind=127.0.0.1,reuseaddr,fork" "TCP:127.0.0.1:$broker_port" \
        >>"$work/proxy.log" 2>&1 &
    proxy=$!
    wait_for "the proxy" listening "$proxy_port"
}

start_watcher() {
    setsid mosquitto_sub -h 127.0.0.1 -p "$broker_port" -V mqttv311 -i watcher -c -q 1 -t 'devices/+/readings' \
        -F '%t %p' >>"$work/received" 2>>"$work/watcher.log" &
    watcher=$!
    wait_for "the watcher's subscription" grep -q 'watcher.*devices/+/readings\|devices/+/readings (QoS 1)' "$work/broker.log"
}

listening() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

stop_group() {
    local process=$1 signal=$2
    kill "-$signal" -- "-$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
}

received_count() {
    grep -c "^devices/$1/readings " "$work/received" || true
}

received_at_least() {
    [ "$(received_count "$1")" -ge "$2" ]
}

# The greatest number that arrived from a device; fails when a number came before its predecessor.
last_in_order() {
    sed -n "s|^devices/$1/readings {\"seq\":\([0-9]*\).*|\1|p" "$work/received" | awk -v device="$1" '
        $1 > last + 1 { printf "FAIL %s: %d arrived first after %d\n", device, $1, last > "/dev/stderr"; exit 1 }
        $1 > last { last = $1 }
        END { print last + 0 }'
}

last_is() {
    [ "$(last_in_order "$1")" -eq "$2" ]
}

run_host_tests() {
    make -s -C "$repository/firmware-samples/posix-c" BUILD="$build/posix-c" all test
}

broker_and_connection_come_and_go() {
    local count=400 line reading
    for ((line = 1; line <= count; line++)); do
        printf '{"value":%d,"text":"reading %d"}\n' $((line * 3)) "$line"
    done >"$work/payloads"
    "$sensor" --port "$proxy_port" --device steady --payload-file "$work/payloads" --period 0.01 --retry-max 0.5 \
        --spool "$work/steady.spool" >"$work/steady.log" 2>&1 &
    reading=$!
    wait_for "first readings" received_at_least steady 40
    stop_group "$broker" TERM
    wait_for "the sample to notice" grep -q 'trying again' "$work/steady.log"
    start_broker
    wait_for "readings after the restart" received_at_least steady 120
    stop_group "$proxy" KILL
    start_proxy
    wait_for "readings after the cut" received_at_least steady 200
    stop_group "$proxy" KILL
    stop_group "$broker" TERM
    start_broker
    start_proxy
    wait "$reading" || fail "the sample ended with $?"
    wait_for "reading $count" last_is steady $count
    sed -n 's|^devices/steady/readings {"seq":\([0-9]*\),|\1 {|p' "$work/received" | sort -n -u |
        cut -d' ' -f2- | cmp - "$work/payloads" || fail "a payload changed on its way"
    echo "ok   broker_and_connection_come_and_go: $count readings, $(received_count steady) deliveries"
}

the_sample_is_killed_while_the_broker_is_away() {
    local reading kept last
    stop_group "$broker" TERM
    "$sensor" --port "$broker_port" --device killed --period 0.005 --retry-max 0.5 --spool "$work/killed.spool" \
        >"$work/killed.log" 2>&1 &
    reading=$!
    wait_for "readings in the spool" grep -qa '"seq":150,' "$work/killed.spool"
    kill -KILL "$reading"
    wait "$reading" 2>/dev/null || true
    kept=$(grep -ao '"seq":[0-9]*' "$work/killed.spool" | cut -d: -f2 | sort -n | tail -n 1)
    start_broker
    "$sensor" --port "$broker_port" --device killed --period 0.005 --retry-max 0.5 --spool "$work/killed.spool" \
        --count 20 >>"$work/killed.log" 2>&1 || fail "the restarted sample ended with $?"
    # The one being written when the signal came may be torn; it was never promised.
    last=$(sed -n 's|.*: \([0-9]*\) readings taken.*|\1|p' "$work/killed.log" | tail -n 1)
    [ "$last" -ge $((kept - 1 + 20)) ] || fail "$last readings taken, but $kept were kept before the kill"
    wait_for "reading $last" last_is killed "$last"
    echo "ok   the_sample_is_killed_while_the_broker_is_away: $kept kept, $last readings arrived"
}

broker_port=$(free_port)
proxy_port=$(free_port)
cat >"$work/mosquitto.conf" <<CONF
listener $broker_port 127.0.0.1
allow_anonymous true
persistence true
persistence_location $work/
max_queued_messages 0
log_type all
user $(id -un)
CONF
touch "$work/received"
start_broker
start_proxy
start_watcher
run_host_tests
broker_and_connection_come_and_go
the_sample_is_killed_while_the_broker_is_away
echo "firmware samples: passed"
