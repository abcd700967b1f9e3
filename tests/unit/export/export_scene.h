#ifndef AUDIENCED_TESTS_UNIT_EXPORT_EXPORT_SCENE_H_
#define AUDIENCED_TESTS_UNIT_EXPORT_EXPORT_SCENE_H_

#include <memory>
#include <string>

#include "audienced/v1/audience.pb.h"
#include "daemon/ctl/export/format/format.h"

// Who is exported in the tests of `audiencectl export`, and how.

namespace audienced {

// The format of an export of cart-abandoners.
std::unique_ptr<Format> FormatOf(const std::string& name,
                                 FormatOptions options = {});

// Hashed, with two addresses; hashed, with one; without anything that tells her
// apart; as events told it, with a cart.
v1::Member Ann();
v1::Member Bob();
v1::Member Nobody();
v1::Member Plain();

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_EXPORT_EXPORT_SCENE_H_
