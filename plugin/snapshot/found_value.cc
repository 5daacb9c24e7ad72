#include "snapshot/found_value.h"

namespace kencrypt::snapshot {

std::string_view place_name(Place place) {
  switch (place) {
    case Place::current:
      return "current";
    case Place::superseded:
      return "superseded";
    case Place::deleted:
      return "deleted";
    case Place::free_page:
      return "free page";
    case Place::wal:
      return "write-ahead log";
  }
  return "";
}

}  // namespace kencrypt::snapshot
