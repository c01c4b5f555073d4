import OrrerySimulation
import OrreryText

/// Where an address lies: channel, node of each level, row and column, from the bits of the access number.
///
/// The map is a list of fields from the most to the least significant, such as `row bank column[6:2] bankgroup column[1:0]
/// channel`. A field whose size is a power of two may be cut into slices; others (12 channels, 5 stacks) stand whole and are
/// taken by division. A hash XORs slices of other fields into one: `bankgroup: row[1:0] ^ row[4:3]`.
public struct DRAMAddressMap: Hashable, Sendable {
    /// A run of bits, or a whole field, as the address gives them from its low end on.
    struct Digit: Hashable, Sendable {
        var field: Int
        var size: Int
        /// Value of one unit within the field.
        var weight: Int
    }

    struct Hash: Hashable, Sendable {
        var field: Int
        var from: Int
        var shift: Int
        var mask: Int
    }

    /// Names of the fields: the levels below the channel, then `row`, `column` and `channel`.
    let fields: [String]
    let digits: [Digit]
    let hashes: [Hash]
    let accessBytes: Int
    /// Accesses below the row, if the row is on top; shifts by whole rows move nothing else.
    let rowStride: Int?
    /// Bits of the row that hashes read.
    let hashedRowBits: Int

    static func fieldNames(_ device: DRAMDevice) -> [String] {
        Array(device.standard.levels.dropFirst()) + ["row", "column", "channel"]
    }

    var rowField: Int { fields.count - 3 }
    var columnField: Int { fields.count - 2 }
    var channelField: Int { fields.count - 1 }

    /// Which addresses shifts may move by, for folding.
    var addressing: Addressing {
        guard let rowStride else { return .compared(period: 1 << 60, unit: accessBytes) }
        return .compared(period: (rowStride * accessBytes) << hashedRowBits, unit: rowStride * accessBytes)
    }

    /// - Throws: what is wrong with the text.
    ///
    /// - Parameters:
    ///   - text: the fields.
    ///   - hash: by field, the slices that are XORed into it.
    public init(
        _ text: String, hash: [(key: String, value: String)], device: DRAMDevice, channels: Int
    ) throws(ConfigurationError) {
        let names = Self.fieldNames(device)
        let sizes = Array(device.sizes.dropFirst()) + [device.rows, device.columns, channels]
        func fail(_ message: String, _ parameter: String = "mapping") -> ConfigurationError {
            ConfigurationError(parameter: parameter, message)
        }
        var covered: [Set<Int>] = Array(repeating: [], count: names.count)
        var digits: [Digit] = []
        for word in text.split(separator: " ").reversed() {
            let (name, slice) = try Self.parse(String(word), fail)
            guard let field = names.firstIndex(of: name) else {
                throw fail("'\(name)' is no field of the address; expected \(names.joined(separator: ", "))")
            }
            let size = sizes[field]
            if let slice {
                guard size.nonzeroBitCount == 1, slice.upperBound < size.trailingZeroBitCount else {
                    throw fail("'\(word)' cuts bits that \(name) with \(size) values doesn't have")
                }
                guard covered[field].isDisjoint(with: slice) else { throw fail("'\(word)' takes bits a second time") }
                covered[field].formUnion(slice)
                digits.append(Digit(field: field, size: 1 << slice.count, weight: 1 << slice.lowerBound))
            } else {
                guard covered[field].isEmpty else { throw fail("'\(name)' stands twice") }
                let bits = size.nonzeroBitCount == 1 ? size.trailingZeroBitCount : 1
                covered[field].formUnion(0..<bits)
                if size > 1 || field == names.count - 3 { digits.append(Digit(field: field, size: size, weight: 1)) }
            }
        }
        for (field, size) in sizes.enumerated() {
            let bits = size.nonzeroBitCount == 1 ? size.trailingZeroBitCount : 1
            guard covered[field].count >= bits else { throw fail("bits of '\(names[field])' are missing") }
        }
        let rowField = names.count - 3
        var hashes: [Hash] = []
        var hashedRowBits = 0
        for (name, terms) in hash {
            guard let field = names.firstIndex(of: name), field != rowField else {
                throw fail("'\(name)' is no field that can be hashed", "hash")
            }
            for term in terms.split(separator: "^") {
                let (source, slice) = try Self.parse(term.filter { $0 != " " }, fail)
                guard let from = names.firstIndex(of: source), from != field, let slice,
                    sizes[from].nonzeroBitCount == 1, slice.upperBound < sizes[from].trailingZeroBitCount,
                    sizes[field].nonzeroBitCount == 1, 1 << slice.count <= sizes[field]
                else { throw fail("'\(term)' can't be XORed into \(name)", "hash") }
                guard !hash.contains(where: { $0.key == source }) else {
                    throw fail("'\(source)' is hashed itself: hashes read plain fields", "hash")
                }
                hashes.append(
                    Hash(field: field, from: from, shift: slice.lowerBound, mask: 1 << slice.count - 1))
                if from == rowField { hashedRowBits = max(hashedRowBits, slice.upperBound + 1) }
            }
        }
        // The top field takes all that is left, so that no address lies outside.
        fields = names
        rowStride =
            digits.last.map { $0.field == rowField && $0.size == sizes[rowField] } == true
            ? digits.dropLast().reduce(1) { $0 * $1.size } : nil
        self.digits = digits
        self.hashes = hashes
        self.hashedRowBits = hashedRowBits
        accessBytes = device.accessBytes
    }

    private static func parse(
        _ word: String, _ fail: (String, String) -> ConfigurationError
    ) throws(ConfigurationError) -> (name: String, slice: ClosedRange<Int>?) {
        guard let bracket = word.firstIndex(of: "[") else { return (word, nil) }
        let inside = word[word.index(after: bracket)...].dropLast()
        let ends = inside.split(separator: ":").compactMap { Int($0) }
        guard word.hasSuffix("]"), ends.count == 1 || ends.count == 2, let high = ends.first, let low = ends.last,
            low >= 0, high >= low, high < 62
        else { throw fail("'\(word)' is no slice such as row[3:0]", "mapping") }
        return (String(word[..<bracket]), low...high)
    }
}

/// The map as the hot path uses it.
final class DRAMAddressDecoder {
    private struct Step {
        var field: Int
        var size: Int
        var shift: Int
        var mask: Int
        var weight: Int
    }

    /// Bits of the access number that add to the parts of a place, where all sizes are powers of two and nothing is hashed.
    private struct Slice {
        var shift: Int
        var mask: Int
        var unit: Int
        var bank: Int
        var row: Int
        var column: Int
    }

    private let slices: FixedArray<Slice>
    private let steps: FixedArray<Step>
    private let hashes: FixedArray<DRAMAddressMap.Hash>
    private let values: FixedArray<Int>
    /// What a unit of each level is worth in the number of a bank, and of a controller.
    private let bankWeight: FixedArray<Int>
    private let unitWeight: FixedArray<Int>
    private let levels: Int
    /// Bytes from a row to the next one of the same bank, where rows are on top; else 1.
    let rowUnit: Int
    /// Bytes that hold an access for each controller, the first one first, in the same bank, row and column of each; 0 where the map
    /// does not deal them out like that.
    let stripe: Int
    private let accessShift: Int
    private let accessBytes: Int

    /// - Parameters:
    ///   - bankWeight: by level below the channel.
    ///   - unitWeight: by level below the channel, then the channel's own: number of the controller.
    init(_ map: DRAMAddressMap, bankWeight: [Int], unitWeight: [Int]) {
        var steps = map.digits.map { digit in
            let isPower = digit.size.nonzeroBitCount == 1
            return Step(
                field: digit.field, size: digit.size, shift: isPower ? digit.size.trailingZeroBitCount : -1,
                mask: digit.size - 1, weight: digit.weight)
        }
        if !steps.isEmpty {
            let top = steps.count - 1
            if map.rowStride != nil {
                // The row takes all that is left: shifts never carry out of it.
                steps[top].shift = 0
                steps[top].mask = -1
            }
        }
        var slices: [Slice] = []
        var shift = 0
        for step in steps where map.hashes.isEmpty && steps.allSatisfy({ $0.shift >= 0 }) {
            let field = step.field
            let isLevel = field < bankWeight.count
            slices.append(
                Slice(
                    shift: shift, mask: step.mask,
                    unit: step.weight
                        * (isLevel ? unitWeight[field] : field == map.channelField ? unitWeight[bankWeight.count] : 0),
                    bank: isLevel ? step.weight * bankWeight[field] : 0,
                    row: field == map.rowField ? step.weight : 0,
                    column: field == map.columnField ? step.weight : 0))
            shift += step.shift
        }
        self.slices = FixedArray(slices)
        self.steps = FixedArray(steps)
        hashes = FixedArray(map.hashes)
        values = FixedArray(repeating: 0, count: map.fields.count)
        self.bankWeight = FixedArray(bankWeight)
        self.unitWeight = FixedArray(unitWeight)
        levels = bankWeight.count
        rowUnit = map.rowStride.map { $0 * map.accessBytes } ?? 1
        accessBytes = map.accessBytes
        func isUnit(_ field: Int) -> Bool {
            field < bankWeight.count
                ? unitWeight[field] > 0 && bankWeight[field] == 0 : field == map.channelField
        }
        let lowest = map.digits.prefix { isUnit($0.field) }
        let isPlain =
            !map.digits.dropFirst(lowest.count).contains { isUnit($0.field) }
            && !map.hashes.contains { isUnit($0.field) || isUnit($0.from) }
        stripe = isPlain ? lowest.reduce(map.accessBytes) { $0 * $1.size } : 0
        accessShift = map.accessBytes.nonzeroBitCount == 1 ? map.accessBytes.trailingZeroBitCount : -1
    }

    /// The address of the access that an address lies in.
    @inline(__always)
    func start(of address: Int) -> Int {
        accessShift >= 0 ? address & ~(accessBytes &- 1) : address / accessBytes * accessBytes
    }

    /// Number of the controller, bank within it, row and column of an address.
    @inline(__always)
    func decode(_ address: Int) -> (unit: Int, bank: Int, row: Int, column: Int) {
        var rest = accessShift >= 0 ? address >> accessShift : address / accessBytes
        if slices.count > 0 {
            var place = (unit: 0, bank: 0, row: 0, column: 0)
            for index in 0..<slices.count {
                let slice = slices[index]
                let value = (rest >> slice.shift) & slice.mask
                place.unit &+= value &* slice.unit
                place.bank &+= value &* slice.bank
                place.row &+= value &* slice.row
                place.column &+= value &* slice.column
            }
            return place
        }
        for index in 0..<values.count { values[index] = 0 }
        for index in 0..<steps.count {
            let step = steps[index]
            if step.shift >= 0 {
                values[step.field] &+= (rest & step.mask) &* step.weight
                rest >>= step.shift
            } else {
                values[step.field] &+= (rest % step.size) &* step.weight
                rest /= step.size
            }
        }
        for index in 0..<hashes.count {
            let hash = hashes[index]
            values[hash.field] ^= (values[hash.from] >> hash.shift) & hash.mask
        }
        var bank = 0
        var unit = values[levels &+ 2] &* unitWeight[levels]
        for level in 0..<levels {
            bank &+= values[level] &* bankWeight[level]
            unit &+= values[level] &* unitWeight[level]
        }
        return (unit, bank, values[levels], values[levels &+ 1])
    }
}
