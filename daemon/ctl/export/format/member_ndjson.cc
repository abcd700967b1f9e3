#include "daemon/ctl/export/format/member_ndjson.h"

#include "daemon/ctl/text/message_json.h"

namespace audienced {

std::string MemberNdjson::Begin(FileAction) const { return ""; }

FormatRecord MemberNdjson::Record(FileAction, const v1::Member& member) const {
  return {MessageJson(member) + "\n", 1, ""};
}

std::string MemberNdjson::End(FileAction) const { return ""; }

}  // namespace audienced
