#ifndef AUDIENCED_DAEMON_CTL_TEXT_MESSAGE_JSON_H_
#define AUDIENCED_DAEMON_CTL_TEXT_MESSAGE_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "google/protobuf/message.h"

namespace audienced {

// A message with the names of the .proto file, in their order. As protobuf says
// it in JSON, but that every integer is a number, a 0 too: programs count and
// compare with them.
nlohmann::ordered_json JsonOf(const google::protobuf::Message& message);

// `json` as one line. Whatever is not UTF-8 is replaced.
std::string JsonText(const nlohmann::ordered_json& json);

// A message as one line.
std::string MessageJson(const google::protobuf::Message& message);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_MESSAGE_JSON_H_
