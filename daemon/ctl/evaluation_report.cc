#include "daemon/ctl/evaluation_report.h"

#include <algorithm>
#include <string_view>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ingest/value_json.h"
#include "rules/history/value.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

std::string_view StatusName(AudienceStatus status) {
  switch (status) {
    case AudienceStatus::kLive:
      return "live";
    case AudienceStatus::kDraft:
      return "draft";
    case AudienceStatus::kPaused:
      return "paused";
  }
  return "";
}

// `text` in a column of `width` characters and a gap.
std::string Padded(std::string_view text, size_t width) {
  std::string cell(text);
  cell.resize(std::max(text.size(), width) + 2, ' ');
  return cell;
}

std::string TextAsJson(std::string_view text) { return ToJson(Value(text)); }

// An end that no instant is known for.
std::string EndText(Instant end) {
  return end == Instant::Forever() ? "-" : TimestampText(ToTime(end));
}

void PrintHeadline(const EvaluationReport& report) {
  Print(Concat("as of ", TimestampText(report.at), ", ",
               Counted(report.profile_count, "profile"), ", ",
               Counted(report.event_count, "event"), "\n\n"));
}

}  // namespace

void PrintAudiencesTable(const EvaluationReport& report) {
  size_t width = 8;
  for (const auto& entry : report.audiences) {
    width = std::max(width, entry.audience->name.size());
  }
  PrintHeadline(report);
  Print(Concat(Padded("AUDIENCE", width), "   MEMBERS  STATUS\n"));
  for (const auto& [audience, members] : report.audiences) {
    char count[32];
    std::snprintf(count, sizeof(count), "%10zu  ", members.size());
    Print(Concat(Padded(audience->name, width), count,
                 StatusName(audience->status), "\n"));
  }
}

void PrintMembersTable(const EvaluationReport& report) {
  constexpr size_t kTimeWidth = 27;
  for (const auto& [audience, members] : report.audiences) {
    size_t width = 7;
    for (const OfflineMember& member : members) {
      width = std::max(width, member.profile.size());
    }
    PrintHeadline(report);
    Print(Concat(audience->name, " has ",
                 Counted(static_cast<int64_t>(members.size()), "member"),
                 "\n\n"));
    if (members.empty()) continue;
    Print(Concat(Padded("PROFILE", width), Padded("SINCE", kTimeWidth),
                 "UNTIL\n"));
    for (const OfflineMember& member : members) {
      Print(Concat(Padded(member.profile, width),
                   Padded(TimestampText(ToTime(member.stay.begin)), kTimeWidth),
                   EndText(member.stay.end), "\n"));
    }
  }
}

void PrintReportJson(const EvaluationReport& report) {
  Print(Concat("{\"at\":", TextAsJson(TimestampText(report.at)),
               ",\"profiles\":", std::to_string(report.profile_count),
               ",\"events\":", std::to_string(report.event_count),
               ",\"rejected\":", std::to_string(report.rejected_count),
               ",\"audiences\":["));
  bool first_audience = true;
  for (const auto& [audience, members] : report.audiences) {
    Print(Concat(first_audience ? "\n" : ",\n",
                 "{\"audience\":", TextAsJson(audience->name), ",\"members\":",
                 std::to_string(members.size()), ",\"profiles\":["));
    first_audience = false;
    bool first = true;
    for (const OfflineMember& member : members) {
      Print(Concat(first ? "" : ",", TextAsJson(member.profile)));
      first = false;
    }
    Print("]}");
  }
  Print("\n]}\n");
}

void PrintIds(const EvaluationReport& report) {
  for (const auto& entry : report.audiences) {
    for (const OfflineMember& member : entry.members) {
      Print(Concat(member.profile, "\n"));
    }
  }
}

}  // namespace audienced
