/// C++ twins of the kernel's hot parts. Each does the same work as its Swift counterpart and returns the same checksum.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Event ring, hold model: `pending` components, each rescheduled when it is due, `operations` times in all.
uint64_t yardstick_ring(int pending, int64_t operations);

/// A DRAM scheduler's scan over `banks` banks, `scans` times.
uint64_t yardstick_banks(int banks, int64_t scans);

/// Look-ups in a cache of 256 sets of 32 ways with LRU replacement.
uint64_t yardstick_cache(int64_t lookups);

/// `components` components that wake themselves every `interval` cycles or so, and each other, for `cycles` cycles.
/// - Parameter events: how many wake-ups there were.
uint64_t yardstick_ticks(int components, int interval, int64_t cycles, int64_t *events);

/// Lets libyaml parse a text. - Returns: the number of its events, or -1 where the text is wrong.
int64_t yardstick_yaml_events(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
