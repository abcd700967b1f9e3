#include "daemon/ctl/offline/file_projection.h"

#include <utility>

#include "absl/status/statusor.h"

namespace audienced {
namespace {

// So many batches may wait for those before them, or to be taken.
constexpr int64_t kBatchesAhead = 8;
// Where lines cannot be told apart, so many are read one by one before that is
// tried again.
constexpr int kLinesByOne = 4096;

}  // namespace

FileProjection::FileProjection(EventFile& file,
                               std::vector<LineProjector>& projectors)
    : file_(file) {
  for (LineProjector& projector : projectors) {
    threads_.emplace_back([this, &projector] { Work(projector); });
  }
}

FileProjection::~FileProjection() {
  {
    absl::MutexLock lock(&mutex_);
    is_over_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

FileProjection::Batch FileProjection::Next() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &FileProjection::HasNext));
  Batch batch = std::move(done_.extract(next_).mapped());
  ++next_;
  return batch;
}

void FileProjection::Work(LineProjector& projector) {
  while (true) {
    Batch batch;
    std::unique_ptr<EventFile::Lines> lines;
    int64_t number = 0;
    {
      absl::MutexLock lock(&file_mutex_);
      if (is_at_end_) return;
      number = taken_++;
      if (!WaitForRoom(number)) return;
      lines = Take(projector, batch);
    }
    if (lines != nullptr) {
      batch.status = projector.Add(std::move(*lines), batch.lines);
    }
    absl::MutexLock lock(&mutex_);
    done_.emplace(number, std::move(batch));
  }
}

bool FileProjection::WaitForRoom(int64_t number) {
  absl::MutexLock lock(&mutex_);
  const auto may_go_on = [this,
                          number]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return is_over_ || number < next_ + kBatchesAhead;
  };
  mutex_.Await(absl::Condition(&may_go_on));
  return !is_over_;
}

std::unique_ptr<EventFile::Lines> FileProjection::Take(LineProjector& projector,
                                                       Batch& batch) {
  std::unique_ptr<EventFile::Lines> taken;
  if (lines_to_read_ == 0) {
    absl::StatusOr<std::unique_ptr<EventFile::Lines>> lines = file_.TakeLines();
    batch.status = lines.status();
    if (lines.ok()) taken = *std::move(lines);
    if (lines.ok() && taken == nullptr) lines_to_read_ = kLinesByOne;
  }
  for (; lines_to_read_ > 0 && !batch.is_last; --lines_to_read_) {
    EventLine line;
    const absl::StatusOr<bool> more = file_.NextLine(line);
    batch.status = more.status();
    batch.is_last = !more.ok() || !*more;
    if (!batch.is_last) projector.Add(std::move(line), batch.lines);
  }
  batch.is_last |= !batch.status.ok();
  is_at_end_ = batch.is_last;
  batch.bytes_read = file_.bytes_read();
  return taken;
}

}  // namespace audienced
