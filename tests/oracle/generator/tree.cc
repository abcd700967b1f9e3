#include "tests/oracle/generator/tree.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace audienced::oracle {

Tree Tree::Map(std::vector<Entry> entries) {
  Tree map;
  map.kind_ = Kind::kMap;
  map.entries_ = std::move(entries);
  return map;
}

Tree Tree::List(std::vector<Tree> elements) {
  Tree list;
  list.kind_ = Kind::kList;
  for (Tree& element : elements) list.Add(std::move(element));
  return list;
}

void Tree::Set(std::string key, Tree value) {
  entries_.emplace_back(std::move(key), std::move(value));
}

void Tree::Add(Tree value) { Set("", std::move(value)); }

std::string Tree::Yaml() const {
  std::string out;
  AppendBlock(0, out);
  return out;
}

std::string Tree::Flow() const {
  if (kind_ == Kind::kScalar) return scalar_;
  std::vector<std::string> parts;
  for (const auto& [key, value] : entries_) {
    parts.push_back(kind_ == Kind::kMap ? absl::StrCat(key, ": ", value.Flow())
                                        : value.Flow());
  }
  const std::string inside = absl::StrJoin(parts, ", ");
  if (kind_ == Kind::kList) return absl::StrCat("[", inside, "]");
  return inside.empty() ? "{}" : absl::StrCat("{ ", inside, " }");
}

void Tree::AppendBlock(int depth, std::string& out) const {
  constexpr int kFlowDepth = 3;
  for (const auto& [key, value] : entries_) {
    absl::StrAppend(&out, std::string(2 * depth, ' '), key, ":");
    if (value.kind_ == Kind::kMap && !value.entries_.empty() &&
        depth + 1 < kFlowDepth) {
      absl::StrAppend(&out, "\n");
      value.AppendBlock(depth + 1, out);
    } else {
      absl::StrAppend(&out, " ", value.Flow(), "\n");
    }
  }
}

}  // namespace audienced::oracle
