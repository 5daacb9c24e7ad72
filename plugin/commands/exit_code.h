// The exit codes of the contract (docs/exit-codes.md).
#pragma once

namespace kencrypt::commands {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;        // an error, or some object failed
inline constexpr int kFindings = 2;      // --fail-on met what it names; manifest check: something is missing; backup verify: not verified
inline constexpr int kInterrupted = 130;  // Ctrl-C, as shells report it

}  // namespace kencrypt::commands
