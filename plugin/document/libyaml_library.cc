#include "document/libyaml_library.h"

#include <yaml.h>

namespace kencrypt::document {

Library libyaml_library() { return {"libyaml", yaml_get_version_string()}; }

}  // namespace kencrypt::document
