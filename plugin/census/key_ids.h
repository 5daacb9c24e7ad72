// Which key IDs of a KMS v2 plugin the objects of a window are under. Pure.
//
// Each read under the plugin adds 1 to apiserver_envelope_encryption_key_id_hash_total of the key
// ID that stands in the object, inside the read (k8s.io/apiserver
// pkg/storage/value/encrypt/envelope/kmsv2/ envelope.go, TransformFromStorage). Others can only
// add. So what holds of prefixes in window.h holds of key IDs: t_k <= d_k, and t_k >= t - the sum
// of the other d_j. The counts mix all resources, so others' reads of other resources are
// additions, too.
//
// The server forgets the key IDs that were unused longest. So nothing is said where one may be
// missing.
#pragma once

#include <vector>

#include "census/scrape.h"
#include "coverage/coverage.h"

namespace kencrypt::census {

// `cells` with those of KMS v2 plugins taken apart by key ID, as far as the counts allow; sorted. A
// cell whose key IDs are not counted in full stays as it is.
std::vector<coverage::KeyBounds> split_by_key_id(const std::vector<coverage::KeyBounds>& cells,
                                                 const Scrape& before, const Scrape& after);

// Whether each of them that is under a KMS v2 plugin names its key ID.
bool key_ids_known(const std::vector<coverage::KeyBounds>& cells);

}  // namespace kencrypt::census
