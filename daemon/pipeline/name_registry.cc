#include "daemon/pipeline/name_registry.h"

namespace audienced {
namespace {

// Longer texts are no currency.
constexpr size_t kCurrencyLimitBytes = 8;

SeenNames::Names& NamesOf(SeenNames& seen, NameKind kind) {
  switch (kind) {
    case NameKind::kEvent:
      return seen.events;
    case NameKind::kProperty:
      return seen.properties;
    case NameKind::kItemProperty:
      return seen.items;
    case NameKind::kTrait:
      return seen.traits;
    case NameKind::kCurrency:
      break;
  }
  return seen.currencies;
}

void AddUnknown(const SeenNames::Names& known, NameKind kind,
                const std::string& name, std::vector<SeenNameRecord>& names) {
  if (known.contains(name) || known.size() >= NameRegistry::kNameLimit) return;
  names.push_back({kind, name});
}

}  // namespace

std::vector<SeenNameRecord> NameRegistry::NewNames(const Event& event) const {
  std::vector<SeenNameRecord> names;
  absl::ReaderMutexLock lock(&mutex_);
  AddUnknown(seen_.events, NameKind::kEvent, event.name, names);
  for (const auto& [name, value] : event.properties) {
    AddUnknown(seen_.properties, NameKind::kProperty, name, names);
  }
  const Value* currency = event.properties.Find("currency");
  if (currency != nullptr && currency->text() != nullptr &&
      currency->text()->size() <= kCurrencyLimitBytes) {
    AddUnknown(seen_.currencies, NameKind::kCurrency, *currency->text(), names);
  }
  for (const Properties& item : event.items) {
    for (const auto& [name, value] : item) {
      AddUnknown(seen_.items, NameKind::kItemProperty, name, names);
    }
  }
  for (const auto& [name, value] : event.traits) {
    AddUnknown(seen_.traits, NameKind::kTrait, name, names);
  }
  return names;
}

void NameRegistry::Add(const std::vector<SeenNameRecord>& names) {
  if (names.empty()) return;
  absl::MutexLock lock(&mutex_);
  for (const SeenNameRecord& each : names) {
    SeenNames::Names& known = NamesOf(seen_, each.kind);
    if (known.size() < kNameLimit) known.insert(each.name);
  }
}

SeenNames NameRegistry::Snapshot() const {
  absl::ReaderMutexLock lock(&mutex_);
  return seen_;
}

}  // namespace audienced
