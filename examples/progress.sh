# Sourced by the scripts that a person watches: what they say while they work.
# shellcheck shell=bash

if [ -t 1 ]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' red='' plain=''
fi

# step WHAT: one line before each thing that takes time or changes something.
step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain"; }

# note WHAT: a detail of the step.
note() { printf '    %s%s%s\n' "$dim" "$*" "$plain"; }

# fail WHAT [HELP...]: the reason, what to do about it, and the end.
fail() {
  printf '%serror:%s %s\n' "$red" "$plain" "$1" >&2
  shift
  if [ $# -gt 0 ]; then printf '  help: %s\n' "$@" >&2; fi
  exit 1
}

# show_percent WHAT: of "DONE TOTAL" lines on stdin it shows one line every ten
# percent, or on a terminal one line that counts. (Not awk: mawk would hold
# lines back until it has read 4096 bytes.)
show_percent() {
  local what=$1 done_ total percent shown=0 counted=''
  while read -r done_ total; do
    percent=$((100 * done_ / total))
    if [ -t 1 ]; then
      printf '\r    %s: %3d %%' "$what" "$percent"
      counted=yes
    elif [ $((percent / 10)) -gt $((shown / 10)) ]; then
      printf '    %s: %3d %%\n' "$what" "$percent"
      shown=$percent
    fi
  done
  [ -z "$counted" ] || echo
}

# build PRESET [TARGET...]: configures where that has not been done, and builds.
# The whole output goes to build/PRESET.log and is shown where something fails.
build() {
  local preset=$1 log=build/$1.log started=$SECONDS
  shift
  mkdir -p build
  if [ ! -f "build/$preset/build.ninja" ]; then
    cmake --preset "$preset" -G Ninja >"$log" 2>&1 || build_failed "$log"
  fi
  cmake --build "build/$preset" ${1:+--target "$@"} 2>&1 | tee "$log" |
    sed -un 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 \2/p' |
    show_percent "building" || build_failed "$log"
  note "built in $((SECONDS - started)) s"
}

build_failed() {
  grep -v '^\[[0-9]*/[0-9]*\] ' "$1" | tail -n 60 >&2 || true
  fail "the build failed; its whole output is in $1"
}
