#include "daemon/ctl/offline/projected_lines.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace audienced {
namespace {

TextDigest DigestOfSaid(const CsvEvents& events, const CsvEvents::Look& line) {
  TextDigest digest;
  events.ForEachSaid(
      line, [&](std::string_view said) { digest = digest.Then(said); });
  return digest;
}

TextDigest DigestOfIdentifiers(const CsvEvents& events,
                               const CsvEvents::Look& line) {
  TextDigest digest;
  events.ForEachIdentifier(line,
                           [&](std::string_view kind, std::string_view value) {
                             digest = IdentifierSets::With(digest, kind, value);
                           });
  return digest;
}

IdentifierSet IdentifiersOf(const CsvEvents& events,
                            const CsvEvents::Look& line) {
  IdentifierSet identifiers;
  events.ForEachIdentifier(
      line, [&](std::string_view kind, std::string_view value) {
        identifiers.push_back({std::string(kind), std::string(value)});
      });
  return identifiers;
}

}  // namespace

absl::Status LineProjector::Add(EventFile::Lines lines, ProjectedLines& into) {
  if (CsvEvents* csv = std::get_if<CsvEvents>(&lines)) {
    return AddAll(*csv, into);
  }
  JsonEvents& json = std::get<JsonEvents>(lines);
  while (true) {
    const absl::StatusOr<bool> more = json.Next(line_);
    if (!more.ok() || !*more) {
      TellOthers(into);
      return more.status();
    }
    Take(std::move(line_), into);
    if (new_sets_.size() >= kAhead) TellOthers(into);
  }
}

void LineProjector::Add(EventLine line, ProjectedLines& into) {
  Take(std::move(line), into);
  TellOthers(into);
}

absl::Status LineProjector::AddAll(CsvEvents& events, ProjectedLines& into) {
  events.LookFor(
      [&](std::string_view property) { return projection_.Asks(property); });
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) {
    size_t count = 0;
    for (; count < kAhead; ++count) {
      CsvEvents::Look& line = looks_.lines[count];
      more = events.Next(line);
      if (!more.ok() || !*more) break;
      if (!line.may_be_event) continue;
      looks_.said[count] = DigestOfSaid(events, line);
      looks_.named[count] = DigestOfIdentifiers(events, line);
    }
    shared_.meanings.Find(absl::MakeSpan(looks_.said).first(count),
                          absl::MakeSpan(looks_.meanings));
    shared_.sets.Find(absl::MakeSpan(looks_.named).first(count),
                      absl::MakeSpan(looks_.sets));
    for (size_t i = 0; i < count; ++i) TakeLook(events, i, into);
    TellOthers(into);
  }
  return more.status();
}

void LineProjector::Take(EventLine line, ProjectedLines& into) {
  if (line.fault.empty()) TakeOutBlocked(line);
  if (!line.fault.empty()) {
    into.faults.push_back(std::move(line));
    return;
  }
  ProjectedEvent event = projection_.Project(std::move(line.incoming.event));
  ProjectedLine projected;
  projected.time = event.time;
  projected.digest = event.digest;
  TextDigest named;
  for (const auto& [kind, value] : line.incoming.identifiers) {
    named = IdentifierSets::With(named, kind, value);
  }
  naming_new_sets_.push_back(into.events.size());
  std::vector<Identifier>& identifiers = line.incoming.identifiers;
  new_sets_.push_back(
      {named, IdentifierSet(std::make_move_iterator(identifiers.begin()),
                            std::make_move_iterator(identifiers.end()))});
  KeepId(event.event_id, projected);
  projected.meaning = KeepMeaning(std::move(event));
  into.events.push_back(projected);
}

void LineProjector::TakeOutBlocked(EventLine& line) const {
  std::vector<Identifier>& identifiers = line.incoming.identifiers;
  shared_.blocked.TakeOut(identifiers);
  if (identifiers.empty()) line.fault = kAllBlocked;
}

void LineProjector::TakeLook(CsvEvents& events, size_t i,
                             ProjectedLines& into) {
  const CsvEvents::Look& line = looks_.lines[i];
  if (!line.may_be_event || !looks_.meanings[i]) {
    events.Read(line, line_);
    const size_t count = into.events.size();
    Take(std::move(line_), into);
    const bool is_event = into.events.size() > count;
    if (is_event && line.may_be_event) {
      new_meanings_.emplace_back(looks_.said[i], into.events.back().meaning);
    }
    return;
  }
  ProjectedLine projected;
  projected.time = line.occurred_at;
  projected.digest = EventDigest(events.origin(), line.event_id);
  projected.meaning = *looks_.meanings[i];
  if (looks_.sets[i]) {
    projected.whose = *looks_.sets[i];
  } else {
    IdentifierSet identifiers = IdentifiersOf(events, line);
    if (shared_.HasBlocked(identifiers)) {
      events.Read(line, line_);
      return Take(std::move(line_), into);
    }
    naming_new_sets_.push_back(into.events.size());
    new_sets_.push_back({looks_.named[i], std::move(identifiers)});
  }
  KeepId(line.event_id, projected);
  into.events.push_back(projected);
}

void LineProjector::TellOthers(ProjectedLines& into) {
  if (!new_meanings_.empty()) shared_.meanings.Add(new_meanings_);
  new_meanings_.clear();
  if (new_sets_.empty()) return;
  shared_.sets.Number(absl::MakeSpan(new_sets_));
  for (size_t i = 0; i < new_sets_.size(); ++i) {
    into.events[naming_new_sets_[i]].whose = new_sets_[i].number;
  }
  new_sets_.clear();
  naming_new_sets_.clear();
}

void LineProjector::KeepId(std::string_view event_id, ProjectedLine& line) {
  char* const id = event_ids_.Take(event_id.size());
  std::copy(event_id.begin(), event_id.end(), id);
  line.id = id;
  line.id_bytes = static_cast<uint32_t>(event_id.size());
}

EventMeaning LineProjector::KeepMeaning(ProjectedEvent event) {
  const EventMeaning meaning = meanings_.Put(event);
  if (!event.traits.empty() || !event.consents.empty()) {
    statements_.emplace(meaning, std::move(event));
  }
  return meaning;
}

}  // namespace audienced
