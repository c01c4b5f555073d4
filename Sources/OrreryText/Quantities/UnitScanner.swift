/// What stands at a place where a unit may begin.
enum ScannedUnit {
    case unit(Unit, end: Int)
    case none
    case unknown(String, start: Int, end: Int)
}

/// A unit at `start`: symbols with an optional power, divided by others: `GiB/s`, `mm2`, `pJ/bit`, `W/mm^2`.
///
/// No spaces inside. In an `expression`, a `/` whose right side is no unit ends the unit, being a division by a name.
func scanUnit(_ bytes: [UInt8], from start: Int, inExpression: Bool) -> ScannedUnit {
    guard let first = scanSymbol(bytes, from: start) else { return .none }
    guard var unit = first.unit else { return .unknown(first.text, start: start, end: first.end) }
    var end = first.end
    while bytes.at(end) == UInt8(ascii: "/"), let next = scanSymbol(bytes, from: end + 1) {
        guard let divisor = next.unit, let quotient = unit.divided(by: divisor) else {
            return inExpression ? .unit(unit, end: end) : .unknown(next.text, start: end + 1, end: next.end)
        }
        unit = quotient
        end = next.end
    }
    return .unit(unit, end: end)
}

/// The hint for a unit that nobody knows.
func unitHint(_ symbol: String) -> String? {
    switch symbol {
    case "K": "write 1e3 or 1Ki"
    case "k", "M", "G", "T":
        "write \(["k": "1e3", "M": "1e6", "G": "1e9"][symbol] ?? "1e12") or 1\(symbol.uppercased())i"
    case "KB": "kB is 1000 bytes, KiB is 1024"
    case "Kb": "kb is 1000 bits, Kib is 1024"
    default: closest(symbol, among: Unit.knownNames).map { "did you mean '\($0)'?" }
    }
}

/// A word at `start`, and the unit it is, if it is one.
private func scanSymbol(_ bytes: [UInt8], from start: Int) -> (text: String, unit: Unit?, end: Int)? {
    if bytes.at(start) == UInt8(ascii: "%") { return ("%", Unit(symbol: "%"), start + 1) }
    var letters = start
    while let byte = bytes.at(letters), isLetter(byte) { letters += 1 }
    guard letters > start else { return nil }
    let symbol = String(decoding: bytes[start..<letters], as: UTF8.self)
    var end = letters
    var power = 1
    let caret = bytes.at(end) == UInt8(ascii: "^") ? 1 : 0
    if let byte = bytes.at(end + caret), (UInt8(ascii: "2")...UInt8(ascii: "9")).contains(byte) {
        power = Int(byte - UInt8(ascii: "0"))
        end += caret + 1
    }
    var wordEnd = end
    while let byte = bytes.at(wordEnd), continuesName(byte) { wordEnd += 1 }
    guard wordEnd == end else { return (String(decoding: bytes[start..<wordEnd], as: UTF8.self), nil, wordEnd) }
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    return (text, Unit(symbol: symbol)?.power(power), end)
}

/// A letter of a unit or a name: ASCII, or a byte of a letter beyond (`µ`).
func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte >= 0x80
}

/// What goes on in a name after its first letter, dots and indices of a path included.
func continuesName(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
}
