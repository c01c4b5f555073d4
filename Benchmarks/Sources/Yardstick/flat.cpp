#include "ring.hpp"
#include "yardstick.h"

uint64_t yardstick_banks(int banks, int64_t scans) {
    std::vector<int64_t> ready(banks, 0), row(banks, -1);
    std::vector<int32_t> wanted(banks, 0);
    SplitMix random{1};
    uint64_t sum = 0;
    for (int64_t scan = 0; scan < scans; scan++) {
        int64_t now = scan * 3, best = INT64_MAX;
        int pick = -1, count = 0;
        for (int bank = 0; bank < banks; bank++) {
            int64_t at = ready[bank] + (row[bank] == wanted[bank] ? 0 : 14);
            if (at <= now) count++;
            if (at < best) {
                best = at;
                pick = bank;
            }
        }
        row[pick] = wanted[pick];
        ready[pick] = (best > now ? best : now) + 4;
        wanted[pick] = int32_t(random.next() & 3);
        sum = sum * 31 + uint64_t(pick) + uint64_t(count);
    }
    return sum;
}

uint64_t yardstick_cache(int64_t lookups) {
    constexpr int sets = 256, ways = 32;
    std::vector<int64_t> tags(sets * ways, -1);
    std::vector<int32_t> ages(sets * ways, 0);
    SplitMix random{1};
    uint64_t hits = 0;
    for (int64_t lookup = 0; lookup < lookups; lookup++) {
        uint64_t bits = random.next();
        int64_t line = int64_t((bits & 1 ? bits >> 8 & 0xFFF : bits >> 8 & 0x3FFF));
        int base = int(line & (sets - 1)) * ways;
        int found = -1, oldest = 0;
        for (int way = 0; way < ways; way++) {
            if (tags[base + way] == line) found = way;
            if (ages[base + way] < ages[base + oldest]) oldest = way;
        }
        if (found >= 0) hits++;
        else found = oldest;
        tags[base + found] = line;
        ages[base + found] = int32_t(lookup);
    }
    return hits;
}
