#!/usr/bin/env bash
# tidy_test.sh finds what it is for: on a small tree with one breach of each
# kind it names every one, and nothing else.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
mkdir -p rules/source rules/engine daemon/service daemon/store

fence='```'
printf '%s\n' "$fence" 'engine -> source' "$fence" >rules/README.md
printf '%s\n' "$fence" 'service -> store -> rules' "$fence" >daemon/README.md
echo 'add_library(all good.cc engine/bad.cc daemon/service/bad.cc)' \
  >CMakeLists.txt

guarded() {  # FILE-IT-IS-FOR
  local guard
  guard=AUDIENCED_$(printf '%s' "$1" | tr 'a-z/.' 'A-Z__')_
  printf '#ifndef %s\n#define %s\n#endif  // %s\n' "$guard" "$guard" "$guard"
}
guarded rules/source/text.h >rules/source/text.h
guarded rules/engine/signal.h >rules/engine/signal.h
guarded daemon/store/rows.h >daemon/store/rows.h
guarded elsewhere.h >daemon/store/guard.h
guarded rules/source/util.h >rules/source/util.h
echo '#include "rules/engine/timeline/signal.h"' >rules/source/good.cc
cat >rules/engine/bad.cc <<'END'
#include <yaml-cpp/yaml.h>

#include "daemon/store/rows.h"
#include "rules/source/text.h"

// TO-DO: nothing
absl::Time Now() { return absl::Now(); }
END
sed -i 's/TO-DO/TO''DO/' rules/engine/bad.cc
cat >daemon/service/bad.cc <<'END'
#include <pqxx/pqxx>

#include "rules/engine/timeline/signal.h"

class RowManager;
END
{
  echo 'void Long() {'
  for _ in $(seq 60); do echo '  Again();'; done
  echo '}'
} >daemon/store/long.cc
echo '#include <grpcpp/grpcpp.h>' >daemon/store/unbuilt.cc
printf 'int very_long_%080d = 0;\n' 0 >>daemon/store/unbuilt.cc

cat >wanted <<'END'
daemon/service/bad.cc:1: PostgreSQL belongs behind the wall
daemon/service/bad.cc:5: the name says nothing
daemon/store/guard.h:1: the include guard is not
daemon/store/long.cc:1: 62 lines; a function has at most 60
daemon/store/long.cc:1: no CMake file builds this
daemon/store/unbuilt.cc:1: gRPC belongs behind the wall
daemon/store/unbuilt.cc:1: no CMake file builds this
daemon/store/unbuilt.cc:2: more than 80 columns
rules/engine/bad.cc:1: yaml-cpp belongs behind the wall
rules/engine/bad.cc:3: no arrow leads from rules/engine to daemon/store
rules/engine/bad.cc:6: left open
rules/engine/bad.cc:7: a clock inside rules
rules/source/good.cc:1: no arrow leads from rules/source to rules/engine
rules/source/util.h:1: the name says nothing
END

if "$here/tidy_test.sh" "$tree" >found; then
  echo 'error: tidy_test.sh found nothing'
  exit 1
fi
failed=0
while IFS= read -r line; do
  if ! grep -qF -- "${line%%: *}: error: ${line#*: }" found; then
    echo "error: not found: $line"
    failed=1
  fi
done <wanted
# Every line is a wanted one, the skipped format check, or the closing count.
unwanted=$(grep -c ' error: ' found || true)
formats=$(grep -c 'clang-format' found || true)
if [ $((unwanted - formats)) -gt "$(wc -l <wanted)" ]; then
  echo 'error: it found more than there is:'
  failed=1
fi
[ $failed = 0 ] || cat found
exit $failed
