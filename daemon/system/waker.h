#ifndef AUDIENCED_DAEMON_SYSTEM_WAKER_H_
#define AUDIENCED_DAEMON_SYSTEM_WAKER_H_

namespace audienced {

// Wakes a thread that sleeps in poll(), from any other thread.
class Waker {
 public:
  Waker();
  ~Waker();

  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // What the thread polls: it can be read from Wake() until Clear().
  int descriptor() const { return descriptor_; }
  void Wake();
  void Clear();

 private:
  const int descriptor_;  // an eventfd
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_WAKER_H_
