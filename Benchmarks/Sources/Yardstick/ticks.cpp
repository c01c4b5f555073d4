#include "ring.hpp"
#include "yardstick.h"
#include <memory>

namespace {

class Kernel;

/// A part with state and one wake-up time.
class Component {
  public:
    const int id;
    explicit Component(int id) : id(id) {}
    virtual ~Component() = default;
    virtual void wake(Kernel &kernel) = 0;
    virtual uint64_t value() const = 0;
};

/// Time steps, the components that are due, and their wake-ups: one clock.
class Kernel {
    std::vector<std::unique_ptr<Component>> components;
    std::vector<uint64_t> active;
    std::vector<int64_t> lastActive;
    Ring ring;
    int activeFrom = 0, activeCount = 0;

  public:
    int64_t now = 0, step = 0, events = 0;

    explicit Kernel(std::vector<std::unique_ptr<Component>> parts)
        : components(std::move(parts)), active(components.size() / 64 + 1), lastActive(components.size(), -1),
          ring(int(components.size())) {}

    void wake(int component, int64_t cycle) {
        if (cycle > now) ring.schedule(component, cycle);
        else poke(component);
    }

    void poke(int component) {
        int word = component >> 6;
        uint64_t bit = 1ULL << (component & 63);
        if (active[word] & bit) return;
        active[word] |= bit;
        activeCount++;
        if (word < activeFrom) activeFrom = word;
    }

    void run() {
        for (auto &component : components) poke(component->id);
        while (true) {
            drain();
            int64_t cycle = ring.earliest();
            if (cycle == Ring::never) return;
            now = cycle;
            ring.advance(cycle);
            for (int due = ring.popDue(); due >= 0; due = ring.popDue()) poke(due);
            step++;
        }
    }

  private:
    void drain() {
        while (activeCount > 0) {
            uint64_t bits = active[activeFrom];
            if (!bits) {
                activeFrom++;
                continue;
            }
            int component = activeFrom << 6 | __builtin_ctzll(bits);
            active[activeFrom] = bits & (bits - 1);
            activeCount--;
            events++;
            lastActive[component] = step;
            ring.schedule(component, Ring::never);
            components[component]->wake(*this);
        }
        activeFrom = 0;
    }
};

/// A part of the state of every kind of component.
struct State {
    uint64_t value;
    void advance() { value = value * 6364136223846793005ULL + 1442695040888963407ULL; }
};

/// Advances its state and wakes again.
class Steady final : public Component {
    int interval;
    int64_t end;

  public:
    State state;
    Steady(int id, int interval, int64_t end) : Component(id), interval(interval), end(end), state{uint64_t(id)} {}
    uint64_t value() const override { return state.value; }
    void wake(Kernel &kernel) override {
        state.advance();
        if (kernel.now < end) kernel.wake(id, kernel.now + interval);
    }
};

/// The same with an interval that varies, and a poke of its neighbour now and then.
class Uneven final : public Component {
    int interval, neighbour;
    int64_t end;

  public:
    State state;
    Uneven(int id, int interval, int neighbour, int64_t end)
        : Component(id), interval(interval), neighbour(neighbour), end(end), state{uint64_t(id)} {}
    uint64_t value() const override { return state.value; }
    void wake(Kernel &kernel) override {
        state.advance();
        if (kernel.now >= end) return;
        if ((state.value >> 40 & 7) == 0 && neighbour > id) kernel.poke(neighbour);
        kernel.wake(id, kernel.now + interval + int64_t(state.value >> 60 & 1));
    }
};

} // namespace

uint64_t yardstick_ticks(int count, int interval, int64_t cycles, int64_t *events) {
    std::vector<std::unique_ptr<Component>> components;
    std::vector<Component *> all;
    for (int id = 0; id < count; id++) {
        if (id % 2 == 0) components.push_back(std::make_unique<Steady>(id, interval, cycles));
        else components.push_back(std::make_unique<Uneven>(id, interval, (id + 1) % count, cycles));
        all.push_back(components.back().get());
    }
    Kernel kernel(std::move(components));
    kernel.run();
    *events = kernel.events;
    uint64_t sum = 0;
    for (auto component : all) sum = sum * 31 + component->value();
    return sum;
}
