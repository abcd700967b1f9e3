#include "rules/source/yaml_builder.h"

#include <algorithm>
#include <utility>

#include "rules/source/message.h"
#include "rules/source/yaml_text.h"

namespace audienced {

size_t YamlBuilder::OffsetOf(const YAML::Mark& mark) const {
  if (mark.is_null()) return skipped_bytes_;
  const size_t offset = file_.OffsetOf({mark.line + 1, mark.column + 1});
  return mark.line == 0 ? offset + skipped_bytes_ : offset;
}

Place YamlBuilder::PlaceOf(size_t begin, size_t end) const {
  return {file_.name(), file_.RangeOf(begin, end)};
}

Place YamlBuilder::PlaceAt(const YAML::Mark& mark) const {
  const size_t begin = OffsetOf(mark);
  return PlaceOf(begin, begin + 1);
}

std::optional<Place> YamlBuilder::OpenBracket() const {
  for (auto open = open_.rbegin(); open != open_.rend(); ++open) {
    if (open->begin >= file_.text().size()) continue;
    const char opener = file_.text()[open->begin];
    if (opener == '[' || opener == '{') {
      return PlaceOf(open->begin, open->begin + 1);
    }
  }
  return std::nullopt;
}

void YamlBuilder::Fault(std::string_view code, size_t begin, size_t end,
                        std::string message, std::string help) {
  diagnostics_.Add(code, PlaceOf(begin, end), std::move(message), "",
                   std::move(help));
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ == 1) return;
  const size_t begin = OffsetOf(mark);
  Fault("second-document", begin, begin + 3,
        "a second document begins here; a rule file holds one",
        "remove the '---', or move what follows to a file of its own");
  throw StopParsing();
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const size_t begin = OffsetOf(mark);
  CountNode(begin);
  RefuseProperties(begin, "", anchor);
  Node node;
  node.text = std::string(NullWordAt(file_.text(), begin));
  node.place = PlaceOf(begin, begin + node.text.size());
  size_t end = begin + node.text.size();
  if (node.text.empty() && !open_.empty()) {
    // Nothing stands there; the mark is that of the next token. The key says
    // better what is missing.
    const Open& parent = open_.back();
    node.place = parent.key ? parent.key->place : parent.node.place;
    end = parent.end;
  }
  Attach(std::move(node), end);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  const size_t begin = OffsetOf(mark);
  CountNode(begin);
  const size_t end = file_.text().find_first_of(" \t\r\n,]}", begin);
  const size_t alias_end = std::min(end, file_.text().size());
  Fault("yaml-anchor", begin, alias_end,
        Concat("found the alias ",
               Quoted(std::string_view(file_.text())
                          .substr(begin, alias_end - begin)),
               "; rule files have no anchors and aliases"),
        "write the value out, or give it a name as a conversion");
  misses_part_ = true;
  Node node;
  node.place = PlaceOf(begin, alias_end);
  Attach(std::move(node), alias_end);
}

std::optional<Node> YamlBuilder::TakeDocument() {
  if (misses_part_) return std::nullopt;
  return std::move(document_);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag,
                           YAML::anchor_t anchor, const std::string& value) {
  const size_t begin = OffsetOf(mark);
  CountNode(begin);
  RefuseProperties(begin, tag, anchor);
  // yaml-cpp takes the end of the text for the closing quote.
  if (tag == "!" && IsOpenQuote(file_.text(), begin)) {
    Fault("yaml-syntax", begin, begin + 1,
          "this is no YAML: the quote is never closed",
          "close it at the end of the text");
    throw StopParsing();
  }
  const size_t end = ScalarEnd(file_.text(), begin, value);
  Node node;
  node.kind = Node::Kind::kScalar;
  node.place = PlaceOf(begin, end);
  node.text = value;
  node.quoted = tag == "!";
  Attach(std::move(node), end);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark,
                                  const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
  OpenCollection(Node::Kind::kSequence, mark, tag, anchor);
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag,
                             YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  OpenCollection(Node::Kind::kMapping, mark, tag, anchor);
}

void AddNoBreakSpaceFault(const SourceFile& file, size_t begin,
                          Diagnostics& diagnostics) {
  diagnostics.Add(
      "yaml-syntax",
      {file.name(), file.RangeOf(begin, begin + kNoBreakSpace.size())},
      "this is no YAML: found a no-break space (U+00A0)", "",
      "type an ordinary space in its place; pasted texts bring "
      "such ones");
}

void YamlBuilder::RefuseProperties(size_t begin, const std::string& tag,
                                   YAML::anchor_t anchor) {
  const std::string_view text = file_.text();
  const size_t end =
      std::min(text.find_first_of(" \t\r\n,]}", begin), text.size());
  if (anchor != YAML::NullAnchor) {
    Fault("yaml-anchor", begin, end,
          "found an anchor; rule files have no anchors and aliases",
          "write the value out, or give it a name as a conversion");
  }
  // yaml-cpp gives '!' to what is quoted and '?' to what is plain; the tag '!'
  // itself can be told only by the text.
  const bool tagged = (!tag.empty() && tag != "?" && tag != "!") ||
                      (begin < text.size() && text[begin] == '!');
  if (tagged) {
    Fault("yaml-tag", begin, end, "found a tag; rule files have no YAML tags",
          "remove the tag; put text that looks like a number in quotes");
  }
}

void YamlBuilder::CountNode(size_t begin) {
  if (++nodes_ <= kNodeLimit) return;
  Fault("file-too-large", begin, begin + 1,
        Concat("more than ", std::to_string(kNodeLimit),
               " keys and values end here; a rule file has no more"),
        "split it: all files of a folder are one rulebook");
  throw StopParsing();
}

void YamlBuilder::OpenCollection(Node::Kind kind, const YAML::Mark& mark,
                                 const std::string& tag,
                                 YAML::anchor_t anchor) {
  const size_t begin = OffsetOf(mark);
  CountNode(begin);
  RefuseProperties(begin, tag, anchor);
  if (open_.size() >= static_cast<size_t>(kDepthLimit)) {
    Fault("too-deep", begin, begin + 1,
          Concat("nesting is deeper than ", std::to_string(kDepthLimit),
                 " levels"),
          "name a part as an audience of its own and use 'in_audience'");
    throw StopParsing();
  }
  Open collection;
  collection.node.kind = kind;
  collection.node.place = PlaceOf(begin, begin + 1);
  collection.begin = begin;
  collection.end = begin;
  open_.push_back(std::move(collection));
}

void YamlBuilder::Close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  const std::string_view text = file_.text();
  size_t end = closed.end;
  if (closed.begin < text.size()) {
    const char opener = text[closed.begin];
    const size_t from = std::max(end, closed.begin + 1);
    if (opener == '{') end = FlowEnd(text, from, '}');
    if (opener == '[') end = FlowEnd(text, from, ']');
  }
  closed.node.place = PlaceOf(closed.begin, end);
  Attach(std::move(closed.node), end);
}

void YamlBuilder::Attach(Node node, size_t end) {
  if (open_.empty()) {
    document_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  parent.end = std::max(parent.end, end);
  if (parent.node.kind == Node::Kind::kSequence) {
    parent.node.elements.push_back(std::move(node));
  } else if (!parent.key) {
    AttachKey(parent, std::move(node));
  } else {
    if (!parent.drops_value) {
      parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
    }
    parent.key.reset();
  }
}

void YamlBuilder::AttachKey(Open& mapping, Node key) {
  const Place& place = key.place;
  mapping.drops_value = true;
  if (key.kind != Node::Kind::kScalar) {
    diagnostics_.Add("key-not-text", place,
                     "found a key that is no text; a key is one word", "",
                     "put a key that looks like something else in quotes");
  } else if (key.text.starts_with(kNoBreakSpace) && !key.quoted) {
    AddNoBreakSpaceFault(file_, file_.OffsetOf(place.range.begin),
                         diagnostics_);
  } else if (key.text == "<<" && !key.quoted) {
    diagnostics_.Add("yaml-merge-key", place,
                     "found the merge key '<<'; rule files have none", "",
                     "write the keys out");
  } else {
    const auto [first, is_new] =
        mapping.key_lines.try_emplace(key.text, place.range.begin.line);
    if (is_new) {
      mapping.drops_value = false;
    } else {
      diagnostics_.Add(
          "duplicate-key", place,
          Concat("key ", Quoted(key.text), " stands already in line ",
                 std::to_string(first->second)),
          "", "keep one of the two");
    }
  }
  mapping.key = std::move(key);
}

}  // namespace audienced
