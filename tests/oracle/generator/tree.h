#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_TREE_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_TREE_H_

#include <string>
#include <utility>
#include <vector>

namespace audienced::oracle {

// A YAML document in the making: made by the generator, cut down by the
// shrinker, read by the parser under test.
class Tree {
 public:
  using Entry = std::pair<std::string, Tree>;

  Tree(const char* scalar) : scalar_(scalar) {}
  Tree(std::string scalar) : scalar_(std::move(scalar)) {}
  static Tree Map(std::vector<Entry> entries = {});
  static Tree List(std::vector<Tree> elements);

  // Adds to a mapping or a list.
  void Set(std::string key, Tree value);
  void Add(Tree value);

  bool is_scalar() const { return kind_ == Kind::kScalar; }
  // The values of a mapping or a list; the keys of a list are empty.
  std::vector<Entry>& entries() { return entries_; }
  const std::vector<Entry>& entries() const { return entries_; }

  // One line a mapping down to the depth of an audience's keys, flow below.
  std::string Yaml() const;

 private:
  enum class Kind { kScalar, kMap, kList };

  Tree() = default;
  std::string Flow() const;
  void AppendBlock(int depth, std::string& out) const;

  Kind kind_ = Kind::kScalar;
  std::string scalar_;  // as YAML writes it
  std::vector<Entry> entries_;
};

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_TREE_H_
