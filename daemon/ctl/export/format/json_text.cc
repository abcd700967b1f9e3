#include "daemon/ctl/export/format/json_text.h"

#include "daemon/ctl/text/printable.h"

namespace audienced {

std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json JsonOf(const google::protobuf::Message& message) {
  return nlohmann::ordered_json::parse(MessageJson(message));
}

}  // namespace audienced
