#pragma once
#include <cstdint>
#include <vector>

/// The wake-ups of one clock: 1024 buckets with a bitmap, doubly linked lists through the components, an indexed heap
/// for what lies further ahead.
class Ring {
    static constexpr int window = 1024;
    struct Node {
        int64_t time = INT64_MAX;
        int32_t next = -1, previous = -1, position = -1;
    };
    int32_t heads[window];
    uint64_t filled[window / 64] = {};
    std::vector<Node> nodes;
    std::vector<int32_t> heap;
    int heapCount = 0;

  public:
    static constexpr int64_t never = INT64_MAX;
    int64_t origin = 0;

    explicit Ring(int capacity)
        : nodes(capacity), heap(capacity, -1) {
        for (auto &head : heads) head = -1;
    }

    int64_t time(int component) const { return nodes[component].time; }

    void schedule(int component, int64_t cycle) {
        int64_t old = nodes[component].time;
        if (old == cycle) return;
        if (old != never) unlink(component, old);
        nodes[component].time = cycle;
        if (cycle == never) return;
        if (cycle - origin < window) link(component, cycle);
        else pushHeap(component);
    }

    int64_t earliest() const {
        int start = origin & (window - 1), word = start >> 6;
        uint64_t bits = filled[word] & (~0ULL << (start & 63));
        for (int i = 0; i <= window / 64; i++) {
            if (bits) {
                int slot = word << 6 | __builtin_ctzll(bits);
                return origin + ((slot - start) & (window - 1));
            }
            word = (word + 1) & (window / 64 - 1);
            bits = filled[word];
        }
        return heapCount ? nodes[heap[0]].time : never;
    }

    void advance(int64_t cycle) {
        origin = cycle;
        while (heapCount) {
            int component = heap[0];
            if (nodes[component].time - cycle >= window) break;
            removeHeap(component);
            link(component, nodes[component].time);
        }
    }

    int popDue() {
        int component = heads[origin & (window - 1)];
        if (component < 0) return -1;
        unlink(component, origin);
        nodes[component].time = never;
        return component;
    }

  private:
    void link(int component, int64_t cycle) {
        int slot = cycle & (window - 1);
        int head = heads[slot];
        nodes[component].next = head;
        nodes[component].previous = -1;
        if (head >= 0) nodes[head].previous = component;
        heads[slot] = component;
        filled[slot >> 6] |= 1ULL << (slot & 63);
    }

    void unlink(int component, int64_t cycle) {
        if (nodes[component].position >= 0) return removeHeap(component);
        int after = nodes[component].next, before = nodes[component].previous;
        if (after >= 0) nodes[after].previous = before;
        if (before >= 0) {
            nodes[before].next = after;
            return;
        }
        int slot = cycle & (window - 1);
        heads[slot] = after;
        if (after < 0) filled[slot >> 6] &= ~(1ULL << (slot & 63));
    }

    void pushHeap(int component) {
        heap[heapCount] = component;
        nodes[component].position = heapCount;
        siftUp(heapCount++);
    }

    void removeHeap(int component) {
        int hole = nodes[component].position;
        nodes[component].position = -1;
        if (hole == --heapCount) return;
        heap[hole] = heap[heapCount];
        nodes[heap[hole]].position = hole;
        siftUp(hole);
        siftDown(hole);
    }

    void swapHeap(int a, int b) {
        std::swap(heap[a], heap[b]);
        nodes[heap[a]].position = a;
        nodes[heap[b]].position = b;
    }

    void siftUp(int child) {
        while (child > 0) {
            int parent = (child - 1) / 2;
            if (nodes[heap[parent]].time <= nodes[heap[child]].time) return;
            swapHeap(parent, child);
            child = parent;
        }
    }

    void siftDown(int parent) {
        while (true) {
            int least = parent;
            for (int child = 2 * parent + 1; child < 2 * parent + 3 && child < heapCount; child++)
                if (nodes[heap[child]].time < nodes[heap[least]].time) least = child;
            if (least == parent) return;
            swapHeap(parent, least);
            parent = least;
        }
    }
};

/// The splitmix64 generator.
struct SplitMix {
    uint64_t state;
    uint64_t next() {
        state += 0x9E3779B97F4A7C15ULL;
        uint64_t z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
};
