#include "daemon/ctl/offline/projected_lines.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"

namespace audienced {
namespace {

void Append(ProjectedLine line, std::string_view event_id,
            ProjectedLines& into) {
  into.event_ids += event_id;
  line.id_end = into.event_ids.size();
  into.events.push_back(line);
}

}  // namespace

absl::Status LineProjector::Add(EventFile::Lines lines, ProjectedLines& into) {
  if (CsvEvents* csv = std::get_if<CsvEvents>(&lines)) {
    return AddAll(*csv, into);
  }
  JsonEvents& json = std::get<JsonEvents>(lines);
  while (true) {
    const absl::StatusOr<bool> more = json.Next(line_);
    if (!more.ok() || !*more) return more.status();
    Add(std::move(line_), into);
  }
}

void LineProjector::Add(EventLine line, ProjectedLines& into) {
  if (!line.fault.empty()) {
    into.faults.push_back(std::move(line));
    return;
  }
  std::vector<Identifier>& identifiers = line.incoming.identifiers;
  ProjectedEvent event = projection_.Project(std::move(line.incoming.event));
  ProjectedLine projected;
  projected.time = event.time;
  projected.digest = event.digest;
  projected.identifiers =
      sets_.NumberOf(IdentifierSets::DigestOf(identifiers), line.number,
                     [&] { return std::move(identifiers); });
  const std::string event_id = event.event_id;
  projected.meaning = Keep(std::move(event));
  Append(projected, event_id, into);
}

absl::Status LineProjector::AddAll(CsvEvents& events, ProjectedLines& into) {
  events.LookFor(
      [&](std::string_view property) { return projection_.Asks(property); });
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) {
    size_t count = 0;
    for (; count < kAhead; ++count) {
      Look& look = looks_[count];
      more = events.Next(look.line);
      if (!more.ok() || !*more) break;
      if (!look.line.may_be_event) continue;
      look.says = TextDigest::Of(look.line.says);
      look.identifiers = TextDigest::Of(look.line.identifiers);
      known_.Prefetch(look.says);
      sets_.Prefetch(look.identifiers);
    }
    for (size_t i = 0; i < count; ++i) Add(events, looks_[i], into);
  }
  return more.status();
}

void LineProjector::Add(CsvEvents& events, const Look& look,
                        ProjectedLines& into) {
  const CsvEvents::Look& line = look.line;
  std::optional<uint32_t> meaning;
  if (line.may_be_event) meaning = known_.Find(look.says);
  if (!meaning) {
    events.Read(line, line_);
    const size_t count = into.events.size();
    Add(std::move(line_), into);
    const bool is_event = into.events.size() > count;
    if (is_event && line.may_be_event && known_.size() < kKnownLimit) {
      known_.FindOrAdd(look.says, into.events.back().meaning);
    }
    return;
  }
  ProjectedLine projected;
  projected.time = ToInstant(line.occurred_at);
  projected.digest = EventDigest(events.origin(), line.event_id);
  projected.identifiers =
      sets_.NumberOf(look.identifiers, line.record.line,
                     [&] { return events.IdentifiersOf(line); });
  projected.meaning = *meaning;
  Append(projected, line.event_id, into);
}

uint32_t LineProjector::Keep(ProjectedEvent event) {
  const auto number = static_cast<uint32_t>(meanings_.size());
  meanings_.push_back(store_.Put(event));
  if (!event.traits.empty() || !event.consents.empty()) {
    statements_.emplace(number, std::move(event));
  }
  return number;
}

}  // namespace audienced
