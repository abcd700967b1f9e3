#!/usr/bin/env bash
# Holds the tree to the rules that a compiler does not know: walls around
# libraries, the arrows between folders, sizes, names, format. Prints
# `file:line: error: what` for each breach, as a compiler does.
#
# usage: tests/tidy/tidy_test.sh [FOLDER]       (default: the project)
set -euo pipefail

export LC_ALL=C.UTF-8
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/../..}"

breaches=$(mktemp)
trap 'rm -f "$breaches"' EXIT

readonly max_file_lines=400 max_function_lines=60 max_columns=80

# files NAME-PATTERN... : tracked or about to be, never what a build left.
files() {
  local pattern names=()
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -name .git -o -name build -o -name node_modules \
    -o -name __pycache__ \) -prune -o -type f \( "${names[@]:1}" \) -print |
    sed 's|^\./||' | sort
}

mapfile -t cpp < <(files '*.cc' '*.h')
mapfile -t scripts < <(files '*.sh' '*.cmake' CMakeLists.txt)
mapfile -t texts < <(files '*.cc' '*.h' '*.sh' '*.cmake' CMakeLists.txt \
  CMakePresets.json '*.proto' '*.sql' '*.yaml' '*.md' '*.py' '*.service' run)

# Of grep's `file:line:text` lines it makes breaches.
report() { sed -E "s/^([^:]*:[0-9]+):.*/\1: error: $1/" >>"$breaches"; }

among() {  # FOLDER-PATTERN FILE...
  local pattern=$1
  shift
  printf '%s\n' "$@" | grep -E "$pattern" || true
}

# forbid PATTERN WHERE WHY: no line of C++ in the files WHERE matches.
forbid() {
  local found
  mapfile -t found < <(among "$2" "${cpp[@]}")
  [ ${#found[@]} -gt 0 ] || return 0
  { grep -HnE -- "$1" "${found[@]}" || true; } | report "$3"
}

# wall INCLUDE ALLOWED-FOLDERS NAME
wall() {
  local outside
  mapfile -t outside < <(printf '%s\n' "${cpp[@]}" |
    grep -E '^(rules|daemon)/' | grep -vE "^($2)/")
  [ ${#outside[@]} -gt 0 ] || return 0
  { grep -HnE "#include [<\"]$1" "${outside[@]}" || true; } |
    report "$3 belongs behind the wall of ${2//|/ and }"
}

check_walls() {
  wall 'yaml-cpp/' 'rules\/source' 'yaml-cpp'
  wall '(pqxx[\/>]|libpq|postgres_ext)' 'daemon\/store' 'PostgreSQL'
  wall 'sqlite3\.h' 'daemon\/ctl\/sync' 'SQLite'
  wall 'httplib\.h' 'daemon\/http|daemon\/ctl\/sync' 'cpp-httplib'
  wall '(grpcpp|grpc)/' 'daemon\/service|daemon\/ctl' 'gRPC'
  forbid 'absl::Now\(|(system|steady)_clock::now|[^a-z_]time\((NULL|nullptr|0)\)|gettimeofday|clock_gettime' \
    '^rules/' 'a clock inside rules; time is an argument'
  forbid 'stream_from[ a-z_]*[({][a-z_]+, *"?[a-z_]+"?, ' '^(daemon|tests)/' \
    'stream_from with columns reads an uninitialised flag in libpqxx 6.4'
}

# The arrows stand in fenced blocks of daemon/README.md and rules/README.md:
# `service ctl -> publish pipeline -> store` lets each folder of a group include
# from those right of it, and so on through other lines. A name is a folder
# beside the README, or else a path from the top; a folder stands for all in it.
arrows() {
  local readme
  for readme in rules/README.md daemon/README.md; do
    if ! grep -qs -- ' -> ' "$readme"; then
      echo "$readme:1: error: no fenced block with the include arrows" \
        >>"$breaches"
      continue
    fi
    awk -v top="${readme%/*}" '
      /^```/ { fenced = !fenced; next }
      fenced && /^[a-z_\/ ]+->[a-z_\/ >-]*$/ {
        n = split($0, groups, "->")
        for (i = 1; i < n; i++) {
          a = split(groups[i], from, " "); b = split(groups[i + 1], to, " ")
          for (j = 1; j <= a; j++) {
            print top, from[j], "."
            for (k = 1; k <= b; k++) print top, from[j], to[k]
          }
        }
      }' "$readme"
  done | while read -r top from to; do
    [ ! -d "$top/$from" ] || from=$top/$from
    [ ! -d "$top/$to" ] || [ "$to" = . ] || to=$top/$to
    echo "$from $to"
  done
}

check_arrows() {
  local sources
  mapfile -t sources < <(among '^(rules|daemon)/.+/' "${cpp[@]}")
  [ ${#sources[@]} -gt 0 ] || return 0
  {
    arrows | sed 's/^/arrow /'
    grep -HnoE '^#include "(rules|daemon)/[^"]+"' "${sources[@]}" |
      sed -E 's/^([^:]+):([0-9]+):#include "(.*)"$/include \1 \2 \3/'
  } | awk '
    function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
    function listed(path) {  # the nearest folder above that has arrows
      while (!(path in known) && path ~ /\//) path = folder(path)
      return path in known ? path : ""
    }
    function reaches(from, to,   next_, seen_now) {
      if (to == from || index(to, from "/") == 1) return 1
      if (visited[from] == round) return 0
      visited[from] = round
      for (next_ in known) {
        if ((from, next_) in arrow && reaches(next_, to)) return 1
      }
      return 0
    }
    $1 == "arrow" {
      known[$2] = 1
      if ($3 != ".") { known[$3] = 1; arrow[$2, $3] = 1 }
    }
    $1 == "include" {
      from = folder($2); to = folder($4)
      if (from == to) next
      start = listed(from); round++
      if (start == "") {
        if (!(from in told))
          print $2 ":" $3 ": error: " from " has no arrow in the README"
        told[from] = 1
      } else if (!reaches(start, to)) {
        print $2 ":" $3 ": error: no arrow leads from " from " to " to
      }
    }' >>"$breaches"
}

check_sizes() {
  local file lines
  wc -l "${cpp[@]}" "${scripts[@]}" | while read -r lines file; do
    if [ "$file" != total ] && [ "$lines" -gt $max_file_lines ]; then
      echo "$file:$lines: error: $lines lines; a file has at most" \
        "$max_file_lines" >>"$breaches"
    fi
  done
  { grep -HnE "^.{$((max_columns + 1)),}" "${cpp[@]}" || true; } |
    report "more than $max_columns columns"
  # A definition starts with a line that is not indented, and ends with `}`.
  awk -v most=$max_function_lines '
    FNR == 1 { start = 0 }
    /^}$/ {
      if (start && FNR - start + 1 > most)
        print FILENAME ":" start ": error: " FNR - start + 1 \
          " lines; a function has at most " most
      start = 0
      next
    }
    /^[A-Za-z~]/ { if (!start || !/^(public|private|protected):/) start = FNR }
    /^(namespace|}|#|\/\/)/ || /;$/ && /^[^ ]/ { start = 0 }
  ' "${cpp[@]}" >>"$breaches"
}

check_names() {
  local vague='utils?|helpers?|common|managers?|misc'
  printf '%s\n' "${texts[@]}" | grep -E "(^|[/_.-])($vague)([/_.-]|$)" |
    sed 's/$/:1: error: the name says nothing about what lives there/' \
      >>"$breaches" || true
  { grep -HniE "^ *(class|struct|namespace|enum class) +[a-z_]*($vague)\b" \
    "${cpp[@]}" || true; } | report 'the name says nothing about what it is'
  # Bracketed so that these lines do not match themselves.
  { grep -HnE '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b' "${texts[@]}" || true; } |
    report 'left open'
  { grep -HnE '(^|[^a-zA-Z0-9_.])/(wor[k]|hom[e]|User[s])/' "${texts[@]}" ||
    true; } | report 'a path of one machine'
}

check_build_lists() {
  local listed guard file
  # What the build files name, without variables in front: paths or ends of paths.
  listed=$(cat "${scripts[@]}" | grep -oE '[A-Za-z0-9_/.}-]+\.cc\b' |
    sed 's|.*}/||' | sort -u)
  for file in "${cpp[@]}"; do
    case $file in
      *.cc) printf '%s\n' "$file" ;;
    esac
  done | awk -v listed="$listed" '
    BEGIN { n = split(listed, names, "\n"); for (i = 1; i <= n; i++) is[names[i]] }
    {
      rest = $0; found = rest in is
      while (!found && sub(/^[^\/]*\//, "", rest)) found = rest in is
      if (!found) print $0 ":1: error: no CMake file builds this"
    }' >>"$breaches"
  for file in $(among '\.h$' "${cpp[@]}"); do
    guard=AUDIENCED_$(printf '%s' "$file" | tr 'a-z/.-' 'A-Z___')_
    grep -q "^#define $guard\$" "$file" ||
      echo "$file:1: error: the include guard is not $guard" >>"$breaches"
  done
}

check_format() {
  local tool
  tool=$(command -v clang-format-14 || true)
  if [ -z "$tool" ]; then
    echo 'SKIPPED: formatting is not checked, clang-format-14 is not installed'
    return
  fi
  { printf '%s\n' "${cpp[@]}" |
    xargs -n 20 "$tool" --dry-run 2>&1 || true; } |
    sed -nE 's/^([^:]+:[0-9]+):[0-9]+: warning: .*/\1: error: not as clang-format-14 writes it/p' |
    sort -u -t: -k1,1 >>"$breaches"
}

check_walls
check_arrows
check_sizes
check_names
check_build_lists
check_format

if [ -s "$breaches" ]; then
  cat "$breaches"
  echo "tidy: $(wc -l <"$breaches") breaches"
  exit 1
fi
echo "tidy: ${#cpp[@]} C++ files and $((${#texts[@]} - ${#cpp[@]})) others are in order"
