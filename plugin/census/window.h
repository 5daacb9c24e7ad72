// The arithmetic of the census: what two readings of the counters say about the objects that were
// read in between. Pure.
//
// Why it is sound. Let N objects be read with success between two scrapes of one process, and let
// the resource be one that the process transforms. Then
//
//   1. Each of the N reads adds 1 to the outer prefix that its object is stored under: the recorder
//      runs inside the read, before the reply is sent. So it lies between the two scrapes.
//   2. Whatever else happens in between (other clients, watches, reads of ours that failed or were
//      repeated) can only add. So for each outer prefix i with counter difference d_i and true
//      number t_i of our objects:  t_i <= d_i.
//   3. All of ours are somewhere: sum t_i = N. So  t_i >= N - sum of the other d_j.
//   4. If sum d_j = N, both bounds meet: t_i = d_i, exactly.
//
// The providers with named keys record a second sample, "<key name>:", once a successful read. It
// does not tell the provider. With t(o,k) the number of objects under provider o and key k, rows
// and columns of this table are bounded as above, and each cell by
//
//   t(o,k) <= min(row, column),  t(o,k) >= row - the other columns,  >= column - the other rows.
//
// and what is certain of one cell narrows the others of its row, its column and the whole table.
// Where one provider or one key name is at work the cells are exact. With several of both they need
// not be: then smaller windows help (Remedy::split), since one object is stored under one key. A
// configuration that the server demonstrably runs (equal hash at both ends) rules out cells.
//
// A key may be named like an outer prefix ("k8s:enc:kms:v2:x"). Its samples then raise a d_j that
// is not its own, which is but another addition: rules 2 and 3 hold, and with rule 4 there is no
// room for it. In turn, text that looks like an outer prefix is also reckoned with as a key name,
// as far as its counter is not accounted for and the configuration, if known, has such a name.
//
// Two keys may have the same name and different material (an old and a new one). Reading an object
// of the older one fails with the newer first, which is counted with another status under the same
// name: that count bounds how many objects may be under an older key of the name (`shadowed`).
//
// What is under a KMS v2 plugin is told apart by the ID of its key in the same way: see key_ids.h.
//
// There is no claim at all if the two scrapes do not belong together: the process began anew,
// another one answered, a counter fell, the configuration changed, or a connection was opened in
// between. The caller sees to it that the transport holds one connection at a time; behind a proxy
// that spreads one connection over several API servers the signs are sum d_j < N or a change of
// process on an unchanged connection (`spread`): then no window of the whole run may be believed.
//
// Before 1.32 the counters mix all resources, so rule 1 is not known to apply: reads of others
// could pass for ours. Then only the upper bounds are given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "census/scrape.h"
#include "coverage/coverage.h"
#include "encryption/encryption_config.h"
#include "kube/resource.h"

namespace kencrypt::census {

enum class Claim {
  exact,   // min equals max for each key, and they add up to the reads
  bounds,  // the truth is within the bounds
  none,    // nothing is known; `keys` is empty
};

// What to try next, where the claim is not exact.
enum class Remedy {
  none,    // it is exact, or it is a property of the server
  repeat,  // another window may meet less noise
  split,   // only smaller windows help
};

struct WindowResult {
  Claim claim = Claim::none;
  Remedy remedy = Remedy::none;
  bool spread = false;      // see above
  bool lasting = false;     // no claim, and no other window of this server will have one
  bool checked =
      false;  // the server compared its cache with etcd meanwhile: noise that is soon over
  bool by_absence = false;  // plaintext, concluded from the absence of samples: see absence.h
  std::vector<coverage::KeyBounds> keys;  // sorted; none with max 0
  std::string reason;  // why it is not exact, or what `by_absence` rests on; a sentence for people
};

struct WindowInput {
  const Scrape& before;
  const Scrape& after;
  std::uint64_t reads = 0;  // objects read with success in between
  const kube::Resource& resource;
  const encryption::EncryptionConfig* config = nullptr;  // the user's file, or null
  bool stored_here = false;  // the server stores the resource itself, whatever its group
};

WindowResult measure_window(const WindowInput& input);

// Whether a counter is lower in `after` than in `before`, which one process never does.
bool counters_fell(const Scrape& before, const Scrape& after);

}  // namespace kencrypt::census
