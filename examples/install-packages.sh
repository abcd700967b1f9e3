#!/usr/bin/env bash
# Installs what is missing of the Debian packages that audienced is built from
# (`build`), runs on (`run`) and is tested with (`test`).
#
# usage: examples/install-packages.sh [build] [run] [test]    (default: all)
#        examples/install-packages.sh -l                      (only list them)
#
# Where everything is there it asks dpkg and nothing else. Otherwise it needs
# root, or sudo. A PostgreSQL server that it installs starts no cluster: the
# system's own PostgreSQL stays as it is.
set -euo pipefail

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=examples/progress.sh
. "$here/progress.sh"

packages() {
  cat <<'END'
build g++                      the compiler, C++20
build cmake                    describes the build
build ninja-build              runs it, on all cores
build ccache                   a second build of the same source takes seconds
build pkg-config               finds libpqxx, libpq, re2 and xxhash
build protobuf-compiler        proto/ to C++
build protobuf-compiler-grpc   the services of proto/ to C++
build libprotobuf-dev          messages
build libgrpc++-dev            the server and its client
build libpqxx-dev              PostgreSQL
build libpq-dev                PostgreSQL, for COPY in binary form
build libyaml-cpp-dev          reads rule files
build libabsl-dev              time, status, containers
build libre2-dev               `matches` in rules, in linear time
build libssl-dev               hashes of identifiers, TLS
build libphonenumber-dev       phone numbers as ad platforms match them
build libicu-dev               lower case and marks of names and addresses
build libjemalloc-dev          the memory of the daemon: stays whole over months
build libxxhash-dev            digests of event ids, stable shares
build nlohmann-json3-dev       JSON Lines, logs
build libcli11-dev             the command lines
build libcpp-httplib-dev       health and metrics over HTTP
build libsqlite3-dev           what `audiencectl sync` remembers
build libspdlog-dev            logs
build libgtest-dev             unit tests
build libgmock-dev             matchers of unit tests
build libbenchmark-dev         measures
build libvalijson-dev          judges the JSON Schema of rule files in tests
run   postgresql               the server that `audienced --data` starts for itself
run   tzdata                   time zones of rule files
test  clang-14                 builds the fuzzers; 240 MB with what it needs
test  libclang-rt-14-dev       libFuzzer and the sanitizers of clang
test  openssl                  certificates of tests
test  python3-grpcio           a client in another language, and the fault harness
test  python3-protobuf         its messages
END
}

wanted() {  # KIND... : names of the packages of these kinds
  local kinds=" $* "
  packages | while read -r kind name _; do
    case $kinds in *" $kind "*) echo "$name" ;; esac
  done
}

missing() {  # NAME... : those that are not installed
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" \
    2>/dev/null | sed -n 's/^installed //p' || true)
  printf '%s\n' "$@" | grep -vxF "$installed" || true
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env "$@"
  else
    sudo env "$@"
  fi
}

# install NAME...: shows how far it is; apt's own words go to the log. (The
# status lines get their descriptor inside, because sudo closes it.)
install() {
  # shellcheck disable=SC2016
  as_root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    sh -c 'exec "$@" 3>&1' sh \
    apt-get -q -y --no-install-recommends -o APT::Status-Fd=3 \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    install "$@" 2>&1 </dev/null |
    split_status | show_percent 'installing' || apt_failed
}

# Status lines: `dlstatus:N:PERCENT:...` while packages are fetched, then
# `pmstatus:PACKAGE:PERCENT:...` while they are unpacked and set up.
split_status() {
  local line field percent
  while IFS= read -r line; do
    IFS=: read -r field _ percent _ <<<"$line"
    percent=${percent%%.*}
    case $field in
      dlstatus) echo "$((percent / 3)) 100" ;;
      pmstatus) echo "$((33 + percent * 2 / 3)) 100" ;;
      *) printf '%s\n' "$line" >>"$log" ;;
    esac
  done
}

apt_failed() {
  tail -n 30 "$log" >&2
  fail 'apt-get failed (its last lines are above)' \
    'this is made for Debian 12; is the network there, and the disk not full?'
}

# A server package makes and starts a cluster for the whole machine unless told
# not to. It is told so for the time of this one installation.
cluster_settings=/etc/postgresql-common/createcluster.d

without_system_cluster() {  # COMMAND...
  as_root mkdir -p "$cluster_settings"
  trap restore_cluster_settings EXIT
  echo 'create_main_cluster = false' |
    as_root tee "$cluster_settings/audienced.conf" >/dev/null
  "$@"
  trap - EXIT
  restore_cluster_settings
}

restore_cluster_settings() {
  as_root rm -f "$cluster_settings/audienced.conf"
  as_root rmdir --ignore-fail-on-non-empty "$cluster_settings"
}

main() {
  case ${1-} in
    -h | --help) sed -n '2,/^set -/p' "$0" | sed '$d; s/^# \{0,1\}//'; exit ;;
    -l | --list) packages; exit ;;
  esac
  local kinds=("$@") absent
  [ $# -gt 0 ] || kinds=(build run test)
  command -v dpkg-query >/dev/null ||
    fail 'this is not a Debian: there is no dpkg' \
      "install by hand what '$0 --list' names, and run cmake yourself"
  # shellcheck disable=SC2046
  absent=$(missing $(wanted "${kinds[@]}"))
  [ -n "$absent" ] || exit 0
  mapfile -t absent <<<"$absent"

  step "Installing ${#absent[@]} Debian packages and what they need"
  note "${absent[*]}"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail 'installing packages needs root, and there is no sudo' \
      "as root: apt-get install --no-install-recommends ${absent[*]}"
  log=$(mktemp)
  note 'reading the package lists'
  as_root LC_ALL=C.UTF-8 apt-get -q -o DPkg::Lock::Timeout=300 update \
    >>"$log" 2>&1 </dev/null || apt_failed
  case " ${absent[*]} " in
    *' postgresql '*) without_system_cluster install "${absent[@]}" ;;
    *) install "${absent[@]}" ;;
  esac
  rm -f "$log"
}

main "$@"
