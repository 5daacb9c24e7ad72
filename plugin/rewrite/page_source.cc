#include "rewrite/page_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/retry.h"
#include "kube/continue_token.h"
#include "kube/unreadable.h"

namespace kencrypt::rewrite {
namespace {

// A list that expires without a token to go on with starts anew; a server that does so again and
// again would keep us forever.
constexpr int kMaxRestarts = 5;
// The next page is sized so that objects a quarter larger than the last ones still fit.
constexpr std::size_t kSlackNumerator = 5;
constexpr std::size_t kSlackDenominator = 4;
// Pages are repeated at fixed spacing in the property tests; jitter matters for many clients, and a
// run is one.
constexpr std::uint32_t kNoJitter = 999;

}  // namespace

PageSource::PageSource(kube::Resource resource, kube::Selection selection, kube::View view,
                       PageLimits limits)
    : resource_(std::move(resource)), limits_(limits), selection_(std::move(selection)) {
  options_.name_space = selection_.name_space;
  options_.label_selector = selection_.label_selector;
  options_.field_selector = selection_.field_selector;
  options_.limit = limits_.first_objects;
  options_.view = view;
}

void PageSource::begin_behind(const kube::ObjectName& last) {
  options_.continue_token = kube::continue_behind(last, selection_);
}

http::Request PageSource::request() {
  state_ = State::asked;
  return kube::list_request(resource_, options_);
}

std::size_t PageSource::byte_limit() const {
  return options_.limit == 1 ? limits_.object_bytes : limits_.page_bytes;
}

std::unique_ptr<Page> PageSource::on_reply(const http::ResponseHead& head, SecretBytes body,
                                           bool starting) {
  if (head.status / 100 == 2) return take_page(std::move(body));
  const kube::ApiStatus status = kube::parse_status(head.status, body.view());
  const Error error = kube::to_error(status);
  if (head.status == 504) ask_for_fewer();
  if (http::asks_to_wait(head))
    on_trouble(error, http::retry_after(head).value_or(Duration{}),
               head.status == 503 ? pacing::Trouble::away : pacing::Trouble::busy);
  else if (kube::means_etcd_is_busy(status))
    on_trouble(error, Duration{}, pacing::Trouble::busy);
  else if (head.status == 500 && kube::means_kms_is_away(body.view()))
    on_trouble(wrap(error, "the API server does not get on with its KMS plugin").error(), Duration{}, pacing::Trouble::away);
  else if (error.kind == ErrorKind::forbidden && starting)
    on_trouble(error, Duration{}, pacing::Trouble::starting);
  else if (error.kind == ErrorKind::expired)
    on_expired(status);
  else if (!go_around(head.status, body.view()))
    end(error);
  return nullptr;
}

std::unique_ptr<Page> PageSource::take_page(SecretBytes body) {
  auto page = std::make_unique<Page>();
  page->bytes = std::move(body);
  auto parsed = kube::parse_list_page(page->bytes.view());
  if (parsed) parsed = kube::refuse_circle(*std::move(parsed), options_.continue_token);
  if (!parsed) {
    end(parsed.error());
    return nullptr;
  }
  page->items = std::move(parsed->items);
  listed_ += page->items.size();
  if (parsed->remaining) expected_ = listed_ + *parsed->remaining;
  if (parsed->continue_token.empty()) expected_ = listed_;
  repetitions_ = 0;
  adapt(*page);
  options_.continue_token = std::move(parsed->continue_token);
  state_ = options_.continue_token.empty() ? State::ended : State::ready;
  return page;
}

void PageSource::adapt(const Page& page) {
  if (page.items.empty()) return;
  const std::size_t mean = std::max<std::size_t>(1, page.bytes.size() / page.items.size());
  const std::size_t fitting = limits_.page_bytes * kSlackDenominator / (mean * kSlackNumerator);
  // At most doubled from one page to the next: the next objects may be bigger.
  options_.limit = std::clamp<std::size_t>(std::min(fitting, options_.limit * 2), 1, limits_.most_objects);
}

// Also where a list took too long.
void PageSource::ask_for_fewer() { options_.limit = std::max<std::size_t>(1, options_.limit / 2); }

void PageSource::on_overflow() {
  if (options_.limit > 1) {
    ask_for_fewer();
    state_ = State::ready;
    return;
  }
  end({ErrorKind::too_large,
       fmt::format("an object after {} objects is larger than {} bytes, the most that is read",
                   listed_, limits_.object_bytes)});
}

void PageSource::on_lost(const Error& error) {
  if (!http::is_transient(error.kind)) return end(error);
  if (error.kind == ErrorKind::timeout) ask_for_fewer();
  on_trouble(error, Duration{},
             error.kind == ErrorKind::timeout ? pacing::Trouble::busy : pacing::Trouble::away);
}

// A page fails as a whole for one object in it. Smaller pages end before that object, until it stands at
// the head of a page of one: then nothing that was selected stands in front of what the reply names (the
// server fills a page in the order of keys and stops when it is full), and the list goes on behind it.
bool PageSource::go_around(int http_code, std::string_view body) {
  std::vector<kube::ObjectName> objects = kube::unreadable_objects(http_code, body, resource_);
  if (objects.empty()) return false;
  state_ = State::ready;
  if (options_.limit > 1) {
    ask_for_fewer();
    return true;
  }
  std::string behind = kube::continue_behind(objects.back(), selection_);
  if (behind == options_.continue_token) return false;  // it does not get on
  options_.continue_token = std::move(behind);
  listed_ += objects.size();
  for (kube::ObjectName& object : objects) unreadable_.push_back(std::move(object));
  return true;
}

// The snapshot behind the token was compacted. The server's own token goes on behind the last name, in
// the present state: objects made since then are written with the write key anyway
// (k8s.io/apiserver pkg/storage/etcd3/errors.go; KEP-4192).
void PageSource::on_expired(const kube::ApiStatus& status) {
  const bool usable = !status.continue_token.empty() && status.continue_token != options_.continue_token;
  if (!usable && ++restarts_ > kMaxRestarts) return end(kube::to_error(status));
  options_.continue_token = usable ? status.continue_token : std::string();
  state_ = State::ready;
}

void PageSource::on_trouble(Error error, Duration at_least, pacing::Trouble trouble) {
  error_ = std::move(error);
  wait_ = std::max(at_least, http::backoff(++repetitions_, kNoJitter));
  trouble_ = trouble;
  state_ = State::waiting;
}

void PageSource::end(Error error) {
  error_ = std::move(error);
  state_ = State::failed;
}

}  // namespace kencrypt::rewrite
