#include "rules/language/schema/rule_schema.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "rules/language/parser/rulebook_parser.h"
#include "rules/language/schema/json_writer.h"
#include "rules/language/schema/shape.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using Kind = ValueShape::Kind;

// Editors show descriptions as plain text.
std::string WithoutMarkdown(std::string_view text) {
  std::string plain;
  for (const char character : text) {
    if (character != '`') plain += character;
  }
  return plain;
}

class SchemaWriter {
 public:
  std::string Write();

 private:
  void WriteMapping(const MappingShape& mapping);
  void WriteKey(const KeyShape& key);
  void WriteRules(const std::vector<KeyRule>& rules);
  void WriteNeeds(const std::vector<KeyRule>& rules);
  void WriteNever(const std::string& left, const std::string& right);
  void WriteAnyRequired(const std::vector<std::string>& keys);
  void WriteRule(const KeyRule& rule);

  // The keywords of a value, inside an open object.
  void WriteValue(const ValueShape& shape);
  void WriteText(const ValueShape& shape);
  void WriteNumber(const ValueShape& shape);
  void WriteList(const ValueShape& shape);
  void WriteNames(const ValueShape& shape);
  void WriteObject(const ValueShape& shape) {
    json_.OpenObject();
    WriteValue(shape);
    json_.CloseObject();
  }
  // `$ref` to a definition, which will be written.
  void WriteReference(const ValueShape& shape);

  JsonWriter json_;
  // What is referred to: all that was found, and those yet to be written.
  std::map<std::string, ValueShape> definitions_;
  std::vector<std::string> open_;
};

std::string SchemaWriter::Write() {
  json_.OpenObject();
  json_.Field("$schema", "http://json-schema.org/draft-07/schema#");
  json_.Field("title", "Rules of audienced");
  json_.Field("description",
              "A rule file: what people did, and who belongs to which "
              "audience for it.");
  WriteMapping(RuleFileShape());
  json_.Key("definitions");
  json_.OpenObject();
  while (!open_.empty()) {
    const std::string name = open_.front();
    open_.erase(open_.begin());
    const ValueShape shape = definitions_.at(name);
    json_.Key(name);
    json_.OpenObject();
    if (shape.mapping) {
      WriteMapping(shape.mapping());
    } else {
      WriteValue(shape.shape());
    }
    json_.CloseObject();
  }
  json_.CloseObject();
  json_.CloseObject();
  return json_.Take();
}

void SchemaWriter::WriteMapping(const MappingShape& mapping) {
  json_.Field("type", "object");
  std::vector<std::string> required;
  for (const KeyShape& key : mapping.keys) {
    if (key.otherwise.required) required.push_back(key.name);
  }
  if (!required.empty()) json_.Field("required", required);
  if (mapping.minimum_size > 0) {
    json_.Key("minProperties");
    json_.Number(static_cast<int64_t>(mapping.minimum_size));
  }
  json_.Key("properties");
  json_.OpenObject();
  for (const KeyShape& key : mapping.keys) WriteKey(key);
  json_.CloseObject();
  json_.Key("additionalProperties");
  if (mapping.others) {
    WriteObject(*mapping.others);
  } else {
    json_.Boolean(false);
  }
  WriteNeeds(mapping.rules);
  WriteRules(mapping.rules);
}

void SchemaWriter::WriteKey(const KeyShape& key) {
  json_.Key(key.name);
  json_.OpenObject();
  if (!key.meaning.empty()) {
    const std::string otherwise =
        key.otherwise.told.empty()
            ? ""
            : Concat("; without it: ", key.otherwise.told);
    json_.Field("description", WithoutMarkdown(Concat(key.meaning, otherwise)));
  }
  // Beside a `$ref` of draft-07 everything else is passed over.
  const bool refers =
      key.value.kind == Kind::kMapping || key.value.kind == Kind::kNamed;
  if (refers) {
    json_.Key("allOf");
    json_.OpenArray();
    WriteObject(key.value);
    json_.CloseArray();
  } else {
    WriteValue(key.value);
  }
  json_.CloseObject();
}

void SchemaWriter::WriteNeeds(const std::vector<KeyRule>& rules) {
  const auto needs = [](const KeyRule& rule) {
    return rule.kind == KeyRule::Kind::kNeedsOne;
  };
  if (std::none_of(rules.begin(), rules.end(), needs)) return;
  json_.Key("dependencies");
  json_.OpenObject();
  for (const KeyRule& rule : rules) {
    if (!needs(rule)) continue;
    const std::vector<std::string> others(rule.keys.begin() + 1,
                                          rule.keys.end());
    json_.Key(rule.keys[0]);
    WriteAnyRequired(others);
  }
  json_.CloseObject();
}

void SchemaWriter::WriteAnyRequired(const std::vector<std::string>& keys) {
  json_.OpenObject();
  if (keys.size() == 1) {
    json_.Field("required", keys);
  } else {
    json_.Key("anyOf");
    json_.OpenArray();
    for (const std::string& key : keys) {
      json_.OpenObject();
      json_.Field("required", std::vector<std::string>{key});
      json_.CloseObject();
    }
    json_.CloseArray();
  }
  json_.CloseObject();
}

void SchemaWriter::WriteNever(const std::string& left,
                              const std::string& right) {
  json_.OpenObject();
  json_.Key("not");
  json_.OpenObject();
  json_.Field("required", std::vector<std::string>{left, right});
  json_.CloseObject();
  json_.CloseObject();
}

void SchemaWriter::WriteRules(const std::vector<KeyRule>& rules) {
  const auto needs = [](const KeyRule& rule) {
    return rule.kind == KeyRule::Kind::kNeedsOne;
  };
  if (std::all_of(rules.begin(), rules.end(), needs)) return;
  json_.Key("allOf");
  json_.OpenArray();
  for (const KeyRule& rule : rules) WriteRule(rule);
  json_.CloseArray();
}

void SchemaWriter::WriteRule(const KeyRule& rule) {
  const std::vector<std::string>& keys = rule.keys;
  switch (rule.kind) {
    case KeyRule::Kind::kNeedsOne:
      return;
    case KeyRule::Kind::kExactlyOne:
      WriteAnyRequired(keys);
      [[fallthrough]];
    case KeyRule::Kind::kAtMostOne:
      for (size_t i = 0; i < keys.size(); ++i) {
        for (size_t j = i + 1; j < keys.size(); ++j) {
          WriteNever(keys[i], keys[j]);
        }
      }
      return;
    case KeyRule::Kind::kNeverTogether:
      for (size_t i = 1; i < keys.size(); ++i) WriteNever(keys[0], keys[i]);
      return;
    case KeyRule::Kind::kNotWithWord:
      json_.OpenObject();
      json_.Key("not");
      json_.OpenObject();
      json_.Field("required", keys);
      json_.Key("properties");
      json_.OpenObject();
      json_.Key(keys[1]);
      json_.OpenObject();
      json_.Field("const", rule.word);
      json_.CloseObject();
      json_.CloseObject();
      json_.CloseObject();
      json_.CloseObject();
      return;
  }
}

void SchemaWriter::WriteValue(const ValueShape& shape) {
  switch (shape.kind) {
    case Kind::kText:
      return WriteText(shape);
    case Kind::kNumber:
      return WriteNumber(shape);
    case Kind::kBoolean:
      return json_.Field("type", "boolean");
    case Kind::kWord:
      return json_.Field("enum", shape.words);
    case Kind::kList:
      return WriteList(shape);
    case Kind::kNames:
      return WriteNames(shape);
    case Kind::kMapping:
    case Kind::kNamed:
      return WriteReference(shape);
    case Kind::kEither:
      json_.Key("anyOf");
      json_.OpenArray();
      for (const ValueShape& part : shape.parts) WriteObject(part);
      json_.CloseArray();
      return;
  }
}

void SchemaWriter::WriteText(const ValueShape& shape) {
  if (shape.takes_numbers) {
    json_.Field("type", std::vector<std::string>{"string", "number"});
  } else {
    json_.Field("type", "string");
  }
  if (!shape.pattern.empty()) {
    json_.Field("pattern", shape.pattern);
  } else if (!shape.may_be_empty) {
    json_.Key("minLength");
    json_.Number(1);
  }
  if (shape.refused.empty()) return;
  json_.Key("not");
  json_.OpenObject();
  json_.Field("enum", shape.refused);
  json_.CloseObject();
}

void SchemaWriter::WriteNumber(const ValueShape& shape) {
  json_.Field("type", shape.whole ? "integer" : "number");
  if (shape.minimum) {
    json_.Key("minimum");
    json_.Number(*shape.minimum);
  }
  if (shape.maximum) {
    json_.Key("maximum");
    json_.Number(*shape.maximum);
  }
  // Only one number may stand there: editors offer it.
  if (shape.minimum && shape.minimum == shape.maximum) {
    json_.Key("const");
    json_.Number(*shape.minimum);
  }
}

void SchemaWriter::WriteList(const ValueShape& shape) {
  json_.Field("type", "array");
  json_.Key("items");
  if (shape.first.empty()) {
    WriteObject(shape.parts[0]);
  } else {
    json_.OpenArray();
    for (const ValueShape& first : shape.first) WriteObject(first);
    json_.CloseArray();
    json_.Key("additionalItems");
    WriteObject(shape.parts[0]);
  }
  if (shape.minimum_size > 0) {
    json_.Key("minItems");
    json_.Number(static_cast<int64_t>(shape.minimum_size));
  }
  if (shape.maximum_size != std::numeric_limits<size_t>::max()) {
    json_.Key("maxItems");
    json_.Number(static_cast<int64_t>(shape.maximum_size));
  }
  if (shape.distinct) {
    json_.Key("uniqueItems");
    json_.Boolean(true);
  }
}

void SchemaWriter::WriteNames(const ValueShape& shape) {
  json_.Field("type", "object");
  if (!shape.pattern.empty()) {
    json_.Key("propertyNames");
    json_.OpenObject();
    json_.Field("pattern", shape.pattern);
    json_.CloseObject();
  }
  if (shape.minimum_size > 0) {
    json_.Key("minProperties");
    json_.Number(static_cast<int64_t>(shape.minimum_size));
  }
  json_.Key("additionalProperties");
  WriteObject(shape.parts[0]);
}

void SchemaWriter::WriteReference(const ValueShape& shape) {
  if (definitions_.emplace(shape.name, shape).second) {
    open_.push_back(shape.name);
  }
  json_.Field("$ref", Concat("#/definitions/", shape.name));
}

}  // namespace

std::string RuleFileSchema() { return SchemaWriter().Write(); }

}  // namespace audienced
