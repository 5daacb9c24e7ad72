#include "snapshot/wal_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/errno_text.h"
#include "snapshot/file_source.h"
#include "snapshot/wal_request.h"

namespace kencrypt::snapshot {
namespace {

namespace fs = std::filesystem;

struct Segment {
  std::uint64_t sequence = 0;
  std::string name;
};

std::optional<std::uint64_t> hex16(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// etcd server/storage/wal/util.go, walName: sequence and index of the first entry.
std::optional<std::uint64_t> sequence_of(std::string_view name) {
  constexpr std::size_t kDigits = 16;
  if (name.size() != 2 * kDigits + 5 || name[kDigits] != '-' || !name.ends_with(".wal"))
    return std::nullopt;
  if (!hex16(name.substr(kDigits + 1, kDigits))) return std::nullopt;
  return hex16(name.substr(0, kDigits));
}

// "0.tmp" and "1.tmp" are space that etcd keeps ready for the next segment.
bool is_spare(std::string_view name) { return name.ends_with(".tmp"); }

Result<std::vector<Segment>> list(const fs::path& directory, WalFacts& facts) {
  std::vector<Segment> segments;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename().string();
    if (const auto sequence = sequence_of(name)) {
      segments.push_back({*sequence, std::move(name)});
    } else if (!is_spare(name) && facts.unread.size() < kMaxUnread) {
      facts.unread.push_back(std::move(name));
    }
    if (segments.size() > kMaxSegments)
      return fail(ErrorKind::too_large,
                  fmt::format("there are more than {} segments", kMaxSegments));
  }
  if (error) return fail(ErrorKind::io, errno_text(error.value()));
  std::ranges::sort(segments, {}, &Segment::sequence);
  std::ranges::sort(facts.unread);
  return segments;
}

Result<void> check_sequence(const std::vector<Segment>& segments) {
  if (segments.empty())
    return fail(
        ErrorKind::io,
        "there is no segment (*.wal); the write-ahead log is the directory member/wal of etcd");
  for (std::size_t i = 1; i < segments.size(); ++i) {
    if (segments[i].sequence != segments[i - 1].sequence + 1)
      return fail(ErrorKind::config,
                  fmt::format("between {} and {} a segment is missing; copy all of the directory",
                              segments[i - 1].name, segments[i].name));
  }
  return {};
}

// Remembers whether the error was the sink's own.
class Sink {
 public:
  explicit Sink(const FoundValueSink& sink) : sink_(&sink) {}
  Result<void> operator()(Place place, const etcd::KeyValue& kv) {
    auto result = (*sink_)(place, kv);
    failed_ = !result;
    return result;
  }
  bool failed() const { return failed_; }

 private:
  const FoundValueSink* sink_;
  bool failed_ = false;
};

Result<void> read_file(const fs::path& path, WalCrc& crc, bool last, std::string_view prefix,
                       Sink& sink, WalFacts& facts) {
  TRY_ASSIGN(FileSource source, FileSource::open(path));
  auto result = read_wal_segment(source, crc, last, prefix, std::ref(sink), facts);
  if (result || sink.failed()) return result;
  return wrap(std::move(result).error(), path.string());
}

}  // namespace

Result<void> read_wal_segment(ByteSource& source, WalCrc& crc, bool last, std::string_view prefix,
                              const FoundValueSink& sink, WalFacts& facts) {
  const FoundValueSink counting = [&](Place place, const etcd::KeyValue& kv) {
    ++facts.puts;
    return sink(place, kv);
  };
  WalSegment segment(source, crc, last);
  for (;;) {
    TRY_ASSIGN(const auto record, segment.next());
    if (!record) break;
    if (record->type != WalRecordType::entry) continue;
    ++facts.entries;
    TRY_ASSIGN(const WalRequest request, read_wal_entry(record->data, prefix, counting));
    if (request == WalRequest::other) ++facts.other;
  }
  ++facts.segments;
  facts.bytes += segment.offset();
  facts.torn = segment.torn();
  return {};
}

Result<WalFacts> read_wal(const fs::path& directory, std::string_view prefix,
                          const FoundValueSink& sink) {
  WalFacts facts;
  auto segments = list(directory, facts);
  if (!segments) return wrap(std::move(segments).error(), directory.string());
  auto whole = check_sequence(*segments);
  if (!whole) return wrap(std::move(whole).error(), directory.string());
  Sink own(sink);
  WalCrc crc;
  for (const Segment& segment : *segments) {
    const bool last = &segment == &segments->back();
    TRY(read_file(directory / segment.name, crc, last, prefix, own, facts));
  }
  return facts;
}

}  // namespace kencrypt::snapshot
