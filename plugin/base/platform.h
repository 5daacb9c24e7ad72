// What Linux and macOS do in ways of their own: platform_linux.cc and platform_darwin.cc, of which one is compiled.
#pragma once

#include <sys/stat.h>

#include <array>
#include <ctime>

namespace kencrypt::platform {

// A pipe, first the end to read from; both are closed in a child. False: errno says why.
bool open_pipe(std::array<int, 2>& ends) noexcept;

// Marks every descriptor from 3 on to be closed in a child. libcurl's sockets have no such flag of their own, and no
// child is to hold our connections. A failure is not told: there is nothing better to do.
void keep_descriptors_from_children() noexcept;

// No debugger may attach, and no core is dumped whatever the limit says, where the system can be told so.
void forbid_attaching() noexcept;

// When the file's content last changed.
timespec modified(const struct stat& info) noexcept;

}  // namespace kencrypt::platform
