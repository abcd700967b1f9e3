#include "daemon/ctl/text/message_json.h"

#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"

namespace audienced {
namespace {

using Json = nlohmann::ordered_json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

Json WithNumbers(const Descriptor& type, Json object);

Json WithNumbers(const FieldDescriptor& field, Json value) {
  if (value.is_array()) {
    for (Json& element : value) {
      element = WithNumbers(field, std::move(element));
    }
    return value;
  }
  // protobuf writes 64 bits as a text, for readers that know doubles alone.
  if (IsInteger(field) && value.is_string()) {
    return Json::parse(value.get_ref<const std::string&>());
  }
  return field.message_type() == nullptr
             ? value
             : WithNumbers(*field.message_type(), std::move(value));
}

Json WithNumbers(const Descriptor& type, Json object) {
  // Timestamps, durations and values have a form of their own.
  if (type.file()->package() == "google.protobuf") return object;
  Json whole = Json::object();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const auto said = object.find(field.name());
    if (said != object.end()) {
      whole[field.name()] = WithNumbers(field, std::move(*said));
    } else if (IsInteger(field) && !field.is_repeated() &&
               !field.has_presence()) {
      whole[field.name()] = 0;
    }
  }
  return whole;
}

}  // namespace

Json JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for a Value or Timestamp that no daemon sends.
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  return WithNumbers(*message.GetDescriptor(),
                     status.ok() ? Json::parse(json) : Json::object());
}

std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string MessageJson(const google::protobuf::Message& message) {
  return JsonText(JsonOf(message));
}

}  // namespace audienced
