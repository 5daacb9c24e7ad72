// What a file has beside content, owner and mode, which Linux and macOS keep in ways of their own:
// file_attributes_linux.cc and file_attributes_darwin.cc, of which one is compiled.
#pragma once

namespace kencrypt {

// Gives `to` the extended attributes of `from`: ACLs, SELinux labels. Left out is what depends on a file's content: the
// signatures of IMA and EVM. False, with errno, if the system does not allow all of it.
bool copy_attributes(int from, int to);

}  // namespace kencrypt
