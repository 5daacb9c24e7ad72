// The pages of a list, one after the other, each within a budget of bytes: asks for fewer objects
// where they are big and for more where they are small, goes on after an expired token, waits out a
// server that is away, and goes around objects that the server cannot read.
//
// It decides; the rewriter sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "http/message.h"
#include "kube/api_status.h"
#include "kube/list_page.h"
#include "kube/name_list.h"
#include "kube/request.h"
#include "kube/resource.h"
#include "pacing/trouble.h"

namespace kencrypt::rewrite {

struct Page {
  SecretBytes bytes;
  std::vector<kube::PageItem> items;  // views into `bytes`
  std::size_t next = 0;               // first item that has not been handed out
};

struct PageLimits {
  // A page that turns out larger is dropped and asked for again with half as many objects.
  std::size_t page_bytes = 4U << 20;
  // One object may be larger than that: etcd takes requests of 1.5 MiB by default, which base64 and
  // JSON can turn into about 3 MiB; servers may be configured for more.
  std::size_t object_bytes = 32U << 20;
  std::size_t first_objects = 50;  // until the size of objects is known
  std::size_t most_objects = 500;  // kubectl's page size
};

class PageSource {
 public:
  PageSource(kube::Resource resource, kube::Selection selection, kube::View view, PageLimits limits);

  // Before the first request: begin behind this object instead of at the beginning.
  void begin_behind(const kube::ObjectName& last);

  enum class State {
    ready,    // request() may be sent
    waiting,  // request() may be sent after a while
    asked,    // a request is under way
    ended,    // there are no more pages
    failed,   // error()
  };
  State state() const { return state_; }
  const Error& error() const { return *error_; }

  // The request for the next page; afterwards the state is `asked`.
  http::Request request();
  // How many bytes of the reply may be kept; beyond that stop reading it and call on_overflow().
  std::size_t byte_limit() const;

  // The reply's events, exactly one for each request(). on_reply returns a page, or null if there was
  // none in it (an expired token, a refusal, an object that cannot be read). `starting` as in
  // ObjectTask::on_reply.
  std::unique_ptr<Page> on_reply(const http::ResponseHead& head, SecretBytes body, bool starting);
  void on_overflow();
  void on_lost(const Error& error);
  // Valid in state waiting: how long, and why.
  Duration wait() const { return wait_; }
  pacing::Trouble trouble() const { return trouble_; }
  void ready_again() { state_ = State::ready; }

  // The objects that the server could not read since the last call: they are in no page.
  std::vector<kube::ObjectName> take_unreadable() { return std::exchange(unreadable_, {}); }

  // Objects in the pages so far, and of all pages as far as the server has said.
  std::uint64_t listed() const { return listed_; }
  std::optional<std::uint64_t> expected() const { return expected_; }

 private:
  std::unique_ptr<Page> take_page(SecretBytes body);
  void adapt(const Page& page);
  void ask_for_fewer();
  bool go_around(int http_code, std::string_view body);
  void on_expired(const kube::ApiStatus& status);
  void on_trouble(Error error, Duration at_least, pacing::Trouble trouble);
  void end(Error error);

  kube::Resource resource_;
  PageLimits limits_;
  kube::Selection selection_;
  kube::ListOptions options_;
  State state_ = State::ready;
  std::optional<Error> error_;
  Duration wait_{};
  pacing::Trouble trouble_ = pacing::Trouble::away;
  int repetitions_ = 0;
  int restarts_ = 0;
  std::vector<kube::ObjectName> unreadable_;
  std::uint64_t listed_ = 0;
  std::optional<std::uint64_t> expected_;
};

}  // namespace kencrypt::rewrite
