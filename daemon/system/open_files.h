#ifndef AUDIENCED_DAEMON_SYSTEM_OPEN_FILES_H_
#define AUDIENCED_DAEMON_SYSTEM_OPEN_FILES_H_

namespace audienced {

// Lets the process have as many files and connections open as whoever started
// it allows at most (the hard limit); what it begins with, 1024 as a rule, is
// for programs that use select(). To be called once, at the start.
void AllowAllOpenFiles();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_OPEN_FILES_H_
