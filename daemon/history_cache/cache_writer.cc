#include "daemon/history_cache/cache_writer.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/history_cache/program_digest.h"
#include "daemon/ingest/value_json.h"

namespace audienced {
namespace {

constexpr size_t kPartBytes = 1 << 20;
constexpr mode_t kOwnerOnly = 0600;

std::string NewName(const std::string& path) { return path + ".new"; }

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
    trait.set_event_id(std::move(parts.trait_event_ids[i]));
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

}  // namespace

void CacheWriter::Free::operator()(XXH3_state_s* digest) const {
  XXH3_freeState(digest);
}

CacheWriter::CacheWriter(std::string path, std::FILE* file)
    : path_(std::move(path)),
      file_(file),
      digest_(XXH3_createState()),
      part_(std::make_unique<cache::CachePart>()) {
  XXH3_64bits_reset(digest_.get());
}

CacheWriter::~CacheWriter() {
  if (file_ != nullptr) unlink(NewName(path_).c_str());
}

absl::StatusOr<CacheWriter> CacheWriter::Create(const std::string& path,
                                                const CacheStamp& stamp) {
  const absl::StatusOr<uint64_t> program = ProgramDigest();
  if (!program.ok()) return program.status();
  std::error_code ignored;  // to open the file says what is wrong
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(),
                                      ignored);
  const std::string name = NewName(path);
  unlink(name.c_str());  // it would keep the permissions that it has
  const int descriptor =
      open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot write ", name, ": ", std::strerror(errno)));
  }
  CacheWriter writer(path, fdopen(descriptor, "w"));
  const uint64_t place_of_digest = 0;
  std::fwrite(&place_of_digest, sizeof(place_of_digest), 1, writer.file_.get());
  cache::CacheHead& head = *writer.part_->mutable_head();
  head.set_program(*program);
  head.set_database_id(stamp.database_id);
  head.set_start_id(stamp.start_id);
  head.set_commit_number(stamp.commit_number);
  head.set_schema_version(stamp.schema_version);
  head.set_retention_micros(absl::ToInt64Microseconds(stamp.retention));
  const absl::Status written = writer.WritePart();
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
  const uint64_t digest = XXH3_64bits_digest(digest_.get());
  std::rewind(file_.get());
  if (std::fwrite(&digest, sizeof(digest), 1, file_.get()) != 1 ||
      std::fflush(file_.get()) != 0 ||
      std::rename(NewName(path_).c_str(), path_.c_str()) != 0) {
    return Failed();
  }
  file_.reset();
  return absl::OkStatus();
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
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    return Failed();
  }
  return absl::OkStatus();
}

absl::Status CacheWriter::Failed() const {
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot write ", NewName(path_), ": ", std::strerror(errno)));
}

void DropCache(const std::string& path) {
  unlink(path.c_str());
  unlink(NewName(path).c_str());
}

}  // namespace audienced
