#include "daemon/service/call/worker_pool.h"

#include <utility>

namespace audienced {

WorkerPool::WorkerPool(int thread_count, size_t queue_limit)
    : queue_limit_(queue_limit) {
  for (int i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Post(std::function<void()> task) {
  absl::MutexLock lock(&mutex_);
  if (tasks_.size() >= queue_limit_) return false;
  tasks_.push_back(std::move(task));
  return true;
}

void WorkerPool::WaitUntilIdle(absl::Time give_up) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithDeadline(absl::Condition(this, &WorkerPool::IsIdle), give_up);
}

void WorkerPool::Run() {
  while (true) {
    std::function<void()> task;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &WorkerPool::HasWork));
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
      ++running_;
    }
    task();
    absl::MutexLock lock(&mutex_);
    --running_;
  }
}

}  // namespace audienced
