#!/usr/bin/env bash
# Installs EdgeStream from a published binary on any Linux: binary, service user, folders, configuration, systemd unit.
# Running it again upgrades the binary and the unit and leaves configuration and data alone.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
binary="" config="$here/edgestream.yaml" unit="$here/edgestream.service"
prefix=/usr/local root="" action=install purge=no start=yes
user=edgestream

usage() {
    cat <<'USAGE'
Usage: install.sh [--binary FILE] [--prefix DIR] [--root DIR] [--no-start]
       install.sh --uninstall [--purge] [--prefix DIR] [--root DIR]

  --binary FILE  the published edgestream binary (default: "edgestream" beside this script)
  --prefix DIR   where the binary goes: DIR/bin (default: /usr/local)
  --root DIR     stage all files below DIR; creates no user and starts nothing
  --no-start     install, but neither enable nor start the service
  --uninstall    stop the service, remove binary and unit, keep configuration and data
  --purge        with --uninstall: also delete /etc/edgestream and /var/lib/edgestream
USAGE
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit 1
}

parse_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            --binary | --prefix | --root)
                [ $# -ge 2 ] || fail "$1 needs a value"
                case $1 in
                    --binary) binary=$2 ;;
                    --prefix) prefix=$2 ;;
                    --root) root=${2%/} ;;
                esac
                shift
                ;;
            --no-start) start=no ;;
            --uninstall) action=uninstall ;;
            --purge) purge=yes ;;
            -h | --help) usage; exit 0 ;;
            *) usage >&2; fail "unknown option $1" ;;
        esac
        shift
    done
    case $prefix in
        /*) prefix=${prefix%/} ;;
        *) fail "--prefix must be an absolute path, not $prefix" ;;
    esac
    [ "$purge" = no ] || [ "$action" = uninstall ] || fail "--purge goes with --uninstall"
}

# Staging below --root touches nothing of the running system.
staging() { [ -n "$root" ]; }

has_systemd() { ! staging && [ -d /run/systemd/system ] && command -v systemctl >/dev/null; }

need_root() {
    staging || [ "$(id -u)" -eq 0 ] || fail "run as root (or stage with --root DIR)"
}

create_user() {
    if staging || id -u "$user" >/dev/null 2>&1; then
        return
    fi
    if command -v useradd >/dev/null; then
        useradd --system --user-group --home-dir /var/lib/edgestream --no-create-home \
            --shell /usr/sbin/nologin "$user"
    elif command -v adduser >/dev/null; then
        addgroup -S "$user" 2>/dev/null || true
        adduser -S -D -H -h /var/lib/edgestream -s /sbin/nologin -G "$user" "$user"
    else
        fail "neither useradd nor adduser is here: create the system user $user and run this again"
    fi
}

own() {
    staging || chown "$1" "$2"
}

# Written beside its target and renamed, so that a running binary is replaced and never torn.
place() {
    local source=$1 target=$2 mode=$3
    mkdir -p -- "$(dirname -- "$target")"
    install -m "$mode" -- "$source" "$target.new"
    mv -f -- "$target.new" "$target"
}

install_config() {
    local target=$root/etc/edgestream/edgestream.yaml
    mkdir -p -- "$root/etc/edgestream"
    if [ -e "$target" ]; then
        echo "kept      $target"
        return
    fi
    [ -f "$config" ] || fail "$config is missing beside this script"
    place "$config" "$target" 0640
    own "root:$user" "$target"
    echo "installed $target"
}

install_unit() {
    local target=$root/etc/systemd/system/edgestream.service staged
    [ -f "$unit" ] || fail "$unit is missing beside this script"
    staged=$(mktemp)
    sed "s|^ExecStart=/usr/bin/edgestream |ExecStart=$prefix/bin/edgestream |" "$unit" >"$staged"
    place "$staged" "$target" 0644
    rm -f -- "$staged"
    echo "installed $target"
}

start_service() {
    if staging; then
        return
    fi
    if ! has_systemd; then
        echo "There is no systemd here, so nothing was started. Start it with:"
        echo "  su -s /bin/sh $user -c '$prefix/bin/edgestream run --config /etc/edgestream/edgestream.yaml'"
        return
    fi
    systemctl daemon-reload
    if [ "$start" = yes ]; then
        systemctl enable edgestream.service
        systemctl restart edgestream.service
        systemctl --no-pager --lines=5 status edgestream.service
    fi
}

do_install() {
    local target=$root$prefix/bin/edgestream
    [ -n "$binary" ] || binary=$here/edgestream
    [ -f "$binary" ] || fail "no binary at $binary: publish one (publish.ps1) and name it with --binary"
    if ! staging; then
        "$binary" version >/dev/null || fail "$binary does not run on this machine ($(uname -m)): wrong processor?"
    fi

    create_user
    place "$binary" "$target" 0755
    echo "installed $target"
    install_config
    mkdir -p -- "$root/var/lib/edgestream"
    chmod 0750 "$root/var/lib/edgestream"
    own "$user:$user" "$root/var/lib/edgestream"
    if staging || [ -d /etc/systemd/system ]; then
        install_unit
    fi
    start_service
}

do_uninstall() {
    if has_systemd; then
        systemctl disable --now edgestream.service 2>/dev/null || true
    fi
    rm -f -- "$root$prefix/bin/edgestream" "$root/etc/systemd/system/edgestream.service"
    if has_systemd; then
        systemctl daemon-reload
    fi
    if [ "$purge" = yes ]; then
        rm -rf -- "$root/etc/edgestream" "$root/var/lib/edgestream"
        echo "removed EdgeStream with its configuration and data; the user $user stays"
    else
        echo "removed EdgeStream; kept $root/etc/edgestream and $root/var/lib/edgestream"
    fi
}

parse_arguments "$@"
need_root
"do_$action"
