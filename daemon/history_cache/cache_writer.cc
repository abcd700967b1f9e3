#include "daemon/history_cache/cache_writer.h"

#include <unistd.h>
#include <xxhash.h>

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "daemon/history_cache/program_digest.h"
#include "daemon/ingest/value_json.h"

namespace audienced {
namespace {

constexpr size_t kPartBytes = 1 << 20;

void Put(const PackedEvents& events, std::string& into) {
  into.assign(events.block().data(), events.block().size());
}

void Put(HistoryParts parts, cache::CachedHistory& into) {
  for (const HistoryParts::Packed& chunk : parts.chunks) {
    Put(*chunk, *into.add_chunks());
  }
  if (parts.before != nullptr) Put(*parts.before, *into.mutable_before());
  Put(parts.newest, *into.mutable_newest());
  for (size_t i = 0; i < parts.traits.size(); ++i) {
    TraitChange& change = parts.traits[i];
    cache::CachedTrait& trait = *into.add_traits();
    trait.set_time(change.time.micros);
    trait.set_name(std::move(change.name));
    trait.set_value(ToJson(change.value));
    trait.set_event_id(std::move(parts.trait_events[i].event_id));
    trait.set_digest(parts.trait_events[i].digest);
  }
  for (const ConsentChange& change : parts.consents) {
    cache::CachedConsent& consent = *into.add_consents();
    consent.set_time(change.time.micros);
    consent.set_purpose(change.purpose);
    consent.set_granted(change.granted);
  }
  into.set_known_since(parts.known_since.micros);
  into.set_whole_since(parts.whole_since.micros);
}

std::string BytesOf(uint64_t digest) {
  return std::string(reinterpret_cast<const char*>(&digest), sizeof(digest));
}

}  // namespace

void CacheWriter::Free::operator()(XXH3_state_s* digest) const {
  XXH3_freeState(digest);
}

CacheWriter::CacheWriter(PartFile file)
    : file_(std::move(file)),
      digest_(XXH3_createState()),
      part_(std::make_unique<cache::CachePart>()) {
  XXH3_64bits_reset(digest_.get());
}

absl::StatusOr<CacheWriter> CacheWriter::Create(const std::string& path,
                                                const CacheStamp& stamp) {
  const absl::StatusOr<uint64_t> program = ProgramDigest();
  if (!program.ok()) return program.status();
  std::error_code ignored;  // to open the file says what is wrong
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      ignored);
  absl::StatusOr<PartFile> file = PartFile::Create(path);
  if (!file.ok()) return file.status();
  CacheWriter writer(*std::move(file));
  absl::Status written = writer.file_.Write(BytesOf(0));  // until it is known
  if (!written.ok()) return written;
  cache::CacheHead& head = *writer.part_->mutable_head();
  head.set_program(*program);
  head.set_database_id(stamp.database_id);
  head.set_start_id(stamp.start_id);
  head.set_commit_number(stamp.commit_number);
  head.set_schema_version(stamp.schema_version);
  head.set_retention_micros(absl::ToInt64Microseconds(stamp.retention));
  written = writer.WritePart();
  if (!written.ok()) return written;
  return writer;
}

absl::Status CacheWriter::Add(ProfileId profile, const History& history) {
  cache::CachedHistory& cached = *part_->add_histories();
  cached.set_profile(static_cast<int64_t>(profile));
  Put(history.parts(), cached);
  part_bytes_ += history.bytes();
  return WriteFull();
}

absl::Status CacheWriter::Finish(const HistoryNumbers::Table& numbers) {
  for (const SelectorSet& selectors : numbers.classes) {
    cache::CachedClass& cached = *part_->add_classes();
    cached.mutable_selectors()->Add(selectors.begin(), selectors.end());
  }
  for (uint32_t number = 0; number < numbers.texts.size(); ++number) {
    const std::optional<std::string>& text = numbers.texts[number];
    if (!text) continue;
    cache::CachedText& cached = *part_->add_texts();
    cached.set_number(number);
    cached.set_text(*text);
    part_bytes_ += text->size();
    const absl::Status written = WriteFull();
    if (!written.ok()) return written;
  }
  absl::Status written = WritePart();
  if (!written.ok()) return written;
  written = file_.Overwrite(BytesOf(XXH3_64bits_digest(digest_.get())));
  if (!written.ok()) return written;
  // Where it does not outlive the machine, its digest says so.
  return file_.Keep(PartFile::Safety::kWritten);
}

absl::Status CacheWriter::WriteFull() {
  return part_bytes_ < kPartBytes ? absl::OkStatus() : WritePart();
}

absl::Status CacheWriter::WritePart() {
  const auto length = static_cast<uint32_t>(part_->ByteSizeLong());
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof(length));
  part_->AppendToString(&bytes);
  part_->Clear();
  part_bytes_ = 0;
  XXH3_64bits_update(digest_.get(), bytes.data(), bytes.size());
  return file_.Write(bytes);
}

void DropCache(const std::string& path) {
  unlink(path.c_str());
  PartFile::RemoveLeftover(path);
}

}  // namespace audienced
