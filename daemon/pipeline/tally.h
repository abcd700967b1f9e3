#ifndef AUDIENCED_DAEMON_PIPELINE_TALLY_H_
#define AUDIENCED_DAEMON_PIPELINE_TALLY_H_

#include <cstdint>

#include "daemon/pipeline/profile.h"

namespace audienced {

// How many profiles are in one audience. A value.
struct Tally {
  int64_t published = 0;  // members as published
  int64_t members = 0;    // the rule holds, without the held-out share
  int64_t held_out = 0;   // the rule holds, and they are in the control share
  // Whether `minimum_size` lets the audience be published.
  bool open = true;

  void Count(CountedAs counted, int64_t profiles) {
    if (counted == CountedAs::kMember) members += profiles;
    if (counted == CountedAs::kHeldOut) held_out += profiles;
  }

  // Counts those that `difference` counts more, or less.
  void Add(const Tally& difference) {
    published += difference.published;
    members += difference.members;
    held_out += difference.held_out;
  }

  // Opens at `minimum_size` members, closes below four fifths of it: an
  // audience about as large as its bound does not come and go.
  void Settle(int64_t minimum_size) {
    open = open ? members * 5 >= minimum_size * 4 : members >= minimum_size;
  }
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_TALLY_H_
