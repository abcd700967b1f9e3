#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_JSON_TEXT_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "google/protobuf/message.h"

namespace audienced {

// `json` as one line. Whatever is not UTF-8 is replaced.
std::string JsonText(const nlohmann::ordered_json& json);

// A message with the names of the .proto file.
nlohmann::ordered_json JsonOf(const google::protobuf::Message& message);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_JSON_TEXT_H_
