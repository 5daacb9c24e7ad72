#include "kube/json_id_token.h"

#include <charconv>
#include <string>

#include "base/base64.h"
#include "base/text.h"
#include "kube/json_reader.h"

namespace kencrypt::kube {
namespace {

constexpr double kLatest = 9e9;  // year 2255, the end of a count of nanoseconds

// Takes the number "exp" of the outermost object.
class ExpiryHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ExpiryHandler> {
 public:
  std::optional<double> seconds;

  bool Default() {
    is_expiry_ = false;
    return true;
  }
  bool StartObject() {
    ++depth_;
    return Default();
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    is_expiry_ = depth_ == 1 && std::string_view(text, size) == "exp";
    return true;
  }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    double value = 0;
    if (is_expiry_ && std::from_chars(text, text + size, value).ec == std::errc{}) seconds = value;
    return Default();
  }

 private:
  int depth_ = 0;
  bool is_expiry_ = false;
};

// The payload's bytes; base64url without padding (RFC 7515 section 2).
std::optional<SecretBytes> decode_part(std::string_view part) {
  SecretBytes standard;
  for (char c : part) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
    standard.append({&c, 1});
  }
  while (standard.size() % 4 != 0) standard.append("=");
  auto decoded = decode_base64(standard.view());
  if (!decoded) return std::nullopt;
  return *std::move(decoded);
}

}  // namespace

std::optional<WallTime> id_token_expiry(std::string_view jwt) {
  const auto parts = split(jwt, '.');
  if (parts.size() != 3) return std::nullopt;
  const auto claims = decode_part(parts[1]);
  if (!claims) return std::nullopt;
  rapidjson::MemoryStream stream(claims->view().data(), claims->size());
  ExpiryHandler handler;
  if (!read_json(stream, handler) || !handler.seconds) return std::nullopt;
  const double bounded = std::min(std::max(*handler.seconds, 0.0), kLatest);
  return WallTime(std::chrono::seconds(static_cast<long long>(bounded)));
}

}  // namespace kencrypt::kube
