#include "daemon/pipeline/commit_writer.h"

#include <utility>

namespace audienced {

CommitWriter::CommitWriter(Store& store, std::function<void()> on_written)
    : store_(store),
      on_written_(std::move(on_written)),
      thread_([this] { Run(); }) {}

CommitWriter::~CommitWriter() {
  {
    const absl::MutexLock lock(&mutex_);
    is_ending_ = true;
  }
  thread_.join();
}

void CommitWriter::Begin(const CommitBatch& rows) {
  const absl::MutexLock lock(&mutex_);
  rows_ = &rows;
}

bool CommitWriter::is_idle() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return HasNothing();
}

absl::Status CommitWriter::Wait() const {
  const absl::ReaderMutexLock lock(
      &mutex_, absl::Condition(this, &CommitWriter::HasNothing));
  return status_;
}

void CommitWriter::Run() {
  while (true) {
    const CommitBatch* rows = nullptr;
    {
      const absl::MutexLock lock(&mutex_,
                                 absl::Condition(this, &CommitWriter::HasTask));
      if (rows_ == nullptr) return;
      rows = rows_;
    }
    absl::Status status = store_.Commit(*rows);
    {
      const absl::MutexLock lock(&mutex_);
      status_ = std::move(status);
      rows_ = nullptr;
    }
    on_written_();
  }
}

}  // namespace audienced
