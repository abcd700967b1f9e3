#include "daemon/ctl/export/stream_sink.h"

namespace audienced {

absl::Status StreamSink::Add(FileAction action, const v1::Member& member) {
  const FormatRecord record = format_.Record(action, member);
  if (!record.skipped.empty()) {
    Skip(record.skipped);
    return absl::OkStatus();
  }
  absl::Status written;
  if (!begun_) written = Write(format_.Begin(action));
  begun_ = true;
  if (written.ok() && written_.members > 0) {
    written = Write(format_.Separator());
  }
  ++written_.members;
  written_.rows += record.rows;
  return written.ok() ? Write(record.text) : written;
}

absl::Status StreamSink::Finish(Manifest& manifest) {
  absl::Status written;
  if (!begun_) written = Write(format_.Begin(FileAction::kAdd));
  if (written.ok()) written = Write(format_.End(FileAction::kAdd));
  if (written.ok() && std::fflush(stream_) != 0) {
    written = absl::FailedPreconditionError("nobody reads the output any more");
  }
  manifest.files = {written_};
  manifest.skipped = skipped_;
  return written;
}

absl::Status StreamSink::Write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stream_) == text.size()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError("nobody reads the output any more");
}

}  // namespace audienced
