#ifndef AUDIENCED_DAEMON_DESTINATION_DESTINATION_SETTINGS_H_
#define AUDIENCED_DAEMON_DESTINATION_DESTINATION_SETTINGS_H_

#include <string>

#include "daemon/destination/consent_needs.h"

namespace audienced {

// A country by which phone numbers are read: `GB`. Has the value of a region
// that IsPhoneRegion() knows.
struct PhoneRegion {
  std::string code;
};

// What is set of destinations, the same for all clients.
struct DestinationSettings {
  std::string phone_region;  // as MatchingOptions::phone_region
  ConsentNeeds consents;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_DESTINATION_SETTINGS_H_
