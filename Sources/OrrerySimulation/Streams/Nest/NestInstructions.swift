import OrreryText

/// The instructions of a nest, one iteration of the innermost loop at a time.
///
/// An iteration loads what its index changes, computes, stores what is complete, and ends with a branch, taken where the loop goes on;
/// so does every loop around it that ends. Addresses and loop indices cost no instructions of their own.
final class NestInstructions: InstructionGenerator {
    /// Registers that values may lie in. 25 and 26 are ChampSim's flags and instruction pointer.
    static let registers = 64...254
    private static let flags: UInt8 = 25
    private static let instructionPointer: UInt8 = 26
    private static let code = 0x40_0000

    private let nest: LoopNest
    private let layout: NestLayout
    private let code: NestCode
    /// Values of index tensors.
    private let generators: [ValueGenerator?]
    /// Loops whose index makes the number of an operand, or a bound, larger.
    private let indices: FixedArray<Int>
    /// Affine part of the number of each load and, last, of the result.
    private let numbers: FixedArray<Int>
    private let bounds: FixedArray<Int>
    /// Elements that loads have brought and that others are indexed by: load × lanes + lane.
    private let elements: FixedArray<Int>
    /// What the last iteration made and nobody has taken yet.
    private var pending: [StreamInstruction] = []
    private var position = 0
    /// The depth from which on the next iteration loads anew.
    private var depth: Int
    private var hasEnded = false
    /// Nothing has been folded into the present result yet, and no earlier part of it was loaded.
    private var isFresh = true

    /// - Parameter outer: the indices of the loops around the nest.
    init(_ nest: LoopNest, at outer: [Int]) {
        self.nest = nest
        depth = nest.fixed
        layout = NestLayout(nest)
        code = NestCode(nest, layout, from: Self.code)
        generators = nest.loads.map { $0.values.map(ValueGenerator.init) }
        indices = FixedArray(repeating: 0, count: nest.loops.count)
        numbers = FixedArray((nest.loads + [nest.result]).map(\.index.constant))
        bounds = FixedArray(repeating: 0, count: nest.bounds.count)
        elements = FixedArray(repeating: 0, count: nest.loads.count * layout.lanes)
        super.init()
        for (loop, index) in outer.enumerated() { move(loop, by: index) }
    }

    override func refill() -> Int {
        var count = 0
        while count < Self.chunkLength {
            if position == pending.count {
                if hasEnded { break }
                pending.removeAll(keepingCapacity: true)
                position = 0
                iterate()
                continue
            }
            chunk[count] = pending[position]
            position &+= 1
            count &+= 1
        }
        return count
    }

    private func iterate() {
        for place in depth..<layout.depth { prologue(place) }
        body()
        var place = layout.depth
        while true {
            if place < layout.depth, place == layout.resultDepth { store(layout.chunks.indices, lanes()) }
            if place == nest.fixed {
                hasEnded = true
                return
            }
            let goesOn = canAdvance(place - 1)
            branch(place - 1, isTaken: goesOn)
            if goesOn {
                move(place - 1, by: 1)
                depth = place
                return
            }
            move(place - 1, by: -indices[place - 1])
            place -= 1
        }
    }

    // MARK: Loops

    private func canAdvance(_ loop: Int) -> Bool {
        if indices[loop] &+ 1 == nest.loops[loop].trips { return false }
        for (place, bound) in nest.bounds.enumerated()
        where bounds[place] &+ bound.coefficients[loop] >= bound.limit && bound.coefficients[loop] > 0 {
            return false
        }
        return true
    }

    private func move(_ loop: Int, by steps: Int) {
        indices[loop] &+= steps
        for place in nest.loads.indices { numbers[place] &+= steps &* nest.loads[place].index.coefficients[loop] }
        numbers[nest.loads.count] &+= steps &* nest.result.index.coefficients[loop]
        for place in nest.bounds.indices { bounds[place] &+= steps &* nest.bounds[place].coefficients[loop] }
    }

    /// Lanes that exist at the present indices.
    private func lanes() -> Int {
        guard nest.isUnrolled else { return 1 }
        var count = layout.lanes
        for (place, bound) in nest.bounds.enumerated() where bound.coefficients[layout.depth] > 0 {
            count = min(count, (bound.limit &- 1 &- bounds[place]) / bound.coefficients[layout.depth] &+ 1)
        }
        return count
    }

    // MARK: Code

    private func prologue(_ depth: Int) {
        let lanes = lanes()
        for load in nest.loads.indices where layout.depths[load] == depth {
            if layout.forms[load] == .shared {
                bring(load, 0, 0..<1)
            } else {
                for (place, chunk) in layout.chunks.enumerated() where chunk.lowerBound < lanes {
                    bring(load, place, chunk.lowerBound..<min(chunk.upperBound, lanes))
                }
            }
        }
        if depth == layout.resultDepth { beginFolding(layout.chunks.indices, lanes) }
    }

    private func body() {
        let (depth, lanes) = (layout.depth, lanes())
        let endsHere = layout.resultDepth == depth
        for load in nest.loads.indices where layout.depths[load] == depth && layout.forms[load] == .shared {
            bring(load, 0, 0..<1)
        }
        for (place, chunk) in layout.chunks.enumerated() where chunk.lowerBound < lanes {
            let present = chunk.lowerBound..<min(chunk.upperBound, lanes)
            for load in nest.loads.indices where layout.depths[load] == depth && layout.forms[load] != .shared {
                bring(load, place, present)
            }
            if endsHere { beginFolding(place..<(place + 1), lanes) }
            compute(place, present.count)
            if endsHere { store(place..<(place + 1), lanes) }
        }
        isFresh = false
    }

    /// Loads an element, or those of some lanes.
    private func bring(_ load: Int, _ place: Int, _ lanes: Range<Int>) {
        let operand = nest.loads[load]
        if generators[load] != nil {
            for lane in lanes {
                elements[load &* layout.lanes &+ lane] =
                    generators[load]?.element(at: number(of: operand, load, lane)) ?? 0
            }
        }
        read(operand, load, code.loads[load][min(place, code.loads[load].count - 1)], lanes)
    }

    private func read(_ operand: LoopNest.Operand, _ load: Int, _ template: StreamInstruction, _ lanes: Range<Int>) {
        var instruction = template
        if layout.forms[load] == .scattered {
            instruction.loadCount = UInt8(lanes.count)
            for (place, lane) in lanes.enumerated() { instruction.loads[place] = address(of: operand, load, lane) }
        } else {
            instruction.bytes = UInt16(operand.elementBytes &* lanes.count)
            instruction.loads[0] = address(of: operand, load, lanes.lowerBound)
        }
        pending.append(instruction)
    }

    /// The beginning of a result: of one that is folded in parts, all but the first load what there is.
    private func beginFolding(_ places: Range<Int>, _ lanes: Int) {
        isFresh = layout.outerReductions.allSatisfy { indices[$0] == 0 }
        if isFresh { return }
        for place in places where layout.chunks[place].lowerBound < lanes {
            let chunk = layout.chunks[place]
            read(
                nest.result, nest.loads.count, code.sums[min(place, code.sums.count - 1)],
                chunk.lowerBound..<min(chunk.upperBound, lanes))
        }
    }

    private func compute(_ place: Int, _ lanes: Int) {
        for (number, step) in code.steps.enumerated() {
            var instruction = step[min(place, step.count - 1)]
            instruction.operations = UInt16(lanes)
            let isFold = layout.isFolded && number == code.steps.count - 1
            // The first value is folded into nothing.
            if isFold, isFresh { instruction.sources[code.sumSource] = 0 }
            pending.append(instruction)
        }
    }

    private func store(_ places: Range<Int>, _ lanes: Int) {
        let result = nest.loads.count
        for place in places where layout.chunks[place].lowerBound < lanes {
            let chunk = layout.chunks[place]
            let present = chunk.lowerBound..<min(chunk.upperBound, lanes)
            var instruction = code.stores[min(place, code.stores.count - 1)]
            if layout.forms[result] == .scattered {
                for lane in present {
                    instruction.stores[0] = address(of: nest.result, result, lane)
                    pending.append(instruction)
                }
            } else {
                instruction.bytes = UInt16(nest.result.elementBytes &* present.count)
                instruction.stores[0] = address(of: nest.result, result, present.lowerBound)
                pending.append(instruction)
            }
        }
    }

    private func branch(_ loop: Int, isTaken: Bool) {
        var branch = StreamInstruction()
        branch.pointer = code.branches + 4 * loop
        branch.isBranch = true
        branch.isTaken = isTaken
        branch.sources[0] = Self.instructionPointer
        branch.sources[1] = Self.flags
        branch.destinations[0] = Self.instructionPointer
        pending.append(branch)
    }

    // MARK: Addresses

    private func number(of operand: LoopNest.Operand, _ place: Int, _ lane: Int) -> Int {
        var number = numbers[place]
        if nest.isUnrolled { number &+= lane &* operand.index.coefficients[layout.depth] }
        for lookup in operand.index.lookups {
            let own = layout.forms[lookup.load] == .shared ? 0 : lane
            number &+= lookup.coefficient &* elements[lookup.load &* layout.lanes &+ own]
        }
        return number
    }

    private func address(of operand: LoopNest.Operand, _ place: Int, _ lane: Int) -> Int {
        operand.start &+ operand.elementBytes &* number(of: operand, place, lane)
    }
}
