#include <copyfile.h>

#include "base/file_attributes.h"

namespace kencrypt {

bool copy_attributes(int from, int to) { return ::fcopyfile(from, to, nullptr, COPYFILE_ACL | COPYFILE_XATTR) == 0; }

}  // namespace kencrypt
