#include "etcd/range_scan.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "etcd/call.h"
#include "etcd/page_check.h"
#include "etcd/range_message.h"
#include "etcd/retry.h"

namespace kencrypt::etcd {
namespace {

// While pages are looked at, the network gets a turn after this many bytes of them, so that the
// next one does not wait in the kernel's buffers.
constexpr std::size_t kBytesPerTurn = 256 << 10;

class Scanner {
 public:
  Scanner(Channel& channel, const ScanOptions& options, const KeyValueSink& sink)
      : channel_(channel),
        options_(options),
        sink_(sink),
        repetitions_(channel),
        size_(options.limits),
        check_(options.prefix) {}

  Result<ScanResult> run() {
    for (;;) {
      Result<void> outcome = read_all();
      if (outcome) return result_;
      if (outcome.error().kind != ErrorKind::expired || !may_restart()) {
        if (outcome.error().kind == ErrorKind::expired) return std::unexpected(explain_expiry());
        return std::unexpected(channel_.explain(std::move(outcome).error()));
      }
      restart();
    }
  }

 private:
  // One way through the keys, at one revision.
  Result<void> read_all() {
    next_ = first_request();
    for (bool more = true; more;) {
      TRY_ASSIGN(RangePage page, await_page());
      TRY(check_.page(page));
      keep_what_is_said(page);
      more = page.more;
      if (more) ask_for_what_follows(page);
      TRY(hand_out(page));
      spare_ = std::move(page.bytes);
    }
    return check_.end();
  }

  RangeRequest first_request() const {
    RangeRequest request;
    request.key = options_.prefix.empty() ? std::string(1, '\0') : options_.prefix;
    request.range_end = range_end_of(options_.prefix);
    return request;
  }

  void keep_what_is_said(const RangePage& page) {
    ++result_.pages;
    result_.revision = check_.revision();
    result_.cluster_id = page.cluster_id;
    if (!page.kvs.empty()) size_.saw(page.kvs.size(), page.bytes.size());
  }

  // The next key there can be is the last one with a zero byte behind it.
  void ask_for_what_follows(const RangePage& page) {
    next_.key.assign(page.kvs.back().key).push_back('\0');
    next_.revision = check_.revision();
    ask();
    channel_.transport().run_once(channel_.clock().now());  // sends it; does not wait
  }

  void ask() {
    next_.limit = size_.keys();
    const std::string content =
        channel_.door() == Door::grpc ? range_request_message(next_) : range_request_json(next_);
    call_ = std::make_unique<Call>(channel_, kRange, content, size_.byte_limit(),
                                   std::exchange(spare_, {}));
  }

  Result<RangePage> await_page() {
    for (;;) {
      if (!call_) ask();
      Result<RangePage> page = take_page();
      if (page) return page;
      if (!may_ask_again(page.error())) return page;
    }
  }

  Result<RangePage> take_page() {
    call_->wait();
    const auto call = std::exchange(call_, nullptr);
    TRY_ASSIGN(SecretBytes bytes, channel_.settle_by(call->take()));
    auto page = channel_.door() == Door::grpc ? parse_range_message(std::move(bytes), next_.limit)
                                              : parse_range_json(std::move(bytes), next_.limit);
    if (page) {
      channel_.settle();
      repetitions_.succeeded();
    }
    return page;
  }

  bool may_ask_again(const Error& error) {
    if (error.kind == ErrorKind::too_large) return size_.halve();
    if (error.kind == ErrorKind::timeout) size_.slow_down();
    return channel_.fall_back(error) || repetitions_.wait_after(error);
  }

  Result<void> hand_out(const RangePage& page) {
    std::size_t since_turn = 0;
    for (const KeyValue& kv : page.kvs) {
      TRY(sink_(kv));
      ++result_.keys;
      since_turn += kv.key.size() + kv.value.size();
      if (since_turn < kBytesPerTurn || !call_) continue;
      since_turn = 0;
      channel_.transport().run_once(channel_.clock().now());
    }
    if (options_.on_progress) options_.on_progress({result_.keys, check_.count()});
    return {};
  }

  bool may_restart() const {
    return options_.on_restart && result_.restarts < options_.max_restarts;
  }

  void restart() {
    options_.on_restart();
    ++result_.restarts;
    result_.keys = 0;
    check_ = PageCheck(options_.prefix);
  }

  Error explain_expiry() const {
    return {ErrorKind::expired,
            fmt::format(
                "etcd compacted revision {} while its keys were being read, after {} of {}: the "
                "reading took longer than etcd keeps old revisions. Run it again, closer to etcd "
                "or when that is less busy",
                check_.revision(), result_.keys, check_.count())};
  }

  Channel& channel_;
  const ScanOptions& options_;
  const KeyValueSink& sink_;
  Repetitions repetitions_;
  PageSize size_;
  PageCheck check_;
  RangeRequest next_;
  SecretBytes spare_;  // memory of the last page, for the next
  ScanResult result_;
  std::unique_ptr<Call> call_;  // under way; null if none is
};

}  // namespace

Result<ScanResult> scan(Channel& channel, const ScanOptions& options, const KeyValueSink& sink) {
  return Scanner(channel, options, sink).run();
}

}  // namespace kencrypt::etcd
