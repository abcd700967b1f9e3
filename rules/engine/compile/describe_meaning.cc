#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/engine/compile/describe.h"
#include "rules/language/duration_text.h"

namespace audienced {
namespace {

std::string DescribeOnce(const OncePer& once) {
  switch (once.kind) {
    case OncePer::Kind::kSession:
      return "session";
    case OncePer::Kind::kDay:
      return "day";
    case OncePer::Kind::kProperty:
      return once.property;
  }
  return "";
}

std::string DescribeContext(const ContextName& context) {
  return absl::StrCat(static_cast<int>(context.part), ":", context.name);
}

std::string DescribeMeaning(const Ladder& ladder) {
  std::string text = absl::StrCat("ladder ", ladder.name);
  for (const NamedConversion& rung : ladder.rungs) {
    absl::StrAppend(&text, " > ", rung.name);
  }
  if (ladder.all_within) {
    absl::StrAppend(&text, " within ", DurationText(*ladder.all_within));
  }
  return text;
}

std::string DescribeMeaning(const Score& score) {
  std::string text = absl::StrCat("score ", score.name);
  for (const Score::Points& points : score.points) {
    absl::StrAppend(&text, " ", points.conversion.name, "=",
                    ToText(points.points));
  }
  if (score.half_life) {
    absl::StrAppend(&text, " half_life ", DurationText(*score.half_life));
  }
  return absl::StrCat(text, score.by_quantity ? " by quantity" : "");
}

}  // namespace

std::string DescribeMeaning(const Conversion& conversion) {
  std::string text = absl::StrCat("conversion ", conversion.name, ": ",
                                  Describe(conversion.selector));
  if (conversion.once_per) {
    absl::StrAppend(&text, " once_per ", DescribeOnce(*conversion.once_per),
                    " ", conversion.time_zone);
  }
  return text;
}

std::string DescribeMeaning(const Audience& audience) {
  std::string text = absl::StrCat(
      "audience ", audience.name, " (", audience.time_zone, ", status ",
      static_cast<int>(audience.status), "): ", Describe(audience.who));
  if (audience.stay)
    absl::StrAppend(&text, " stay ", DurationText(*audience.stay));
  if (audience.except) {
    absl::StrAppend(&text, " except ", Describe(*audience.except));
  }
  for (const Consented& consent : audience.consent) {
    absl::StrAppend(&text, " consent ", consent.purpose);
  }
  if (audience.active) {
    absl::StrAppend(&text, " active ", TimestampText(audience.active->from),
                    " ", TimestampText(audience.active->until));
  }
  if (audience.rejoin_after) {
    absl::StrAppend(&text, " rejoin_after ",
                    DurationText(*audience.rejoin_after));
  }
  if (!audience.group.empty()) {
    absl::StrAppend(&text, " group ", audience.group, " ", audience.priority);
  }
  if (audience.holdout) {
    absl::StrAppend(&text, " holdout ", ToText(audience.holdout->percent), " ",
                    audience.holdout->group);
  }
  if (audience.minimum_size > 0) {
    absl::StrAppend(&text, " minimum_size ", audience.minimum_size);
  }
  std::vector<std::string> context;
  for (const ContextName& name : audience.context) {
    context.push_back(DescribeContext(name));
  }
  return absl::StrCat(text, " context ", absl::StrJoin(context, ","));
}

std::string DescribeMeaning(const Rulebook& rulebook) {
  std::vector<std::string> lines;
  for (const auto& each : rulebook.conversions) {
    lines.push_back(DescribeMeaning(each));
  }
  for (const auto& each : rulebook.ladders) {
    lines.push_back(DescribeMeaning(each));
  }
  for (const auto& each : rulebook.scores) {
    lines.push_back(DescribeMeaning(each));
  }
  for (const ConsentPurpose& purpose : rulebook.consents) {
    lines.push_back(absl::StrCat("consent ", purpose.name, "=",
                                 purpose.granted_by_default));
  }
  for (const auto& each : rulebook.audiences) {
    lines.push_back(DescribeMeaning(each));
  }
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

}  // namespace audienced
