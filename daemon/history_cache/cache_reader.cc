#include "daemon/history_cache/cache_reader.h"

#include <xxhash.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cache_file.pb.h"
#include "daemon/history_cache/program_digest.h"
#include "daemon/ingest/value_json.h"

namespace audienced {
namespace {

// Where the parts begin.
constexpr size_t kDigestBytes = sizeof(uint64_t);

// Takes the next part of `bytes`. False where there is none.
bool Take(std::string_view& bytes, cache::CachePart& part) {
  uint32_t size = 0;
  if (bytes.size() < sizeof(size)) return false;
  std::memcpy(&size, bytes.data(), sizeof(size));
  bytes.remove_prefix(sizeof(size));
  if (bytes.size() < size) return false;
  const bool parsed = part.ParseFromArray(bytes.data(), static_cast<int>(size));
  bytes.remove_prefix(size);
  return parsed;
}

absl::Duration ToRetention(int64_t micros) {
  return micros == std::numeric_limits<int64_t>::max()
             ? absl::InfiniteDuration()
             : absl::Microseconds(micros);
}

HistoryParts::Packed ToPacked(const std::string& block) {
  return std::make_shared<const PackedEvents>(std::string_view(block));
}

HistoryParts ToParts(cache::CachedHistory& cached) {
  HistoryParts parts{PackedEvents(std::string_view(cached.newest()))};
  for (const std::string& chunk : cached.chunks()) {
    parts.chunks.push_back(ToPacked(chunk));
  }
  if (!cached.before().empty()) parts.before = ToPacked(cached.before());
  for (cache::CachedTrait& trait : *cached.mutable_traits()) {
    // It was JSON when it was written.
    absl::StatusOr<Value> value = ParseValue(trait.value());
    parts.traits.push_back({Instant{trait.time()},
                            std::move(*trait.mutable_name()),
                            value.ok() ? *std::move(value) : Value()});
    parts.trait_events.push_back(
        {std::move(*trait.mutable_event_id()), trait.digest()});
  }
  for (const cache::CachedConsent& consent : cached.consents()) {
    parts.consents.push_back(
        {Instant{consent.time()}, consent.purpose(), consent.granted()});
  }
  parts.known_since = Instant{cached.known_since()};
  parts.whole_since = Instant{cached.whole_since()};
  return parts;
}

}  // namespace

absl::StatusOr<CacheReader> CacheReader::Open(const std::string& path) {
  absl::StatusOr<MappedFile> file = MappedFile::Open(path);
  if (!file.ok()) return file.status();
  CacheReader reader(*std::move(file));
  const auto refused = [&path](const char* why) {
    return absl::FailedPreconditionError(absl::StrCat(path, " ", why));
  };
  std::string_view bytes = reader.file_.bytes();
  uint64_t digest = 0;
  cache::CachePart part;
  if (bytes.size() < kDigestBytes) return refused("is not whole");
  std::memcpy(&digest, bytes.data(), kDigestBytes);
  bytes.remove_prefix(kDigestBytes);
  if (XXH3_64bits(bytes.data(), bytes.size()) != digest || !Take(bytes, part)) {
    return refused("is not whole");
  }
  const absl::StatusOr<uint64_t> program = ProgramDigest();
  if (!program.ok()) return program.status();
  const cache::CacheHead& head = part.head();
  if (head.program() != *program) return refused("is of another program");
  reader.stamp_ = {head.database_id(), head.start_id(), head.commit_number(),
                   head.schema_version(), ToRetention(head.retention_micros())};
  return reader;
}

HistoryNumbers::Table CacheReader::Read(
    absl::FunctionRef<void(ProfileId, History)> each) const {
  HistoryNumbers::Table numbers;
  std::string_view bytes = file_.bytes().substr(kDigestBytes);
  for (cache::CachePart part; Take(bytes, part); part.Clear()) {
    for (const cache::CachedClass& cached : part.classes()) {
      numbers.classes.emplace_back(cached.selectors().begin(),
                                   cached.selectors().end());
    }
    for (cache::CachedText& cached : *part.mutable_texts()) {
      if (cached.number() >= numbers.texts.size()) {
        numbers.texts.resize(cached.number() + 1);
      }
      numbers.texts[cached.number()] = std::move(*cached.mutable_text());
    }
    for (cache::CachedHistory& cached : *part.mutable_histories()) {
      each(ProfileId{cached.profile()}, History(ToParts(cached)));
    }
  }
  return numbers;
}

}  // namespace audienced
