#include "daemon/ctl/export/format/member_csv.h"

#include "absl/strings/str_cat.h"
#include "daemon/ctl/export/format/csv_row.h"
#include "daemon/ctl/export/format/member_identifiers.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"

namespace audienced {
namespace {

// The first of the kind, as it is or hashed.
std::string EitherOf(const v1::Member& member, const std::string& kind) {
  const std::string plain = FirstValueOf(member, kind);
  return plain.empty() ? FirstValueOf(member, kind + "_sha256") : plain;
}

std::string TimeCell(bool is_set, const google::protobuf::Timestamp& time) {
  return is_set ? ExactTime(time) : "";
}

std::string IdentifierCell(const v1::Member& member) {
  nlohmann::ordered_json identifiers = nlohmann::ordered_json::array();
  for (const v1::Identifier& one : member.identifiers()) {
    identifiers.push_back({{"kind", one.kind()}, {"value", one.value()}});
  }
  return JsonText(identifiers);
}

}  // namespace

std::string MemberCsv::Begin(FileAction) const {
  return "profile,user_id,email,phone,episode,idempotency_key,entered_time,"
         "effective_time,expire_time,existing,rule_version,value,identifiers,"
         "context\n";
}

FormatRecord MemberCsv::Record(FileAction, const v1::Member& member) const {
  FormatRecord record;
  record.text =
      CsvRow({member.profile(), EitherOf(member, "user_id"),
              EitherOf(member, "email"), EitherOf(member, "phone"),
              absl::StrCat(member.episode()), member.idempotency_key(),
              TimeCell(member.has_entered_time(), member.entered_time()),
              TimeCell(member.has_effective_time(), member.effective_time()),
              TimeCell(member.has_expire_time(), member.expire_time()),
              member.existing() ? "true" : "false",
              absl::StrCat(member.rule_version()), ValueText(member.context()),
              IdentifierCell(member),
              member.has_context() ? MessageJson(member.context()) : ""}) +
      "\n";
  record.rows = 1;
  return record;
}

std::string MemberCsv::End(FileAction) const { return ""; }

}  // namespace audienced
