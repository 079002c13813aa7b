#!/usr/bin/env bash
# Ceph's S3 server on 127.0.0.1, everything in memory and one folder: one mon, mgr, osd and radosgw (Debian: ceph-mon
# ceph-mgr ceph-osd radosgw). It verifies signatures, so it is the reference for the S3 destination.
#
#   radosgw.sh start FOLDER   starts it in an empty or absent folder; prints, once it answers,
#                             endpoint=URL, access_key=ID, secret_key=SECRET, bucket=NAME, one a line
#   radosgw.sh restart FOLDER kills the process that speaks S3 and starts it again; what is stored stays
#   radosgw.sh stop FOLDER    ends what "start FOLDER" started and removes the folder
set -euo pipefail

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -eq 2 ] || usage
action=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
conf=$folder/ceph.conf
access_key=edgestream
secret_key=not-a-secret-on-loopback
bucket=edge

# A port that the kernel gives to nobody else while its server is restarted, above those that Ceph's daemons take.
free_port() { # lowest highest
    python3 - "$@" <<'PYTHON'
import random, socket, sys
while True:
    port = random.randint(int(sys.argv[1]), int(sys.argv[2]))
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    break
PYTHON
}

stop_daemons() {
    local pid_file
    for pid_file in "$folder"/*.pid; do
        [ -e "$pid_file" ] || continue
        kill -TERM "$(cat "$pid_file")" 2>/dev/null || true
    done
    for pid_file in "$folder"/*.pid; do
        [ -e "$pid_file" ] || continue
        for _ in $(seq 50); do
            kill -0 "$(cat "$pid_file")" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$(cat "$pid_file")" 2>/dev/null || true
    done
}

# Runs a daemon in the foreground of its own session and keeps its process id.
daemon() {
    local name=$1
    shift
    setsid "$@" >"$folder/$name.out" 2>&1 </dev/null &
    echo $! >"$folder/$name.pid"
}

wait_for() {
    local what=$1
    shift
    for _ in $(seq 300); do
        if "$@" >"$folder/wait.out" 2>&1; then return 0; fi
        sleep 0.2
    done
    echo "radosgw.sh: $what did not come within 60 s; see $folder" >&2
    tail -n 5 "$folder"/*.out >&2
    exit 1
}

write_conf() {
    cat >"$conf" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$mon_port]
mon initial members = a
run dir = $folder
admin socket = $folder/\$name.asok
log file = $folder/\$name.log
pid file =
keyring = $folder/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
public addr = 127.0.0.1
ms bind ipv6 = false
[mon.a]
mon data = $folder/mon
[mgr.x]
mgr data = $folder/mgr
mgr modules =
[osd.0]
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:$rgw_port
rgw enable usage log = false
rgw lc debug interval = 0
CONF
}

start() {
    trap 'stop_daemons' EXIT
    fsid=$(cat /proc/sys/kernel/random/uuid)
    osd_uuid=$(cat /proc/sys/kernel/random/uuid)
    mon_port=$(free_port 7600 8799)
    rgw_port=$(free_port 8800 9999)
    mkdir -p "$folder/mon" "$folder/mgr" "$folder/osd"
    write_conf
    export CEPH_CONF=$conf

    ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
    ceph-authtool "$folder/keyring" --gen-key -n client.admin \
        --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
    ceph-authtool "$folder/keyring" --gen-key -n mgr.x \
        --cap mon 'allow profile mgr' --cap osd 'allow *' >/dev/null
    ceph-authtool "$folder/keyring" --gen-key -n osd.0 \
        --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd' >/dev/null
    monmaptool --create --addv a "[v2:127.0.0.1:$mon_port]" --fsid "$fsid" "$folder/monmap" >/dev/null
    ceph-mon -c "$conf" --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring" >"$folder/mkfs.out" 2>&1
    daemon mon ceph-mon -c "$conf" -f -i a
    wait_for "the monitor" timeout 5 ceph -c "$conf" -s

    daemon mgr ceph-mgr -c "$conf" -f -i x
    ceph -c "$conf" osd new "$osd_uuid" 0 >/dev/null 2>&1
    ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_uuid" >>"$folder/mkfs.out" 2>&1
    daemon osd ceph-osd -c "$conf" -f -i 0
    wait_for "the object store" sh -c "ceph -c '$conf' osd stat | grep -q '1 up'"

    daemon rgw radosgw -c "$conf" -f -n client.admin
    wait_for "the S3 server" curl -fsS "http://127.0.0.1:$rgw_port/"
    radosgw-admin -c "$conf" -n client.admin user create --uid edge --display-name edge \
        --access-key "$access_key" --secret-key "$secret_key" >"$folder/user.out" 2>&1
    trap - EXIT
    printf 'endpoint=http://127.0.0.1:%s\naccess_key=%s\nsecret_key=%s\nbucket=%s\n' \
        "$rgw_port" "$access_key" "$secret_key" "$bucket"
}

restart() {
    export CEPH_CONF=$conf
    local url
    url=$(sed -n 's|^rgw frontends = beast endpoint=|http://|p' "$conf")
    kill -KILL "$(cat "$folder/rgw.pid")"
    while curl -fsS "$url/" >"$folder/wait.out" 2>&1; do sleep 0.05; done
    daemon rgw radosgw -c "$conf" -f -n client.admin
    wait_for "the S3 server" curl -fsS "$url/"
}

case $action in
    start) start ;;
    restart) restart ;;
    stop) stop_daemons && rm -rf "$folder" ;;
    *) usage ;;
esac
