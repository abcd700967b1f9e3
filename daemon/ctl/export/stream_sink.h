#ifndef AUDIENCED_DAEMON_CTL_EXPORT_STREAM_SINK_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_STREAM_SINK_H_

#include <cstdio>
#include <map>
#include <string>

#include "daemon/ctl/export/manifest.h"
#include "daemon/ctl/export/member_sink.h"

namespace audienced {

// An export as one stream, for formats that are one file of any size. Not
// thread-safe.
class StreamSink : public MemberSink {
 public:
  // Borrows its arguments.
  StreamSink(std::FILE* stream, const Format& format)
      : stream_(stream), format_(format) {}

  absl::Status Add(FileAction action, const v1::Member& member) override;
  void Skip(const std::string& why) override { ++skipped_[why]; }

  // Ends the stream; `manifest` gets what was written.
  absl::Status Finish(Manifest& manifest);

 private:
  absl::Status Write(std::string_view text);

  std::FILE* stream_;
  const Format& format_;
  ExportedFile written_;
  bool begun_ = false;
  std::map<std::string, int64_t> skipped_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_STREAM_SINK_H_
